//! Text that is written from HTML.

use mail_parser::decoders::html::add_html_token;

/// Longest entity, such as `&CounterClockwiseContourIntegral;`.
const MAX_ENTITY_BYTES: usize = 40;

/// Collects text. Blanks and line breaks are written before what follows them, so that none are left at the ends.
#[derive(Default)]
pub(super) struct TextWriter {
    text: String,
    has_blank: bool,
    line_breaks: usize,
    quotes: usize,
    preformatted: usize,
}

impl TextWriter {
    /// Writes characters, with entities.
    pub(super) fn write(&mut self, mut text: &str) {
        while let Some(start) = text.find('&') {
            self.write_chars(&text[..start]);
            text = &text[start..];
            let len = entity_len(text);
            let mut decoded = String::new();
            add_html_token(&mut decoded, &text.as_bytes()[..len], false);
            self.write_chars(&decoded);
            text = &text[len..];
        }
        self.write_chars(text);
    }

    fn write_chars(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.line_break(),
                c if c.is_whitespace() && self.preformatted == 0 => self.has_blank = true,
                c => self.write_char(c),
            }
        }
    }

    fn write_char(&mut self, c: char) {
        if !self.text.is_empty() {
            self.text
                .extend(std::iter::repeat_n('\n', self.line_breaks));
        }
        let begins_line = self.text.is_empty() || self.text.ends_with('\n');
        if begins_line && self.quotes > 0 {
            self.text.push_str("> ");
        } else if self.has_blank && !begins_line {
            self.text.push(' ');
        }
        self.line_breaks = 0;
        self.has_blank = false;
        self.text.push(c);
    }

    /// Separates cells.
    pub(super) fn blank(&mut self) {
        self.has_blank = true;
    }

    /// Ends the line. Two empty lines are the most.
    pub(super) fn line_break(&mut self) {
        self.line_breaks = (self.line_breaks + 1).min(3);
        self.has_blank = false;
    }

    /// Ends the line if something is in it.
    pub(super) fn block(&mut self) {
        self.line_breaks = self.line_breaks.max(1);
        self.has_blank = false;
    }

    /// Leaves an empty line.
    pub(super) fn paragraph(&mut self) {
        self.line_breaks = self.line_breaks.max(2);
        self.has_blank = false;
    }

    /// Begins or ends a quotation. Its depth is not shown.
    pub(super) fn quote(&mut self, is_end: bool) {
        self.block();
        self.quotes = if is_end {
            self.quotes.saturating_sub(1)
        } else {
            self.quotes.saturating_add(1)
        };
    }

    /// Begins or ends a text whose blanks and line breaks are kept.
    pub(super) fn preformatted(&mut self, is_end: bool) {
        self.block();
        self.preformatted = if is_end {
            self.preformatted.saturating_sub(1)
        } else {
            self.preformatted.saturating_add(1)
        };
    }

    /// Returns the text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Returns the length of the entity at the beginning, or of the `&` alone.
fn entity_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let inner = bytes[1..]
        .iter()
        .take(MAX_ENTITY_BYTES)
        .take_while(|byte| is_part(byte));
    let len = inner.count() + 1;
    if bytes.get(len) == Some(&b';') && len > 1 {
        len + 1
    } else {
        1
    }
}
