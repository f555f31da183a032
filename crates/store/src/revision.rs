//! Revision counters: the number of commits that changed rows, by table and workspace. Rows read at a revision are
//! valid while it is unchanged.
//!
//! Keeps INV-5 (`docs/invariants.md`).

use std::sync::atomic::{AtomicU64, Ordering};

use crate::table_changes::TableChanges;
use crate::tables::{MAX_TABLES, Tables};

/// Number of counters per table. Workspaces share them by number: a change in one may invalidate rows of another
/// needlessly, never the reverse.
const STRIPES: usize = 64;

/// One counter per table and stripe of workspaces, and one per table for all of them.
pub(crate) struct Revisions(Box<[[AtomicU64; STRIPES + 1]]>);

impl Default for Revisions {
    fn default() -> Self {
        Self(
            (0..MAX_TABLES)
                .map(|_| [const { AtomicU64::new(0) }; STRIPES + 1])
                .collect(),
        )
    }
}

fn stripe(ws: i64) -> usize {
    ws.unsigned_abs() as usize % STRIPES
}

impl Revisions {
    /// Increments the counters of changed tables. Call it after a commit and before any caller is answered, so that a
    /// caller that has seen a change finds no older cached row.
    pub(crate) fn increment(&self, changes: &TableChanges) {
        for (ws, tables) in changes.iter() {
            for table in tables.bits() {
                let counters = &self.0[table];
                let increment = |index: usize| counters[index].fetch_add(1, Ordering::Release);
                increment(STRIPES);
                match ws {
                    Some(ws) => {
                        increment(stripe(ws));
                    }
                    None => (0..STRIPES).for_each(|index| {
                        increment(index);
                    }),
                }
            }
        }
    }

    /// Returns the sum of the counters of these tables, in one workspace or in all. Counters only increase, so the sum
    /// is unchanged exactly while each counter is.
    pub(crate) fn current(&self, ws: Option<i64>, tables: Tables) -> u64 {
        let index = ws.map_or(STRIPES, stripe);
        tables
            .bits()
            .map(|table| self.0[table][index].load(Ordering::Acquire))
            .fold(0, u64::wrapping_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqlValue;

    #[test]
    fn change_increments_its_workspace_and_table_only() {
        let revisions = Revisions::default();
        let mut changes = TableChanges::default();
        changes.record(&crate::sql::api_key::REVOKE, &[SqlValue::Int(3)]);
        revisions.increment(&changes);
        let counts = |ws, tables| revisions.current(ws, tables);
        assert_eq!(counts(Some(3), Tables::API_KEY), 1);
        assert_eq!(counts(Some(4), Tables::API_KEY), 0);
        assert_eq!(counts(None, Tables::API_KEY), 1);
        assert_eq!(counts(Some(3), Tables::MEMBER), 0);
        let mut policy = TableChanges::default();
        policy.record(&crate::sql::workspace::UPDATE, &[SqlValue::Null]);
        revisions.increment(&policy);
        assert_eq!(counts(Some(9), Tables::WORKSPACE | Tables::API_KEY), 1);
    }
}
