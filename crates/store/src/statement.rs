//! A named SQL text with its scope.

use std::sync::OnceLock;

use crate::backend;
use crate::tables::{self, Tables};

/// Whose rows a statement can touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One workspace's: `$1` is its number and the text filters by it.
    Tenant,
    /// Any: the reviewed exceptions, such as finding a key by its hash.
    Global,
}

/// One statement. Parameters are `$1`, `$2` ... in the subset of SQL that both databases read.
pub struct Stmt {
    /// Module and constant, unique; a backend overrides by this name.
    pub name: &'static str,
    /// Whose rows it can touch.
    pub scope: Scope,
    /// The text.
    pub text: &'static str,
    /// The text as each backend wants it, made at its first use.
    pub(crate) sqlite: OnceLock<backend::sqlite::Text>,
    pub(crate) postgres: OnceLock<String>,
    changes: OnceLock<Tables>,
}

impl Stmt {
    /// A statement; used by the `statements!` macro.
    pub const fn new(name: &'static str, scope: Scope, text: &'static str) -> Self {
        Self {
            name,
            scope,
            text,
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
            changes: OnceLock::new(),
        }
    }

    /// The tables of which it changes rows that may be remembered.
    pub fn changes(&self) -> Tables {
        *self.changes.get_or_init(|| tables::changed_by(self))
    }

    /// The text as the embedded database runs it.
    pub fn embedded(&'static self) -> &'static str {
        backend::sqlite::Text::of(self).sql()
    }
}

/// Declares statements and the list of them: `/// doc` then `tenant NAME = "sql";` or `global NAME = "sql";`.
macro_rules! statements {
    ($($(#[$doc:meta])* $scope:ident $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub static $name: $crate::Stmt = $crate::Stmt::new(
            concat!(module_path!(), "::", stringify!($name)),
            statements!(@$scope),
            $text,
        );)*
        /// Every statement of this file.
        pub static ALL: &[&$crate::Stmt] = &[$(&$name,)*];
    };
    (@tenant) => { $crate::Scope::Tenant };
    (@global) => { $crate::Scope::Global };
}
pub(crate) use statements;
