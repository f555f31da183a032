//! The tables that a transaction has changed, by workspace.

use crate::tables::Tables;
use crate::{SqlStatement, SqlValue, StatementScope};

/// Tables changed by a transaction, by workspace; `None` stands for all workspaces.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableChanges(Vec<(Option<i64>, Tables)>);

impl TableChanges {
    /// Records the tables that a statement changes, and the workspace.
    pub(crate) fn record(&mut self, statement: &'static SqlStatement, params: &[SqlValue<'_>]) {
        let tables = statement.changed_tables();
        if tables.is_empty() {
            return;
        }
        let ws = match (statement.scope, params.first()) {
            (StatementScope::Tenant, Some(SqlValue::Int(ws))) => Some(*ws),
            _ => None,
        };
        self.add(ws, tables);
    }

    /// Adds tables of one workspace or, with `None`, of all.
    pub(crate) fn add(&mut self, ws: Option<i64>, tables: Tables) {
        match self.0.iter_mut().find(|(of, _)| *of == ws) {
            Some((_, known)) => *known = *known | tables,
            None => self.0.push((ws, tables)),
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        for (ws, tables) in other.0 {
            self.add(ws, tables);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn intersects(&self, tables: Tables) -> bool {
        self.0.iter().any(|(_, changed)| changed.intersects(tables))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Option<i64>, Tables)> {
        self.0.iter().copied()
    }
}
