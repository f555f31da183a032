//! One PostgreSQL server for all test processes, gone when this process is.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use crate::run;

/// A running server; dropping it ends the server.
pub(crate) struct SharedPostgres {
    child: Child,
    /// Where the tests find it.
    pub(crate) url: String,
}

impl SharedPostgres {
    /// Starts it and waits for its address. The server ends when its standard input does, however we end.
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
        let cluster = SharedPostgres { child, url };
        if cluster.url.is_empty() {
            bail!("PostgreSQL for the tests did not start");
        }
        Ok(cluster)
    }
}

impl Drop for SharedPostgres {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
