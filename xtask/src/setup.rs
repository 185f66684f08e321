//! The tools that the commands need, each installed only when it is missing, with what is being done and about how long it
//! takes. A step that is already done costs a few milliseconds and prints nothing.
//!
//! Trunk's version stands in `Trunk.toml`, wasm-bindgen's in `Cargo.lock`, those of geckodriver, axe-core and React here, and
//! nowhere else.
//! Tools built from source go to `target/tools`; a right version on the PATH is used as it is.

use std::path::{Path, PathBuf};

use xshell::cmd;

use crate::project::{Project, Result, say};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Accessibility rules that the browser tests apply to the page.
const AXE: Packages = Packages { folder: "axe", names: &["axe-core"], version: "4.14.1", file: "axe.min.js" };

/// What an article may be made with, to test the element in it. Only the builds for development, a megabyte, have a strict
/// mode; 18 is the last version that a page can load as a script.
const REACT: Packages = Packages {
    folder: "react",
    names: &["react", "react-dom"],
    version: "18.3.1",
    file: "umd/react-dom.development.js",
};

/// What drives Firefox. The version is that of the newest release, which the toolchain builds.
const GECKODRIVER_VERSION: &str = "0.37.1";

/// The tools are short-lived programs that mostly wait for the disk, so they are built the quick way: two and a half
/// minutes for both on two cores, against nine with the settings of their authors.
const QUICK_BUILD: [(&str, &str); 5] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL", "0"),
];

/// Everything that builds the page: rustc's wasm target, Trunk, wasm-bindgen.
pub(crate) fn page_tools(project: &Project) -> Result {
    wasm_target(project)?;
    trunk(project)?;
    wasm_bindgen(project)
}

/// What the tests in a browser need besides [`page_tools`].
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
    pub(crate) firefox: PathBuf,
    pub(crate) geckodriver: PathBuf,
    /// axe-core's one file.
    pub(crate) axe: PathBuf,
    /// The folder with the packages react and react-dom.
    pub(crate) react: PathBuf,
}

/// Finds, or on Debian installs, Chromium with its driver and Firefox; builds geckodriver, and fetches axe-core and React.
pub(crate) fn browser(project: &Project) -> Result<Browser> {
    let missing: Vec<_> = [AXE, REACT].into_iter().filter(|packages| !packages.is_current(project)).collect();
    debian_packages(project, !missing.is_empty())?;
    let chromium = chromium(project).ok_or_else(|| manual("Chromium", BROWSER_BY_HAND))?;
    let chromedriver = chromedriver(project).ok_or_else(|| manual("ChromeDriver", BROWSER_BY_HAND))?;
    let firefox = firefox(project).ok_or_else(|| manual("Firefox", FIREFOX_BY_HAND))?;
    let geckodriver = geckodriver(project)?;
    for packages in missing {
        packages.install(project)?;
    }
    let (axe, react) = (AXE.package(project).join(AXE.file), REACT.package(project).with_file_name(""));
    Ok(Browser { chromium, chromedriver, firefox, geckodriver, axe, react })
}

const BROWSER_BY_HAND: &str = "sudo apt-get install chromium chromium-driver fonts-noto-cjk` on Debian, `brew install \
     --cask chromium chromedriver` on macOS, or point CHROME and CHROMEDRIVER at the programs and type `cargo xtask test";

const FIREFOX_BY_HAND: &str = "sudo apt-get install firefox-esr` on Debian, `brew install --cask firefox` on macOS, or \
     point FIREFOX at the program and type `cargo xtask test";

fn manual(what: &str, command: &str) -> String {
    format!("{what} is missing and cannot be installed from here; type `{command}`.")
}

fn wasm_target(project: &Project) -> Result {
    let sh = &project.sh;
    // The folder is there exactly when the target is, whoever installed it; a system's own Rust has no rustup to ask.
    let folder = cmd!(sh, "rustc --print target-libdir --target {WASM_TARGET}").quiet().read()?;
    if Path::new(&folder).is_dir() {
        return Ok(());
    }
    let by_hand = format!("rustup target add {WASM_TARGET}");
    say(format!("{by_hand} (a few seconds)"));
    cmd!(sh, "rustup target add {WASM_TARGET}")
        .quiet()
        .run()
        .map_err(|_| manual("rustc's WebAssembly target", &by_hand).into())
}

