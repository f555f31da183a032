//! Migrations, common to both backends: numbered, never edited, forward only.

use parlor_model::{Error, Result};

/// Migration of one backend.
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// Lists every migration. The texts are included relative to the calling `schema.rs`.
macro_rules! migrations {
    () => {
        $crate::backend::migrate::migrations! {
            1 "0001_foundation" "foundation"
            2 "0002_daily_use" "daily_use"
            3 "0003_work_queue" "work_queue"
            4 "0004_thread_role" "thread_role"
            5 "0005_search" "search"
            6 "0006_walk" "walk"
            7 "0007_waiting" "waiting"
            8 "0008_listing" "listing"
            9 "0009_said" "said"
            10 "0010_search_pages" "search_pages"
            11 "0011_search_rare_runs" "search_rare_runs"
            12 "0012_signing_generation" "signing_generation"
            13 "0013_token_epoch" "token_epoch"
            14 "0014_address_identity" "address_identity"
            15 "0015_case_folding" "case_folding"
            16 "0016_backdated" "backdated"
            17 "0017_dialect_fields" "dialect_fields"
            18 "0018_space_created" "space_created"
            19 "0019_relation" "relation"
            20 "0020_event_rules" "event_rules"
            21 "0021_creation_order" "creation_order"
            22 "0022_web_chat" "web_chat"
            23 "0023_files" "files"
            24 "0024_invalidations" "invalidations"
            25 "0025_redundant_keys" "redundant_keys"
            26 "0026_jobs" "jobs"
        }
    };
    ($($number:literal $file:literal $name:literal)*) => {
        &[$($crate::backend::migrate::Migration {
            number: $number,
            name: $name,
            text: include_str!(concat!("migrations/", $file, ".sql")),
        }),*]
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
