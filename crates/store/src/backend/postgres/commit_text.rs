//! Text that ends a transaction.
//!
//! Keeps INV-5 (`docs/invariants.md`).

use std::borrow::Cow;

use crate::Tables;
use crate::table_changes::TableChanges;

/// Returns the statements that commit a transaction with these changes, and record before those of cacheable rows for
/// all nodes.
pub(super) fn commit_text(changes: &TableChanges) -> Cow<'static, str> {
    let cacheable: Vec<String> = changes
        .iter()
        .map(|(ws, tables)| (ws, tables.intersection(Tables::CACHEABLE)))
        .filter(|(_, tables)| !tables.is_empty())
        .map(|(ws, tables)| {
            let ws = ws.map_or("null".to_owned(), |ws| ws.to_string());
            format!("({ws}, {})", tables.to_bits())
        })
        .collect();
    if cacheable.is_empty() {
        return Cow::Borrowed("commit");
    }
    let rows = cacheable.join(", ");
    Cow::Owned(format!(
        "insert into invalidation(ws, tables) values {rows}; commit"
    ))
}
