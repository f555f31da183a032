//! Passwords in the URL of a database.

use super::keys::Key;
use crate::fault::{Exit, Fault};

/// Every user of a machine can read the arguments of its processes.
pub(super) fn refuse(flags: &[(&'static Key, String)]) -> Result<(), Fault> {
    let shown = flags
        .iter()
        .find(|(key, url)| key.name == "database" && has_password(url));
    match shown {
        None => Ok(()),
        Some(_) => Err(Fault::new(
            Exit::Usage,
            "the database's password would stand in the list of processes, for every user of this machine",
        )
        .fix("put the URL into a file for --database-file, or into the variable PARLOR_DATABASE")),
    }
}

fn has_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = authority.split('/').next().unwrap_or_default();
    let in_authority = authority
        .rsplit_once('@')
        .and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty());
    in_authority || query.split('&').any(|pair| pair.starts_with("password="))
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn a_password_is_found_wherever_a_url_can_have_one() {
        for url in [
            "postgres://u:p@h/db",
            "postgresql://u:p%40@h:5432/db",
            "postgres://u:a@b@h/db",
            "postgres://h/db?password=p",
            "postgres:///db?host=/run&password=p",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in [
            "sqlite:./a:b@c.db",
            "postgres://h:5432/db",
            "postgres://u@h:5432/db",
            "postgres://u:@h/db",
            "postgres://h/d:b@x",
            "postgres://h/db?sslmode=require",
        ] {
            assert!(!has_password(url), "{url}");
        }
    }
}
