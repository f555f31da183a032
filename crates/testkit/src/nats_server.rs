//! A NATS server for one test.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Time in which the server accepts connections.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Interval at which a starting server is tried.
const TRY_INTERVAL: Duration = Duration::from_millis(10);

/// Running `nats-server`, which ends with this value.
pub struct NatsServer {
    address: SocketAddr,
    options: Vec<String>,
    process: Child,
}

impl NatsServer {
    /// Starts a server on a free port, with more options of its command line.
    ///
    /// # Panics
    /// If the program is missing or does not start.
    pub fn start(options: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let process = spawn(address, &options);
        Self {
            address,
            options,
            process,
        }
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the setting with which a server uses it as its bus.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Kills the server and starts it again on the same port.
    pub fn restart(&mut self) {
        self.kill();
        self.process = spawn(self.address, &self.options);
    }

    /// Kills the server.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(address: SocketAddr, options: &[String]) -> Child {
    let process = Command::new("nats-server")
        .args(["--addr", "127.0.0.1", "--port", &address.port().to_string()])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("nats-server could not be run ({error}); `cargo xtask setup` installs what tests need")
        });
    let end = Instant::now() + START_TIMEOUT;
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "nats-server does not listen");
        std::thread::sleep(TRY_INTERVAL);
    }
    process
}
