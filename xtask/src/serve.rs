//! `cargo xtask serve`: the page, served and rebuilt while it is being changed. It stands in a folder of its own, which
//! Trunk.toml names so that plain `trunk serve` takes it too: whoever uploads `dist/` never publishes it.

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

#[cfg(test)]
mod tests {
    use crate::page::PUBLISHED;

    #[test]
    fn what_is_served_is_not_where_the_published_page_is() {
        let settings = include_str!("../../Trunk.toml");
        let served = settings.lines().find_map(|line| line.strip_prefix("dist = \"")?.strip_suffix('"'));
        let served = served.expect("Trunk.toml names a folder");
        assert!(served.starts_with("target/"), "{served} is no folder that git and people leave alone");
        assert_ne!(served, PUBLISHED);
    }
}
