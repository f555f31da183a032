//! Location of the PostgreSQL programs.

use std::path::{Path, PathBuf};

/// Variable with the folder of the programs; set by `cargo xtask test`.
const BIN_DIR_VARIABLE: &str = "PARLOR_TEST_POSTGRES_BIN";
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// Finds the folder that holds `initdb` and `postgres`.
///
/// # Panics
/// If PostgreSQL is not installed.
pub(crate) fn find_bin_dir() -> PathBuf {
    if let Some(folder) = std::env::var_os(BIN_DIR_VARIABLE) {
        return folder.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(installed_bin_dirs())
        .find(|folder| has_all_programs(folder))
        .unwrap_or_else(|| panic!("PostgreSQL is not installed; run: cargo xtask setup"))
}

/// Returns the folders of Debian's packages, newest version first.
fn installed_bin_dirs() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir(DEBIAN_ROOT) else {
        return Vec::new();
    };
    let version = |path: &Path| -> u32 {
        path.file_name()
            .and_then(|name| name.to_str()?.parse().ok())
            .unwrap_or(0)
    };
    let mut versions: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| std::cmp::Reverse(version(path)));
    versions.iter().map(|path| path.join("bin")).collect()
}

fn has_all_programs(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|name| folder.join(name).is_file())
}
