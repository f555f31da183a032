//! A mail server of others: postfix, with a configuration and a queue of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

/// Time in which a mail must arrive on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(60);

/// Processes of a small mail server, none of them in a changed root.
const MASTER: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
";

/// A running postfix; stopped when dropped.
pub(super) struct PostfixServer {
    folder: TempDir,
    pub(super) port: u16,
    /// Follows the log.
    tail: Child,
    lines: Receiver<String>,
}

impl PostfixServer {
    /// Starts a server with these settings beside those that keep it apart from that of the machine. It must be started as
    /// root, as postfix always is.
    pub(super) fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Its processes run as another user.
        let shared = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), shared).unwrap();
        let (tail, lines) = follow(&folder.path().join("log"));
        let server = Self {
            port: free_port(),
            folder,
            tail,
            lines,
        };
        for name in ["config", "queue", "data"] {
            std::fs::create_dir(server.path(name)).unwrap();
        }
        let owner = Command::new("chown")
            .arg("postfix")
            .arg(server.path("data"))
            .status();
        let message = "`cargo xtask setup` installs postfix, which root has to start";
        assert!(owner.unwrap().success(), "{message}");
        let main = format!(
            "compatibility_level = 3.6
            queue_directory = {queue}
            data_directory = {data}
            maillog_file = {log}
            maillog_file_prefixes = {root}
            mail_owner = postfix
            setgid_group = postdrop
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            myhostname = relay.example
            mydestination =
            alias_maps =
            smtp_dns_support_level = disabled
            address_verify_poll_count = 60
            address_verify_poll_delay = 1s
            minimal_backoff_time = 1s
            maximal_backoff_time = 1s
            queue_run_delay = 1s
            {settings}",
            queue = server.path("queue").display(),
            data = server.path("data").display(),
            log = server.path("log").display(),
            root = server.folder.path().display(),
        );
        let main: Vec<&str> = main.lines().map(str::trim).collect();
        server.write("main.cf", &main.join("\n"));
        server.write(
            "master.cf",
            &format!("{} inet n - n - - smtpd\n{MASTER}", server.port),
        );
        let started = server.postfix("start");
        assert!(started.status.success(), "{message}: {started:?}");
        server
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("config").join(name), format!("{text}\n")).unwrap();
    }

    fn postfix(&self, command: &str) -> Output {
        let mut postfix = Command::new(program("postfix"));
        postfix.arg("-c").arg(self.path("config")).arg(command);
        postfix
            .output()
            .unwrap_or_else(|error| panic!("`cargo xtask setup` installs postfix: {error}"))
    }

    /// Waits until the log has another line with a text.
    #[track_caller]
    pub(super) fn wait_for(&self, text: &str) {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(WAIT_TIMEOUT) {
            if line.contains(text) {
                return;
            }
            seen.push(line);
        }
        panic!("no {text} in {seen:?}");
    }
}

impl Drop for PostfixServer {
    fn drop(&mut self) {
        // `stop` would wait.
        self.postfix("abort");
        let _ = self.tail.kill();
        let _ = self.tail.wait();
    }
}

/// Reads the lines of a file that grows.
fn follow(file: &Path) -> (Child, Receiver<String>) {
    std::fs::write(file, "").unwrap();
    let mut tail = Command::new("tail")
        .args(["-n", "+1", "-f"])
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(tail.stdout.take().unwrap());
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    (tail, lines)
}

/// Administrators' programs are not on everybody's search path.
fn program(name: &str) -> PathBuf {
    let installed = Path::new("/usr/sbin").join(name);
    if installed.exists() {
        installed
    } else {
        PathBuf::from(name)
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
