//! Named SQL statements with their tenancy scope.
//!
//! Keeps INV-20 (`docs/invariants.md`).

use std::sync::OnceLock;

use crate::tables::{self, Tables};

/// Tenancy scope of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementScope {
    /// Rows of one workspace: `$1` is the workspace number and the text filters by it.
    Tenant,
    /// Rows of any workspace: the reviewed exceptions, such as finding a key by its hash.
    Global,
}

/// SQL statement. Parameters are `$1`, `$2`, ... in the SQL subset that both databases accept.
pub struct SqlStatement {
    /// Module path and constant name; unique. Backends override statements by this name.
    pub name: &'static str,
    /// Tenancy scope.
    pub scope: StatementScope,
    /// SQL text.
    pub text: &'static str,
    /// Text for SQLite, built at the first use.
    pub(crate) sqlite: OnceLock<SqliteSql>,
    pub(crate) postgres: OnceLock<String>,
    changed_tables: OnceLock<Tables>,
}

impl SqlStatement {
    /// Creates a statement; used by the `statements!` macro.
    pub const fn new(name: &'static str, scope: StatementScope, text: &'static str) -> Self {
        Self {
            name,
            scope,
            text,
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
            changed_tables: OnceLock::new(),
        }
    }

    /// Returns the tables in which it changes rows that may be cached.
    pub(crate) fn changed_tables(&self) -> Tables {
        *self
            .changed_tables
            .get_or_init(|| tables::changed_tables(self.name, self.text))
    }
}

/// A statement's text as SQLite prepares it; built by the SQLite backend at the statement's first use.
pub(crate) struct SqliteSql {
    pub(crate) sql: String,
    /// Index into every thread's table of prepared statements.
    pub(crate) slot: usize,
    /// An insert whose only output is the new row's number. SQLite would collect `returning` rows in a temporary table,
    /// which costs a third of the insert; `last_insert_rowid` gives the same number for free.
    pub(crate) returns_number: bool,
}

/// Declares statements and the list `ALL` of them: `/// doc`, then `tenant NAME = "sql";` or `global NAME = "sql";`.
macro_rules! statements {
    ($($(#[$doc:meta])* $scope:ident $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub static $name: $crate::SqlStatement = $crate::SqlStatement::new(
            concat!(module_path!(), "::", stringify!($name)),
            statements!(@$scope),
            $text,
        );)*
        /// All statements of this file.
        pub static ALL: &[&$crate::SqlStatement] = &[$(&$name,)*];
    };
    (@tenant) => { $crate::StatementScope::Tenant };
    (@global) => { $crate::StatementScope::Global };
}
pub(crate) use statements;
