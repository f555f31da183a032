//! What the tests need beside Rust: installed where that is possible, otherwise named with the command to run.

use std::path::PathBuf;

use anyhow::{Result, bail};

mod apt;
mod postgres;
mod python;
mod tools;
mod user;

/// What was found, for the tests.
pub(crate) struct Found {
    /// The folder of `initdb`, `postgres` and `pg_ctl`.
    pub(crate) postgres_bin: PathBuf,
    /// The interpreter that can import what the examples import.
    pub(crate) python: PathBuf,
}

/// Checks everything, installs what it may, and fails with all remedies at once.
pub(crate) fn setup() -> Result<Found> {
    let apt = apt::Apt::new();
    let mut remedies = Vec::new();
    let mut note = |what: Result<String>| match what {
        Ok(text) => println!("setup: {text}"),
        Err(error) => remedies.push(format!("{error:#}")),
    };

    for tool in tools::TOOLS {
        note(tools::check(tool, &apt));
    }
    note(user::check(&apt));
    let postgres = postgres::check(&apt);
    note(postgres.as_ref().map(postgres::Server::said).map_err(again));
    let python = python::check(&apt);
    note(match &python {
        Ok(path) => Ok(format!("Python packages in {}", path.display())),
        Err(error) => Err(again(error)),
    });

    match (postgres, python) {
        (Ok(postgres), Ok(python)) if remedies.is_empty() => Ok(Found {
            postgres_bin: postgres.bin,
            python,
        }),
        _ => bail!(
            "this machine lacks what the tests need:\n{}",
            remedies.join("\n")
        ),
    }
}

/// The same error once more, since errors cannot be copied.
fn again(error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
