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
pub type Fuse = Box<dyn FnMut() -> Option<u64> + Send>;

/// Passes connections on to a server. Closed with the value.
pub struct Gate {
    /// Where it is reached, as if it were the server.
    pub url: String,
    inside: Arc<Inside>,
    taking: JoinHandle<()>,
}

struct Inside {
    /// Where connections are passed on to; nobody is let in without.
    target: Mutex<Option<SocketAddr>>,
    passing: Mutex<(u64, HashMap<u64, AbortHandle>)>,
    fuse: Mutex<Fuse>,
}

impl Gate {
    /// A gate before the server at an address, through which connections hold.
    pub async fn open(url: &str) -> Self {
        Self::fused(url, Box::new(|| None)).await
    }

    /// A gate through which connections break when their fuse is through.
    pub async fn fused(url: &str, fuse: Fuse) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = Arc::new(Inside {
            target: Mutex::new(Some(address(url))),
            passing: Mutex::default(),
            fuse: Mutex::new(fuse),
        });
        Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            taking: tokio::spawn(take(listener, inside.clone())),
            inside,
        }
    }

    /// Leads to another server from now on.
    pub fn lead_to(&self, url: &str) {
        *self.inside.target.lock() = Some(address(url));
    }

    /// Lets nobody in, as if there were no server.
    pub fn shut(&self) {
        *self.inside.target.lock() = None;
        self.cut();
    }

    /// Breaks every connection.
    pub fn cut(&self) {
        for (_, passing) in self.inside.passing.lock().1.drain() {
            passing.abort();
        }
    }

    /// Breaks no more connections by itself.
    pub fn calm(&self) {
        *self.inside.fuse.lock() = Box::new(|| None);
    }

    /// How many connections there were.
    pub fn passed(&self) -> u64 {
        self.inside.passing.lock().0
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.taking.abort();
        self.cut();
    }
}

fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

async fn take(listener: TcpListener, inside: Arc<Inside>) {
    loop {
        let (outer, _) = listener.accept().await.unwrap();
        let Some(target) = *inside.target.lock() else {
            continue;
        };
        let fuse = (*inside.fuse.lock())();
        let mut passing = inside.passing.lock();
        passing.0 += 1;
        let number = passing.0;
        let inner = inside.clone();
        let task = tokio::spawn(async move {
            // Whichever side ends, both have ended.
            let _ = pass(outer, target, fuse).await;
            inner.passing.lock().1.remove(&number);
        });
        passing.1.insert(number, task.abort_handle());
    }
}

async fn pass(outer: TcpStream, target: SocketAddr, fuse: Option<u64>) -> io::Result<()> {
    let inner = TcpStream::connect(target).await?;
    for stream in [&outer, &inner] {
        stream.set_nodelay(true)?;
    }
    let (from_client, to_client) = outer.into_split();
    let (from_server, to_server) = inner.into_split();
    tokio::select! {
        up = copy(from_client, to_server, None) => up,
        down = copy(from_server, to_client, fuse) => down,
    }
}

async fn copy(
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
