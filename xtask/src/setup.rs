//! Setup of the tools that tests need besides Rust. Missing ones are installed if possible, otherwise reported with the
//! command to run.

use std::path::PathBuf;

use anyhow::{Result, bail};

mod apt;
mod mail;
mod node;
mod postgres;
mod proxies;
mod python;
mod tools;
mod user;

pub(crate) use apt::InstallPolicy;

/// Paths of the tools.
pub(crate) struct ToolPaths {
    /// Folder of `initdb`, `postgres` and `pg_ctl`.
    pub(crate) postgres_bin: PathBuf,
    /// Python interpreter with the packages of the examples.
    pub(crate) python: PathBuf,
    /// Python interpreter with Schemathesis, which checks the server against its OpenAPI documents.
    pub(crate) schemathesis: PathBuf,
    /// Python interpreter with llmock, a model server for tests.
    pub(crate) llmock: PathBuf,
    /// Python interpreter with moto, a server with the API of S3.
    pub(crate) moto: PathBuf,
    /// Python interpreter with a small language model and its server.
    pub(crate) local_model: PathBuf,
    /// Node.js and the third-party clients for it.
    pub(crate) node: node::NodeInstallation,
}

/// Checks all tools and installs missing ones if the policy allows it.
///
/// # Errors
/// Lists every missing tool with the command that installs it.
pub(crate) fn setup(installs: InstallPolicy) -> Result<ToolPaths> {
    let apt = apt::Apt::new(installs);
    let mut remedies = Vec::new();
    let mut report = |result: Result<String>| match result {
        Ok(text) => println!("setup: {text}"),
        Err(error) => remedies.push(format!("{error:#}")),
    };

    for tool in tools::TOOLS {
        report(tools::check(tool, &apt));
    }
    report(user::check(&apt));
    report(mail::check(&apt));
    report(proxies::check(&apt));
    let postgres = postgres::check(&apt);
    report(
        postgres
            .as_ref()
            .map(postgres::PostgresInstallation::summary)
            .map_err(clone_error),
    );
    let mut environment = |environment: python::PythonEnvironment| {
        let result = environment.check(&apt);
        report(match &result {
            Ok(path) => Ok(format!("Python packages in {}", path.display())),
            Err(error) => Err(clone_error(error)),
        });
        result
    };
    let examples = environment(python::EXAMPLES);
    let schemathesis = environment(python::SCHEMATHESIS);
    let llmock = environment(python::LLMOCK);
    let moto = environment(python::MOTO);
    let local_model = environment(python::LOCAL_MODEL);
    let node = node::check(&apt);
    report(
        node.as_ref()
            .map(node::NodeInstallation::summary)
            .map_err(clone_error),
    );

    let servers = (llmock, moto, local_model);
    match (postgres, examples, schemathesis, servers, node) {
        (
            Ok(postgres),
            Ok(python),
            Ok(schemathesis),
            (Ok(llmock), Ok(moto), Ok(local_model)),
            Ok(node),
        ) if remedies.is_empty() => Ok(ToolPaths {
            postgres_bin: postgres.bin,
            python,
            schemathesis,
            llmock,
            moto,
            local_model,
            node,
        }),
        _ => bail!(
            "this machine lacks what the tests need:\n{}",
            remedies.join("\n")
        ),
    }
}

/// Installs socket.io, which the benchmark compares with the server, and returns its folder.
#[cfg(feature = "bench")]
pub(crate) fn socket_io() -> Result<PathBuf> {
    node::peers(&apt::Apt::new(InstallPolicy::Allowed))
}

/// Copies an error as text, since `anyhow::Error` is not `Clone`.
fn clone_error(error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
