//! Starting, stopping and losing a server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::system_user::SystemUser;
use crate::{abort_test, binaries};

/// Starts the server and ends it when standard input does, which is when whoever holds the other end is gone. The
/// folder is removed then, unless a line was read before the end: the server will be started again.
const WATCHDOG_SCRIPT: &str = r#"
exec 3<&0
"$1/postgres" -D "$2/data" >>"$2/log" 2>&1 <&- &
server=$!
( if read -r word <&3; then : >"$2/keep"; fi; kill -QUIT $server ) 2>/dev/null &
wait $server
[ -e "$2/keep" ] && exit 0
cat "$2/log" >&2
rm -rf "$2"
"#;

const STARTUP_TIMEOUT: Duration = Duration::from_secs(60);
/// Another program may take a port between finding it free and using it.
const MAX_PORT_ATTEMPTS: u32 = 5;

/// Whether what was committed must survive the loss of the machine. Losing the process alone harms neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Never waits for the disk: the default of tests.
    Off,
    /// As an installed server does.
    On,
}

/// A running server. Dropping it stops the server and removes its folder.
pub struct PostgresServer {
    bin_dir: PathBuf,
    user: SystemUser,
    root_dir: PathBuf,
    port: u16,
    process: Option<Child>,
}

impl PostgresServer {
    /// Makes a cluster and starts its server. Panics with the remedy where PostgreSQL is missing.
    pub fn start(durability: Durability) -> Self {
        let mut cluster = Self::init();
        for _ in 0..MAX_PORT_ATTEMPTS {
            cluster.port = free_port();
            cluster.configure(durability);
            match cluster.launch() {
                Ok(()) => return cluster,
                Err(said) if said.contains("could not bind") => cluster = Self::init(),
                Err(said) => abort_test("PostgreSQL does not start", said),
            }
        }
        abort_test("PostgreSQL does not start", "no port stays free")
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://parlor@127.0.0.1:{}/{database}", self.port)
    }

    /// Loses every connection without warning, as when the server crashes, and starts the server again.
    pub fn restart(&mut self) {
        if let Some(mut running) = self.process.take() {
            if let Some(mut watch) = running.stdin.take() {
                // A watcher that is gone has stopped the server already.
                let _ = watch.write_all(b"keep\n");
            }
            let _ = running.wait();
        }
        let _ = std::fs::remove_file(self.root_dir.join("keep"));
        if let Err(said) = self.launch() {
            abort_test("PostgreSQL does not start again", said);
        }
    }

    fn init() -> Self {
        let (bin, account) = (binaries::find_bin_dir(), SystemUser::choose());
        let folder = tempfile::Builder::new()
            .prefix("parlor-postgres-")
            .tempdir()
            .unwrap_or_else(|error| abort_test("no temporary folder", error))
            .keep();
        account
            .chown(&folder)
            .unwrap_or_else(|error| abort_test("the temporary folder cannot change hands", error));
        let made = account
            .command(&bin.join("initdb"))
            .args(["--username=parlor", "--auth=trust", "--encoding=UTF8"])
            // The plainest locale: what the product needs of Unicode it must ask for itself.
            .args(["--locale=C", "--no-sync", "--no-instructions", "--pgdata"])
            .arg(folder.join("data"))
            .current_dir(&folder)
            .output()
            .unwrap_or_else(|error| abort_test("initdb does not run", error));
        if !made.status.success() {
            abort_test("initdb failed", String::from_utf8_lossy(&made.stderr));
        }
        Self {
            bin_dir: bin,
            user: account,
            root_dir: folder,
            port: 0,
            process: None,
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
        let path = self.root_dir.join("data/postgresql.auto.conf");
        std::fs::write(path, settings)
            .unwrap_or_else(|error| abort_test("the server cannot be configured", error));
    }

    /// Starts the server and waits until it answers; what it said when it ended instead.
    fn launch(&mut self) -> Result<(), String> {
        let mut running = self
            .user
            .command(Path::new("/bin/sh"))
            .args(["-c", WATCHDOG_SCRIPT, "sh"])
            .arg(&self.bin_dir)
            .arg(&self.root_dir)
            .current_dir(&self.root_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Whatever is sent to the group of the tests must not stop the watcher before it has cleaned up.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| abort_test("the server's watcher does not start", error));
        let (url, until) = (self.url("postgres"), Instant::now() + STARTUP_TIMEOUT);
        loop {
            if is_accepting(&url) {
                self.process = Some(running);
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

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if let Some(mut running) = self.process.take() {
            drop(running.stdin.take());
            let _ = running.wait();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap_or_else(|error| abort_test("no free port", error))
        .port()
}

fn is_accepting(url: &str) -> bool {
    let url = url.to_owned();
    // The driver blocks, which is not allowed on a thread of an asynchronous runtime: tests may be on one.
    std::thread::spawn(move || postgres::Client::connect(&url, postgres::NoTls).is_ok())
        .join()
        .unwrap_or(false)
}
