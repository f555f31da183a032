//! Unprivileged user for PostgreSQL, which refuses to run as root.

use std::process::Command;

use anyhow::{Result, bail};

use super::apt::Apt;
use crate::run;

/// Checks that tests can run programs without privileges.
pub(crate) fn check(apt: &Apt) -> Result<String> {
    if !apt.is_root() {
        return Ok("not root, so PostgreSQL runs as this user".to_owned());
    }
    if run::find_program("setpriv").is_none() {
        apt.install(&["util-linux"])?;
    }
    let users = ["postgres", "nobody"];
    match users.iter().find(|user| exists(user)) {
        Some(user) => Ok(format!("root, so PostgreSQL runs as {user}")),
        None => bail!(
            "root needs an ordinary user to run PostgreSQL as: run: useradd --system postgres"
        ),
    }
}

fn exists(user: &str) -> bool {
    run::checked_output(Command::new("id").args(["-u", user])).is_ok()
}
