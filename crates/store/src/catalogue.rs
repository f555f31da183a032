//! The statement catalogue for this crate's own tests and benches. Not part of the API: no other crate may use it.

use crate::SqlStatement;
use crate::backend::postgres::{backend_statements, postgres_sql};
use crate::backend::sqlite::sqlite_sql;
pub use crate::sql::*;

/// Returns every statement that PostgreSQL runs, with its text.
pub fn postgres_texts() -> impl Iterator<Item = (&'static SqlStatement, &'static str)> {
    let all = crate::sql::all().chain(backend_statements());
    all.map(|statement| (statement, postgres_sql(statement)))
}

/// Returns the text of a statement as SQLite runs it.
pub fn sqlite_text(statement: &'static SqlStatement) -> &'static str {
    &sqlite_sql(statement).sql
}
