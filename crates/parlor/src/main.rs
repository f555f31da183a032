//! The `parlor` program.

use std::process::ExitCode;

/// Small objects made and dropped on every request are what the system's allocator is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    parlor::cli::run(std::env::args_os(), std::env::vars().collect())
}
