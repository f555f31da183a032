//! Installation of Debian packages.

use std::cell::Cell;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// Whether missing packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstallPolicy {
    Allowed,
    /// A missing package is an error that names the command to run.
    Refused,
}

/// APT package manager.
pub(crate) struct Apt {
    installs: InstallPolicy,
    root: bool,
    present: bool,
    updated: Cell<bool>,
}

impl Apt {
    /// Detects whether this process is root and whether `apt-get` exists.
    pub(crate) fn new(installs: InstallPolicy) -> Self {
        let uid = run::checked_output(Command::new("id").arg("-u")).unwrap_or_default();
        Apt {
            installs,
            root: uid.trim() == "0",
            present: run::find_program("apt-get").is_some(),
            updated: Cell::new(false),
        }
    }

    /// Returns whether this process runs as root.
    pub(crate) fn is_root(&self) -> bool {
        self.root
    }

    /// Checks that installing is allowed.
    ///
    /// # Errors
    /// With the command to run, if the policy refuses.
    pub(crate) fn check_allowed(&self, missing: &str) -> Result<()> {
        if self.installs == InstallPolicy::Refused {
            bail!("{missing}: run: cargo xtask setup");
        }
        Ok(())
    }

    /// Prints a notice and installs packages.
    ///
    /// # Errors
    /// With the command to run, if installing is not possible or not allowed.
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
        // The tests start what they need themselves: packages start no service of the machine.
        command.env("SYSTEMD_OFFLINE", "1");
        command
    }
}
