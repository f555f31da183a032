//! Servers under measurement: the server and the baselines.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::load::{LoadMode, LoadPlan, LoadReport};
use super::process::{self, ChildProcess, CpuCore, ProcessUsage};
use super::worker::LoadWorker;
use super::{BenchContext, slow_flush, wait};

/// Maximum time until a server responds.
const STARTUP_TIMEOUT: Duration = Duration::from_secs(60);

/// Whether disk flushes are slowed down.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum DiskSpeed {
    Normal,
    Slow,
}

/// Content of `credentials.json` that benchmarks need.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BenchCredentials {
    pub(super) organization_id: String,
    pub(super) workspace_id: String,
    pub(super) api_key: String,
}

/// Running server.
pub(super) struct BenchServer {
    process: ChildProcess,
    pub(super) address: String,
    /// Credentials; `None` for baselines.
    pub(super) credentials: Option<BenchCredentials>,
}

impl BenchServer {
    /// Starts the server on a data folder.
    pub(super) fn start_parlor(bench: &BenchContext, data: &Path, disk: DiskSpeed) -> Result<Self> {
        Self::start_parlor_at(bench, data, disk, free_address()?)
    }

    /// Starts the server on a data folder and an address, for example that of its predecessor.
    pub(super) fn start_parlor_at(
        bench: &BenchContext,
        data: &Path,
        disk: DiskSpeed,
        address: String,
    ) -> Result<Self> {
        if bench.floors_only {
            bail!("no server: only floors were asked for");
        }
        let command = parlor_command(bench, CpuCore::Server, data, &address);
        let mut server = Self::start_ready(bench, command, address, disk)?;
        server.credentials = Some(read_credentials(data)?);
        Ok(server)
    }

    /// Starts the server on all cores. `database` is the URL of a PostgreSQL database, `credentials` those of the node
    /// that has created it.
    pub(super) fn start_unpinned(
        bench: &BenchContext,
        data: &Path,
        database: Option<&str>,
        credentials: Option<BenchCredentials>,
    ) -> Result<Self> {
        process::create_private_dir(data)?;
        let address = free_address()?;
        let mut command = parlor_command(bench, CpuCore::Any, data, &address);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        let mut server = Self::start_ready(bench, command, address, DiskSpeed::Normal)?;
        server.credentials = match credentials {
            None => Some(read_credentials(data)?),
            some => some,
        };
        Ok(server)
    }

    /// Starts the server with variables of its configuration: on the embedded database, or on all cores and PostgreSQL.
    pub(super) fn start_configured(
        bench: &BenchContext,
        data: &Path,
        database: Option<&str>,
        variables: &[(&str, String)],
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = match database {
            None => parlor_command(bench, CpuCore::Server, data, &address),
            Some(url) => {
                let mut command = parlor_command(bench, CpuCore::Any, data, &address);
                command.args(["--database", url]);
                command
            }
        };
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut server = Self::start_ready(bench, command, address, DiskSpeed::Normal)?;
        server.credentials = Some(read_credentials(data)?);
        Ok(server)
    }

    /// Starts a command of the server and waits until it is ready.
    fn start_ready(
        bench: &BenchContext,
        command: Command,
        address: String,
        disk: DiskSpeed,
    ) -> Result<Self> {
        let mut server = Self::start(bench, command, address, disk, "parlor.log")?;
        wait::wait_until("/readyz", STARTUP_TIMEOUT, || {
            server.process.expect_alive()?;
            Ok(is_ready(&server.address).then_some(()))
        })?;
        Ok(server)
    }

    /// Starts a baseline.
    pub(super) fn start_baseline(
        bench: &BenchContext,
        kind: &str,
        database: Option<&Path>,
        disk: DiskSpeed,
    ) -> Result<Self> {
        let mut options: Vec<&OsStr> = Vec::new();
        if let Some(database) = database {
            options.extend([OsStr::new("--database"), database.as_os_str()]);
        }
        Self::start_floor(bench, kind, &options, disk)
    }

    /// Starts the baseline that passes requests on to another server.
    pub(super) fn start_proxy(bench: &BenchContext, upstream: &str) -> Result<Self> {
        let options = [OsStr::new("--upstream"), OsStr::new(upstream)];
        Self::start_floor(bench, "proxy", &options, DiskSpeed::Normal)
    }

    fn start_floor(
        bench: &BenchContext,
        kind: &str,
        options: &[&OsStr],
        disk: DiskSpeed,
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = process::pinned_command(CpuCore::Server, &bench.own_program);
        command
            .args(["floor", kind, "--listen", &address])
            .args(options);
        let mut server = Self::start(bench, command, address, disk, "floor.log")?;
        wait::wait_until("the floor", STARTUP_TIMEOUT, || {
            server.process.expect_alive()?;
            Ok(TcpStream::connect(&server.address).ok().map(drop))
        })?;
        Ok(server)
    }

    /// Starts a peer server by a command that is built for its address.
    pub(super) fn start_peer(
        bench: &BenchContext,
        name: &str,
        command: impl FnOnce(&str) -> Result<Command>,
    ) -> Result<Self> {
        let address = free_address()?;
        let command = command(&address)?;
        let mut server = Self::start(bench, command, address, DiskSpeed::Normal, "peer.log")?;
        wait::wait_until(name, STARTUP_TIMEOUT, || {
            server.process.expect_alive()?;
            Ok(TcpStream::connect(&server.address).ok().map(drop))
        })?;
        Ok(server)
    }

    fn start(
        bench: &BenchContext,
        mut command: Command,
        address: String,
        disk: DiskSpeed,
        log: &str,
    ) -> Result<Self> {
        if disk == DiskSpeed::Slow {
            slow_flush::preload_library(&mut command, &bench.slow_flush_library);
        }
        let log = std::fs::File::create(bench.run_dir.join(log))?;
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(BenchServer {
            process: ChildProcess::start(&mut command)?,
            address,
            credentials: None,
        })
    }

    /// Returns the process id.
    pub(super) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Returns the resource usage so far.
    pub(super) fn usage(&self) -> ProcessUsage {
        process::read_usage(self.process.pid())
    }

    /// Terminates the server and waits for its exit.
    pub(super) fn stop(self) -> Result<()> {
        self.process.stop()
    }

    /// Builds a plan of requests to this server, with the key in the given header.
    pub(super) fn load_plan(
        &self,
        method: &str,
        path: &str,
        key_header: &str,
        mode: LoadMode,
    ) -> LoadPlan {
        let mut headers = BTreeMap::new();
        if let Some(credentials) = &self.credentials {
            let key = &credentials.api_key;
            let value = match key_header {
                "Authorization" => format!("Bearer {key}"),
                _ => key.clone(),
            };
            headers.insert(key_header.to_owned(), value);
        }
        LoadPlan {
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

fn parlor_command(bench: &BenchContext, core: CpuCore, data: &Path, address: &str) -> Command {
    let mut command = process::pinned_command(core, &bench.parlor_program);
    command.arg("--data").arg(data).args(["--listen", address]);
    command.env("PARLOR_LOG", "warn");
    command
}

fn read_credentials(data: &Path) -> Result<BenchCredentials> {
    let file = data.join("credentials.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Runs a plan on this server.
pub(super) fn run_load(bench: &BenchContext, plan: &LoadPlan) -> Result<LoadReport> {
    LoadWorker::start(bench, "load", plan)?
        .wait_load_report(|| {})
        .with_context(|| format!("{} {:?}", plan.method, plan.paths.first()))
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
