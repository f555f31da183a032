//! Selection of the bus by setting and database.

use crate::bus::BusKind;
use crate::cli_error::{CliError, ExitKind};

/// Resolves the setting `bus`; an empty text selects the default of the database.
///
/// # Errors
/// `Usage` for an unknown bus, or for one that does not work with the database.
pub(super) fn resolve_bus_kind(
    setting: &str,
    is_postgres: bool,
    is_single: bool,
) -> Result<BusKind, CliError> {
    match (setting, is_postgres) {
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

fn invalid_bus_error(message: &str, fix: &str) -> CliError {
    CliError::new(ExitKind::Usage, message).with_hint(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_selects_default_bus() {
        let resolved = |setting, is_postgres, is_single| {
            resolve_bus_kind(setting, is_postgres, is_single).ok()
        };
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
        for (setting, is_postgres, is_single, expected) in rows {
            assert_eq!(
                resolved(setting, is_postgres, is_single),
                expected,
                "{setting:?} {is_postgres}"
            );
        }
    }
}
