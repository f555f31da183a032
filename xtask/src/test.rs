//! Test command: sets up tools, runs the tests and prints a summary.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::setup::InstallPolicy;
use crate::{run, setup};

mod counted_run;
mod doctests;
mod shared_postgres;
mod test_area;
mod test_counts;

use test_area::TestArea;
use test_counts::TestCounts;

/// Variable: folder of the PostgreSQL programs, for tests that start their own server.
const POSTGRES_BIN: &str = "PARLOR_TEST_POSTGRES_BIN";
/// Variable: URL of the PostgreSQL server that the other tests share.
const POSTGRES: &str = "PARLOR_TEST_POSTGRES";
/// Variable: Python interpreter of the examples.
const PYTHON: &str = "PARLOR_TEST_PYTHON";
/// Variable: Python interpreter of Schemathesis.
const SCHEMATHESIS: &str = "PARLOR_TEST_SCHEMATHESIS";
/// Variable: Python interpreter of llmock, a model server.
const LLMOCK: &str = "PARLOR_TEST_LLMOCK";
/// Variable: Python interpreter of moto, a server with the API of S3.
const MOTO: &str = "PARLOR_TEST_MOTO";
/// Variable: Python interpreter of a small language model and its server.
const LOCAL_MODEL: &str = "PARLOR_TEST_LOCAL_MODEL";
/// Variable: folder of the Node.js packages.
const NODE_CLIENTS: &str = "PARLOR_TEST_NODE_CLIENTS";
/// Variable: folder of Prism.
const PRISM: &str = "PARLOR_TEST_PRISM";
/// Variable: release build of `parlor`, for tests that run the program.
const BINARY: &str = "PARLOR_TEST_BINARY";
/// Variable: number of generated cases per operation of Schemathesis.
const FUZZ_CASES: &str = "PARLOR_TEST_FUZZ";
/// Variable: seed of the generated cases.
const FUZZ_SEED: &str = "PARLOR_TEST_SEED";

/// Which tests to run, and how long those may take that can go on for ever.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct TestOptions {
    /// Cases that are made up for each operation of each OpenAPI document; a few by default, 1000 for a long run.
    #[arg(long, value_name = "CASES")]
    fuzz: Option<u32>,
    /// Where making them up begins: the same number, the same cases.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u32>,
    /// Installs nothing: what is missing is an error that names the command to run.
    #[arg(long)]
    no_setup: bool,
    /// Only the tests of one package (`engine`, `sharely`, `xtask`) or of one test program (`contract`, `server`). May be repeated.
    #[arg(long, value_name = "AREA")]
    only: Vec<String>,
    /// Names or parts of names of the tests to run; all of them when none is given.
    #[arg(last = true)]
    filters: Vec<String>,
}

/// Runs the selected tests.
///
/// # Errors
/// If a test fails or none ran.
pub(crate) fn test(options: &TestOptions) -> Result<()> {
    let areas = test_area::find_all(&options.only)?;
    let tools = setup::setup(if options.no_setup {
        InstallPolicy::Refused
    } else {
        InstallPolicy::Allowed
    })?;
    // Tests of the program use the release build: its profile, features and panic behaviour.
    if areas.is_empty() || areas.iter().any(TestArea::runs_program) {
        run::run_checked(run::cargo_command().args(["build", "--release", "--package", "parlor"]))?;
    }
    let binary = run::target_dir()?.join("release/parlor");
    let postgres = shared_postgres::SharedPostgres::start(&tools.postgres_bin)?;
    let envs = [
        (BINARY, binary.as_os_str()),
        (POSTGRES_BIN, tools.postgres_bin.as_os_str()),
        (POSTGRES, postgres.url.as_ref()),
        (PYTHON, tools.python.as_os_str()),
        (SCHEMATHESIS, tools.schemathesis.as_os_str()),
        (LLMOCK, tools.llmock.as_os_str()),
        (MOTO, tools.moto.as_os_str()),
        (LOCAL_MODEL, tools.local_model.as_os_str()),
        (NODE_CLIENTS, tools.node.clients.as_os_str()),
        (PRISM, tools.node.prism.as_os_str()),
    ];
    let numbers = [(FUZZ_CASES, options.fuzz), (FUZZ_SEED, options.seed)];
    let path = tools.node.bin.as_deref().map(prepend_to_path).transpose()?;

    let mut commands: Vec<Command> = areas
        .iter()
        .map(|area| runner(&area.cargo_args()))
        .collect();
    if areas.is_empty() {
        commands.push(runner(&["--workspace", "--features", "xtask/bench"]));
        if has_nextest() && doctests::has_doctests(&run::repository_root())? {
            let mut doc = run::cargo_command();
            doc.args(["test", "--doc", "--workspace", "--no-fail-fast"]);
            commands.push(doc);
        }
    }

    let mut total = TestCounts::default();
    for mut command in commands {
        command.envs(envs);
        for (name, number) in numbers {
            if let Some(number) = number {
                command.env(name, number.to_string());
            }
        }
        if let Some(path) = &path {
            command.env("PATH", path);
        }
        command.arg("--").args(&options.filters);
        total.add(counted_run::run_counted(&mut command)?);
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

/// Builds the command of the test runner: nextest if it is installed, otherwise `cargo test`.
fn runner(selection: &[&str]) -> Command {
    let mut command = run::cargo_command();
    if has_nextest() {
        command.args(["nextest", "run", "--no-tests=pass"]);
    } else {
        command.args(["test", "--no-fail-fast"]);
    }
    command.args(selection);
    command
}

fn has_nextest() -> bool {
    run::find_program("cargo-nextest").is_some()
}

/// Prepends a folder to `PATH`.
fn prepend_to_path(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}
