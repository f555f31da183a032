//! The PostgreSQL server programs. The tests start clusters of their own; the distribution's is not used.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::run;

const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];
const OLDEST: u32 = 14;
const DEBIAN: &str = "/usr/lib/postgresql";
/// Keeps the distribution's package from making and starting a cluster of its own.
const NO_CLUSTER: (&str, &str) = (
    "/etc/postgresql-common/createcluster.d",
    "create_main_cluster = false\n",
);

/// Server programs of one version, all in one folder.
pub(crate) struct Server {
    pub(crate) bin: PathBuf,
    version: u32,
}

impl Server {
    /// One line for the terminal.
    pub(crate) fn said(&self) -> String {
        format!("PostgreSQL {} in {}", self.version, self.bin.display())
    }
}

/// Finds the newest server, after installing one where none is.
pub(crate) fn check(apt: &Apt) -> Result<Server> {
    if let Some(server) = find() {
        return Ok(server);
    }
    let wanted = format!("PostgreSQL {OLDEST} or newer, with {}", PROGRAMS.join(", "));
    if apt.is_root() {
        let (folder, text) = NO_CLUSTER;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(Path::new(folder).join("parlor-tests.conf"), text))
            .with_context(|| format!("cannot write into {folder}"))?;
    }
    apt.install(&["postgresql"])
        .with_context(|| format!("{wanted} is missing"))?;
    match find() {
        Some(server) => Ok(server),
        None => bail!("{wanted} is missing: put the folder of these programs on PATH"),
    }
}

fn find() -> Option<Server> {
    folders()
        .into_iter()
        .filter_map(|bin| {
            Some(Server {
                version: version(&bin)?,
                bin,
            })
        })
        .filter(|server| server.version >= OLDEST)
        .max_by_key(|server| server.version)
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir(DEBIAN) {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
}

/// The major version of a folder that holds all programs.
fn version(bin: &Path) -> Option<u32> {
    if !PROGRAMS.iter().all(|name| bin.join(name).is_file()) {
        return None;
    }
    let text = run::output(Command::new(bin.join("postgres")).arg("--version")).ok()?;
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
    fn the_major_version_is_read() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("postgres\n"), None);
    }
}
