//! PostgreSQL server that all test processes share. It ends with this process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use crate::run;

/// Running server; drop stops it.
pub(crate) struct SharedPostgres {
    child: Child,
    /// URL of the server.
    pub(crate) url: String,
}

impl SharedPostgres {
    /// Starts the server and waits for its URL. The server stops at the end of its standard input, even if this process
    /// is killed.
    pub(crate) fn start(postgres_bin: &Path) -> Result<Self> {
        let mut child = run::cargo_command()
            .args(["run", "--quiet", "--package", "parlor-test-postgres"])
            .env(super::POSTGRES_BIN, postgres_bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start cargo")?;
        let mut url = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut url)?;
        }
        let url = url.trim().to_owned();
        let server = SharedPostgres { child, url };
        if server.url.is_empty() {
            bail!("PostgreSQL for the tests did not start");
        }
        Ok(server)
    }
}

impl Drop for SharedPostgres {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
