//! Incremental scanner of records in JSON lines or in one JSON document.

use std::collections::VecDeque;

use parlor_model::{Error, Result};

use super::{BYTE_ORDER_MARK, MAX_RECORD_BYTES, RawRecord, RecordFormat};

/// Incremental scanner of a body.
pub(super) struct RecordScanner {
    format: RecordFormat,
    /// Record being read.
    text: Vec<u8>,
    is_too_long: bool,
    pub(super) number: usize,
    /// Of a document: open brackets, an open string, and an escape in it.
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Last string at depth 1, as far as it may be [`LIST_FIELD`].
    name: Vec<u8>,
    /// Inside the list.
    in_list: bool,
    has_list: bool,
    /// Bytes of a possible byte-order mark read so far; `None` once decided.
    mark_bytes: Option<usize>,
}

const LIST_FIELD: &[u8] = b"items";

impl RecordScanner {
    pub(super) fn new(format: RecordFormat) -> Self {
        Self {
            format,
            text: Vec::new(),
            is_too_long: false,
            number: 0,
            depth: 0,
            in_string: false,
            is_escaped: false,
            name: Vec::new(),
            in_list: false,
            has_list: false,
            mark_bytes: Some(0),
        }
    }

    /// Scans a chunk and appends the records that end in it.
    ///
    /// # Errors
    /// `Malformed` for a document that is no object with a list of items.
    pub(super) fn feed(&mut self, mut chunk: &[u8], out: &mut VecDeque<RawRecord>) -> Result<()> {
        // A leading byte-order mark is skipped; it may be split over chunks.
        while let Some(known) = self.mark_bytes
            && let Some((first, rest)) = chunk.split_first()
        {
            if BYTE_ORDER_MARK.get(known) == Some(first) {
                self.mark_bytes = Some(known + 1).filter(|known| *known < BYTE_ORDER_MARK.len());
                chunk = rest;
            } else {
                // A partial mark is content.
                self.mark_bytes = None;
                self.feed_content(BYTE_ORDER_MARK.get(..known).unwrap_or_default(), out)?;
            }
        }
        self.feed_content(chunk, out)
    }

    fn feed_content(&mut self, chunk: &[u8], out: &mut VecDeque<RawRecord>) -> Result<()> {
        match self.format {
            RecordFormat::Lines => {
                for line in chunk.split_inclusive(|byte| *byte == b'\n') {
                    self.append_text(line);
                    if line.ends_with(b"\n") {
                        self.number += 1;
                        self.finish_record(out);
                    }
                }
                Ok(())
            }
            RecordFormat::Document => chunk.iter().try_for_each(|byte| self.feed_byte(*byte, out)),
        }
    }

    /// Ends the scan and appends the last record.
    ///
    /// # Errors
    /// `Malformed` for an incomplete document.
    pub(super) fn finish(&mut self, out: &mut VecDeque<RawRecord>) -> Result<()> {
        let mark_bytes = self.mark_bytes.take().unwrap_or_default();
        self.feed_content(BYTE_ORDER_MARK.get(..mark_bytes).unwrap_or_default(), out)?;
        match self.format {
            RecordFormat::Lines => {
                self.number += 1;
                self.finish_record(out);
                Ok(())
            }
            RecordFormat::Document if self.depth > 0 || self.in_string => Err(Error::malformed(
                "the request body is not valid JSON: it ends too early",
            )),
            RecordFormat::Document if !self.has_list => Err(missing_list_error()),
            RecordFormat::Document => Ok(()),
        }
    }

    fn append_text(&mut self, chunk: &[u8]) {
        if self.is_too_long || self.text.len() + chunk.len() > MAX_RECORD_BYTES {
            self.is_too_long = true;
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(chunk);
        }
    }

    fn finish_record(&mut self, out: &mut VecDeque<RawRecord>) {
        let text = std::mem::take(&mut self.text);
        if std::mem::take(&mut self.is_too_long) {
            let number = self.number;
            out.push_back(RawRecord { number, text: None });
        } else if !text.trim_ascii().is_empty() {
            let (number, text) = (self.number, Some(text));
            out.push_back(RawRecord { number, text });
        }
    }

    /// Scans a byte of a document.
    fn feed_byte(&mut self, byte: u8, out: &mut VecDeque<RawRecord>) -> Result<()> {
        if self.depth == 0 {
            return match byte {
                b'{' if !self.has_list => {
                    self.depth = 1;
                    Ok(())
                }
                byte if byte.is_ascii_whitespace() => Ok(()),
                _ if self.has_list => Err(Error::malformed(
                    "the request body is not valid JSON: something follows its end",
                )),
                _ => Err(missing_list_error()),
            };
        }
        if self.in_string {
            self.feed_string_byte(byte);
        } else {
            match byte {
                b'"' => {
                    self.in_string = true;
                    if self.depth == 1 {
                        self.name.clear();
                    }
                }
                b'[' if self.depth == 1 && self.name == LIST_FIELD => {
                    self.depth = 2;
                    (self.in_list, self.has_list) = (true, true);
                    return Ok(());
                }
                b',' if self.in_list && self.depth == 2 => {
                    self.number += 1;
                    self.finish_record(out);
                    return Ok(());
                }
                b']' if self.in_list && self.depth == 2 => {
                    self.number += 1;
                    self.finish_record(out);
                    self.depth = 1;
                    self.in_list = false;
                    self.name.clear();
                    return Ok(());
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth -= 1,
                b',' if self.depth == 1 => self.name.clear(),
                _ => {}
            }
        }
        if self.in_list {
            self.append_text(&[byte]);
        }
        Ok(())
    }

    fn feed_string_byte(&mut self, byte: u8) {
        if self.is_escaped {
            self.is_escaped = false;
        } else {
            match byte {
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_string = false;
                    return;
                }
                _ => {}
            }
        }
        if self.depth == 1 && self.name.len() <= LIST_FIELD.len() {
            self.name.push(byte);
        }
    }
}

