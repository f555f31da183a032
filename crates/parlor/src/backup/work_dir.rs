//! Folder for what is not complete yet, beside the file that it becomes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

const PREFIX: &str = ".parlor-backup-";
const LOCK_NAME: &str = "lock";

/// Private folder, removed when dropped. One that a killed process has left is removed by the next [`WorkDir::create`].
pub(super) struct WorkDir {
    folder: TempDir,
    _lock: File,
}

impl WorkDir {
    /// Creates a folder in `parent`, after removing those that no process uses.
    pub(super) fn create(parent: &Path) -> io::Result<Self> {
        remove_abandoned(parent);
        let folder = Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.path().join(LOCK_NAME))?;
        lock.try_lock()?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Returns its path.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of a file in it.
    pub(super) fn file_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Removes folders of processes that are gone. What cannot be removed stays: it is in nobody's way.
fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        // A folder without a lock file is only just being created, or was left in that moment.
        if File::open(entry.path().join(LOCK_NAME)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
