//! Programs: every function that is asked for is made, from the one that begins the program on.

use std::rc::Rc;

use super::function::Maker;
use super::op::Op;
use super::program::{Author, Function, Program};
use crate::golang::syntax::error::Error;
use crate::golang::syntax::position::Pos;
use crate::golang::syntax::tree::{DeclKind, Tree};
use crate::golang::types::check::{Checked, Origin, Source};
use crate::golang::types::ids::{ObjectId, TypeId};

use super::asked::{Code, Job, Key, Made};

/// Makes code of a checked program.
///
/// # Errors
/// One sentence for the first thing that the machine does not have.
pub(crate) fn make(tree: &Tree, sources: &[Source], checked: Checked) -> Made<Program> {
    let mut code = Code::new(tree, checked);
    code.declare(sources);
    let entry = code.entry(sources)?;
    while let Some(job) = code.queue.pop() {
        code.work(job)?;
    }
    let functions = code.functions.into_iter().flatten().collect();
    let files =
        (0..=u16::MAX).map(|file| tree.file_name(file).to_owned()).take_while(|name| !name.is_empty()).collect();
    Ok(Program {
        functions,
        constants: code.constants,
        shapes: code.shapes,
        globals: code.globals,
        kinds: code.kinds,
        methods: code.methods,
        names: code.names,
        interfaces: code.interfaces,
        selects: code.selects,
        natives: code.natives,
        entry,
        types: code.types,
        files,
    })
}

impl<'t> Code<'t> {
    /// The function that begins a program.
    fn entry(&mut self, sources: &'t [Source]) -> Made<u32> {
        let number = self.reserve(Pos::default())?;
        let info = self.info.clone();
        let mut maker = Maker::new(self, Author::Library, "runtime.main".into());
        for initializer in &info.initializers {
            maker.initialize(initializer)?;
        }
        for source in sources {
            for decl in source.files.iter().flat_map(|file| &file.decls) {
                let DeclKind::Func(func) = &decl.kind else { continue };
                let is_main = &*func.name.name == "main" && source.origin == Origin::Reader;
                if func.receiver.is_none() && (&*func.name.name == "init" || is_main) {
                    if is_main {
                        continue;
                    }
                    let object = info.names[func.name.id.index()];
                    maker.call_plain(object, func.name.at)?;
                }
            }
        }
        let main = sources.iter().filter(|source| source.origin == Origin::Reader).flat_map(|source| &source.files);
        for decl in main.flat_map(|file| &file.decls) {
            if let DeclKind::Func(func) = &decl.kind
                && func.receiver.is_none()
                && &*func.name.name == "main"
            {
                let object = info.names[func.name.id.index()];
                maker.call_plain(object, func.name.at)?;
            }
        }
        let function = maker.finish();
        self.functions[number as usize] = Some(function);
        Ok(number)
    }

    fn work(&mut self, job: Job) -> Made<()> {
        let function = match &job.key {
            Key::Declared(object, args) => self.make_declared(*object, args, job.at)?,
            Key::Wrapper(kind, object, path) => self.make_wrapper(*kind, *object, path, job.at)?,
        };
        self.put(job.number, function);
        Ok(())
    }

    fn make_declared(&mut self, object: ObjectId, args: &[TypeId], at: Pos) -> Made<Function> {
        let Some((func, author, name)) = self.declared.get(&object).cloned() else {
            let text = format!("{} is not there yet", self.types.object(object).name);
            return Err(Error { at, text });
        };
        let of = self.types.type_of(object);
        let Some(signature) = self.types.signature(of) else {
            return Err(Error { at, text: format!("{name} has no signature") });
        };
        let params = match signature.receiver {
            Some(_) => signature.receiver_params.clone(),
            None => signature.params_of_type.clone(),
        };
        let mut maker = Maker::new(self, author, name.clone());
        maker.generic(params, args.into());
        maker.at = func.name.at;
        maker.signature(&signature)?;
        match &func.body {
            Some(body) => maker.body(body)?,
            None => {
                let count = signature.params.len() + usize::from(signature.receiver.is_some());
                let native = maker.code.native(&name, at);
                maker.native(native, count as u16, signature.results.len() as u16);
            }
        }
        Ok(maker.finish())
    }

    /// Goes from a value in an interface to the receiver of a method, and calls it.
    fn make_wrapper(&mut self, kind: u32, object: ObjectId, path: &[usize], at: Pos) -> Made<Function> {
        let of = self.kinds[kind as usize];
        let name: Rc<str> = self.types.object(object).name.clone();
        let signature_of = self.types.type_of(object);
        let Some(signature) = self.types.signature(signature_of) else {
            return Err(Error { at, text: format!("{name} has no signature") });
        };
        let (params, results) = (signature.params.len() as u16, signature.results.len() as u16);
        let mut maker = Maker::new(self, Author::Library, name);
        maker.at = at;
        let receiver = maker.alloc()?;
        let first = maker.alloc_row(params)?;
        let base = maker.alloc_row((params + 1).max(results))?;
        let (reached, holder) = maker.walk(receiver, of, &path[..path.len().saturating_sub(1)])?;
        let callee = maker.method_on(reached, holder, object, base, at)?;
        for number in 0..params {
            maker.emit(Op::Move { to: base + 1 + number, from: first + number });
        }
        maker.emit(Op::Call { callee, base, count: params + 1 });
        maker.emit(Op::Return { base, count: results });
        maker.params = params + 1;
        Ok(maker.finish())
    }
}
