//! Installing packages of the distribution, where that is ours to do.

use std::cell::Cell;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// The package manager of a Debian-like machine.
pub(crate) struct Apt {
    root: bool,
    present: bool,
    updated: Cell<bool>,
}

impl Apt {
    /// Looks who we are and what is here.
    pub(crate) fn new() -> Self {
        let uid = run::output(Command::new("id").arg("-u")).unwrap_or_default();
        Apt {
            root: uid.trim() == "0",
            present: run::find_program("apt-get").is_some(),
            updated: Cell::new(false),
        }
    }

    /// Whether we run as root.
    pub(crate) fn is_root(&self) -> bool {
        self.root
    }

    /// Installs packages, or fails with the command that would.
    pub(crate) fn install(&self, packages: &[&str]) -> Result<()> {
        let names = packages.join(" ");
        if !self.present {
            bail!("install {names} with the package manager of this machine");
        }
        if !self.root {
            bail!(
                "run: sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
            );
        }
        println!("setup: installing {names}");
        if !self.updated.replace(true) {
            run::succeed(self.command().args(["update", "-qq"]))?;
        }
        run::succeed(
            self.command()
                .args(["install", "-y", "-qq", "--no-install-recommends"])
                .args(packages),
        )
    }

    fn command(&self) -> Command {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}
