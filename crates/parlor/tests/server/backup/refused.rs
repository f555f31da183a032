//! What backup, verify and restore refuse.

use std::path::Path;

use super::fixture::{command, make_backup, names, text};
use crate::program::{Program, run, temp_dir};

#[test]
fn wrong_targets_and_damaged_archives_are_refused() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let archive = folder.path().join("one.tar.zst");
    let program = Program::start(&data, &[], &[]);
    command(&["verify", "--latest"], &data).assert_refused(5, "no backup in", "parlor backup");
    make_backup(&data, &archive, &[]);
    command(&["backup", text(&archive)], &data).assert_refused(4, "exists", "another file");
    command(&["backup", "/nowhere/one.tar.zst"], &data).assert_refused(1, "/nowhere", "folder");
    command(&["restore", text(&archive), "--replace"], &data).assert_refused(4, "in use", "--data");

    // Without a name it goes into the folder of backups, private and named by its time.
    let made = program.run_command(&["backup", "--json"]).json();
    let file = Path::new(made["file"].as_str().unwrap());
    assert_eq!(file.parent().unwrap(), data.join("backups"));
    let sound = program
        .run_command(&["verify", "--latest", "--json"])
        .json();
    assert_eq!(sound["file"], text(file));
    program.stop();
    let there = "has a database already";
    command(&["restore", text(&archive)], &data).assert_refused(4, there, "--replace");
    assert!(!data.join(".restoring").exists());

    let whole = std::fs::read(&archive).unwrap();
    let damaged = folder.path().join("damaged.tar.zst");
    let new = folder.path().join("new");
    let mut cases = vec![
        (whole[..whole.len() / 2].to_vec(), 1, "is damaged"),
        (whole[..whole.len() - 1].to_vec(), 1, "is damaged"),
        (b"no archive".to_vec(), 2, "not a backup of Parlor"),
        (Vec::new(), 2, "not a backup of Parlor"),
    ];
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    cases.push((flipped, 1, "is damaged"));
    for (bytes, code, reason) in cases {
        std::fs::write(&damaged, bytes).unwrap();
        let hint = "parlor ";
        command(&["verify", text(&damaged)], &data).assert_refused(code, reason, hint);
        command(&["restore", text(&damaged)], &new).assert_refused(code, reason, hint);
        assert!(!new.exists(), "{:?}", names(&new));
    }
}

#[test]
fn postgresql_is_referred_to_its_own_tools() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let options = [
        "--data",
        text(&data),
        "--database",
        "postgres://nowhere/parlor",
    ];
    for arguments in [&["backup"][..], &["restore", "one.tar.zst"]] {
        let ended = run(&[arguments, &options].concat(), &[]);
        ended.assert_refused(2, "PostgreSQL", "pg_dump");
    }
    let ended = run(
        &[&["serve", "--backup-every", "24h"][..], &options].concat(),
        &[],
    );
    ended.assert_refused(2, "backup_every", "pg_dump");
    assert!(!data.exists());
}
