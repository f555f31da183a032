//! Invalid usage is refused with a remedy, before anything is created.

use std::path::Path;

use crate::access::set_mode;
use crate::program::{Program, run, temp_dir};

fn with_file(text: &str, check: impl FnOnce(&str)) {
    let folder = temp_dir();
    let file = folder.path().join("parlor.toml");
    std::fs::write(&file, text).unwrap();
    check(file.to_str().unwrap());
}

#[test]
fn unknown_names_get_suggestions_in_every_source() {
    run(&["--listn", "x"], &[]).assert_refused(2, "--listn", "did you mean --listen?");
    run(&["key", "creat"], &[]).assert_refused(2, "creat", "did you mean create?");
    run(&["delivery", "list"], &[]).assert_refused(2, "<RULE>", "see: parlor delivery list --help");
    run(&["--nothing"], &[]).assert_refused(2, "--nothing", "see: parlor --help");
    run(&[], &[("PARLOR_DATABSE", "x")]).assert_refused(2, "PARLOR_DATABSE", "PARLOR_DATABASE");
    with_file("# a comment\n\nlistn = \"127.0.0.1:0\"\n", |file| {
        run(&["--config", file], &[]).assert_refused(2, "`listn` in", "did you mean listen?");
        run(&["--config", file], &[]).assert_refused(2, "parlor.toml, line 3", "listen");
        run(&[], &[("PARLOR_CONFIG", file)]).assert_refused(2, "`listn`", "listen");
    });
    with_file("log = \"info\"\n[dialects.sharly]\n", |file| {
        run(&["--config", file], &[]).assert_refused(2, "`sharly` in", "did you mean sharely?");
    });
    with_file("[dialects.tenant-chats]\n\nnonsense = 1\n", |file| {
        let ended = run(&["--config", file], &[]);
        ended.assert_refused(2, "dialects.tenant-chats.nonsense", "");
        assert!(ended.stderr.contains("line 3"), "{}", ended.stderr);
    });
    run(&["--disabled-dialects", "relations"], &[]).assert_refused(2, "`relations`", "relation?");
}

#[test]
fn malformed_values_name_their_source() {
    let assert_names = |arguments: &[&str], variables: &[(&str, &str)], words: &str| {
        let ended = run(arguments, variables);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(words), "{ended:?}");
    };
    assert_names(
        &["--listen", "everywhere"],
        &[],
        "`listen` in the command line",
    );
    assert_names(
        &[],
        &[("PARLOR_TIMEOUT", "soon")],
        "`timeout` in the environment",
    );
    assert_names(
        &["--connections", "many"],
        &[],
        "--connections must be a whole number",
    );
    assert_names(&["--log-format", "xml"], &[], "`log_format`");
    assert_names(&["--log", "parlor=loud"], &[], "`log`");
    assert_names(
        &["--database", "mysql://x"],
        &[],
        "neither sqlite:PATH nor postgres://",
    );
    assert_names(&["--cors-origins", "example.com"], &[], "no origin");
    assert_names(&["--config", "/nonexistent.toml"], &[], "/nonexistent.toml");
    with_file("listen = \n", |file| {
        assert_names(&["--config", file], &[], "line 1");
    });
    with_file("timeout = true\n", |file| {
        assert_names(&["--config", file], &[], "`timeout` in");
    });
    run(&["--bus", "kafka://localhost"], &[]).assert_refused(2, "the bus is none of", "--bus");
    run(&["--bus", "nats://localhost"], &[]).assert_refused(2, "one node", "--database");
    let exposed = run(&["--bus", "nats://user:word@localhost"], &[]);
    exposed.assert_refused(2, "list of processes", "PARLOR_BUS");
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = temp_dir();
    let wins = |name: &str| folder.path().join(name);
    let file = format!("data = {:?}\n", wins("file"));
    with_file(&file, |file| {
        let config = [
            "--config",
            file,
            "--listen",
            "127.0.0.1:0",
            "--bus",
            "nats:",
        ];
        let data = wins("variable");
        let variable = [("PARLOR_DATA", data.to_str().unwrap())];
        // The bus is refused after the names are read and before anything is created.
        assert_eq!(run(&config, &variable).code, Some(2));
        let key = ["key", "list", "--config", file];
        let seen = |arguments: &[&str], variables: &[(&str, &str)], name: &str| {
            let path = wins(name);
            run(arguments, variables).assert_refused(5, path.to_str().unwrap(), "--data");
        };
        seen(&key, &[], "file");
        seen(&key, &variable, "variable");
        let flag = wins("flag");
        let flags = [
            "key",
            "list",
            "--config",
            file,
            "--data",
            flag.to_str().unwrap(),
        ];
        seen(&flags, &variable, "flag");
    });
}

