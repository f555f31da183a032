//! Which bus goes with which database.

use crate::bus::BusKind;
use crate::cli_error::{CliError, ExitKind};

/// The bus that a setting names, or the one that a database has by default.
pub(super) fn resolve_bus_kind(
    named: &str,
    is_postgres: bool,
    is_single: bool,
) -> Result<BusKind, CliError> {
    match (named, is_postgres) {
        ("", true) if is_single => Ok(BusKind::Local),
        ("" | "postgres:", true) => Ok(BusKind::Postgres),
        ("" | "memory:", false) => Ok(BusKind::Local),
        ("memory:", true) if is_single => Ok(BusKind::Local),
        ("memory:", true) => Err(invalid_bus_error(
            "memory: on PostgreSQL lets nodes learn nothing of each other",
            "leave --bus out, or say --single-node true where this is the database's only node",
        )),
        ("postgres:", false) => Err(invalid_bus_error(
            "postgres: needs a PostgreSQL database",
            "leave --bus out, or name one with --database postgres://...",
        )),
        (other, _) => Err(invalid_bus_error(
            &format!("the bus `{other}` is not available in this version"),
            "use postgres: or memory:, or leave --bus out",
        )),
    }
}

fn invalid_bus_error(said: &str, fix: &str) -> CliError {
    CliError::new(ExitKind::Usage, said).with_hint(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_selects_default_bus() {
        let known =
            |named, is_postgres, is_single| resolve_bus_kind(named, is_postgres, is_single).ok();
        let rows = [
            ("", false, false, Some(BusKind::Local)),
            ("memory:", false, false, Some(BusKind::Local)),
            ("postgres:", false, false, None),
            ("", true, false, Some(BusKind::Postgres)),
            ("postgres:", true, true, Some(BusKind::Postgres)),
            ("memory:", true, false, None),
            ("memory:", true, true, Some(BusKind::Local)),
            ("", true, true, Some(BusKind::Local)),
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
