//! Backups at intervals.

use super::fixture::names;
use crate::program::{Program, temp_dir};

#[test]
fn scheduled_backups_are_made_and_the_newest_are_kept() {
    let folder = temp_dir();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let options = [
        "--backup-every",
        "1s",
        "--backup-keep",
        "2",
        "--backup-folder",
    ];
    let options = [&options[..], &[backups.to_str().unwrap()]].concat();
    let mut program = Program::start(&data, &options, &[]);
    program.wait_for_line("a backup was made");
    // What others have put there stays.
    std::fs::write(backups.join("notes.txt"), "").unwrap();
    let first = names(&backups)
        .into_iter()
        .find(|name| name.starts_with("parlor-"))
        .unwrap();
    program.wait_for_lines("a backup was made", 3);
    program.stop();
    let left = names(&backups);
    let archives = left.iter().filter(|name| name.ends_with(".tar.zst"));
    let notes = left.iter().filter(|name| *name == "notes.txt");
    assert_eq!((archives.count(), notes.count()), (2, 1), "{left:?}");
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(!left.contains(&first), "{left:?}");
}
