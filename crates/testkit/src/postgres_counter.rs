//! TCP proxy in front of a PostgreSQL server that counts the statements and round trips of its clients.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parlor_bus::PostgresBus;

/// Code of a request for encryption, which precedes the startup message.
const ENCRYPTION_REQUEST: u32 = 80_877_103;

/// Statements and round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireCounts {
    /// Executed statements, `begin` and `commit` included.
    pub statements: u64,
    /// Times a client has sent something after an answer, or first.
    pub round_trips: u64,
}

/// Counting proxy. The connection of the bus is not counted.
pub struct PostgresCounter {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    statements: AtomicU64,
    round_trips: AtomicU64,
    is_closed: AtomicBool,
}

impl PostgresCounter {
    /// Starts a proxy and replaces the server's address in the URL.
    pub fn start(url: &mut String) -> Self {
        let target = server_address(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        *url = url.replace(&target, &address.to_string());
        let shared = Arc::<Shared>::default();
        let state = shared.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if state.is_closed.load(Ordering::Acquire) {
                    return;
                }
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect(&target)) {
                    forward(client, server, &state);
                }
            }
        });
        Self { address, shared }
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> WireCounts {
        WireCounts {
            statements: self.shared.statements.load(Ordering::SeqCst),
            round_trips: self.shared.round_trips.load(Ordering::SeqCst),
        }
    }
}

impl Drop for PostgresCounter {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Release);
        // Wakes the thread that accepts connections.
        let _ = TcpStream::connect(self.address);
    }
}

fn server_address(url: &str) -> String {
    let authority = url.split("//").nth(1).unwrap().split('/').next().unwrap();
    authority.rsplit('@').next().unwrap().to_owned()
}

/// Forwards both directions on threads of their own, until one side closes.
fn forward(client: TcpStream, server: TcpStream, shared: &Arc<Shared>) {
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    let has_answered = Arc::new(AtomicBool::new(true));
    let (mut from_server, mut to_client) =
        (server.try_clone().unwrap(), client.try_clone().unwrap());
    let answered = has_answered.clone();
    std::thread::spawn(move || {
        let _ = copy(&mut from_server, &mut to_client, |_| {
            answered.store(true, Ordering::SeqCst);
        });
    });
    let (mut from_client, mut to_server, shared) = (client, server, shared.clone());
    std::thread::spawn(move || {
        let mut parser = ClientParser::default();
        let _ = copy(&mut from_client, &mut to_server, |bytes| {
            let statements = parser.count_statements(bytes);
            if !parser.is_counted {
                return;
            }
            shared.statements.fetch_add(statements, Ordering::SeqCst);
            if has_answered.swap(false, Ordering::SeqCst) {
                shared.round_trips.fetch_add(1, Ordering::SeqCst);
            }
        });
    });
}

fn copy(
    from: &mut TcpStream,
    to: &mut TcpStream,
    mut observe: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return to.shutdown(Shutdown::Both);
        }
        observe(&buffer[..read]);
        to.write_all(&buffer[..read])?;
    }
}

/// Parser of what a client sends.
#[derive(Default)]
struct ClientParser {
    pending: Vec<u8>,
    has_started: bool,
    is_counted: bool,
}

impl ClientParser {
    /// Returns the number of statements in the complete messages until now.
    fn count_statements(&mut self, bytes: &[u8]) -> u64 {
        self.pending.extend_from_slice(bytes);
        let mut statements = 0;
        while let Some((kind, message)) = self.next_message() {
            statements += match kind {
                // Several statements may be in one text.
                b'Q' => message.split(|byte| *byte == b';').count() as u64,
                b'E' => 1,
                _ => 0,
            };
        }
        statements
    }

    /// Takes the next complete message; those before the start of the session have the kind 0.
    fn next_message(&mut self) -> Option<(u8, Vec<u8>)> {
        let header = usize::from(self.has_started);
        let length = self.pending.get(header..header + 4)?;
        let end = header + u32::from_be_bytes(length.try_into().ok()?) as usize;
        if self.pending.len() < end {
            return None;
        }
        let message: Vec<u8> = self.pending.drain(..end).collect();
        if self.has_started {
            return Some((message[0], message[5..].to_vec()));
        }
        let code = message
            .get(4..8)
            .map(|code| u32::from_be_bytes(code.try_into().unwrap()));
        if code != Some(ENCRYPTION_REQUEST) {
            self.has_started = true;
            let text = String::from_utf8_lossy(&message).into_owned();
            self.is_counted = !text.contains(PostgresBus::APPLICATION_NAME);
        }
        Some((0, message))
    }
}
