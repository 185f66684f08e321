//! `cargo xtask serve`: the page, served and rebuilt while it is being changed.

use std::process::Command;

use xshell::cmd;

use crate::project::{Project, Result, say};
use crate::setup;

pub(crate) fn serve(project: &Project, arguments: &[String]) -> Result {
    setup::page_tools(project)?;
    say("trunk serve (the first build takes about a minute; stop it with Ctrl-C)");
    become_it(cmd!(project.sh, "trunk serve --skip-version-check {arguments...}").quiet().into())
}

/// Trunk takes this process's place, so that ending the command ends Trunk.
#[cfg(unix)]
fn become_it(mut trunk: Command) -> Result {
    use std::os::unix::process::CommandExt;
    Err(format!("Trunk does not start: {}.", trunk.exec()).into())
}

#[cfg(not(unix))]
fn become_it(mut trunk: Command) -> Result {
    match trunk.status()?.success() {
        true => Ok(()),
        false => Err("Trunk has stopped with an error; it is above.".into()),
    }
}
