//! Operations: a readiness check that proves a write, secrets that are not printed, and a control socket that works
//! after a shortage of file descriptors.

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use parlor_test_postgres::{Durability, PostgresServer};
use serde_json::json;

use crate::access::set_mode;
use crate::program::{
    Program, WAIT_TIMEOUT, binary, block_on, client, command, get, run, temp_dir,
};

/// The time limit of an answer to a load balancer, on a busy machine.
const READINESS_TIMEOUT: Duration = Duration::from_secs(4);

/// A server under the limits that a shell command sets.
fn spawn_limited(limits: &str, data: &Path) -> Program {
    let mut shell = command("bash");
    let line = format!("{limits}; exec \"$@\"");
    shell.args(["-c", &line, "bash", binary()]);
    shell.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
    shell.arg(data);
    Program::spawn(shell, data).unwrap()
}

async fn readiness(program: &Program) -> (u16, String) {
    let start = Instant::now();
    let found = get(&format!("{}/readyz", program.url), "").await;
    assert!(start.elapsed() < READINESS_TIMEOUT, "{:?}", start.elapsed());
    found
}

/// A result is cached for a moment, and the last bytes of a disk may still take a small row.
async fn until_not_ready(program: &Program) -> (u16, String) {
    let end = Instant::now() + WAIT_TIMEOUT;
    loop {
        let found = readiness(program).await;
        if found.0 != 200 {
            return found;
        }
        assert!(Instant::now() < end, "it goes on being ready");
    }
}

async fn assert_alive(program: &Program) {
    assert_eq!(get(&format!("{}/livez", program.url), "").await.0, 200);
}

#[test]
fn a_server_that_cannot_store_is_not_ready() {
    let folder = temp_dir();
    // A file size limit of a few mebibytes is to a program the same as a full disk.
    let program = spawn_limited("trap '' XFSZ; ulimit -f 6000", folder.path());
    block_on(async {
        assert_eq!(readiness(&program).await.0, 200);
        // Rows of the maximum length first, then shorter ones: a log without room for many pages may have room for one.
        let mut length = 60_000;
        let end = Instant::now() + WAIT_TIMEOUT;
        let (status, text) = loop {
            let body = json!({ "meta": { "a": "x".repeat(length) } });
            let request = client().post(format!("{}/api/v1/space/create", program.url));
            let request = request.bearer_auth(program.key()).json(&body);
            if request.send().await.unwrap().status().as_u16() != 200 {
                length /= 4;
            }
            let found = readiness(&program).await;
            if found.0 != 200 {
                break found;
            }
            assert!(Instant::now() < end, "the disk is not full");
        };
        assert_eq!(status, 503);
        assert!(text.contains("not writable"), "{text}");
        assert_alive(&program).await;
    });
    let ended = program.run_command(&["health"]);
    ended.assert_refused(1, "not writable", "log");
}

#[test]
fn a_server_without_its_database_is_not_ready() {
    let cluster = PostgresServer::start(Durability::Off);
    let database = cluster.create_database();
    let folder = temp_dir();
    let url = database.url().to_owned();
    let program = Program::start(folder.path(), &["--database", &url], &[]);
    block_on(async {
        assert_eq!(readiness(&program).await.0, 200);
        std::mem::forget(database);
        drop(cluster);
        let (status, text) = until_not_ready(&program).await;
        assert_eq!(status, 503);
        assert!(text.contains("unreachable"), "{text}");
        assert_alive(&program).await;
    });
}

#[test]
fn names_of_this_machine_may_be_listened_on() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let folder = temp_dir();
    let mut command = command(binary());
    command.args([
        "--log-format",
        "json",
        "--listen",
        &format!("localhost:{port}"),
        "--data",
    ]);
    command.arg(folder.path());
    let program = Program::spawn(command, folder.path()).unwrap();
    block_on(async {
        assert_eq!(
            get(&format!("http://127.0.0.1:{port}/livez"), "").await.0,
            200
        );
    });
    assert_eq!(program.run_command(&["health"]).code, Some(0));
    let other = temp_dir();
    let none = [
        "--listen",
        "no-such-host.invalid:1",
        "--data",
        other.path().to_str().unwrap(),
    ];
    run(&none, &[]).assert_refused(2, "no-such-host.invalid:1", "127.0.0.1:8080");
}

