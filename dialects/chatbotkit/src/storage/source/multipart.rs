//! A streaming reader of `multipart/form-data` (RFC 7578). Finds the part `file` and reads nothing after it.

use memchr::memmem;
use parlor_kit::BodyParts;
use parlor_model::{Error, Result};

/// Maximum size of the headers of a part, in bytes.
const MAX_HEAD_BYTES: usize = 8 * 1024;

/// The headers of a part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// The file name.
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    is_file: bool,
}

/// A form being read.
pub(crate) struct Multipart {
    body: BodyParts,
    /// `CRLF--boundary`: precedes each part and follows the last one.
    delimiter: Vec<u8>,
    buffer: Vec<u8>,
    /// Whether the current part has been read to its end.
    is_part_over: bool,
}

fn malformed() -> Error {
    Error::malformed("the request body is not valid multipart/form-data")
}

impl Multipart {
    /// Creates a reader of a body whose media type has the parameter `boundary`.
    ///
    /// # Errors
    /// `Malformed` without a boundary of 1 to 70 characters.
    pub(crate) fn new(body: BodyParts, media_type: &str) -> Result<Self> {
        let boundary = parameter(media_type, "boundary")
            .filter(|boundary| (1..=70).contains(&boundary.len()))
            .ok_or_else(malformed)?;
        Ok(Self {
            body,
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first delimiter may stand at the very beginning, without a preceding line break.
            buffer: b"\r\n".to_vec(),
            is_part_over: false,
        })
    }

    /// Appends the next chunk of the body to the buffer.
    ///
    /// # Errors
    /// `Malformed` at the end of the body: the form is not terminated.
    async fn fill(&mut self) -> Result<()> {
        let bytes = self.body.next().await?.ok_or_else(malformed)?;
        self.buffer.extend_from_slice(&bytes);
        Ok(())
    }

    /// Skips to the part `file` and returns its headers.
    ///
    /// # Errors
    /// `Invalid` if there is none.
    pub(crate) async fn find_file(&mut self) -> Result<Part> {
        loop {
            // Skips the preamble, and then each part of another name.
            while self.next_bytes().await?.is_some() {}
            let part = self.next_part().await?;
            self.is_part_over = false;
            if part.is_file {
                return Ok(part);
            }
        }
    }

    /// Reads the headers of the part after a delimiter.
    async fn next_part(&mut self) -> Result<Part> {
        loop {
            if self.buffer.starts_with(b"--") {
                return Err(Error::invalid("file", "is required"));
            }
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                return parse_head(&head);
            }
            if self.buffer.len() > MAX_HEAD_BYTES {
                return Err(malformed());
            }
            self.fill().await?;
        }
    }

    /// Returns the next bytes of the part, or `None` at its end.
    pub(crate) async fn next_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        if self.is_part_over {
            return Ok(None);
        }
        loop {
            if let Some(end) = memmem::find(&self.buffer, &self.delimiter) {
                self.is_part_over = true;
                let bytes: Vec<u8> = self.buffer.drain(..end).collect();
                self.buffer.drain(..self.delimiter.len());
                return Ok(Some(bytes));
            }
            // The last bytes of the buffer may be the beginning of a delimiter.
            let ready = (self.buffer.len() + 1).saturating_sub(self.delimiter.len());
            if ready > 0 {
                return Ok(Some(self.buffer.drain(..ready).collect()));
            }
            self.fill().await?;
        }
    }
}

fn parse_head(head: &[u8]) -> Result<Part> {
    let head = std::str::from_utf8(head).map_err(|_| malformed())?;
    let mut part = Part::default();
    // The rest of the delimiter's own line is padding (RFC 2046, 5.1.1).
    for line in head.split("\r\n").skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(malformed)?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-disposition") {
            part.is_file = parameter(value, "name").as_deref() == Some("file");
            part.name = parameter(value, "filename");
        } else if name.eq_ignore_ascii_case("content-type") {
            part.media_type = Some(value.to_owned());
        }
    }
    Ok(part)
}

/// Returns a parameter of a header's value, quoted or not.
fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        let (key, value) = rest.split_once('=')?;
        let (text, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let (text, next) = quoted.split_once('"')?;
                (text, next.split_once(';').map(|(_, next)| next))
            }
            None => match value.split_once(';') {
                Some((text, next)) => (text.trim(), Some(next)),
                None => (value.trim(), None),
            },
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(text.to_owned());
        }
        rest = next?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_parameter_with_and_without_quotes_is_found() {
        let value = r#"form-data; name="file"; filename="a; b.txt"; x=y"#;
        assert_eq!(parameter(value, "name").as_deref(), Some("file"));
        assert_eq!(parameter(value, "filename").as_deref(), Some("a; b.txt"));
        assert_eq!(parameter(value, "x").as_deref(), Some("y"));
        assert_eq!(parameter(value, "other"), None);
        let boundary = parameter("multipart/form-data; Boundary=--abc", "boundary");
        assert_eq!(boundary.as_deref(), Some("--abc"));
    }
}
