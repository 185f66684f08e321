//! Labels, `goto`, `break`, `continue` and `fallthrough`: do they lead somewhere?
//!
//! Walks the body of one function, not into the functions inside it: those have labels of their own.

use super::error::Errors;
use super::position::Pos;
use super::print::print_list;
use super::tree::{Block, Branch, DeclKind, Ident, Name, Stmt, StmtKind, Tree};

/// Reports every branch of a function's body that leads nowhere, and every label that nothing leads to.
pub(super) fn check(tree: &Tree, body: &Block, errors: &mut Errors) {
    let mut labels = Labels { tree, errors, blocks: Vec::new(), declared: Vec::new() };
    let forward = labels.block(None, Around::default(), None, body.at, &body.list);
    for goto in forward {
        let name = &goto.label.name;
        if let Some(label) = labels.declared.iter_mut().find(|label| label.name == *name) {
            label.used = true;
            let start = labels.blocks[label.block].start;
            labels
                .errors
                .report(goto.label.at, format!("goto {name} jumps into block starting at {}", tree.place(start)));
        } else {
            labels.errors.report(goto.label.at, format!("label {name} not defined"));
        }
    }
    for label in labels.declared.iter().filter(|label| !label.used) {
        labels.errors.report(label.at, format!("label {} defined and not used", label.name));
    }
}

struct Labels<'a> {
    tree: &'a Tree,
    errors: &'a mut Errors,
    blocks: Vec<BlockInfo>,
    declared: Vec<Label>,
}

struct BlockInfo {
    parent: Option<usize>,
    start: Pos,
    /// The label before the statement that the block belongs to: by its row in `declared`.
    label: Option<usize>,
}

struct Label {
    name: Name,
    at: Pos,
    block: usize,
    names: Named,
    used: bool,
}

/// What a label stands before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Loop,
    SwitchOrSelect,
    Other,
}

impl Named {
    fn of(statement: &Stmt) -> Named {
        match statement.kind {
            StmtKind::For { .. } | StmtKind::Range(_) => Named::Loop,
            StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } | StmtKind::Select { .. } => Named::SwitchOrSelect,
            _ => Named::Other,
        }
    }
}

/// A `goto` whose label has not been seen yet.
struct Forward<'s> {
    label: &'s Ident,
    /// The first variable that it has jumped over, when it is known to stay in the block: its names and place.
    over: Option<(String, Pos)>,
}

/// What stands around a statement.
#[derive(Clone, Copy, Default)]
struct Around {
    breaks: Option<Breaks>,
    continues: bool,
}

#[derive(Clone, Copy)]
enum Breaks {
    LoopOrSelect,
    /// In a clause of a switch itself: whether it is the last one.
    Clause {
        last: bool,
    },
    /// In a block inside a clause.
    InClause,
    TypeSwitch,
}

impl Around {
    fn inner(self) -> Around {
        let breaks = match self.breaks {
            Some(Breaks::Clause { .. }) => Some(Breaks::InClause),
            other => other,
        };
        Around { breaks, ..self }
    }
}

