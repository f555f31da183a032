//! Simulation of a slow disk by a preloaded library that delays every flush.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// Delay per flush, in microseconds.
pub(super) const ADDED_MICROS: u32 = 2000;

/// Compiles the library.
pub(super) fn compile_library(into: &Path) -> Result<PathBuf> {
    let library = into.join("slowsync.so");
    let source = run::repository_root().join("xtask/bench/slowsync.c");
    run::run_checked(
        Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source),
    )
    .context("a C compiler is needed for the slow-flush library: run cargo xtask setup")?;
    Ok(library)
}

/// Preloads the library into a command.
pub(super) fn preload_library(command: &mut Command, library: &Path) {
    command.env("LD_PRELOAD", library);
    command.env("SLOWSYNC_US", ADDED_MICROS.to_string());
}
