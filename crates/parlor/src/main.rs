//! The `parlor` program.

use std::process::ExitCode;

/// Replaces the system allocator, which is slow for the many short-lived objects of a request.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    disable_huge_pages();
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    parlor::cli::run(std::env::args_os(), variables.collect())
}

/// Disables transparent huge pages for this process.
///
/// The allocator requests huge pages, and the kernel then backs a few used kilobytes with 2 MiB each. The program holds
/// little memory and reads little of it sequentially, so huge pages cost more than they gain.
#[cfg(target_os = "linux")]
fn disable_huge_pages() {
    // Failure only costs memory.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
