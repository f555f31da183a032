//! A full disk, and a process that is killed, in the middle of a backup and of a restore.

use std::path::Path;

use super::fixture::{command, database, make_backup, names, open, text};
use crate::program::{CommandOutcome, Program, binary, run_to_end, temp_dir};

/// What happens at the first file of more than 100 KiB: the write fails as on a full disk, or the process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    FullDisk,
    Killed,
}

fn run_with_fault(fault: Fault, arguments: &[&str], data: &Path) -> CommandOutcome {
    let ignore = match fault {
        Fault::FullDisk => "trap '' XFSZ; ",
        Fault::Killed => "",
    };
    let line = format!("{ignore}ulimit -c 0; ulimit -f 100; exec \"$@\"");
    let mut command = crate::program::command("bash");
    command.args(["-c", &line, "bash", binary()]);
    command.args(arguments).arg("--data").arg(data);
    run_to_end(command)
}

fn assert_cut_off(fault: Fault, outcome: &CommandOutcome) {
    match fault {
        Fault::FullDisk => outcome.assert_refused(1, "/", "disk"),
        // No exit code: a signal.
        Fault::Killed => assert_eq!(outcome.code, None, "{outcome:?}"),
    }
}

#[test]
fn cut_off_backup_and_restore_leave_everything_as_it_was() {
    let folder = temp_dir();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    std::fs::create_dir(&backups).unwrap();
    Program::start(&data, &[], &[]).stop();
    let archive = backups.join("one.tar.zst");
    make_backup(&data, &archive, &["--with-master-key"]);
    assert_eq!(names(&backups), ["one.tar.zst"]);

    for fault in [Fault::FullDisk, Fault::Killed] {
        let other = backups.join("two.tar.zst");
        let ended = run_with_fault(fault, &["backup", text(&other)], &data);
        assert_cut_off(fault, &ended);
        assert!(!other.exists(), "half a file has the name of a whole one");
        let sound: String = open(&data)
            .query_row("pragma integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok");
    }
    // The next backup removes what the killed one has left.
    assert_eq!(names(&backups).len(), 2, "{:?}", names(&backups));
    let third = backups.join("three.tar.zst");
    make_backup(&data, &third, &[]);
    assert_eq!(names(&backups), ["one.tar.zst", "three.tar.zst"]);

    let restored = folder.path().join("restored");
    for fault in [Fault::FullDisk, Fault::Killed] {
        let ended = run_with_fault(fault, &["restore", text(&archive)], &restored);
        assert_cut_off(fault, &ended);
        assert!(!database(&restored).exists());
        let before = std::fs::read(database(&data)).unwrap();
        let ended = run_with_fault(fault, &["restore", text(&archive), "--replace"], &data);
        assert_cut_off(fault, &ended);
        assert!(
            std::fs::read(database(&data)).unwrap() == before,
            "{fault:?}"
        );
        Program::start(&data, &[], &[]).stop();
    }
    // A second attempt has nothing to clean up by hand.
    let again = command(&["restore", text(&archive), "--json"], &restored).json();
    assert_eq!(again["masterKey"], "restored");
    Program::start(&restored, &[], &[]).stop();
    let before = std::fs::read(database(&data)).unwrap();
    let again = command(&["restore", text(&archive), "--replace", "--json"], &data).json();
    assert_eq!(again["masterKey"], "kept");
    let moved = Path::new(again["movedTo"].as_str().unwrap());
    assert!(
        std::fs::read(database(moved)).unwrap() == before,
        "nothing is deleted"
    );
    // The credentials belong to the restored database too.
    let program = Program::start(&data, &[], &[]);
    assert_eq!(
        program
            .run_command(&["key", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn restore_that_was_cut_off_while_it_moved_files_stops_the_next_start() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    Program::start(&data, &[], &[]).stop();
    let archive = folder.path().join("one.tar.zst");
    make_backup(&data, &archive, &[]);
    let work = data.join(".restoring");
    std::fs::create_dir(&work).unwrap();
    std::fs::write(work.join("moving"), "").unwrap();
    let hint = "parlor restore FILE --replace";
    command(&["serve", "--listen", "127.0.0.1:0"], &data).assert_refused(4, "cut off", hint);
    command(&["key", "list"], &data).assert_refused(4, "cut off", hint);
    command(&["restore", text(&archive), "--replace", "--json"], &data).json();
    assert!(!work.exists());
    Program::start(&data, &[], &[]).stop();
}
