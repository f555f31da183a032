//! PostgreSQL server programs. Tests start their own clusters; a system cluster is not used.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::run;

const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];
const MIN_VERSION: u32 = 14;
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";
/// Configuration that prevents Debian's package from creating and starting a cluster.
const CREATE_CLUSTER_CONFIG: (&str, &str) = (
    "/etc/postgresql-common/createcluster.d",
    "create_main_cluster = false\n",
);

/// Server programs of one version.
pub(crate) struct PostgresInstallation {
    pub(crate) bin: PathBuf,
    version: u32,
}

impl PostgresInstallation {
    /// Formats one line for the terminal.
    pub(crate) fn summary(&self) -> String {
        format!("PostgreSQL {} in {}", self.version, self.bin.display())
    }
}

/// Finds the newest installed server; installs one if there is none.
pub(crate) fn check(apt: &Apt) -> Result<PostgresInstallation> {
    if let Some(server) = find_newest() {
        return Ok(server);
    }
    let wanted = format!(
        "PostgreSQL {MIN_VERSION} or newer, with {}",
        PROGRAMS.join(", ")
    );
    if apt.is_root() {
        let (folder, text) = CREATE_CLUSTER_CONFIG;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(Path::new(folder).join("parlor-tests.conf"), text))
            .with_context(|| format!("cannot write into {folder}"))?;
    }
    apt.install(&["postgresql"])
        .with_context(|| format!("{wanted} is missing"))?;
    match find_newest() {
        Some(server) => Ok(server),
        None => bail!("{wanted} is missing: put the folder of these programs on PATH"),
    }
}

fn find_newest() -> Option<PostgresInstallation> {
    candidate_bin_dirs()
        .into_iter()
        .filter_map(|bin| {
            Some(PostgresInstallation {
                version: read_version(&bin)?,
                bin,
            })
        })
        .filter(|server| server.version >= MIN_VERSION)
        .max_by_key(|server| server.version)
}

fn candidate_bin_dirs() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir(DEBIAN_ROOT) {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

/// Returns the major version, if the folder contains all programs.
fn read_version(bin: &Path) -> Option<u32> {
    if !PROGRAMS.iter().all(|name| bin.join(name).is_file()) {
        return None;
    }
    let text = run::checked_output(Command::new(bin.join("postgres")).arg("--version")).ok()?;
    parse_version(&text)
}

fn parse_version(text: &str) -> Option<u32> {
    let number = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_version_reads_major_version() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("postgres\n"), None);
    }
}
