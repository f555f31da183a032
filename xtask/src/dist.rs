//! The program as it is installed: without debug information, which lies beside it and is found by its name.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// Builds the release and writes `target/dist/parlor` and `target/dist/parlor.debug`.
///
/// A backtrace of the program names files and lines while both files are in one folder, and functions without the second.
///
/// # Errors
/// When the build fails, or `objcopy` (package `binutils`) is missing.
pub(crate) fn dist() -> Result<()> {
    run::run_checked(run::cargo_command().args(["build", "--release", "--package", "parlor"]))?;
    let target = run::target_dir()?;
    let built = target.join("release/parlor");
    let folder = target.join("dist");
    std::fs::create_dir_all(&folder)?;
    let (program, debug) = (folder.join("parlor"), folder.join("parlor.debug"));
    objcopy(&["--only-keep-debug".as_ref(), &built, &debug])?;
    // The link holds the file's name alone, so it is made from inside the folder.
    let mut link = Command::new("objcopy");
    link.current_dir(&folder)
        .args(["--strip-debug", "--add-gnu-debuglink=parlor.debug"])
        .args([&built, &program]);
    run::run_checked(&mut link)?;
    for file in [&program, &debug] {
        let bytes = std::fs::metadata(file)
            .with_context(|| format!("{} was not written", file.display()))?
            .len();
        println!("dist: {} ({} MB)", file.display(), bytes / 1_000_000);
    }
    Ok(())
}

fn objcopy(arguments: &[&Path]) -> Result<()> {
    run::run_checked(Command::new("objcopy").args(arguments))
}
