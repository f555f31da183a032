//! Tags of HTML.

/// Bytes of a name at most.
const MAX_NAME_BYTES: usize = 16;

/// A tag.
pub(super) struct Tag {
    /// Name in lower case; empty if it is too long for one that is known.
    pub(super) name: String,
    /// Whether it ends its element.
    pub(super) is_end: bool,
    /// Its length in bytes.
    pub(super) len: usize,
}

/// Reads tags. What it knows of the rest of the text keeps the work in proportion to its length.
#[derive(Default)]
pub(super) struct TagReader {
    /// No tag ends any more.
    has_no_end: bool,
    /// A quotation mark in a tag was never closed, so that none is obeyed any more.
    ignores_quotes: bool,
}

impl TagReader {
    /// Reads the tag at the beginning of a text that begins with `<`; `None` if none begins there.
    pub(super) fn read(&mut self, text: &str) -> Option<Tag> {
        let inner = text.get(1..)?;
        let (is_end, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let is_tag = |c: char| c.is_ascii_alphabetic() || c == '!' || c == '?';
        if !inner.starts_with(is_tag) {
            return None;
        }
        let len = self.find_end(text)? + 1;
        let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.filter(|name| name.len() <= MAX_NAME_BYTES);
        Some(Tag {
            name: name.unwrap_or_default().to_ascii_lowercase(),
            is_end,
            len,
        })
    }

    /// Finds the `>` that ends the tag, which may have others in its values.
    fn find_end(&mut self, text: &str) -> Option<usize> {
        if self.has_no_end {
            return None;
        }
        if !self.ignores_quotes {
            let mut quote = None;
            for (position, byte) in text.bytes().enumerate() {
                match (byte, quote) {
                    (b'>', None) => return Some(position),
                    (b'"' | b'\'', None) => quote = Some(byte),
                    (byte, Some(open)) if byte == open => quote = None,
                    _ => {}
                }
            }
            self.ignores_quotes = true;
        }
        let end = text.find('>');
        self.has_no_end = end.is_none();
        end
    }
}

/// Returns what follows the end tag of an element; nothing if it has none.
pub(super) fn skip_to_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let mut windows = text.as_bytes().windows(end.len());
    let Some(found) = windows.position(|window| window.eq_ignore_ascii_case(end.as_bytes())) else {
        return "";
    };
    let rest = &text[found..];
    rest.find('>').map_or("", |close| &rest[close + 1..])
}