impl<'a> Labels<'a> {
    /// Walks a block and gives the jumps forward that found no label in it.
    fn block<'s>(
        &mut self,
        parent: Option<usize>,
        around: Around,
        label: Option<usize>,
        start: Pos,
        list: &'s [Stmt],
    ) -> Vec<Forward<'s>> {
        let block = self.blocks.len();
        self.blocks.push(BlockInfo { parent, start, label });
        let mut forward = Vec::new();
        let end = list.iter().rposition(|statement| !matches!(statement.kind, StmtKind::Empty)).map_or(0, |at| at + 1);
        for (at, statement) in list[..end].iter().enumerate() {
            let last = at + 1 == end;
            self.statement(block, around, last, statement, &mut forward);
        }
        // Only a label of the same block would have been jumped to over its variables.
        for goto in &mut forward {
            goto.over = None;
        }
        forward
    }

    fn statement<'s>(
        &mut self,
        block: usize,
        around: Around,
        last: bool,
        mut statement: &'s Stmt,
        forward: &mut Vec<Forward<'s>>,
    ) {
        let mut label = None;
        while let StmtKind::Labeled { label: name, of } = &statement.kind {
            if &*name.name != "_" {
                label = self.declare(block, name, of);
                self.resolve(&name.name, forward);
            }
            statement = of;
        }
        let mut inner = |labels: &mut Self, around: Around, start: Pos, list: &'s [Stmt]| {
            let found = labels.block(Some(block), around, label, start, list);
            forward.extend(found);
        };
        let nested = around.inner();
        let looping = Around { breaks: Some(Breaks::LoopOrSelect), continues: true };
        match &statement.kind {
            StmtKind::Declare(declarations) => {
                let first = declarations.iter().find_map(|declaration| match &declaration.kind {
                    DeclKind::Var(var) => Some((var.names[0].name.to_string(), declaration.at)),
                    _ => None,
                });
                if let Some((name, at)) = first {
                    jump_over(forward, &name, at);
                }
            }
            StmtKind::Define { left, .. } => jump_over(forward, &print_list(self.tree, left), statement.at),
            StmtKind::Branch { branch, label: None } => self.unlabelled(*branch, around, last, statement.at),
            StmtKind::Branch { branch: Branch::Goto, label: Some(target) } => {
                let known = self.goto_is_known(block, target);
                forward.extend((!known).then_some(Forward { label: target, over: None }));
            }
            StmtKind::Branch { branch, label: Some(target) } => self.labelled(*branch, block, target),
            StmtKind::Block(body) => inner(self, nested, body.at, &body.list),
            StmtKind::If { then, otherwise, .. } => {
                inner(self, nested, then.at, &then.list);
                if let Some(otherwise) = otherwise {
                    inner(self, nested, otherwise.at, std::slice::from_ref(otherwise));
                }
            }
            StmtKind::For { body, .. } => inner(self, looping, body.at, &body.list),
            StmtKind::Range(range) => inner(self, looping, range.body.at, &range.body.list),
            StmtKind::Switch { clauses, .. } => {
                for (at, clause) in clauses.iter().enumerate() {
                    let last = at + 1 == clauses.len();
                    let around = Around { breaks: Some(Breaks::Clause { last }), ..around };
                    inner(self, around, clause.at, &clause.body);
                }
            }
            StmtKind::TypeSwitch { clauses, .. } => {
                for clause in clauses {
                    let around = Around { breaks: Some(Breaks::TypeSwitch), ..around };
                    inner(self, around, clause.at, &clause.body);
                }
            }
            StmtKind::Select { clauses, .. } => {
                for clause in clauses {
                    let around = Around { breaks: Some(Breaks::LoopOrSelect), ..around };
                    inner(self, around, clause.at, &clause.body);
                }
            }
            _ => {}
        }
    }

    /// Declares a label, unless there is one of the name.
    fn declare(&mut self, block: usize, name: &Ident, of: &Stmt) -> Option<usize> {
        if let Some(known) = self.declared.iter().find(|label| label.name == name.name) {
            let known = self.tree.place(known.at);
            self.errors.report(name.at, format!("label {} already defined at {known}", name.name));
            return None;
        }
        let label = Label { name: name.name.clone(), at: name.at, block, names: Named::of(of), used: false };
        self.declared.push(label);
        Some(self.declared.len() - 1)
    }

    /// Ends the jumps forward that were to this label.
    fn resolve(&mut self, name: &Name, forward: &mut Vec<Forward<'_>>) {
        for goto in forward.extract_if(.., |goto| goto.label.name == *name) {
            self.declared.iter_mut().filter(|label| label.name == *name).for_each(|label| label.used = true);
            if let Some((variable, at)) = &goto.over {
                let at = self.tree.place(*at);
                let text = format!("goto {name} jumps over declaration of {variable} at {at}");
                self.errors.report(goto.label.at, text);
            }
        }
    }

    fn unlabelled(&mut self, branch: Branch, around: Around, last: bool, at: Pos) {
        let fault = match (branch, around.breaks) {
            (Branch::Break, None) => "break is not in a loop, switch, or select",
            (Branch::Continue, _) if !around.continues => "continue is not in a loop",
            (Branch::Fallthrough, Some(Breaks::TypeSwitch)) => "cannot fallthrough in type switch",
            (Branch::Fallthrough, Some(Breaks::Clause { last: false })) if last => return,
            (Branch::Fallthrough, Some(Breaks::Clause { last: true })) if last => {
                "cannot fallthrough final case in switch"
            }
            (Branch::Fallthrough, _) => "fallthrough statement out of place",
            _ => return,
        };
        self.errors.report(at, fault);
    }

    fn labelled(&mut self, branch: Branch, block: usize, target: &Ident) {
        let name = &target.name;
        let verb = branch.text();
        let Some(at) = self.declared.iter().position(|label| label.name == *name) else {
            self.errors.report(target.at, format!("{verb} label not defined: {name}"));
            return;
        };
        self.declared[at].used = true;
        let encloses = self.around(block).any(|block| block.label == Some(at));
        let fits = match self.declared[at].names {
            Named::Loop => true,
            Named::SwitchOrSelect => branch == Branch::Break,
            Named::Other => false,
        };
        if !encloses || !fits {
            self.errors.report(target.at, format!("invalid {verb} label {name}"));
        }
    }

    fn goto_is_known(&mut self, block: usize, target: &Ident) -> bool {
        let Some(at) = self.declared.iter().position(|label| label.name == target.name) else { return false };
        self.declared[at].used = true;
        let declared_in = self.declared[at].block;
        let mut here = Some(block);
        while let Some(block) = here {
            if block == declared_in {
                return true;
            }
            here = self.blocks[block].parent;
        }
        false
    }

    /// The block and those around it, from the inside.
    fn around(&self, block: usize) -> impl Iterator<Item = &BlockInfo> {
        std::iter::successors(Some(&self.blocks[block]), |block| block.parent.map(|parent| &self.blocks[parent]))
    }
}

fn jump_over(forward: &mut [Forward<'_>], variable: &str, at: Pos) {
    for goto in forward {
        goto.over = Some((variable.to_owned(), at));
    }
}
