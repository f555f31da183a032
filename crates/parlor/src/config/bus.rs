//! Which bus goes with which database.

use crate::bus::BusKind;
use crate::fault::{Exit, Fault};

/// The bus that a setting names, or the one that a database has by default.
pub(super) fn kind(named: &str, is_postgres: bool, is_single: bool) -> Result<BusKind, Fault> {
    match (named, is_postgres) {
        ("", true) if is_single => Ok(BusKind::Memory),
        ("" | "postgres:", true) => Ok(BusKind::Postgres),
        ("" | "memory:", false) => Ok(BusKind::Memory),
        ("memory:", true) if is_single => Ok(BusKind::Memory),
        ("memory:", true) => Err(refused(
            "memory: on PostgreSQL lets nodes learn nothing of each other",
            "leave --bus out, or say --single-node true where this is the database's only node",
        )),
        ("postgres:", false) => Err(refused(
            "postgres: needs a PostgreSQL database",
            "leave --bus out, or name one with --database postgres://...",
        )),
        (other, _) => Err(refused(
            &format!("the bus `{other}` is not available in this version"),
            "use postgres: or memory:, or leave --bus out",
        )),
    }
}

fn refused(said: &str, fix: &str) -> Fault {
    Fault::new(Exit::Usage, said).fix(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_has_its_bus() {
        let known = |named, is_postgres, is_single| kind(named, is_postgres, is_single).ok();
        let rows = [
            ("", false, false, Some(BusKind::Memory)),
            ("memory:", false, false, Some(BusKind::Memory)),
            ("postgres:", false, false, None),
            ("", true, false, Some(BusKind::Postgres)),
            ("postgres:", true, true, Some(BusKind::Postgres)),
            ("memory:", true, false, None),
            ("memory:", true, true, Some(BusKind::Memory)),
            ("", true, true, Some(BusKind::Memory)),
            ("nats://127.0.0.1:4222", true, false, None),
        ];
        for (named, is_postgres, is_single, expected) in rows {
            assert_eq!(
                known(named, is_postgres, is_single),
                expected,
                "{named:?} {is_postgres}"
            );
        }
    }
}
