//! A Python of our own with the packages that the examples import, pinned.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::apt::Apt;
use crate::run;

/// The interpreter of the environment, made when it is missing or its list has changed.
pub(crate) fn check(apt: &Apt) -> Result<PathBuf> {
    let list = run::root().join("xtask/setup/requirements.txt");
    let wanted = std::fs::read_to_string(&list)?;
    let folder = run::target_dir()?.join("xtask/venv");
    let python = folder.join("bin/python3");
    let stamp = folder.join("parlor-requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) && works(&python) {
        return Ok(python);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    println!("setup: making {}", folder.display());
    if make(&folder).is_err() {
        apt.install(&["python3-venv"])
            .context("python3 cannot make an environment")?;
        make(&folder)?;
    }
    run::succeed(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&list),
    )
    .context("the Python packages of xtask/setup/requirements.txt could not be installed")?;
    std::fs::write(&stamp, wanted)?;
    Ok(python)
}

fn make(folder: &Path) -> Result<()> {
    run::output(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(folder),
    )
    .map(|_| ())
}

fn works(python: &Path) -> bool {
    run::output(Command::new(python).args(["-c", "import requests, yaml"])).is_ok()
}
