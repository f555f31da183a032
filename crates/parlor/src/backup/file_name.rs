//! Names of archives in the folder of backups: the time of the snapshot, so that their order is that of time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parlor_kit::time;
use parlor_model::Timestamp;

const PREFIX: &str = "parlor-";
const SUFFIX: &str = ".tar.zst";

/// Returns the name of an archive of this time, such as `parlor-20261130T120000Z.tar.zst`.
pub(crate) fn name_at(at: Timestamp) -> String {
    let iso = time::format_iso(at);
    let seconds = iso.split('.').next().unwrap_or_default();
    let digits = seconds.trim_end_matches('Z').replace(['-', ':'], "");
    format!("{PREFIX}{digits}Z{SUFFIX}")
}

/// Returns the time in the name of an archive; `None` for any other name.
fn time_of(name: &str) -> Option<Timestamp> {
    let digits = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let (date, clock) = digits.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8 || clock.len() != 6 || !digits.is_ascii() {
        return None;
    }
    let part = |text: &str, from: usize, to: usize| text.get(from..to).map(str::to_owned);
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(date, 0, 4)?,
        part(date, 4, 6)?,
        part(date, 6, 8)?,
        part(clock, 0, 2)?,
        part(clock, 2, 4)?,
        part(clock, 4, 6)?
    );
    time::parse_iso(&iso)
}

/// Lists the archives of a folder with their times, oldest first. Files of other names are left out; a folder that does
/// not exist has none.
pub(crate) fn list_archives(folder: &Path) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(at) = entry.file_name().to_str().and_then(time_of) {
            found.push((at, entry.path()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Returns the newest archive of a folder and its time.
pub(crate) fn latest(folder: &Path) -> io::Result<Option<(Timestamp, PathBuf)>> {
    list_archives(folder).map(|mut found| found.pop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_an_archive_has_its_time() {
        let at = time::parse_iso("2026-11-30T12:01:02Z").unwrap();
        let name = name_at(at);
        assert_eq!(name, "parlor-20261130T120102Z.tar.zst");
        assert_eq!(time_of(&name), Some(at));
        for other in [
            "parlor-20261130T120102Z.tar",
            "parlor-2026113T0120102Z.tar.zst",
            "parlor-20261399T120102Z.tar.zst",
            "parlor-é0261130T12010Z.tar.zst",
            "notes.txt",
        ] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }
}
