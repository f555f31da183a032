//! Lifecycle of a PostgreSQL server: start, restart, stop.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::system_user::SystemUser;
use crate::{abort_test, binaries};

/// Shell script that starts the server and stops it at the end of standard input, that is when the parent process has
/// ended. It then removes the folder, unless it has read a line before: the parent will start the server again.
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
/// Attempts to start on a free port; another program may bind the port in between.
const MAX_PORT_ATTEMPTS: u32 = 5;

/// Whether commits are flushed to disk. Both settings survive a crash of the server process alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// No flush; the default of tests.
    Off,
    /// Flush, as in production.
    On,
}

/// Running server. Drop stops it and removes its folder.
pub struct PostgresServer {
    bin_dir: PathBuf,
    user: SystemUser,
    root_dir: PathBuf,
    port: u16,
    process: Option<Child>,
}

impl PostgresServer {
    /// Initializes a cluster and starts its server.
    ///
    /// # Panics
    /// If PostgreSQL is missing or does not start; the message says how to install it.
    pub fn start(durability: Durability) -> Self {
        let mut server = Self::init();
        for _ in 0..MAX_PORT_ATTEMPTS {
            server.port = free_port();
            server.configure(durability);
            match server.launch() {
                Ok(()) => return server,
                Err(log) if log.contains("could not bind") => server = Self::init(),
                Err(log) => abort_test("PostgreSQL does not start", log),
            }
        }
        abort_test("PostgreSQL does not start", "no port stays free")
    }

    /// Returns the URL of a database on this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://parlor@127.0.0.1:{}/{database}", self.port)
    }

    /// Returns the path of a program of this PostgreSQL, such as `pgbench`. It is beside the server itself, to which the
    /// folder of programs may only have a link.
    pub fn program(&self, name: &str) -> PathBuf {
        let server = self.bin_dir.join("postgres");
        server.canonicalize().unwrap_or(server).with_file_name(name)
    }

    /// Stops the server immediately (`SIGQUIT`), which breaks all connections as a crash does. Keeps its data.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.process.take() {
            if let Some(mut stdin) = running.stdin.take() {
                // If the script has ended, the server has stopped already.
                let _ = stdin.write_all(b"keep\n");
            }
            let _ = running.wait();
        }
    }

    /// Stops the server as [`PostgresServer::stop`] does and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        let _ = std::fs::remove_file(self.root_dir.join("keep"));
        if let Err(log) = self.launch() {
            abort_test("PostgreSQL does not start again", log);
        }
    }

    fn init() -> Self {
        let (bin_dir, user) = (binaries::find_bin_dir(), SystemUser::choose());
        let root_dir = tempfile::Builder::new()
            .prefix("parlor-postgres-")
            .tempdir()
            .unwrap_or_else(|error| abort_test("no temporary folder", error))
            .keep();
        user.chown(&root_dir)
            .unwrap_or_else(|error| abort_test("the temporary folder cannot change hands", error));
        let output = user
            .command(&bin_dir.join("initdb"))
            .args(["--username=parlor", "--auth=trust", "--encoding=UTF8"])
            // The product must not depend on the locale of the database.
            .args(["--locale=C", "--no-sync", "--no-instructions", "--pgdata"])
            .arg(root_dir.join("data"))
            .current_dir(&root_dir)
            .output()
            .unwrap_or_else(|error| abort_test("initdb does not run", error));
        if !output.status.success() {
            abort_test("initdb failed", String::from_utf8_lossy(&output.stderr));
        }
        Self {
            bin_dir,
            user,
            root_dir,
            port: 0,
            process: None,
        }
    }

    fn configure(&self, durability: Durability) {
        let flush = match durability {
            Durability::Off => "off",
            Durability::On => "on",
        };
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nmax_connections = 300\n\
             shared_buffers = 64MB\nfsync = {flush}\nfull_page_writes = {flush}\nwal_level = minimal\n\
             max_wal_senders = 0\nmax_wal_size = 2GB\njit = off\nlog_min_messages = fatal\n",
            self.port
        );
        let path = self.root_dir.join("data/postgresql.auto.conf");
        std::fs::write(path, settings)
            .unwrap_or_else(|error| abort_test("the server cannot be configured", error));
    }

    /// Starts the server and waits until it accepts connections.
    ///
    /// # Errors
    /// The server's log if it ends before, or if the time is over.
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
            // In a group of its own, so that signals to the test's process group do not stop the script before it
            // cleans up.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| abort_test("the server's watcher does not start", error));
        let (url, deadline) = (self.url("postgres"), Instant::now() + STARTUP_TIMEOUT);
        loop {
            if is_accepting(&url) {
                // The log is for a failed start. Nobody reads it later, and a full pipe would keep the script from
                // ending.
                drop(running.stderr.take());
                self.process = Some(running);
                return Ok(());
            }
            let ended = running.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                drop(running.stdin.take());
                let mut log = String::new();
                if let Some(mut stderr) = running.stderr.take() {
                    let _ = stderr.read_to_string(&mut log);
                }
                let _ = running.wait();
                return Err(log);
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
    // The driver must not block a thread of an async runtime, on which tests may run.
    std::thread::spawn(move || postgres::Client::connect(&url, postgres::NoTls).is_ok())
        .join()
        .unwrap_or(false)
}
