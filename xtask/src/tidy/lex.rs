//! Lexer that separates Rust code from comments and literals.

use std::ops::Range;

/// Kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Comment,
    Text,
    RawText,
}

/// Comment or literal. Everything between two tokens is code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Range of the whole comment, or of the literal's content.
    pub(crate) range: Range<usize>,
}

/// Finds all comments, string literals and character literals of a source.
pub(crate) fn lex(source: &str) -> Vec<Token> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source.as_bytes()[at..];
        let (kind, range, next) = if rest.starts_with(b"//") {
            let end = find_byte(bytes, at, b'\n').unwrap_or(bytes.len());
            (TokenKind::Comment, at..end, end)
        } else if rest.starts_with(b"/*") {
            let end = end_of_block(bytes, at);
            (TokenKind::Comment, at..end, end)
        } else if rest[0] == b'"' {
            let end = end_of_text(bytes, at + 1);
            (TokenKind::Text, at + 1..end, end + 1)
        } else if rest[0] == b'r'
            && let Some((range, next)) = raw_text(bytes, at)
        {
            (TokenKind::RawText, range, next)
        } else if rest[0] == b'\''
            && let Some(end) = end_of_char(source, at)
        {
            (TokenKind::Text, at + 1..end, end + 1)
        } else {
            at += 1;
            continue;
        };
        let end = range.end.min(bytes.len());
        found.push(Token {
            kind,
            range: range.start.min(end)..end,
        });
        at = next;
    }
    found
}

fn find_byte(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    (from..bytes.len()).find(|&i| bytes[i] == wanted)
}

/// Returns the end of a block comment. Block comments nest.
fn end_of_block(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// Parses `r"..."` and `r#"..."#`, also after `b` or `c`, but not a raw identifier (`r#type`) or an `r` that ends a
/// name.
fn raw_text(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let before = start.checked_sub(1).map(|i| bytes[i]);
    let prefixed = before.is_some_and(|b| b == b'b' || b == b'c')
        && !(start >= 2 && in_name(bytes[start - 2]));
    if before.is_some_and(in_name) && !prefixed {
        return None;
    }
    let hashes = bytes[start + 1..]
        .iter()
        .take_while(|&&b| b == b'#')
        .count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    let inside = open + 1;
    let length = bytes[inside..]
        .windows(close.len())
        .position(|w| w == close.as_slice())
        .unwrap_or(bytes.len() - inside);
    Some((inside..inside + length, inside + length + close.len()))
}

/// Returns the closing quote of a character literal, or `None` for a lifetime.
fn end_of_char(source: &str, start: usize) -> Option<usize> {
    let inside = &source[start + 1..];
    let first = inside.chars().next()?;
    if first == '\\' {
        let close = inside[2..].find('\'')?;
        return Some(start + 1 + 2 + close);
    }
    let close = first.len_utf8();
    inside[close..]
        .starts_with('\'')
        .then_some(start + 1 + close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<(TokenKind, &str)> {
        lex(source)
            .into_iter()
            .map(|s| (s.kind, &source[s.range]))
            .collect()
    }

    #[test]
    fn comment_tokens_end_like_rust_comments() {
        assert_eq!(
            kinds("a // b \"c\n/* d /* e */ f */ g"),
            [
                (TokenKind::Comment, "// b \"c"),
                (TokenKind::Comment, "/* d /* e */ f */")
            ]
        );
    }

    #[test]
    fn string_tokens_keep_escapes_and_hashes() {
        assert_eq!(
            kinds(r###"f("a \" // b", r#"c " d"#, br"e", r#type, bar"g")"###),
            [
                (TokenKind::Text, r#"a \" // b"#),
                (TokenKind::RawText, r#"c " d"#),
                (TokenKind::RawText, "e"),
                (TokenKind::Text, "g"),
            ]
        );
    }

    #[test]
    fn lifetime_is_not_a_character_token() {
        assert_eq!(
            kinds(r#"fn f<'a>(x: &'a str) { g('"', '\'', '\u{e9}', 'é', b'"') } "t""#),
            [
                (TokenKind::Text, "\""),
                (TokenKind::Text, "\\'"),
                (TokenKind::Text, "\\u{e9}"),
                (TokenKind::Text, "é"),
                (TokenKind::Text, "\""),
                (TokenKind::Text, "t"),
            ]
        );
    }
}