#[test]
fn foreign_environment_variables_are_ignored() {
    let folder = temp_dir();
    let links = [
        ("PARLOR_PORT", "tcp://10.0.0.1:8080"),
        ("PARLOR_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("PARLOR_SERVICE_HOST", "10.0.0.1"),
    ];
    Program::start(folder.path(), &[], &links).stop();
}

#[test]
fn a_folder_in_use_and_a_port_in_use_are_told_apart() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let program = Program::start(&data, &[], &[]);
    let listen = program.url.strip_prefix("http://").unwrap();
    run(
        &["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"],
        &[],
    )
    .assert_refused(4, "is in use by another Parlor (process ", "--data");
    let other = folder.path().join("other");
    run(
        &["--data", other.to_str().unwrap(), "--listen", listen],
        &[],
    )
    .assert_refused(
        1,
        &format!("{listen} is in use"),
        "parlor serve --listen 127.0.0.1:",
    );
    // The same database reached through another folder is in use as well.
    let database = format!("sqlite:{}", data.join("parlor.db").display());
    let key = std::fs::read_to_string(data.join("master.key")).unwrap();
    let shared = [("PARLOR_MASTER_KEY", key.trim())];
    let third = folder.path().join("third");
    let arguments = [
        "--data",
        third.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--database",
        &database,
    ];
    run(&arguments, &shared).assert_refused(4, "is in use by another Parlor", "stop that one");
}

fn initialize_data_dir(data: &Path) {
    Program::start(data, &[], &[]).stop();
}

#[test]
fn a_master_key_that_does_not_fit_is_refused() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    initialize_data_dir(&data);
    let key = data.join("master.key");
    let right = std::fs::read_to_string(&key).unwrap();
    let arguments = ["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"];
    std::fs::write(&key, "0a".repeat(32)).unwrap();
    run(&arguments, &[]).assert_refused(4, "does not fit", "--master-key-file");
    let list = ["key", "list", "--data", data.to_str().unwrap()];
    run(&list, &[]).assert_refused(4, "does not fit", "--master-key-file");
    std::fs::write(&key, "no key").unwrap();
    run(&arguments, &[]).assert_refused(2, "holds no master key", "64 hex digits");
    std::fs::remove_file(&key).unwrap();
    run(&arguments, &[]).assert_refused(4, "is missing", "put the file back");
    assert!(!key.exists(), "no second key was made");
    // The right key, given in any other way, opens it again.
    Program::start(&data, &[], &[("PARLOR_MASTER_KEY", right.trim())]).stop();
    let elsewhere = folder.path().join("key");
    std::fs::write(&elsewhere, &right).unwrap();
    set_mode(&elsewhere, 0o600);
    Program::start(
        &data,
        &["--master-key-file", elsewhere.to_str().unwrap()],
        &[],
    )
    .stop();
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    initialize_data_dir(&data);
    let database = rusqlite::Connection::open(data.join("parlor.db")).unwrap();
    let row = "insert into migration values (999, 'of tomorrow', 1, 1)";
    database.execute(row, ()).unwrap();
    drop(database);
    run(
        &["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"],
        &[],
    )
    .assert_refused(1, "newer version", "run the version that wrote it");
}

#[test]
fn unreachable_database_is_reported() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let away = [
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--database",
        "postgres://127.0.0.1:1/nobody",
    ];
    run(&away, &[]).assert_refused(3, "cannot be reached", "`database`");
    let file = folder.path().join("parlor.db");
    std::fs::write(&file, "no database").unwrap();
    set_mode(&file, 0o600);
    let database = format!("sqlite:{}", file.display());
    let key = [("PARLOR_MASTER_KEY", &*"0a".repeat(32))];
    let other = folder.path().join("other");
    let broken = [
        "--data",
        other.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--database",
        &database,
    ];
    run(&broken, &key).assert_refused(1, "cannot be opened", "undamaged");
}
