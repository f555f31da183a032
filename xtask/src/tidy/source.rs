//! Rust sources in the form that rules need: code without comments and literals, and the ranges of tests.

use std::ops::Range;

use super::lex::{self, Token, TokenKind};

/// Parsed Rust source.
pub(crate) struct Source {
    /// Source with comments and literal contents replaced by spaces; offsets are those of the source.
    pub(crate) code: String,
    /// Number of lines that contain more than spaces and comments.
    pub(crate) lines: usize,
    pub(crate) tokens: Vec<Token>,
    test_ranges: Vec<Range<usize>>,
}

impl Source {
    /// Parses a source. The path decides whether all of it is test code.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let tokens = lex::lex(text);
        let bare = mask_tokens(text, tokens.iter().filter(|s| s.kind == TokenKind::Comment));
        let code = mask_tokens(text, tokens.iter());
        let tests = if is_test_path(path) || code.contains("#![cfg(test)]") {
            std::iter::once(0..text.len()).collect()
        } else {
            test_item_ranges(&code)
        };
        Source {
            lines: bare.lines().filter(|line| !line.trim().is_empty()).count(),
            code,
            tokens,
            test_ranges: tests,
        }
    }

    /// Returns whether the code at an offset is compiled for tests only.
    pub(crate) fn is_test(&self, offset: usize) -> bool {
        self.test_ranges.iter().any(|range| range.contains(&offset))
    }

    /// Returns all offsets of a piece of code.
    pub(crate) fn find<'a>(&'a self, piece: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(piece).map(|(offset, _)| offset)
    }
}

/// Returns the line of an offset, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
}

/// Packages that contain test support only.
const TEST_PACKAGES: [&str; 2] = ["crates/testkit/", "crates/test-postgres/"];

/// Returns whether a file contains test code only.
pub(crate) fn is_test_path(path: &str) -> bool {
    in_tests_folder(path)
        || TEST_PACKAGES.iter().any(|folder| path.starts_with(folder))
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
}

/// Returns whether a path is in a `tests` folder.
pub(crate) fn in_tests_folder(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

/// Returns the offset after the brace that closes the one at `open`.
pub(crate) fn after_block(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return offset + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn mask_tokens<'a>(text: &str, tokens: impl Iterator<Item = &'a Token>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for token in tokens {
        for byte in &mut bytes[token.range.clone()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the ranges of the items with `#[cfg(test)]`.
fn test_item_ranges(code: &str) -> Vec<Range<usize>> {
    code.match_indices("#[cfg(test)]")
        .map(|(start, _)| {
            let rest = &code[start..];
            let end = match rest.find(['{', ';']) {
                Some(i) if rest.as_bytes()[i] == b'{' => after_block(code, start + i),
                Some(i) => start + i,
                None => code.len(),
            };
            start..end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "//! doc\n\nfn a() {} // x\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n";

    #[test]
    fn comments_and_blank_lines_are_not_counted() {
        assert_eq!(Source::parse("a.rs", TEXT).lines, 6);
    }

    #[test]
    fn only_cfg_test_item_is_test_code() {
        let source = Source::parse("a.rs", TEXT);
        let at = |name: &str| source.is_test(source.find(name).next().unwrap());
        assert!(!at("fn a"));
        assert!(at("fn b"));
        assert!(!at("fn c"));
        assert_eq!(line_of(TEXT, TEXT.find("fn b").unwrap()), 6);
    }

    #[test]
    fn tests_folder_is_test_code() {
        assert!(Source::parse("crates/x/tests/a.rs", TEXT).is_test(0));
        assert!(!Source::parse("crates/x/src/a.rs", TEXT).is_test(0));
    }
}