fn trunk(project: &Project) -> Result {
    let version = trunk_version(&project.sh.read_file(project.root.join("Trunk.toml"))?)?;
    if has_version(project, "trunk", &version) {
        return Ok(());
    }
    say(format!("installing Trunk {version} into target/tools (about two minutes on two cores)"));
    // Without its default features Trunk knows no TLS; it would need it only to download what is installed here.
    let by_hand = format!("cargo install trunk --locked --version {version}");
    let arguments = ["trunk", "--version", &version, "--locked", "--no-default-features"];
    cargo_install(project, &arguments, Errors::Shown).map_err(|_| manual(&format!("Trunk {version}"), &by_hand))?;
    Ok(())
}

fn wasm_bindgen(project: &Project) -> Result {
    let version = locked_version(&project.sh.read_file(project.root.join("Cargo.lock"))?, "wasm-bindgen")?;
    if has_version(project, "wasm-bindgen", &version) && has_version(project, "wasm-bindgen-test-runner", &version) {
        return Ok(());
    }
    say(format!("installing wasm-bindgen {version} into target/tools (about one minute on two cores)"));
    let programs = ["--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"];
    // The published lock file does not always resolve: 0.2.130's names a crate that a mirror may not have yet.
    install_locked_if_it_resolves(project, "wasm-bindgen-cli", &version, &programs)
        .map_err(|by_hand| manual(&format!("wasm-bindgen {version}"), &by_hand))?;
    Ok(())
}

/// The geckodriver that `GECKODRIVER` names, or one of our version.
fn geckodriver(project: &Project) -> Result<PathBuf> {
    const VERSION: &str = GECKODRIVER_VERSION;
    if let Some(named) = named_by(project, "GECKODRIVER") {
        return Ok(named);
    }
    let missing = |by_hand: &str| manual(&format!("geckodriver {VERSION}"), by_hand);
    if !has_version(project, "geckodriver", VERSION) {
        say(format!("installing geckodriver {VERSION} into target/tools (one to two minutes on two cores)"));
        install_locked_if_it_resolves(project, "geckodriver", VERSION, &[]).map_err(|by_hand| missing(&by_hand))?;
    }
    let by_hand = format!("cargo install geckodriver --locked --version {VERSION}");
    Ok(project.find("geckodriver").ok_or_else(|| missing(&by_hand))?)
}

/// Installs with the lock file that the package was published with, or without it when it does not resolve here. That shows at
/// once, and is no news to the person who waits. When both fail, the error is what to type.
fn install_locked_if_it_resolves(
    project: &Project,
    package: &str,
    version: &str,
    programs: &[&str],
) -> std::result::Result<(), String> {
    let plain = [&[package, "--version", version], programs].concat();
    let locked = [plain.as_slice(), &["--locked"]].concat();
    cargo_install(project, &locked, Errors::Hidden)
        .or_else(|_| cargo_install(project, &plain, Errors::Shown))
        .map_err(|_| format!("cargo install {package} --version {version}"))
}

#[derive(Clone, Copy, PartialEq)]
enum Errors {
    Shown,
    Hidden,
}

fn cargo_install(project: &Project, arguments: &[&str], errors: Errors) -> Result {
    let root = project.tools();
    let build = root.join("build");
    let install = cmd!(project.sh, "cargo install --quiet --force --root {root} --target-dir {build} {arguments...}");
    let install = install.quiet().envs(QUICK_BUILD);
    if errors == Errors::Hidden {
        install.ignore_stderr().run()?
    } else {
        install.run()?
    }
    project.sh.remove_path(build)?;
    Ok(())
}

/// Whether the first program of that name on the PATH says that it is this version.
fn has_version(project: &Project, program: &str, version: &str) -> bool {
    cmd!(project.sh, "{program} --version")
        .quiet()
        .ignore_stderr()
        .read()
        .is_ok_and(|said| said.split_whitespace().any(|word| word == version))
}

fn trunk_version(trunk_toml: &str) -> Result<String> {
    let line = trunk_toml.lines().find(|line| line.starts_with("trunk-version"));
    let version = line.map(|line| line.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect::<String>());
    Ok(version.ok_or("Trunk.toml has no line `trunk-version = \">=…\"`, which says which Trunk to install.")?)
}

fn locked_version(cargo_lock: &str, package: &str) -> Result<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = cargo_lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    Ok(version
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock has no {package}; type `cargo generate-lockfile`."))?)
}