#[test]
fn database_password_is_never_printed() {
    let folder = temp_dir();
    let data = folder.path().to_str().unwrap();
    let secret = "hunter2-very-secret";
    let url = format!("postgres://parlor:{secret}@127.0.0.1:1/parlor");
    let shown = run(&["serve", "--database", &url, "--data", data], &[]);
    shown.assert_refused(2, "list of processes", "--database-file");
    let file = folder.path().join("url");
    std::fs::write(&file, &url).unwrap();
    set_mode(&file, 0o600);
    let by_file = [
        "key",
        "list",
        "--database-file",
        file.to_str().unwrap(),
        "--data",
        data,
    ];
    let key = ("PARLOR_MASTER_KEY", &*"5c".repeat(32));
    for ended in [
        shown,
        run(&by_file, &[key]),
        run(
            &["key", "list", "--data", data],
            &[key, ("PARLOR_DATABASE", &url)],
        ),
        run(
            &["--data", data, "--listen", "127.0.0.1:0"],
            &[key, ("PARLOR_DATABASE", &url)],
        ),
    ] {
        assert_ne!(ended.code, Some(0));
        assert!(ended.stderr.contains("  fix: "), "{ended:?}");
        assert!(!format!("{ended:?}").contains(secret), "{ended:?}");
    }
}

#[test]
fn every_refusal_of_the_command_line_has_a_remedy() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let id = "01920000-0000-7000-8000-000000000000";
    for words in [
        &["key", "revoke", id][..],
        &["key", "revoke", "x"],
        &["key", "create", "--scopes", "everything"],
        &["key", "create", "--ttl", "soon"],
        &["key", "create", "--member", id],
        &["member", "update", id, "--name", "x"],
        &["member", "update", "1", "--role", "king"],
        &["member", "create", "--name", ""],
        &["member", "create", "--name", "x", "--kind", "robot"],
        &["member", "create", "--name", "x", "--email", "nobody"],
        &["token", "create", "--member", "nobody-at-all"],
        &["token", "create", "--member", "1", "--ttl", "x"],
        &["member", "list", "--workspace", id],
        &["curl", "nothing"],
        &["member", "list", "--log-format", "xml"],
        &["member", "list", "--timeout", "soon"],
        &["member", "list", "--connections", "many"],
        &["member", "list", "--requests-per-minute", "-1"],
        &["nothing"],
    ] {
        let ended = program.run_command(words);
        assert_ne!(ended.code, Some(0), "{words:?}");
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert_eq!(lines.len(), 2, "{words:?}: {ended:?}");
        assert!(lines[0].starts_with("error: "), "{words:?}: {ended:?}");
        assert!(lines[1].starts_with("  fix: "), "{words:?}: {ended:?}");
        for phrase in [
            "invalid type",
            ", expected",
            "unknown variant",
            "found string",
        ] {
            assert!(!ended.stderr.contains(phrase), "{words:?}: {ended:?}");
        }
    }
}

#[test]
fn names_of_others_do_not_reach_the_terminal_as_they_are() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let name = "\u{1b}]0;owned\u{7}\nroot  owner\u{202e}\u{9b}2J";
    let made = program
        .run_command(&["member", "create", "--name", name, "--json"])
        .json();
    let listed = program.run_command(&["member", "list"]);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{listed:?}");
    assert!(
        listed
            .stdout
            .contains("␛]0;owned␇␊root  owner\\u{202e}\\u{9b}2J"),
        "{listed:?}"
    );
    assert!(
        !listed.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{listed:?}"
    );
    let exact = program.run_command(&["member", "list", "--json"]);
    assert!(
        !exact
            .stdout
            .contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']),
        "{exact:?}"
    );
    let exact = exact.json();
    let all = exact.as_array().unwrap();
    let one = all.iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!(one["name"], name);
}

#[test]
fn commands_reach_a_server_that_was_short_of_files() {
    let folder = temp_dir();
    let mut program = spawn_limited("ulimit -n 64", folder.path());
    let host = program.url.strip_prefix("http://").unwrap().to_owned();
    let held: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(&host).unwrap())
        .collect();
    program.wait_for_line("a connection was not accepted");
    let waiting = UnixStream::connect(folder.path().join("control.sock")).unwrap();
    program.wait_for_line("a command was not accepted");
    drop((held, waiting));
    let end = Instant::now() + WAIT_TIMEOUT;
    while program.run_command(&["key", "list"]).code != Some(0) {
        assert!(Instant::now() < end, "commands are no longer taken");
    }
}
