//! `multipart/form-data` (RFC 7578), read as it comes: the part `file`, and nothing behind it.

use memchr::memmem;
use parlor_kit::BodyParts;
use parlor_model::{Error, Result};

/// Bytes of the longest head of a part.
const HEAD_BYTES: usize = 8 * 1024;

/// What the head of a part says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// What its sender calls the file.
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    is_file: bool,
}

/// A form that is being read.
pub(crate) struct Multipart {
    body: BodyParts,
    /// What stands before each part and behind the last.
    delimiter: Vec<u8>,
    buffer: Vec<u8>,
    is_part_over: bool,
}

fn malformed() -> Error {
    Error::malformed("the request body is not valid multipart/form-data")
}

impl Multipart {
    /// Reads a body whose media type names the boundary.
    pub(crate) fn new(body: BodyParts, media_type: &str) -> Result<Self> {
        let boundary = parameter(media_type, "boundary")
            .filter(|boundary| (1..=70).contains(&boundary.len()))
            .ok_or_else(malformed)?;
        Ok(Self {
            body,
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first delimiter has no line before it.
            buffer: b"\r\n".to_vec(),
            is_part_over: false,
        })
    }

    async fn fill(&mut self) -> Result<()> {
        let bytes = self.body.next().await?.ok_or_else(malformed)?;
        self.buffer.extend_from_slice(&bytes);
        Ok(())
    }

    /// Goes to the part of the file.
    pub(crate) async fn find_file(&mut self) -> Result<Part> {
        loop {
            // What stands before the first part, and a part that is none of the file's, is passed over.
            while self.next_bytes().await?.is_some() {}
            let part = self.next_part().await?;
            self.is_part_over = false;
            if part.is_file {
                return Ok(part);
            }
        }
    }

    /// The head behind a delimiter.
    async fn next_part(&mut self) -> Result<Part> {
        loop {
            if self.buffer.starts_with(b"--") {
                return Err(Error::invalid("file", "is required"));
            }
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                return parse_head(&head);
            }
            if self.buffer.len() > HEAD_BYTES {
                return Err(malformed());
            }
            self.fill().await?;
        }
    }

    /// The next bytes of the part; none at its end.
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
            // The end may be the beginning of a delimiter.
            let sure = (self.buffer.len() + 1).saturating_sub(self.delimiter.len());
            if sure > 0 {
                return Ok(Some(self.buffer.drain(..sure).collect()));
            }
            self.fill().await?;
        }
    }
}

fn parse_head(head: &[u8]) -> Result<Part> {
    let head = std::str::from_utf8(head).map_err(|_| malformed())?;
    let mut part = Part::default();
    // What follows a delimiter on its own line is white space.
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

/// A parameter of a header's value, with or without quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        let (key, behind) = rest.split_once('=')?;
        let (text, next) = match behind.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let (text, next) = quoted.split_once('"')?;
                (text, next.split_once(';').map(|(_, next)| next))
            }
            None => match behind.split_once(';') {
                Some((text, next)) => (text.trim(), Some(next)),
                None => (behind.trim(), None),
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
    fn parameters_are_read_with_and_without_quotes() {
        let value = r#"form-data; name="file"; filename="a; b.txt"; x=y"#;
        assert_eq!(parameter(value, "name").as_deref(), Some("file"));
        assert_eq!(parameter(value, "filename").as_deref(), Some("a; b.txt"));
        assert_eq!(parameter(value, "x").as_deref(), Some("y"));
        assert_eq!(parameter(value, "other"), None);
        let boundary = parameter("multipart/form-data; Boundary=--abc", "boundary");
        assert_eq!(boundary.as_deref(), Some("--abc"));
    }
}
