//! Minimal WebSocket client, cheap because it shares the machine with the server.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::login::{LoginScript, LoginStep};

const BUFFER_BYTES: usize = 4096;
/// WebSocket opcodes.
const TEXT_OPCODE: u8 = 1;
const PONG_OPCODE: u8 = 10;
const CLOSE_OPCODE: u8 = 8;
/// Mask of sent frames; a constant is sufficient.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// WebSocket, or plain TCP connection, of a load generator.
pub(in crate::bench) struct LoadSocket {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    is_plain_tcp: bool,
    auto_reply: Option<(String, String)>,
}

impl LoadSocket {
    /// Connects and logs in as a user.
    pub(in crate::bench) async fn connect(
        address: &str,
        login: &LoginScript,
        user: usize,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut socket = Self {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
            is_plain_tcp: login.path.is_none(),
            auto_reply: login.auto_reply.clone(),
        };
        let with_user = |text: &str| text.replace("{user}", &user.to_string());
        if let Some(path) = &login.path {
            socket.upgrade(address, &with_user(path)).await?;
        }
        for step in &login.steps {
            match step {
                LoginStep::Send(text) => socket.send(with_user(text).as_bytes()).await?,
                LoginStep::Expect(text) => socket.expect(&with_user(text)).await?,
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
                    let response = String::from_utf8_lossy(&read[..end]).into_owned();
                    return Err(io::Error::other(response));
                }
                self.consume(end + 4);
                return Ok(());
            }
        }
    }

    async fn expect(&mut self, text: &str) -> io::Result<()> {
        let mut received = Vec::new();
        loop {
            let mut is_found = false;
            self.read_frames(|frame| {
                received.extend_from_slice(frame);
                is_found |= memchr::memmem::find(&received, text.as_bytes()).is_some();
            })
            .await?;
            if is_found {
                return Ok(());
            }
        }
    }

    /// Sends a text.
    pub(in crate::bench) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let frame = if self.is_plain_tcp {
            bytes.to_vec()
        } else {
            encode_frame(TEXT_OPCODE, bytes)
        };
        self.stream.write_all(&frame).await
    }

    /// Closes the socket with a closing handshake; drop breaks the connection instead.
    pub(super) async fn close(mut self) -> io::Result<()> {
        self.stream
            .write_all(&encode_frame(CLOSE_OPCODE, &[]))
            .await?;
        // Reads the server's close frame and the end of the stream.
        while self.stream.read(&mut self.buffer).await? > 0 {}
        Ok(())
    }

    /// Waits for bytes and calls `each` with every complete frame.
    pub(in crate::bench) async fn read_frames(
        &mut self,
        mut each: impl FnMut(&[u8]),
    ) -> io::Result<()> {
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
                    let is_trigger =
                        |(trigger, _): &(String, String)| trigger.as_bytes() == payload;
                    answer |= self.auto_reply.as_ref().is_some_and(is_trigger);
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
        if let Some((_, text)) = self.auto_reply.clone().filter(|_| answer) {
            self.send(text.as_bytes()).await?;
        }
        Ok(())
    }

    /// Passes on the bytes of a plain TCP connection, except a trailing part that may be an incomplete mark.
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

/// Parses the first frame, if it is complete: opcode, start and end of the payload.
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

/// Encodes a masked client frame.
fn encode_frame(code: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | code];
    match payload.len() {
        short if short < 126 => bytes.push(0x80 | short as u8),
        long => {
            // Longer frames are never sent.
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
