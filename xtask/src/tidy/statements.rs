//! Rule: every SQL statement on tenant data filters by workspace. Exceptions are declared `global` and listed for
//! review.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::source::{Source, after_block, line_of};
use super::source_tree::SourceTree;

mod macros;

const STORE_FOLDER: &str = "crates/store/src/sql/";
const REVIEWED_LIST: &str = "xtask/tidy/global-statements.txt";

/// Named statement of the store.
pub(crate) struct StatementSource {
    path: String,
    line: usize,
    has_global_scope: bool,
    name: String,
    sql: String,
}

impl StatementSource {
    /// Returns whether the statement may access several workspaces.
    pub(crate) fn is_global(&self) -> bool {
        self.has_global_scope
    }

    /// Returns the statement's name in the reviewed list: `file::NAME`.
    fn list_entry(&self) -> String {
        let file = self.path.strip_prefix(STORE_FOLDER).unwrap_or(&self.path);
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        format!("{}::{}", stem.replace('/', "::"), self.name)
    }

    fn filters_by_workspace(&self) -> bool {
        let words: Vec<&str> = self.sql.split_whitespace().collect();
        let sql = words.join(" ").to_ascii_lowercase();
        if has_word(&sql, "ws = $") {
            return true;
        }
        let first_column = sql
            .strip_prefix("insert into ")
            .and_then(|rest| rest.split_once('('))
            .map(|(_, columns)| columns.trim_start());
        first_column.is_some_and(|columns| {
            columns
                .strip_prefix("ws")
                .is_some_and(|rest| rest.trim_start().starts_with([',', ')']))
        })
    }
}

/// Parses the `statements! { ... }` blocks of the store.
pub(crate) fn read_statements(tree: &SourceTree) -> Vec<StatementSource> {
    let mut found = Vec::new();
    for (path, source) in tree.sources.range(STORE_FOLDER.to_owned()..) {
        if !path.starts_with(STORE_FOLDER) {
            break;
        }
        for start in source.find("statements!") {
            let Some(open) = source.code[start..].find('{') else {
                continue;
            };
            let end = after_block(&source.code, start + open) - 1;
            read_block(tree, path, source, start + open + 1..end, &mut found);
        }
    }
    found
}

fn read_block(
    tree: &SourceTree,
    path: &str,
    source: &Source,
    block: std::ops::Range<usize>,
    found: &mut Vec<StatementSource>,
) {
    let mut at = block.start;
    for item in source.code[block].split_inclusive(';') {
        let range = at..at + item.len();
        at = range.end;
        let Some((head, _)) = item.split_once('=') else {
            continue;
        };
        let mut words = head.split_whitespace().rev();
        let (name, tenancy) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let indent = item.len() - item.trim_start().len();
        found.push(StatementSource {
            path: path.to_owned(),
            line: line_of(&source.code, range.start + indent),
            has_global_scope: tenancy == "global",
            name: name.to_owned(),
            sql: macros::sql_text(tree, path, range, STORE_FOLDER),
        });
    }
}

/// Checks every statement, and compares the reviewed list with the global statements.
pub(crate) fn check(statements: &[StatementSource], tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let reviewed = read_reviewed(tree.text(REVIEWED_LIST), &mut findings);
    let mut global = BTreeSet::new();
    for statement in statements {
        let entry = statement.list_entry();
        if statement.has_global_scope {
            if !reviewed.contains_key(&entry) {
                findings.push(Finding::new(
                    &statement.path,
                    statement.line,
                    format!("{entry} is global and not reviewed: make it a tenant's, or add `{entry} <why it may cross workspaces>` to {REVIEWED_LIST}"),
                ));
            }
            global.insert(entry);
        } else if !statement.filters_by_workspace() {
            findings.push(Finding::new(
                &statement.path,
                statement.line,
                format!("{entry} is a tenant's and does not name the workspace: filter by `ws = $n`, or put the column ws first in the insert"),
            ));
        }
    }
    for (entry, line) in reviewed {
        if !global.contains(&entry) {
            findings.push(Finding::new(
                REVIEWED_LIST,
                line,
                format!("{entry} is no global statement any more: delete this line"),
            ));
        }
    }
    findings
}

fn read_reviewed(text: &str, findings: &mut Vec<Finding>) -> BTreeMap<String, usize> {
    let mut entries = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (entry, why) = line.split_once(' ').unwrap_or((line, ""));
        if why.trim().is_empty() {
            findings.push(Finding::new(
                REVIEWED_LIST,
                index + 1,
                format!("{entry} has no reason: say after the name why it may cross workspaces"),
            ));
        }
        entries.insert(entry.to_owned(), index + 1);
    }
    entries
}

/// Returns whether a piece occurs that is not the end of a longer name.
fn has_word(text: &str, piece: &str) -> bool {
    text.match_indices(piece)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests;
