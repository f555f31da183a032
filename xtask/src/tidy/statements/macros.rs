//! The text of a statement that is put together from pieces: literals, and macros that stand for literals.

use std::ops::Range;

use crate::tidy::lex::TokenKind;
use crate::tidy::source::after_block;
use crate::tidy::source_tree::SourceTree;

/// Macros may stand for macros, but not for long.
const MAX_DEPTH: usize = 8;

/// All literals of a piece of a file in the order they stand, those behind macros included.
pub(super) fn sql_text(tree: &SourceTree, path: &str, range: Range<usize>, folder: &str) -> String {
    let mut sql = String::new();
    expand(tree, path, range, folder, MAX_DEPTH, &mut sql);
    sql
}

fn expand(
    tree: &SourceTree,
    path: &str,
    range: Range<usize>,
    folder: &str,
    depth: usize,
    sql: &mut String,
) {
    let Some(source) = tree.sources.get(path) else {
        return;
    };
    let text = tree.text(path);
    let literals = source
        .tokens
        .iter()
        .filter(|s| s.kind != TokenKind::Comment && range.contains(&s.range.start))
        .map(|s| {
            (
                s.range.start,
                MacroPiece::Literal(unescape(&text[s.range.clone()], s.kind)),
            )
        });
    let calls = source.code[range.clone()]
        .match_indices("!(")
        .map(|(at, _)| {
            let before = &source.code[..range.start + at];
            let name = before
                .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or("");
            (range.start + at, MacroPiece::Call(name))
        });
    let mut pieces: Vec<(usize, MacroPiece)> = literals.chain(calls).collect();
    pieces.sort_by_key(|(at, _)| *at);
    for (_, piece) in pieces {
        match piece {
            MacroPiece::Literal(literal) => sql.push_str(&literal),
            MacroPiece::Call(name) if depth > 0 => {
                if let Some((home, body)) = find_macro_body(tree, path, name, folder) {
                    expand(tree, &home, body, folder, depth - 1, sql);
                }
            }
            MacroPiece::Call(_) => {}
        }
    }
}

enum MacroPiece<'a> {
    Literal(String),
    Call(&'a str),
}

/// The body of a macro: of this file, or of the file it is imported from.
fn find_macro_body(
    tree: &SourceTree,
    path: &str,
    name: &str,
    folder: &str,
) -> Option<(String, Range<usize>)> {
    if let Some(body) = macro_body_in(tree, path, name) {
        return Some((path.to_owned(), body));
    }
    let code = &tree.sources.get(path)?.code;
    for (at, _) in code.match_indices("use super::") {
        let line = code[at + "use super::".len()..].split(';').next()?;
        let mut words = line
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty());
        let module = words.next().unwrap_or("");
        let homes = if module == name || line.starts_with('{') {
            vec![
                format!("{folder}mod.rs"),
                format!("{}.rs", folder.trim_end_matches('/')),
            ]
        } else if words.any(|word| word == name) {
            vec![format!("{folder}{module}.rs")]
        } else {
            continue;
        };
        for home in homes {
            if let Some(body) = macro_body_in(tree, &home, name) {
                return Some((home, body));
            }
        }
    }
    None
}

fn macro_body_in(tree: &SourceTree, path: &str, name: &str) -> Option<Range<usize>> {
    let code = &tree.sources.get(path)?.code;
    let head = format!("macro_rules! {name} ");
    let start = code.find(&head)?;
    let open = start + code[start..].find('{')?;
    Some(open..after_block(code, open))
}

/// Only what matters to the words of a statement: line ends, and the escape that joins two lines.
fn unescape(text: &str, kind: TokenKind) -> String {
    if kind == TokenKind::RawText {
        return text.to_owned();
    }
    text.replace("\\\n", " ")
        .replace("\\n", " ")
        .replace("\\\"", "\"")
}
