//! Servers to measure: ours and the floors, started alike.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::client::Client;
use super::load::{Mode, Order, Report};
use super::process::{self, Core, Process, Reading};
use super::{Bench, bound, slow_flush};

/// How long a server may take to answer first.
const START: Duration = Duration::from_secs(60);

/// Whether flushes are made slower.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Disk {
    AsItIs,
    Slow,
}

/// What the first run writes down.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credentials {
    pub(super) organization_id: String,
    pub(super) workspace_id: String,
    pub(super) api_key: String,
}

/// A server that answers.
pub(super) struct Server {
    process: Process,
    pub(super) address: String,
    /// The floors open to everybody.
    pub(super) credentials: Option<Credentials>,
}

impl Server {
    /// Starts our server on a data folder.
    pub(super) fn ours(bench: &Bench, data: &Path, disk: Disk) -> Result<Self> {
        Self::ours_at(bench, data, disk, free_address()?)
    }

    /// Starts our server on a data folder and an address, such as the one it had before.
    pub(super) fn ours_at(bench: &Bench, data: &Path, disk: Disk, address: String) -> Result<Self> {
        if bench.floors_only {
            bail!("no server: only floors were asked for");
        }
        let mut command = process::pinned(Core::Server, &bench.parlor);
        command.arg("--data").arg(data).args(["--listen", &address]);
        command.env("PARLOR_LOG", "warn");
        let mut server = Self::start(bench, command, address, disk, "parlor.log")?;
        bound::until("/readyz", START, || {
            server.process.expect_alive()?;
            Ok(is_ready(&server.address).then_some(()))
        })?;
        let file = data.join("credentials.json");
        let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        server.credentials = Some(serde_json::from_str(&text)?);
        Ok(server)
    }

    /// Starts a floor.
    pub(super) fn floor(
        bench: &Bench,
        kind: &str,
        database: Option<&Path>,
        disk: Disk,
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = process::pinned(Core::Server, &bench.own);
        command.args(["floor", kind, "--listen", &address]);
        if let Some(database) = database {
            command.arg("--database").arg(database);
        }
        let mut server = Self::start(bench, command, address, disk, "floor.log")?;
        bound::until("the floor", START, || {
            server.process.expect_alive()?;
            Ok(TcpStream::connect(&server.address).ok().map(drop))
        })?;
        Ok(server)
    }

    /// Starts somebody else's server, by a command that is told its address.
    pub(super) fn peer(
        bench: &Bench,
        name: &str,
        command: impl FnOnce(&str) -> Result<std::process::Command>,
    ) -> Result<Self> {
        let address = free_address()?;
        let command = command(&address)?;
        let mut server = Self::start(bench, command, address, Disk::AsItIs, "peer.log")?;
        bound::until(name, START, || {
            server.process.expect_alive()?;
            Ok(TcpStream::connect(&server.address).ok().map(drop))
        })?;
        Ok(server)
    }

    fn start(
        bench: &Bench,
        mut command: std::process::Command,
        address: String,
        disk: Disk,
        log: &str,
    ) -> Result<Self> {
        if disk == Disk::Slow {
            slow_flush::apply(&mut command, &bench.slow_flush);
        }
        let log = std::fs::File::create(bench.dir.join(log))?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(Server {
            process: Process::start(&mut command)?,
            address,
            credentials: None,
        })
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it has used so far.
    pub(super) fn reading(&self) -> Reading {
        process::reading(self.process.pid())
    }

    /// Asks it to end and waits.
    pub(super) fn stop(self) -> Result<()> {
        self.process.stop()
    }

    /// A request to this server, with the key in the named header.
    pub(super) fn order(&self, method: &str, path: &str, key_header: &str, mode: Mode) -> Order {
        let mut headers = BTreeMap::new();
        if let Some(credentials) = &self.credentials {
            let key = &credentials.api_key;
            let value = match key_header {
                "Authorization" => format!("Bearer {key}"),
                _ => key.clone(),
            };
            headers.insert(key_header.to_owned(), value);
        }
        Order {
            address: self.address.clone(),
            method: method.to_owned(),
            paths: vec![path.to_owned()],
            headers,
            body: None,
            mode,
            pid: self.process.pid(),
        }
    }
}

/// Runs one order from beginning to end.
pub(super) fn run(bench: &Bench, order: &Order) -> Result<Report> {
    Client::start(bench, "load", order)?
        .finish(|| {})
        .with_context(|| format!("{} {:?}", order.method, order.paths.first()))
}

pub(super) fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(Duration::from_secs(2)))?;
        socket
            .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        socket.read_to_string(&mut text)?;
        Ok(text)
    };
    ask().is_ok_and(|text| text.starts_with("HTTP/1.1 200"))
}
