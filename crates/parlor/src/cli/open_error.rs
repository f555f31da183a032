//! Errors of opening a database.

use parlor_model::Error;

use crate::cli_error::{CliError, ExitKind};

/// Converts the error of opening a database, with a hint for known causes.
pub(super) fn explain_open_error(error: Error) -> CliError {
    let CliError { exit, message, .. } = CliError::from(error);
    if message.contains("newer version") {
        return CliError::new(exit, message)
            .with_hint("run the version that wrote it, or restore a backup made before");
    }
    if message.contains("was edited after it was applied") {
        return CliError::new(
            exit,
            format!("this database was made by another build: {message}"),
        )
        .with_hint("run that build, or start with an empty database");
    }
    let what = match exit {
        ExitKind::Unreachable => "the database cannot be reached",
        _ => "the database cannot be opened",
    };
    CliError::new(exit, format!("{what}: {message}"))
        .with_hint("check the setting `database`, and that what it names is there and undamaged")
}
