//! A named SQL text with its scope.

use std::sync::OnceLock;

use crate::backend;
use crate::tables::{self, Tables};

/// Whose rows a statement can touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementScope {
    /// One workspace's: `$1` is its number and the text filters by it.
    Tenant,
    /// Any: the reviewed exceptions, such as finding a key by its hash.
    Global,
}

/// One statement. Parameters are `$1`, `$2` ... in the subset of SQL that both databases read.
pub struct SqlStatement {
    /// Module and constant, unique; a backend overrides by this name.
    pub name: &'static str,
    /// Whose rows it can touch.
    pub scope: StatementScope,
    /// The text.
    pub text: &'static str,
    /// The text as each backend wants it, made at its first use.
    pub(crate) sqlite: OnceLock<backend::sqlite::BackendSql>,
    pub(crate) postgres: OnceLock<String>,
    changed_tables: OnceLock<Tables>,
}

impl SqlStatement {
    /// A statement; used by the `statements!` macro.
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

    /// The tables of which it changes rows that may be remembered.
    pub fn changed_tables(&self) -> Tables {
        *self
            .changed_tables
            .get_or_init(|| tables::changed_tables(self))
    }

    /// The text as the embedded database runs it.
    pub fn sqlite_text(&'static self) -> &'static str {
        backend::sqlite::BackendSql::for_statement(self).sql()
    }
}

/// Declares statements and the list of them: `/// doc` then `tenant NAME = "sql";` or `global NAME = "sql";`.
macro_rules! statements {
    ($($(#[$doc:meta])* $scope:ident $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub static $name: $crate::SqlStatement = $crate::SqlStatement::new(
            concat!(module_path!(), "::", stringify!($name)),
            statements!(@$scope),
            $text,
        );)*
        /// Every statement of this file.
        pub static ALL: &[&$crate::SqlStatement] = &[$(&$name,)*];
    };
    (@tenant) => { $crate::StatementScope::Tenant };
    (@global) => { $crate::StatementScope::Global };
}
pub(crate) use statements;