fn missing_list_error() -> Error {
    Error::malformed("the request body must be a JSON object with a list of items")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scans a body that arrives in chunks of `size` bytes.
    fn scan_records(
        format: RecordFormat,
        body: &[u8],
        size: usize,
    ) -> Result<Vec<(usize, String)>> {
        let (mut scanner, mut ready) = (RecordScanner::new(format), VecDeque::new());
        for chunk in body.chunks(size) {
            scanner.feed(chunk, &mut ready)?;
        }
        scanner.finish(&mut ready)?;
        let to_text = |record: RawRecord| {
            let text = record.text.map(|text| String::from_utf8(text).unwrap());
            (record.number, text.unwrap().trim().to_owned())
        };
        Ok(ready.into_iter().map(to_text).collect())
    }

    #[track_caller]
    fn assert_records(format: RecordFormat, body: &str, expected: &[(usize, &str)]) {
        for size in [1, 2, 7, 1_000] {
            let found = scan_records(format, body.as_bytes(), size).unwrap();
            let found: Vec<_> = found.iter().map(|(n, text)| (*n, text.as_str())).collect();
            assert_eq!(found, expected, "in parts of {size}");
        }
    }

    #[test]
    fn lines_end_with_any_line_break_or_none() {
        assert_records(
            RecordFormat::Lines,
            "{\"a\":1}\r\n\n  \nnonsense\n[2]",
            &[(1, "{\"a\":1}"), (4, "nonsense"), (5, "[2]")],
        );
        assert_records(RecordFormat::Lines, "", &[]);
    }

    #[test]
    fn items_are_found_anywhere_in_document() {
        assert_records(
            RecordFormat::Document,
            r#" { "cursor" : "items", "x":{"items":[9]}, "items" : [ {"a":"]},\"["} , 5, [1,[2]],"t" ] , "z":[1] } "#,
            &[
                (1, r#"{"a":"]},\"["}"#),
                (2, "5"),
                (3, "[1,[2]]"),
                (4, "\"t\""),
            ],
        );
        assert_records(RecordFormat::Document, r#"{"items":[],"cursor":""}"#, &[]);
        for bad in [
            "",
            "5",
            "[{}]",
            "{}",
            r#"{"item":[1]}"#,
            r#"{"items":5}"#,
            r#"{"items":[1"#,
            r#"{"items":[1]"#,
            r#"{"items":[1]}}"#,
            r#"{"itemss":[1]}"#,
            r#"{"items":["#,
        ] {
            assert!(
                scan_records(RecordFormat::Document, bad.as_bytes(), 3).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn byte_order_mark_is_skipped() {
        let mark = "\u{feff}";
        assert_records(
            RecordFormat::Lines,
            &format!("{mark}{{}}\n[2]"),
            &[(1, "{}"), (2, "[2]")],
        );
        assert_records(RecordFormat::Lines, mark, &[]);
        assert_records(
            RecordFormat::Document,
            &format!("{mark} {{\"items\":[1]}}"),
            &[(1, "1")],
        );
        // A later mark is content, for the caller to reject.
        assert_records(
            RecordFormat::Lines,
            &format!("1\n{mark}2"),
            &[(1, "1"), (2, "\u{feff}2")],
        );
        let (mut scanner, mut ready) = (RecordScanner::new(RecordFormat::Lines), VecDeque::new());
        scanner.feed(b"\xef\xbb", &mut ready).unwrap();
        scanner.finish(&mut ready).unwrap();
        assert_eq!(ready[0].text.as_deref(), Some(&b"\xef\xbb"[..]));
    }

    #[test]
    fn oversized_record_is_skipped() {
        let (mut scanner, mut ready) = (RecordScanner::new(RecordFormat::Lines), VecDeque::new());
        let chunk = vec![b'x'; 1024 * 1024];
        for _ in 0..=MAX_RECORD_BYTES / chunk.len() {
            scanner.feed(&chunk, &mut ready).unwrap();
        }
        assert_eq!(scanner.text.len(), 0);
        scanner.feed(b"\n{}\n", &mut ready).unwrap();
        let found: Vec<_> = ready
            .iter()
            .map(|record| (record.number, record.text.is_some()))
            .collect();
        assert_eq!(found, [(1, false), (2, true)]);
    }
}
