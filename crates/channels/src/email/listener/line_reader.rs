//! Divides input into lines.

/// Longest line of a command, with its end: RFC 5321 asks for 512 bytes, its extensions for some more.
const MAX_LINE_BYTES: usize = 2048;

/// Line that has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line with its end, CR and LF. It contains no other CR or LF, nor a null character.
    Complete(Vec<u8>),
    /// It ended without a CR before its LF, or contained another one.
    BadEnd,
    /// It was longer than a command may be. All of it is skipped.
    TooLong,
}

/// Collects the bytes of a line.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    line: Vec<u8>,
    is_too_long: bool,
}

impl LineReader {
    /// Takes bytes from the input up to the end of a line. `None` if the input ends before it.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> Option<Line> {
        let end = input.iter().position(|byte| *byte == b'\n');
        let (taken, rest) = input.split_at(end.map_or(input.len(), |end| end + 1));
        *input = rest;
        if self.line.len() + taken.len() > MAX_LINE_BYTES {
            self.is_too_long = true;
            self.line.clear();
        }
        if !self.is_too_long {
            self.line.extend_from_slice(taken);
        }
        end?;
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            return Some(Line::TooLong);
        }
        let is_clean = |text: &[u8]| !text.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        match line.strip_suffix(b"\r\n") {
            Some(text) if is_clean(text) => Some(Line::Complete(line)),
            _ => Some(Line::BadEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cr_and_lf_end_a_line() {
        for (input, expected) in [
            ("NOOP\r\n", Some(Line::Complete(b"NOOP\r\n".to_vec()))),
            ("NOOP\r", None),
            ("NOOP\n", Some(Line::BadEnd)),
            ("NO\rOP\r\n", Some(Line::BadEnd)),
            ("NOOP\0\r\n", Some(Line::BadEnd)),
            ("NOOP\r\r\n", Some(Line::BadEnd)),
            ("\n", Some(Line::BadEnd)),
        ] {
            for chunk in [1, 3, 100] {
                let mut reader = LineReader::default();
                let mut lines = input.as_bytes().chunks(chunk).filter_map(|mut chunk| {
                    let line = reader.read(&mut chunk);
                    assert!(chunk.is_empty());
                    line
                });
                assert_eq!(lines.next(), expected, "{input:?}");
            }
        }
    }

    #[test]
    fn long_line_is_skipped_to_its_end_without_being_kept() {
        let long = format!("{}\r\nNOOP\r\n", "a".repeat(MAX_LINE_BYTES * 3));
        let mut reader = LineReader::default();
        let mut found = Vec::new();
        for mut chunk in long.as_bytes().chunks(100) {
            while let Some(line) = reader.read(&mut chunk) {
                found.push(line);
            }
            assert!(reader.line.len() <= MAX_LINE_BYTES);
        }
        assert_eq!(found, [Line::TooLong, Line::Complete(b"NOOP\r\n".to_vec())]);
    }
}
