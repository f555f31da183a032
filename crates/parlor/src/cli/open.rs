//! Why a database does not open.

use parlor_model::Error;

use crate::fault::{Exit, Fault};

/// What happened, with the remedy where there is a known one.
pub(super) fn explain(error: Error) -> Fault {
    let Fault { exit, message, .. } = Fault::from(error);
    if message.contains("newer version") {
        return Fault::new(exit, message)
            .fix("run the version that wrote it, or restore a backup made before");
    }
    if message.contains("was edited after it was applied") {
        return Fault::new(
            exit,
            format!("this database was made by another build: {message}"),
        )
        .fix("run that build, or start with an empty database");
    }
    let what = match exit {
        Exit::Away => "the database cannot be reached",
        _ => "the database cannot be opened",
    };
    Fault::new(exit, format!("{what}: {message}"))
        .fix("check the setting `database`, and that what it names is there and undamaged")
}
