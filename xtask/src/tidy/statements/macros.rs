//! SQL text of statements that are composed of literals and macros.

use std::ops::Range;

use crate::tidy::lex::TokenKind;
use crate::tidy::source::after_block;
use crate::tidy::source_tree::SourceTree;

/// Maximum depth of nested macro calls.
const MAX_DEPTH: usize = 8;

/// Concatenates all literals in a range of a file, in source order, with macro calls expanded.
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
                if let Some((file, body)) = find_macro_body(tree, path, name, folder) {
                    expand(tree, &file, body, folder, depth - 1, sql);
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

/// Finds the body of a macro in this file or in the file from which it is imported.
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
        let candidates = if module == name || line.starts_with('{') {
            vec![
                format!("{folder}mod.rs"),
                format!("{}.rs", folder.trim_end_matches('/')),
            ]
        } else if words.any(|word| word == name) {
            vec![format!("{folder}{module}.rs")]
        } else {
            continue;
        };
        for candidate in candidates {
            if let Some(body) = macro_body_in(tree, &candidate, name) {
                return Some((candidate, body));
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

/// Replaces the escapes that occur in statements: line ends, line continuations and quotes.
fn unescape(text: &str, kind: TokenKind) -> String {
    if kind == TokenKind::RawText {
        return text.to_owned();
    }
    text.replace("\\\n", " ")
        .replace("\\n", " ")
        .replace("\\\"", "\"")
}
