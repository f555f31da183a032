//! As whom the server runs: it refuses root.

use std::path::Path;
use std::process::Command;

/// An ordinary account to become, when we are root.
#[derive(Clone, Copy)]
pub(crate) struct SystemUser {
    ids: Option<(u32, u32)>,
}

impl SystemUser {
    /// Nobody else when we are ordinary already, otherwise the first account that exists.
    pub(crate) fn choose() -> Self {
        if numeric_id(&["-u"]) != Some(0) {
            return Self { ids: None };
        }
        let ids = ["postgres", "nobody"]
            .iter()
            .find_map(|name| Some((numeric_id(&["-u", name])?, numeric_id(&["-g", name])?)));
        if ids.is_none() {
            panic!("root needs an ordinary user to run PostgreSQL as; run: cargo xtask setup");
        }
        Self { ids }
    }

    /// Makes a folder this account's own.
    pub(crate) fn chown(self, folder: &Path) -> std::io::Result<()> {
        match self.ids {
            None => Ok(()),
            Some((user, group)) => std::os::unix::fs::chown(folder, Some(user), Some(group)),
        }
    }

    /// A command that will run a program as this account.
    pub(crate) fn command(self, program: &Path) -> Command {
        let Some((user, group)) = self.ids else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={group}"))
            .args(["--clear-groups", "--"])
            .arg(program);
        command
    }
}

fn numeric_id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().parse().ok())?
}
