//! What every command shares: where the project is, a shell that finds the project's own tools first, and how a step is
//! announced.

use std::env;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use xshell::Shell;

/// An error here is a sentence for the person who typed the command, so any error type will do.
pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The project's folder and the shell that runs in it.
pub(crate) struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Runs in `root`, with `target/tools/bin` first on its PATH.
    pub(crate) sh: Shell,
}

impl Project {
    pub(crate) fn open() -> Result<Project> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("xtask has lost its workspace; run it as `cargo xtask` in the project.")?
            .to_owned();
        let sh = Shell::new()?;
        sh.change_dir(&root);
        let project = Project { root, sh };
        project.put_tools_first()?;
        project.settle_colours();
        Ok(project)
    }

    /// Where the project's own tools are installed: inside `target`, so that the reader's global ones stay as they are.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target").join("tools")
    }

    /// The first program of that name on the shell's PATH.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let path = self.sh.var("PATH").ok()?;
        let file = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
    }

    fn put_tools_first(&self) -> Result {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = [self.tools().join("bin")].into_iter().chain(env::split_paths(&path));
        self.sh.set_var("PATH", env::join_paths(folders)?);
        Ok(())
    }

    /// Under CI, or when the reader asks for none, every tool is told so in the way it understands: Trunk takes
    /// `NO_COLOR` for a flag and refuses to start on the usual value 1.
    fn settle_colours(&self) {
        let refused = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false");
        if refused("CI") || refused("NO_COLOR") {
            self.sh.set_var("CARGO_TERM_COLOR", "never");
            self.sh.set_var("NO_COLOR", "true");
        }
    }
}

/// Says what is about to be done.
pub(crate) fn say(what: impl Display) {
    println!("▸ {what}");
}
