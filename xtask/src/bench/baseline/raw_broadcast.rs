//! Minimal baseline of a fan-out: the publisher's task encodes the frame once and writes it to every socket.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

struct RawPeer {
    stream: TcpStream,
    /// Frames that the socket has not accepted yet.
    backlog: Mutex<VecDeque<Bytes>>,
    writable: Notify,
}

type RawPeers = Arc<Mutex<Vec<Arc<RawPeer>>>>;

/// Serves until the process is killed.
pub(super) async fn serve(listen: &str) -> Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let room = RawPeers::default();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let room = room.clone();
        tokio::spawn(async move {
            // A disconnect ends only the client's own task.
            let _ = run_peer(stream, room).await;
        });
    }
}

async fn run_peer(stream: TcpStream, room: RawPeers) -> Result<()> {
    let peer = Arc::new(RawPeer {
        stream: handshake(stream).await?,
        backlog: Mutex::default(),
        writable: Notify::new(),
    });
    room.lock().push(peer.clone());
    let ended = read_frames(&peer, &room).await;
    room.lock().retain(|other| !Arc::ptr_eq(other, &peer));
    ended
}

async fn handshake(mut stream: TcpStream) -> Result<TcpStream> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    let text = String::from_utf8_lossy(&head);
    let key = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then(|| value.trim())
    });
    let key = key.ok_or_else(|| Error::other("no WebSocket"))?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream.write_all(answer.as_bytes()).await?;
    Ok(stream)
}

async fn read_frames(peer: &RawPeer, room: &RawPeers) -> Result<()> {
    let mut rest = Vec::new();
    loop {
        tokio::select! {
            () = peer.writable.notified() => write_backlog(peer).await?,
            readable = peer.stream.readable() => {
                readable?;
                // Allocated only while there is something to read.
                let mut buffer = [0; 16 * 1024];
                match peer.stream.try_read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Ok(length) => rest.extend_from_slice(&buffer[..length]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                    Err(error) => return Err(error),
                }
                while let Some((code, text, end)) = parse_frame(&rest) {
                    rest.drain(..end);
                    match code {
                        1 => publish(room, &encode_frame(&text)),
                        8 => return Ok(()),
                        _ => {}
                    }
                }
                if rest.is_empty() {
                    rest = Vec::new();
                }
            }
        }
    }
}

fn publish(room: &RawPeers, frame: &Bytes) {
    for peer in room.lock().iter() {
        let mut back = peer.backlog.lock();
        let written = match back.is_empty() {
            true => peer.stream.try_write(frame).unwrap_or(0),
            false => 0,
        };
        if written < frame.len() {
            back.push_back(frame.slice(written..));
            peer.writable.notify_one();
        }
    }
}

async fn write_backlog(peer: &RawPeer) -> Result<()> {
    loop {
        let Some(frame) = peer.backlog.lock().front().cloned() else {
            return Ok(());
        };
        peer.stream.writable().await?;
        let mut back = peer.backlog.lock();
        match peer.stream.try_write(&frame) {
            Ok(written) if written == frame.len() => {
                back.pop_front();
            }
            Ok(written) => back[0] = frame.slice(written..),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Parses a complete client frame: opcode, unmasked payload and end offset. 64-bit lengths are not supported.
fn parse_frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (begin, length) = match bytes.get(1)? & 127 {
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        short => (2, usize::from(short)),
    };
    let mask = bytes.get(begin..begin + 4)?;
    let end = begin + 4 + length;
    let payload = bytes.get(begin + 4..end)?;
    let text = payload.iter().zip(mask.iter().cycle());
    Some((bytes[0] & 15, text.map(|(b, m)| b ^ m).collect(), end))
}

fn encode_frame(text: &[u8]) -> Bytes {
    let mut bytes = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(short) if short < 126 => bytes.push(short),
        _ => {
            let long = u16::try_from(text.len()).unwrap_or(u16::MAX);
            bytes.push(126);
            bytes.extend(long.to_be_bytes());
        }
    }
    bytes.extend(text);
    bytes.into()
}
