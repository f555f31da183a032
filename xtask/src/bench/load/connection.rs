//! Keep-alive HTTP/1.1 connection that reads responses without copying them.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BUFFER_BYTES: usize = 64 * 1024;

/// Connection with received, unread bytes.
pub(in crate::bench) struct LoadConnection {
    socket: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// Parsed response head.
pub(in crate::bench) struct ResponseHead {
    pub(in crate::bench) status: u16,
    pub(super) close: bool,
    body: BodyFraming,
}

enum BodyFraming {
    Sized(usize),
    Chunked,
    UntilClose,
}

impl LoadConnection {
    /// Opens a connection.
    pub(in crate::bench) async fn connect(address: &str) -> io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(LoadConnection {
            socket,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
        })
    }

    /// Sends a request.
    pub(in crate::bench) async fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.socket.write_all(request).await
    }

    /// Reads the response head.
    pub(in crate::bench) async fn read_head(&mut self) -> io::Result<ResponseHead> {
        loop {
            self.fill().await?;
            if let Some((head, length)) = parse_head(&self.buffer[..self.filled])? {
                self.consume(length);
                return Ok(head);
            }
        }
    }

    /// Reads the response body in chunks.
    pub(in crate::bench) async fn read_body(
        &mut self,
        head: &ResponseHead,
        mut sink: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        match head.body {
            BodyFraming::Sized(length) => self.read_exact_into(length, &mut sink).await,
            BodyFraming::Chunked => loop {
                let length = self.read_chunk_length().await?;
                self.read_exact_into(length, &mut sink).await?;
                self.read_exact_into(2, &mut |_| {}).await?;
                if length == 0 {
                    return Ok(());
                }
            },
            BodyFraming::UntilClose => loop {
                if self.filled > 0 {
                    sink(&self.buffer[..self.filled]);
                    self.consume(self.filled);
                }
                match self.fill().await {
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                    result => result?,
                }
            },
        }
    }

    async fn read_chunk_length(&mut self) -> io::Result<usize> {
        let end = loop {
            match memchr::memchr(b'\n', &self.buffer[..self.filled]) {
                Some(end) => break end,
                None => self.fill().await?,
            }
        };
        let line = String::from_utf8_lossy(&self.buffer[..end]);
        let digits = line.split(';').next().unwrap_or("").trim();
        let length =
            usize::from_str_radix(digits, 16).map_err(|_| io::Error::other("bad chunk"))?;
        self.consume(end + 1);
        Ok(length)
    }

    async fn read_exact_into(
        &mut self,
        mut left: usize,
        sink: &mut impl FnMut(&[u8]),
    ) -> io::Result<()> {
        while left > 0 {
            if self.filled == 0 {
                self.fill().await?;
            }
            let length = left.min(self.filled);
            sink(&self.buffer[..length]);
            self.consume(length);
            left -= length;
        }
        Ok(())
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.socket.read(&mut self.buffer[self.filled..]).await? {
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

/// Parses the head and its length, if it is complete.
fn parse_head(bytes: &[u8]) -> io::Result<Option<(ResponseHead, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(bytes).map_err(io::Error::other)? {
        httparse::Status::Partial => return Ok(None),
        httparse::Status::Complete(length) => length,
    };
    let get = |name: &str| {
        response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    };
    let close = get("connection").is_some_and(|value| value.eq_ignore_ascii_case(b"close"));
    let sized = get("content-length")
        .and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok());
    let body = if get("transfer-encoding").is_some_and(|value| value.ends_with(b"chunked")) {
        BodyFraming::Chunked
    } else if let Some(length) = sized {
        BodyFraming::Sized(length)
    } else if close {
        BodyFraming::UntilClose
    } else {
        BodyFraming::Sized(0)
    };
    let status = response.code.unwrap_or(0);
    Ok(Some((
        ResponseHead {
            status,
            close,
            body,
        },
        length,
    )))
}
