//! Passwords in the URLs of databases and NATS servers.

use percent_encoding::percent_decode_str;

use super::settings_table::SettingSpec;
use crate::cli_error::{CliError, ExitKind};

/// Rejects a `--database` or `--bus` flag that contains a password, because process arguments are visible to all local users.
///
/// # Errors
/// `Usage` if the URL contains a password.
pub(super) fn reject_password_flags(
    flags: &[(&'static SettingSpec, String)],
) -> Result<(), CliError> {
    let is_exposed = |name: &str, has_secret: fn(&str) -> bool| {
        flags
            .iter()
            .any(|(key, url)| key.name == name && has_secret(url))
    };
    if is_exposed("database", has_password) {
        return Err(CliError::new(
            ExitKind::Usage,
            "the database's password would stand in the list of processes, for every user of this machine",
        )
        .with_hint("put the URL into a file for --database-file, or into the variable PARLOR_DATABASE"));
    }
    // A name alone may be a token.
    if is_exposed("bus", |url| url.contains('@')) {
        return Err(CliError::new(
            ExitKind::Usage,
            "the password of NATS would stand in the list of processes, for every user of this machine",
        )
        .with_hint("put the URL into the variable PARLOR_BUS or the configuration's file, or use nats_credentials_file"));
    }
    Ok(())
}

/// Checks for a password in the user info or the query. Parses like the driver: credentials end at the first `@`, and
/// parameter names may be percent-encoded.
fn has_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let credentials = rest.split_once('@').map(|(credentials, _)| credentials);
    let has_userinfo_password = credentials
        .and_then(|credentials| credentials.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty());
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let is_password_parameter = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name).eq(*b"password")
    };
    has_userinfo_password || query.split('&').any(is_password_parameter)
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn has_password_finds_userinfo_and_query_passwords() {
        for url in [
            "postgres://u:p@h/db",
            "postgresql://u:p%40@h:5432/db",
            "postgres://u:a@b@h/db",
            "postgres://u:a/b@h/db",
            "postgres://u:a?b@h/db",
            "postgres://h/d:b@x",
            "postgres://h/db?p%61ssword=p",
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
            "postgres://h/db?sslmode=require",
        ] {
            assert!(!has_password(url), "{url}");
        }
    }
}
