//! The `parlor` program.

use std::process::ExitCode;

/// Small objects made and dropped on every request are what the system's allocator is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    parlor::cli::run(std::env::args_os(), variables.collect())
}
