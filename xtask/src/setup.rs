//! What the tests need beside Rust: installed where that is possible, otherwise named with the command to run.

use std::path::PathBuf;

use anyhow::{Result, bail};

mod apt;
mod node;
mod postgres;
mod python;
mod tools;
mod user;

pub(crate) use apt::InstallPolicy;

/// What was found, for the tests.
pub(crate) struct ToolPaths {
    /// The folder of `initdb`, `postgres` and `pg_ctl`.
    pub(crate) postgres_bin: PathBuf,
    /// The interpreter that can import what the examples import.
    pub(crate) python: PathBuf,
    /// The interpreter that can import what holds the documents against the server.
    pub(crate) schemathesis: PathBuf,
    /// Node.js, and the clients of others that run on it.
    pub(crate) node: node::NodeInstallation,
}

/// Checks everything, installs what it may, and fails with all remedies at once.
///
/// # Errors
/// Names each thing that is missing and the command that brings it.
pub(crate) fn setup(installs: InstallPolicy) -> Result<ToolPaths> {
    let apt = apt::Apt::new(installs);
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
    note(
        postgres
            .as_ref()
            .map(postgres::PostgresInstallation::summary)
            .map_err(clone_error),
    );
    let mut environment = |environment: python::PythonEnvironment| {
        let made = environment.check(&apt);
        note(match &made {
            Ok(path) => Ok(format!("Python packages in {}", path.display())),
            Err(error) => Err(clone_error(error)),
        });
        made
    };
    let examples = environment(python::EXAMPLES);
    let schemathesis = environment(python::SCHEMATHESIS);
    let node = node::check(&apt);
    note(
        node.as_ref()
            .map(node::NodeInstallation::summary)
            .map_err(clone_error),
    );

    match (postgres, examples, schemathesis, node) {
        (Ok(postgres), Ok(python), Ok(schemathesis), Ok(node)) if remedies.is_empty() => {
            Ok(ToolPaths {
                postgres_bin: postgres.bin,
                python,
                schemathesis,
                node,
            })
        }
        _ => bail!(
            "this machine lacks what the tests need:\n{}",
            remedies.join("\n")
        ),
    }
}

/// The folder of socket.io, which the benchmark measures beside us.
#[cfg(feature = "bench")]
pub(crate) fn socket_io() -> Result<PathBuf> {
    node::peers(&apt::Apt::new(InstallPolicy::Allowed))
}

/// NATS, the same.
#[cfg(feature = "bench")]
pub(crate) fn nats() -> Result<()> {
    tools::check(&tools::NATS, &apt::Apt::new(InstallPolicy::Allowed))
        .map(|said| println!("setup: {said}"))
}

/// The same error once more, since errors cannot be copied.
fn clone_error(error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
