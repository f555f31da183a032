//! Starting, stopping and losing a server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::{give_up, programs};

/// Starts the server and ends it when standard input does, which is when whoever holds the other end is gone. The
/// folder is removed then, unless a line was read before the end: the server will be started again.
const WATCH: &str = r#"
exec 3<&0
"$1/postgres" -D "$2/data" >>"$2/log" 2>&1 <&- &
server=$!
( if read -r word <&3; then : >"$2/keep"; fi; kill -QUIT $server ) 2>/dev/null &
wait $server
[ -e "$2/keep" ] && exit 0
cat "$2/log" >&2
rm -rf "$2"
"#;

const STARTUP: Duration = Duration::from_secs(60);
/// Another program may take a port between finding it free and using it.
const PORTS: u32 = 5;

/// Whether what was committed must survive the loss of the machine. Losing the process alone harms neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Never waits for the disk: the default of tests.
    Off,
    /// As an installed server does.
    On,
}

/// A running server. Dropping it stops the server and removes its folder.
pub struct Cluster {
    bin: PathBuf,
    account: Account,
    folder: PathBuf,
    port: u16,
    running: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts its server. Panics with the remedy where PostgreSQL is missing.
    pub fn start(durability: Durability) -> Self {
        let mut cluster = Self::make();
        for _ in 0..PORTS {
            cluster.port = free_port();
            cluster.configure(durability);
            match cluster.launch() {
                Ok(()) => return cluster,
                Err(said) if said.contains("could not bind") => cluster = Self::make(),
                Err(said) => give_up("PostgreSQL does not start", said),
            }
        }
        give_up("PostgreSQL does not start", "no port stays free")
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://parlor@127.0.0.1:{}/{database}", self.port)
    }

    /// Loses every connection without warning, as when the server crashes, and starts the server again.
    pub fn restart(&mut self) {
        if let Some(mut running) = self.running.take() {
            if let Some(mut watch) = running.stdin.take() {
                // A watcher that is gone has stopped the server already.
                let _ = watch.write_all(b"keep\n");
            }
            let _ = running.wait();
        }
        let _ = std::fs::remove_file(self.folder.join("keep"));
        if let Err(said) = self.launch() {
            give_up("PostgreSQL does not start again", said);
        }
    }

    fn make() -> Self {
        let (bin, account) = (programs::folder(), Account::choose());
        let folder = tempfile::Builder::new()
            .prefix("parlor-postgres-")
            .tempdir()
            .unwrap_or_else(|error| give_up("no temporary folder", error))
            .keep();
        account
            .own(&folder)
            .unwrap_or_else(|error| give_up("the temporary folder cannot change hands", error));
        let made = account
            .command(&bin.join("initdb"))
            .args(["--username=parlor", "--auth=trust", "--encoding=UTF8"])
            // The plainest locale: what the product needs of Unicode it must ask for itself.
            .args(["--locale=C", "--no-sync", "--no-instructions", "--pgdata"])
            .arg(folder.join("data"))
            .current_dir(&folder)
            .output()
            .unwrap_or_else(|error| give_up("initdb does not run", error));
        if !made.status.success() {
            give_up("initdb failed", String::from_utf8_lossy(&made.stderr));
        }
        Self {
            bin,
            account,
            folder,
            port: 0,
            running: None,
        }
    }

    fn configure(&self, durability: Durability) {
        let synced = match durability {
            Durability::Off => "off",
            Durability::On => "on",
        };
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nmax_connections = 300\n\
             shared_buffers = 64MB\nfsync = {synced}\nfull_page_writes = {synced}\nwal_level = minimal\n\
             max_wal_senders = 0\nmax_wal_size = 2GB\njit = off\nlog_min_messages = fatal\n",
            self.port
        );
        let path = self.folder.join("data/postgresql.auto.conf");
        std::fs::write(path, settings)
            .unwrap_or_else(|error| give_up("the server cannot be configured", error));
    }

    /// Starts the server and waits until it answers; what it said when it ended instead.
    fn launch(&mut self) -> Result<(), String> {
        let mut running = self
            .account
            .command(Path::new("/bin/sh"))
            .args(["-c", WATCH, "sh"])
            .arg(&self.bin)
            .arg(&self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Whatever is sent to the group of the tests must not stop the watcher before it has cleaned up.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| give_up("the server's watcher does not start", error));
        let (url, until) = (self.url("postgres"), Instant::now() + STARTUP);
        loop {
            if answers(&url) {
                self.running = Some(running);
                return Ok(());
            }
            let ended = running.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > until {
                drop(running.stdin.take());
                let mut said = String::new();
                if let Some(mut stderr) = running.stderr.take() {
                    let _ = stderr.read_to_string(&mut said);
                }
                let _ = running.wait();
                return Err(said);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.stdin.take());
            let _ = running.wait();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| give_up("no free port", error))
        .port()
}

fn answers(url: &str) -> bool {
    let url = url.to_owned();
    // The driver blocks, which is not allowed on a thread of an asynchronous runtime: tests may be on one.
    std::thread::spawn(move || postgres::Client::connect(&url, postgres::NoTls).is_ok())
        .join()
        .unwrap_or(false)
}
