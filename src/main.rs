//! Two faces of one program: the page in a browser, the command line everywhere else.

#[cfg(target_arch = "wasm32")]
fn main() {
    pileup::page::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    pileup::cli::main(std::env::args_os().skip(1))
}
