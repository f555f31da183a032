//! Migrations, common to both backends: numbered, never edited, forward only.

use parlor_model::{Error, Result};

/// Migration of one backend.
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

impl Migration {
    /// Creates the migration of a file: four digits, an underscore and the name.
    ///
    /// # Panics
    /// At compile time for another form.
    #[allow(clippy::panic, reason = "evaluated at compile time only")]
    pub(crate) const fn new(file: &'static str, text: &'static str) -> Self {
        let (number, name) = file.split_at(4);
        let Ok(number) = i64::from_str_radix(number, 10) else {
            panic!("a migration's file begins with four digits");
        };
        let (_, name) = name.split_at(1);
        Self { number, name, text }
    }
}

/// Lists every migration, in order. The texts are included relative to the calling `schema.rs`.
macro_rules! migrations {
    () => {
        $crate::backend::migrate::migrations! {
            "0001_foundation"
            "0002_daily_use"
            "0003_work_queue"
            "0004_thread_role"
            "0005_search"
            "0006_walk"
            "0007_waiting"
            "0008_listing"
            "0009_said"
            "0010_search_pages"
            "0011_search_rare_runs"
            "0012_signing_generation"
            "0013_token_epoch"
            "0014_address_identity"
            "0015_case_folding"
            "0016_backdated"
            "0017_dialect_fields"
            "0018_space_created"
            "0019_relation"
            "0020_event_rules"
            "0021_creation_order"
            "0022_web_chat"
            "0023_files"
            "0024_invalidations"
            "0025_redundant_keys"
            "0026_jobs"
            "0027_assistant_settings"
            "0028_turns"
            "0029_deletion"
            "0030_lookups"
            "0031_tool_rounds"
            "0032_outbox"
            "0033_assistant_model"
            "0034_voice_calls"
            "0035_unsent_deliveries"
            "0036_sending_rate"
            "0037_message_files"
            "0038_remote_files"
            "0039_mail"
            "0040_undeliverable_address"
            "0041_unmatched_message"
            "0042_outbox_signals"
            "0043_console"
        }
    };
    ($($file:literal)*) => {
        &[$($crate::backend::migrate::Migration::new(
            $file,
            include_str!(concat!("migrations/", $file, ".sql")),
        )),*]
    };
}
pub(crate) use migrations;

/// Checksum that detects an edited migration; not cryptographic.
pub(crate) fn checksum(text: &str) -> i64 {
    // FNV-1a: stable across versions and platforms, unlike the standard hasher.
    text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    }) as i64
}

/// Compares the applied migrations (number, checksum) with the known ones and returns the pending ones.
///
/// # Errors
/// `Internal` for an unknown (newer) or an edited migration.
pub(crate) fn pending_migrations<'a>(
    known: &'a [Migration],
    applied: &[(i64, i64)],
) -> Result<&'a [Migration]> {
    for (number, sum) in applied {
        match known.iter().find(|migration| migration.number == *number) {
            None => {
                return Err(Error::internal(format_args!(
                    "the database was written by a newer version (migration {number}); run that version, or restore a backup"
                )));
            }
            Some(migration) if checksum(migration.text) != *sum => {
                return Err(Error::internal(format_args!(
                    "migration {} was edited after it was applied",
                    migration.name
                )));
            }
            Some(_) => {}
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] = &[
        Migration {
            number: 1,
            name: "a",
            text: "x",
        },
        Migration {
            number: 2,
            name: "b",
            text: "y",
        },
    ];

    #[test]
    fn only_pending_migrations_are_applied() {
        let left = pending_migrations(KNOWN, &[(1, checksum("x"))]).unwrap();
        assert_eq!(
            left.iter()
                .map(|migration| migration.number)
                .collect::<Vec<_>>(),
            [2]
        );
    }

    #[test]
    fn newer_database_and_edited_migration_are_refused() {
        assert!(
            pending_migrations(KNOWN, &[(1, checksum("x")), (2, checksum("y")), (3, 0)]).is_err()
        );
        assert!(pending_migrations(KNOWN, &[(1, checksum("edited"))]).is_err());
    }
}
