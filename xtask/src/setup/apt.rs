//! Installing packages of the distribution, where that is allowed and possible.

use std::cell::Cell;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// Whether a chore may install what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstallPolicy {
    Allowed,
    /// What is missing is an error that names the command.
    Refused,
}

/// The package manager of a Debian-like machine.
pub(crate) struct Apt {
    installs: InstallPolicy,
    root: bool,
    present: bool,
    updated: Cell<bool>,
}

impl Apt {
    /// Looks who we are and what is here.
    pub(crate) fn new(installs: InstallPolicy) -> Self {
        let uid = run::checked_output(Command::new("id").arg("-u")).unwrap_or_default();
        Apt {
            installs,
            root: uid.trim() == "0",
            present: run::find_program("apt-get").is_some(),
            updated: Cell::new(false),
        }
    }

    /// Whether we run as root.
    pub(crate) fn is_root(&self) -> bool {
        self.root
    }

    /// Fails with the command to run where nothing may be installed.
    pub(crate) fn check_allowed(&self, missing: &str) -> Result<()> {
        if self.installs == InstallPolicy::Refused {
            bail!("{missing}: run: cargo xtask setup");
        }
        Ok(())
    }

    /// Installs packages, after saying so, or fails with the command that would.
    pub(crate) fn install(&self, packages: &[&str]) -> Result<()> {
        let names = packages.join(" ");
        if !self.present {
            bail!("install {names} with the package manager of this machine");
        }
        if !self.root || self.installs == InstallPolicy::Refused {
            bail!(
                "run: sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
            );
        }
        println!("setup: as root: apt-get install {names} (`--no-setup` installs nothing)");
        if !self.updated.replace(true) {
            run::run_checked(self.command().args(["update", "-qq"]))?;
        }
        run::run_checked(
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
