//! TCP proxy that breaks connections on demand. Its address stays the same when a server is replaced.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

use crate::TestRng;

/// Returns, for each new connection, the number of bytes from the server after which it breaks; `None` for no limit.
pub(crate) type ByteLimit = Box<dyn FnMut() -> Option<u64> + Send>;

/// TCP proxy in front of a server, or of several nodes. Drop closes it and its connections.
pub struct FaultProxy {
    /// URL of the proxy, to be used instead of the server's.
    pub url: String,
    state: Arc<ProxyState>,
    accept_task: JoinHandle<()>,
}

struct ProxyState {
    targets: Mutex<Targets>,
    connections: Mutex<(u64, HashMap<u64, AbortHandle>)>,
    byte_limit: Mutex<ByteLimit>,
}

struct Targets {
    /// Addresses of the nodes; without one, connections are closed.
    addresses: Vec<SocketAddr>,
    rng: TestRng,
}

impl Targets {
    /// Returns a random node.
    fn choose(&mut self) -> Option<SocketAddr> {
        match self.addresses.len() {
            0 => None,
            count => Some(self.addresses[self.rng.below(count)]),
        }
    }
}

impl FaultProxy {
    /// Starts a proxy in front of a server, without a byte limit.
    pub async fn start(url: &str) -> Self {
        Self::with_byte_limit(url, Box::new(|| None)).await
    }

    /// Starts a proxy that breaks connections after a number of bytes.
    pub async fn with_byte_limit(url: &str, byte_limit: ByteLimit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = Arc::new(ProxyState {
            targets: Mutex::new(Targets {
                addresses: vec![socket_address(url)],
                rng: TestRng::new(1),
            }),
            connections: Mutex::default(),
            byte_limit: Mutex::new(byte_limit),
        });
        Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            accept_task: tokio::spawn(run_accept_loop(listener, state.clone())),
            state,
        }
    }

    /// Forwards new connections to another server.
    pub fn set_target(&self, url: &str) {
        self.state.targets.lock().addresses = vec![socket_address(url)];
    }

    /// Forwards each new connection to a random node of these.
    pub fn set_targets<'u>(&self, urls: impl IntoIterator<Item = &'u str>) {
        self.state.targets.lock().addresses = urls.into_iter().map(socket_address).collect();
    }

    /// Chooses nodes by another seed.
    pub fn set_seed(&self, seed: u64) {
        self.state.targets.lock().rng = TestRng::new(seed);
    }

    /// Breaks all connections and closes new ones at once.
    pub fn refuse_connections(&self) {
        self.state.targets.lock().addresses.clear();
        self.drop_connections();
    }

    /// Breaks all connections.
    pub fn drop_connections(&self) {
        for (_, task) in self.state.connections.lock().1.drain() {
            task.abort();
        }
    }

    /// Removes the byte limit for new connections.
    pub fn stop_faults(&self) {
        *self.state.byte_limit.lock() = Box::new(|| None);
    }

    /// Returns the number of connections so far.
    pub fn connection_count(&self) -> u64 {
        self.state.connections.lock().0
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accept_task.abort();
        self.drop_connections();
    }
}

fn socket_address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

async fn run_accept_loop(listener: TcpListener, state: Arc<ProxyState>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let Some(target) = state.targets.lock().choose() else {
            continue;
        };
        let byte_limit = (*state.byte_limit.lock())();
        let mut connections = state.connections.lock();
        connections.0 += 1;
        let number = connections.0;
        let task_state = state.clone();
        let task = tokio::spawn(async move {
            // When either side ends, both are closed.
            let _ = forward(client, target, byte_limit).await;
            task_state.connections.lock().1.remove(&number);
        });
        connections.1.insert(number, task.abort_handle());
    }
}

async fn forward(client: TcpStream, target: SocketAddr, byte_limit: Option<u64>) -> io::Result<()> {
    let server = TcpStream::connect(target).await?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        result = copy_limited(from_client, to_server, None) => result,
        result = copy_limited(from_server, to_client, byte_limit) => result,
    }
}

async fn copy_limited(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    byte_limit: Option<u64>,
) -> io::Result<()> {
    let mut remaining = byte_limit.unwrap_or(u64::MAX);
    let mut buffer = vec![0; 4096];
    while remaining > 0 {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let part = read.min(usize::try_from(remaining).unwrap_or(usize::MAX));
        to.write_all(&buffer[..part]).await?;
        remaining -= part as u64;
    }
    Ok(())
}
