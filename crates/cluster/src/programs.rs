//! Where the server's programs are.

use std::path::{Path, PathBuf};

/// What the test command sets: the folder it found.
const FOLDER: &str = "PARLOR_TEST_POSTGRES_BIN";
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb` and `postgres`.
pub(crate) fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return folder.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(installed())
        .find(|folder| holds_all(folder))
        .unwrap_or_else(|| panic!("PostgreSQL is not installed; run: cargo xtask setup"))
}

/// The distribution's folders, newest version first.
fn installed() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir(DEBIAN) else {
        return Vec::new();
    };
    let number = |path: &Path| -> u32 {
        path.file_name()
            .and_then(|name| name.to_str()?.parse().ok())
            .unwrap_or(0)
    };
    let mut versions: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    versions.iter().map(|path| path.join("bin")).collect()
}

fn holds_all(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|name| folder.join(name).is_file())
}
