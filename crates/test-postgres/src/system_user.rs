//! System user of the server process. PostgreSQL refuses to run as root.

use std::path::Path;
use std::process::Command;

/// Unprivileged user to switch to if this process runs as root.
#[derive(Clone, Copy)]
pub(crate) struct SystemUser {
    ids: Option<(u32, u32)>,
}

impl SystemUser {
    /// Selects the current user if it is unprivileged, otherwise the first existing of `postgres` and `nobody`.
    ///
    /// # Panics
    /// If this process runs as root and neither exists.
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

    /// Makes the user the owner of a folder.
    pub(crate) fn chown(self, folder: &Path) -> std::io::Result<()> {
        match self.ids {
            None => Ok(()),
            Some((user, group)) => std::os::unix::fs::chown(folder, Some(user), Some(group)),
        }
    }

    /// Builds a command that runs a program as this user.
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