fn named_by(project: &Project, variable: &str) -> Option<PathBuf> {
    project.sh.var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn chromium(project: &Project) -> Option<PathBuf> {
    const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    #[cfg(target_os = "macos")]
    const APPLICATIONS: [&str; 2] = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    #[cfg(not(target_os = "macos"))]
    const APPLICATIONS: [&str; 0] = [];
    named_by(project, "CHROME")
        .or_else(|| NAMES.iter().find_map(|name| project.find(name)))
        .or_else(|| APPLICATIONS.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn chromedriver(project: &Project) -> Option<PathBuf> {
    named_by(project, "CHROMEDRIVER").or_else(|| project.find("chromedriver"))
}

fn firefox(project: &Project) -> Option<PathBuf> {
    const APPLICATION: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";
    named_by(project, "FIREFOX")
        .or_else(|| ["firefox", "firefox-esr"].iter().find_map(|name| project.find(name)))
        .or_else(|| Some(PathBuf::from(APPLICATION)).filter(|path| cfg!(target_os = "macos") && path.is_file()))
}

/// Installs what is missing, after one `apt-get update`. On other systems it does nothing, and the step that misses a
/// program says what to type.
fn debian_packages(project: &Project, npm_needed: bool) -> Result {
    let mut groups: Vec<&[&str]> = Vec::new();
    if chromium(project).is_none() || chromedriver(project).is_none() {
        // The fonts are for the Korean page, which would be screenshots full of boxes without them.
        groups.push(&["chromium", "chromium-driver", "fonts-noto-cjk"]);
    }
    if firefox(project).is_none() {
        groups.push(&["firefox-esr"]);
    }
    if npm_needed && project.find("npm").is_none() {
        groups.push(&["npm"]);
    }
    if groups.is_empty() || !is_debian(project) {
        return Ok(());
    }
    let list = groups.concat().join(" ");
    let by_hand = format!("sudo apt-get update && sudo apt-get install --yes --no-install-recommends {list}");
    let sh = &project.sh;
    if cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id != "0") {
        return Err(format!("the browser tests need {list}, and only root may install them; type `{by_hand}`.").into());
    }
    say(format!("installing {list} with apt-get (one to three minutes)"));
    let _unasked = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(sh, "apt-get -qq update").quiet().run().map_err(|_| manual(&list, &by_hand))?;
    // One by one: a Node.js from elsewhere forbids Debian's npm, and should not forbid the browser with it.
    for group in groups {
        cmd!(sh, "apt-get -qq install --yes --no-install-recommends {group...}")
            .quiet()
            .ignore_stdout()
            .run()
            .map_err(|_| manual(&group.join(" "), &by_hand))?;
    }
    Ok(())
}

fn is_debian(project: &Project) -> bool {
    let release = project.sh.read_file("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian") && project.find("apt-get").is_some()
}

/// Packages of npm in a folder of their own below `target/tools`, all of one version; the file is in the last of them.
struct Packages {
    folder: &'static str,
    names: &'static [&'static str],
    version: &'static str,
    file: &'static str,
}

impl Packages {
    fn package(&self, project: &Project) -> PathBuf {
        let last = self.names.last().unwrap_or(&"");
        project.tools().join(self.folder).join("node_modules").join(last)
    }

    fn is_current(&self, project: &Project) -> bool {
        let package = self.package(project);
        std::fs::read_to_string(package.join("package.json"))
            .is_ok_and(|json| json.contains(&format!("\"version\": \"{}\"", self.version)))
            && package.join(self.file).is_file()
    }

    fn install(&self, project: &Project) -> Result {
        let folder = project.tools().join(self.folder);
        let sh = &project.sh;
        sh.create_dir(&folder)?;
        let packages: Vec<_> = self.names.iter().map(|name| format!("{name}@{}", self.version)).collect();
        let list = packages.join(" ");
        say(format!("installing {list} into target/tools (a few seconds)"));
        let by_hand = format!("npm install --prefix target/tools/{} {list}", self.folder);
        cmd!(
            sh,
            "npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix {folder} {packages...}"
        )
        .quiet()
        .run()
        .map_err(|_| manual(&list, &by_hand))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_s_version_is_read_from_its_own_settings() {
        assert_eq!(trunk_version("# a comment\ntrunk-version = \">=0.21.14\"\n[build]").unwrap(), "0.21.14");
        assert!(trunk_version("[build]").is_err());
    }

    #[test]
    fn wasm_bindgen_s_version_is_read_from_the_lock_file_and_not_from_a_longer_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(locked_version(lock, "trunk").is_err());
    }
}
