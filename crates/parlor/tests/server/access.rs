//! Files that other users of the machine may access are refused at every start and by every command, with a remedy;
//! links are not followed.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use parlor_test_postgres::create_database;

use crate::program::{Program, run, temp_dir};

pub fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_others_may_read_is_refused_at_every_start() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    Program::start(&data, &[], &[]).stop();
    let start = |code, error: &str, fix: &str| {
        run(
            &["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()],
            &[],
        )
        .assert_refused(code, error, fix);
        let list = ["key", "list", "--data", data.to_str().unwrap()];
        run(&list, &[]).assert_refused(code, error, fix);
    };
    for (mode, name, fix) in [
        (0o750, "", "chmod 700"),
        (0o705, "", "chmod 700"),
        (0o640, "master.key", "chmod 600"),
        (0o604, "master.key", "chmod 600"),
        (0o644, "credentials.json", "chmod 600"),
    ] {
        let path = if name.is_empty() {
            data.clone()
        } else {
            data.join(name)
        };
        let before = std::fs::metadata(&path).unwrap().permissions().mode();
        set_mode(&path, mode);
        start(4, "open to other users", fix);
        set_mode(&path, before & 0o777);
    }
    let key = folder.path().join("other.key");
    std::fs::write(&key, "5c".repeat(32)).unwrap();
    set_mode(&key, 0o644);
    let elsewhere = folder.path().join("elsewhere");
    run(
        &[
            "--listen",
            "127.0.0.1:0",
            "--data",
            elsewhere.to_str().unwrap(),
            "--master-key-file",
            key.to_str().unwrap(),
        ],
        &[],
    )
    .assert_refused(4, "other.key is open", "chmod 600");
    // With correct permissions it works again.
    Program::start(&data, &[], &[]).stop();
}

#[test]
fn created_files_follow_no_link() {
    for name in [
        "lock",
        "parlor.db.lock",
        "master.key.new",
        "credentials.json.new",
        "parlor.db",
        "curl",
    ] {
        let folder = temp_dir();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        set_mode(&data, 0o700);
        let target = folder.path().join("target");
        if name != "parlor.db" {
            std::fs::write(&target, "precious").unwrap();
        }
        symlink(&target, data.join(name)).unwrap();
        let ended = run(
            &["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()],
            &[],
        );
        ended.assert_refused(4, "is a link", "rm ");
        match name {
            "parlor.db" => assert!(!target.exists()),
            _ => assert_eq!(
                std::fs::read_to_string(&target).unwrap(),
                "precious",
                "{name}"
            ),
        }
    }
}

/// A start, and a command, on a data folder and a database.
#[track_caller]
fn assert_start_and_commands_refused(data: &Path, database: &[&str], error: &str, fix: &str) {
    let key = [("PARLOR_MASTER_KEY", &*"5c".repeat(32))];
    let data = ["--data", data.to_str().unwrap()];
    let start = [&["--listen", "127.0.0.1:0"], &data[..], database].concat();
    run(&start, &key).assert_refused(4, error, fix);
    let list = [&["key", "list"], &data[..], database].concat();
    run(&list, &key).assert_refused(4, error, fix);
}

#[test]
fn used_folder_is_refused_open_without_any_secret_in_it() {
    let folder = temp_dir();
    let database = create_database();
    let key = [("PARLOR_MASTER_KEY", &*"5c".repeat(32))];
    let here = ["--database", database.url()];
    Program::start(&folder.path().join("first"), &here, &key).stop();
    // A second node stores neither key nor credentials, and restricts a folder that existed before.
    let data = folder.path().join("second");
    std::fs::create_dir(&data).unwrap();
    set_mode(&data, 0o755);
    Program::start(&data, &here, &key).stop();
    let mode = std::fs::metadata(&data).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    for name in ["master.key", "credentials.json"] {
        assert!(!data.join(name).exists(), "{name}");
    }
    for mode in [0o750, 0o702, 0o777] {
        set_mode(&data, mode);
        assert_start_and_commands_refused(
            &data,
            &here,
            "second is open to other users",
            "chmod 700",
        );
    }
    set_mode(&data, 0o700);
    Program::start(&data, &here, &key).stop();
}

#[test]
fn database_is_refused_open_wherever_it_is() {
    let folder = temp_dir();
    let key = [("PARLOR_MASTER_KEY", &*"5c".repeat(32))];
    let data = folder.path().join("data");
    Program::start(&data, &[], &key).stop();
    let file = data.join("parlor.db");
    set_mode(&file, 0o640);
    assert_start_and_commands_refused(&data, &[], "parlor.db is open", "chmod 600");
    set_mode(&file, 0o600);
    // In another folder, by its path and by a file with its URL.
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    set_mode(&other, 0o755);
    let path = other.join("talk.db");
    let url = format!("sqlite:{}", path.display());
    let list = folder.path().join("url");
    std::fs::write(&list, format!("{url}\n")).unwrap();
    set_mode(&list, 0o600);
    let by_path = ["--database", &*url];
    let by_file = ["--database-file", list.to_str().unwrap()];
    let elsewhere = folder.path().join("elsewhere");
    Program::start(&elsewhere, &by_path, &key).stop();
    let again = Program::start(&elsewhere, &by_file, &key);
    assert_eq!(
        again
            .run_command(&[&["key", "list"], &by_file[..]].concat())
            .code,
        Some(0)
    );
    again.stop();
    for here in [by_path, by_file] {
        set_mode(&path, 0o604);
        assert_start_and_commands_refused(&elsewhere, &here, "talk.db is open", "chmod 600");
        set_mode(&path, 0o600);
        set_mode(&other, 0o775);
        assert_start_and_commands_refused(
            &elsewhere,
            &here,
            "can replace the database",
            "chmod go-w",
        );
        set_mode(&other, 0o1777);
        assert_start_and_commands_refused(
            &elsewhere,
            &here,
            "can replace the database",
            "folder of its own",
        );
        set_mode(&other, 0o755);
    }
    // A link to it does not restrict what is open behind it.
    let link = elsewhere.join("linked.db");
    symlink(&path, &link).unwrap();
    let linked = format!("sqlite:{}", link.display());
    set_mode(&other, 0o777);
    assert_start_and_commands_refused(
        &elsewhere,
        &["--database", &linked],
        "can replace the database",
        "chmod go-w",
    );
    set_mode(&other, 0o755);
    set_mode(&list, 0o644);
    assert_start_and_commands_refused(
        &elsewhere,
        &by_file,
        "url is open to other users",
        "chmod 600",
    );
    set_mode(&list, 0o600);
    Program::start(&elsewhere, &by_file, &key).stop();
}

#[test]
fn secret_is_never_written_into_file_of_another() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // Another user created it, keeps it open, and would read everything written to it.
    let left = data.join("master.key.new");
    std::fs::write(&left, "theirs").unwrap();
    let theirs = std::fs::File::open(&left).unwrap();
    Program::start(&data, &[], &[]).stop();
    assert_eq!(std::io::read_to_string(theirs).unwrap(), "theirs");
    assert!(!left.exists());
}
