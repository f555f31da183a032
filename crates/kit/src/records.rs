//! Long bodies, read a record at a time: lines of JSON, or the `items` of one JSON object.
//!
//! However long the body is, one record and one part of it from the network are in memory. What a record holds is not
//! looked into: one that is no JSON is the reader's to refuse, and does not end the body.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use http_body_util::BodyExt;
use parlor_model::error::Kind;
use parlor_model::{Error, Result};

use crate::body::MARK;

/// How records follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One a line; blank lines say nothing.
    Lines,
    /// The elements of the list `items` of an object, whose other fields say nothing.
    Document,
}

/// A record as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its line, or its place in the list; from 1.
    pub number: usize,
    /// Its text; none of one that is longer than records may be.
    pub text: Option<Vec<u8>>,
}

/// A body's records, in order.
pub struct Records {
    body: Body,
    scanner: Scanner,
    ready: VecDeque<Record>,
    limit: u64,
    left: u64,
    is_read: bool,
    progress: Arc<AtomicBool>,
}

/// Longest record, in bytes.
pub const LONGEST: usize = 8 * 1024 * 1024;

impl Records {
    pub(crate) fn new(body: Body, form: Form, limit: u64, progress: Arc<AtomicBool>) -> Self {
        Self {
            body,
            scanner: Scanner::new(form),
            ready: VecDeque::new(),
            limit,
            left: limit,
            is_read: false,
            progress,
        }
    }

    /// The number of the last record that was handed over, or is being read.
    pub fn number(&self) -> usize {
        self.ready
            .front()
            .map_or(self.scanner.number, |record| record.number)
    }

    /// The next record. A body over its limit, one that breaks off and a document without its list are refused when
    /// the reading comes there.
    pub async fn next(&mut self) -> Result<Option<Record>> {
        while self.ready.is_empty() && !self.is_read {
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    let Ok(part) = frame.into_data() else {
                        continue;
                    };
                    self.progress.store(true, Ordering::Relaxed);
                    self.left = self
                        .left
                        .checked_sub(part.len() as u64)
                        .ok_or_else(|| Error::new(Kind::TooLarge { limit: self.limit }))?;
                    self.scanner.feed(&part, &mut self.ready)?;
                }
                Some(Err(_)) => {
                    self.is_read = true;
                    return Err(Error::malformed("the request body could not be read"));
                }
                None => {
                    self.is_read = true;
                    self.scanner.end(&mut self.ready)?;
                }
            }
        }
        Ok(self.ready.pop_front())
    }
}

/// Where in a body the reading is.
struct Scanner {
    form: Form,
    /// The record that is being read.
    text: Vec<u8>,
    is_too_long: bool,
    number: usize,
    /// Of a document: open brackets, and whether a string is open and its next byte escaped.
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// The last string that ended right inside the document, as far as it matters.
    name: Vec<u8>,
    /// Within the list.
    in_list: bool,
    has_list: bool,
    /// Bytes of a byte-order mark that the body begins with so far; none when that is decided.
    mark: Option<usize>,
}

const LIST: &[u8] = b"items";

impl Scanner {
    fn new(form: Form) -> Self {
        Self {
            form,
            text: Vec::new(),
            is_too_long: false,
            number: 0,
            depth: 0,
            in_string: false,
            is_escaped: false,
            name: Vec::new(),
            in_list: false,
            has_list: false,
            mark: Some(0),
        }
    }

    fn feed(&mut self, mut part: &[u8], out: &mut VecDeque<Record>) -> Result<()> {
        // A byte-order mark in front says nothing, and may come in parts.
        while let Some(known) = self.mark
            && let Some((first, rest)) = part.split_first()
        {
            if MARK.get(known) == Some(first) {
                self.mark = Some(known + 1).filter(|known| *known < MARK.len());
                part = rest;
            } else {
                // What began like one is content.
                self.mark = None;
                self.content(MARK.get(..known).unwrap_or_default(), out)?;
            }
        }
        self.content(part, out)
    }

    fn content(&mut self, part: &[u8], out: &mut VecDeque<Record>) -> Result<()> {
        match self.form {
            Form::Lines => {
                for stretch in part.split_inclusive(|byte| *byte == b'\n') {
                    self.take(stretch);
                    if stretch.ends_with(b"\n") {
                        self.number += 1;
                        self.hand_over(out);
                    }
                }
                Ok(())
            }
            Form::Document => part.iter().try_for_each(|byte| self.step(*byte, out)),
        }
    }

    fn end(&mut self, out: &mut VecDeque<Record>) -> Result<()> {
        let begun = self.mark.take().unwrap_or_default();
        self.content(MARK.get(..begun).unwrap_or_default(), out)?;
        match self.form {
            Form::Lines => {
                self.number += 1;
                self.hand_over(out);
                Ok(())
            }
            Form::Document if self.depth > 0 || self.in_string => Err(Error::malformed(
                "the request body is not valid JSON: it ends too early",
            )),
            Form::Document if !self.has_list => Err(no_list()),
            Form::Document => Ok(()),
        }
    }

