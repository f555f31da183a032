//! A gate before a server: connections that break when a test wants it, and an address that outlives the server.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

/// Bytes from the server after which a connection breaks, asked for each connection.
pub type ByteLimit = Box<dyn FnMut() -> Option<u64> + Send>;

/// Passes connections on to a server. Closed with the value.
pub struct FaultProxy {
    /// Where it is reached, as if it were the server.
    pub url: String,
    state: Arc<ProxyState>,
    accept_task: JoinHandle<()>,
}

struct ProxyState {
    /// Where connections are passed on to; nobody is let in without.
    target: Mutex<Option<SocketAddr>>,
    connections: Mutex<(u64, HashMap<u64, AbortHandle>)>,
    byte_limit: Mutex<ByteLimit>,
}

impl FaultProxy {
    /// A gate before the server at an address, through which connections hold.
    pub async fn start(url: &str) -> Self {
        Self::with_byte_limit(url, Box::new(|| None)).await
    }

    /// A gate through which connections break when their fuse is through.
    pub async fn with_byte_limit(url: &str, fuse: ByteLimit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = Arc::new(ProxyState {
            target: Mutex::new(Some(socket_address(url))),
            connections: Mutex::default(),
            byte_limit: Mutex::new(fuse),
        });
        Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            accept_task: tokio::spawn(run_accept_loop(listener, inside.clone())),
            state: inside,
        }
    }

    /// Leads to another server from now on.
    pub fn set_target(&self, url: &str) {
        *self.state.target.lock() = Some(socket_address(url));
    }

    /// Lets nobody in, as if there were no server.
    pub fn refuse_connections(&self) {
        *self.state.target.lock() = None;
        self.drop_connections();
    }

    /// Breaks every connection.
    pub fn drop_connections(&self) {
        for (_, passing) in self.state.connections.lock().1.drain() {
            passing.abort();
        }
    }

    /// Breaks no more connections by itself.
    pub fn stop_faults(&self) {
        *self.state.byte_limit.lock() = Box::new(|| None);
    }

    /// How many connections there were.
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

async fn run_accept_loop(listener: TcpListener, inside: Arc<ProxyState>) {
    loop {
        let (outer, _) = listener.accept().await.unwrap();
        let Some(target) = *inside.target.lock() else {
            continue;
        };
        let fuse = (*inside.byte_limit.lock())();
        let mut passing = inside.connections.lock();
        passing.0 += 1;
        let number = passing.0;
        let inner = inside.clone();
        let task = tokio::spawn(async move {
            // Whichever side ends, both have ended.
            let _ = forward(outer, target, fuse).await;
            inner.connections.lock().1.remove(&number);
        });
        passing.1.insert(number, task.abort_handle());
    }
}

async fn forward(outer: TcpStream, target: SocketAddr, fuse: Option<u64>) -> io::Result<()> {
    let inner = TcpStream::connect(target).await?;
    for stream in [&outer, &inner] {
        stream.set_nodelay(true)?;
    }
    let (from_client, to_client) = outer.into_split();
    let (from_server, to_server) = inner.into_split();
    tokio::select! {
        up = copy_limited(from_client, to_server, None) => up,
        down = copy_limited(from_server, to_client, fuse) => down,
    }
}

async fn copy_limited(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    fuse: Option<u64>,
) -> io::Result<()> {
    let mut left = fuse.unwrap_or(u64::MAX);
    let mut buffer = vec![0; 4096];
    while left > 0 {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let part = read.min(usize::try_from(left).unwrap_or(usize::MAX));
        to.write_all(&buffer[..part]).await?;
        left -= part as u64;
    }
    Ok(())
}
