//! The `parlor` program.

use std::process::ExitCode;

/// Small objects made and dropped on every request are what the system's allocator is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    disable_huge_pages();
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    parlor::cli::run(std::env::args_os(), variables.collect())
}

/// The allocator asks for huge pages, and the kernel then puts two megabytes where a few kilobytes are in use: minutes
/// later, and without end for what comes and goes. The program holds little, and little of it is read in a row.
#[cfg(target_os = "linux")]
fn disable_huge_pages() {
    // A kernel that cannot do it holds a few megabytes more.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