    fn take(&mut self, stretch: &[u8]) {
        if self.is_too_long || self.text.len() + stretch.len() > LONGEST {
            self.is_too_long = true;
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(stretch);
        }
    }

    fn hand_over(&mut self, out: &mut VecDeque<Record>) {
        let text = std::mem::take(&mut self.text);
        if std::mem::take(&mut self.is_too_long) {
            let number = self.number;
            out.push_back(Record { number, text: None });
        } else if !text.trim_ascii().is_empty() {
            let (number, text) = (self.number, Some(text));
            out.push_back(Record { number, text });
        }
    }

    /// A byte of a document.
    fn step(&mut self, byte: u8, out: &mut VecDeque<Record>) -> Result<()> {
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
                _ => Err(no_list()),
            };
        }
        if self.in_string {
            self.within_string(byte);
        } else {
            match byte {
                b'"' => {
                    self.in_string = true;
                    if self.depth == 1 {
                        self.name.clear();
                    }
                }
                b'[' if self.depth == 1 && self.name == LIST => {
                    self.depth = 2;
                    (self.in_list, self.has_list) = (true, true);
                    return Ok(());
                }
                b',' if self.in_list && self.depth == 2 => {
                    self.number += 1;
                    self.hand_over(out);
                    return Ok(());
                }
                b']' if self.in_list && self.depth == 2 => {
                    self.number += 1;
                    self.hand_over(out);
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
            self.take(&[byte]);
        }
        Ok(())
    }

    fn within_string(&mut self, byte: u8) {
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
        if self.depth == 1 && self.name.len() <= LIST.len() {
            self.name.push(byte);
        }
    }
}

fn no_list() -> Error {
    Error::malformed("the request body must be a JSON object with a list of items")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of a body that arrives in parts of a size.
    fn read(form: Form, body: &[u8], size: usize) -> Result<Vec<(usize, String)>> {
        let (mut scanner, mut ready) = (Scanner::new(form), VecDeque::new());
        for part in body.chunks(size) {
            scanner.feed(part, &mut ready)?;
        }
        scanner.end(&mut ready)?;
        let shown = |record: Record| {
            let text = record.text.map(|text| String::from_utf8(text).unwrap());
            (record.number, text.unwrap().trim().to_owned())
        };
        Ok(ready.into_iter().map(shown).collect())
    }

    #[track_caller]
    fn reads(form: Form, body: &str, expected: &[(usize, &str)]) {
        for size in [1, 2, 7, 1_000] {
            let found = read(form, body.as_bytes(), size).unwrap();
            let found: Vec<_> = found.iter().map(|(n, text)| (*n, text.as_str())).collect();
            assert_eq!(found, expected, "in parts of {size}");
        }
    }

    #[test]
    fn lines_with_any_end_and_without() {
        reads(
            Form::Lines,
            "{\"a\":1}\r\n\n  \nnonsense\n[2]",
            &[(1, "{\"a\":1}"), (4, "nonsense"), (5, "[2]")],
        );
        reads(Form::Lines, "", &[]);
    }

    #[test]
    fn the_items_of_a_document_wherever_they_stand() {
        reads(
            Form::Document,
            r#" { "cursor" : "items", "x":{"items":[9]}, "items" : [ {"a":"]},\"["} , 5, [1,[2]],"t" ] , "z":[1] } "#,
            &[
                (1, r#"{"a":"]},\"["}"#),
                (2, "5"),
                (3, "[1,[2]]"),
                (4, "\"t\""),
            ],
        );
        reads(Form::Document, r#"{"items":[],"cursor":""}"#, &[]);
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
            assert!(read(Form::Document, bad.as_bytes(), 3).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_byte_order_mark_in_front_costs_no_record() {
        let mark = "\u{feff}";
        reads(
            Form::Lines,
            &format!("{mark}{{}}\n[2]"),
            &[(1, "{}"), (2, "[2]")],
        );
        reads(Form::Lines, mark, &[]);
        reads(
            Form::Document,
            &format!("{mark} {{\"items\":[1]}}"),
            &[(1, "1")],
        );
        // Only there: further on it is content, for the reader to refuse.
        reads(
            Form::Lines,
            &format!("1\n{mark}2"),
            &[(1, "1"), (2, "\u{feff}2")],
        );
        let (mut scanner, mut ready) = (Scanner::new(Form::Lines), VecDeque::new());
        scanner.feed(b"\xef\xbb", &mut ready).unwrap();
        scanner.end(&mut ready).unwrap();
        assert_eq!(ready[0].text.as_deref(), Some(&b"\xef\xbb"[..]));
    }

    #[test]
    fn a_record_that_is_too_long_is_passed_over() {
        let (mut scanner, mut ready) = (Scanner::new(Form::Lines), VecDeque::new());
        let part = vec![b'x'; 1024 * 1024];
        for _ in 0..=LONGEST / part.len() {
            scanner.feed(&part, &mut ready).unwrap();
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
