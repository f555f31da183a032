//! Programs of others that tests start and end.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

/// Time in which a program must accept connections on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// A running server. It is killed when it is dropped.
pub(crate) struct PeerProcess {
    pub(crate) port: u16,
    _child: Child,
}

/// Returns what the set-up installed, or fails with the command that installs it.
pub(crate) fn installed(variable: &str, below: &str) -> PathBuf {
    let configured = std::env::var_os(variable).map(PathBuf::from);
    let path = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask").join(below)
    });
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask setup`, which installs what tests need",
        path.display()
    );
    path
}

/// Starts a server on a free port and waits until it accepts connections.
pub(crate) async fn start(program: &Path, command: impl FnOnce(&mut Command, u16)) -> PeerProcess {
    let port = free_port().await;
    let mut process = Command::new(program);
    command(&mut process, port);
    let mut child = process
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
    wait_until(&program.display().to_string(), async || {
        if let Some(status) = child.try_wait().unwrap() {
            panic!("{} has ended: {status}", program.display());
        }
        TcpStream::connect(("127.0.0.1", port)).await.is_ok()
    })
    .await;
    PeerProcess {
        port,
        _child: child,
    }
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until a condition holds.
pub(crate) async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let mut ticks = interval(Duration::from_millis(20));
    let wait = async {
        while !condition().await {
            ticks.tick().await;
        }
    };
    let waited = timeout(START_TIMEOUT, wait).await;
    waited.unwrap_or_else(|_| panic!("{what}: what is waited for does not come"));
}
