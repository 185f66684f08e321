//! `cargo xtask serve`: the page, served and rebuilt while it is being changed.

use xshell::cmd;

use crate::project::{Project, Result, say};
use crate::setup;

pub(crate) fn serve(project: &Project, arguments: &[String]) -> Result {
    setup::page_tools(project)?;
    say("trunk serve (the first build takes about a minute; stop it with Ctrl-C)");
    cmd!(project.sh, "trunk serve --skip-version-check {arguments...}").quiet().run()?;
    Ok(())
}
