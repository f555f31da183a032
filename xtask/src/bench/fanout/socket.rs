//! The client's end of a socket: as little as it takes, since it shares the machine with the server.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::login::{LoginScript, LoginStep};

const BUFFER_BYTES: usize = 4096;
/// Frames of a WebSocket.
const TEXT_OPCODE: u8 = 1;
const PONG_OPCODE: u8 = 10;
const CLOSE_OPCODE: u8 = 8;
/// Any mask will do.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

pub(super) struct LoadSocket {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    is_plain_tcp: bool,
    auto_reply: Option<(String, String)>,
}

impl LoadSocket {
    /// Comes in by a door, as one of its users.
    pub(super) async fn connect(
        address: &str,
        door: &LoginScript,
        user: usize,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
            is_plain_tcp: door.path.is_none(),
            auto_reply: door.auto_reply.clone(),
        };
        let named = |text: &str| text.replace("{user}", &user.to_string());
        if let Some(path) = &door.path {
            socket.upgrade(address, &named(path)).await?;
        }
        for step in &door.steps {
            match step {
                LoginStep::Send(words) => socket.send(named(words).as_bytes()).await?,
                LoginStep::Expect(words) => socket.expect(&named(words)).await?,
            }
        }
        Ok(socket)
    }

    async fn upgrade(&mut self, address: &str, path: &str) -> io::Result<()> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        loop {
            self.fill().await?;
            let read = &self.buffer[..self.filled];
            if let Some(end) = memchr::memmem::find(read, b"\r\n\r\n") {
                if !read.starts_with(b"HTTP/1.1 101") {
                    let said = String::from_utf8_lossy(&read[..end]).into_owned();
                    return Err(io::Error::other(said));
                }
                self.consume(end + 4);
                return Ok(());
            }
        }
    }

    async fn expect(&mut self, words: &str) -> io::Result<()> {
        let mut heard = Vec::new();
        loop {
            let mut there = false;
            self.read_frames(|frame| {
                heard.extend_from_slice(frame);
                there |= memchr::memmem::find(&heard, words.as_bytes()).is_some();
            })
            .await?;
            if there {
                return Ok(());
            }
        }
    }

    /// Says something.
    pub(super) async fn send(&mut self, words: &[u8]) -> io::Result<()> {
        let bytes = if self.is_plain_tcp {
            words.to_vec()
        } else {
            encode_frame(TEXT_OPCODE, words)
        };
        self.stream.write_all(&bytes).await
    }

    /// Ends it well; without this it ends as a broken line does.
    pub(super) async fn close(mut self) -> io::Result<()> {
        self.stream
            .write_all(&encode_frame(CLOSE_OPCODE, &[]))
            .await?;
        // The server's own close frame, and then the end.
        while self.stream.read(&mut self.buffer).await? > 0 {}
        Ok(())
    }

    /// Waits for bytes and hands on every whole frame.
    pub(super) async fn read_frames(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        self.fill().await?;
        if self.filled > 0 && self.emit_plain(&mut each)? {
            return Ok(());
        }
        let (mut at, mut pong, mut answer) = (0, None, false);
        while let Some((code, begin, end)) = parse_frame(&self.buffer[at..self.filled]) {
            let payload = &self.buffer[at + begin..at + end];
            match code {
                9 => pong = Some(payload.to_vec()),
                8 => return Err(io::Error::other("closed by the server")),
                10 => {}
                _ => {
                    let asked = |(heard, _): &(String, String)| heard.as_bytes() == payload;
                    answer |= self.auto_reply.as_ref().is_some_and(asked);
                    each(payload);
                }
            }
            at += end;
        }
        self.consume(at);
        if let Some(payload) = pong {
            self.stream
                .write_all(&encode_frame(PONG_OPCODE, &payload))
                .await?;
        }
        if let Some((_, words)) = self.auto_reply.clone().filter(|_| answer) {
            self.send(words.as_bytes()).await?;
        }
        Ok(())
    }

    /// Plain TCP knows no frames: everything is handed on but what may be half a mark.
    fn emit_plain(&mut self, each: &mut impl FnMut(&[u8])) -> io::Result<bool> {
        if self.is_plain_tcp {
            let end = super::timestamp_mark::incomplete_mark_start(&self.buffer[..self.filled]);
            each(&self.buffer[..end]);
            self.consume(end);
        }
        Ok(self.is_plain_tcp)
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            length => {
                self.filled += length;
                Ok(())
            }
        }
    }

    fn consume(&mut self, length: usize) {
        self.buffer.copy_within(length..self.filled, 0);
        self.filled -= length;
    }
}

/// The kind of the first frame and where its payload is, once all of it is there.
fn parse_frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (begin, length) = match second & 127 {
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => {
            let long = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            (10, usize::try_from(long).ok()?)
        }
        short => (2, usize::from(short)),
    };
    let end = begin + length;
    (bytes.len() >= end).then_some((first & 15, begin, end))
}

/// A client's frame.
fn encode_frame(code: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | code];
    match payload.len() {
        short if short < 126 => bytes.push(0x80 | short as u8),
        long => {
            // A client of this program says nothing longer.
            let long = u16::try_from(long).unwrap_or(u16::MAX);
            bytes.push(0x80 | 126);
            bytes.extend(long.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(b, m)| b ^ m));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_frames_are_parsed() {
        assert_eq!(parse_frame(&[0x81, 2, b'a', b'b', 0x81]), Some((1, 2, 4)));
        assert_eq!(parse_frame(&[0x81, 2, b'a']), None);
        assert_eq!(parse_frame(&[0x81]), None);
        assert_eq!(encode_frame(TEXT_OPCODE, b"ab").len(), 8);
    }
}
