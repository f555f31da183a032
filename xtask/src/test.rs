//! The one test command: set up, run everything, and say in one line how it went.

use anyhow::{Result, bail};

use crate::{run, setup};

mod cluster;
mod count;
mod doctests;
mod stream;

use count::Count;

/// The folder of the server programs, for tests that start a server of their own.
const POSTGRES_BIN: &str = "PARLOR_TEST_POSTGRES_BIN";
/// The server that the other tests share.
const POSTGRES: &str = "PARLOR_TEST_POSTGRES";
/// The interpreter that runs the examples.
const PYTHON: &str = "PARLOR_TEST_PYTHON";

/// Runs the tests whose names match, all of them without a filter.
pub(crate) fn test(filters: &[String]) -> Result<()> {
    let found = setup::setup()?;
    let cluster = cluster::Cluster::start(&found.postgres_bin)?;
    let envs = [
        (POSTGRES_BIN, found.postgres_bin.as_os_str()),
        (POSTGRES, cluster.url.as_ref()),
        (PYTHON, found.python.as_os_str()),
    ];

    let mut commands = Vec::new();
    let mut main = run::cargo();
    if run::find_program("cargo-nextest").is_some() {
        main.args(["nextest", "run", "--no-tests=pass"]);
        if doctests::exist(&run::root())? {
            let mut doc = run::cargo();
            doc.args(["test", "--doc", "--workspace", "--no-fail-fast"]);
            commands.push(doc);
        }
    } else {
        main.args(["test", "--no-fail-fast"]);
    }
    main.args(["--workspace", "--features", "xtask/bench"]);
    commands.insert(0, main);

    let mut total = Count::default();
    for mut command in commands {
        command.envs(envs);
        command.arg("--").args(filters);
        total.add(stream::run(&mut command)?);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("tests failed");
    }
    if total.passed == 0 {
        bail!("no test ran: no name matches, or nothing was compiled");
    }
    Ok(())
}
