//! HTTP before routing: invalid heads, unusual body framing, the Origin check of sockets, and headers of every answer.
//!
//! Proves INV-54 (`docs/invariants.md`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::{Program, WAIT_TIMEOUT, block_on, client, temp_dir};

/// Sends bytes; returns everything received until the server ends the connection.
fn exchange_raw(program: &Program, sent: &[u8]) -> String {
    let host = program.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    // The server may refuse before it has read everything.
    let _ = stream.write_all(sent);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[track_caller]
fn assert_status(program: &Program, head: &str, status: &str) -> String {
    let answer = exchange_raw(program, head.as_bytes());
    // The answer's version is the request's.
    let mut words = answer.split(' ');
    let version = words.next().unwrap_or_default();
    assert!(version.starts_with("HTTP/1."), "{head:?}: {answer}");
    assert_eq!(words.next(), Some(status), "{head:?}: {answer}");
    answer
}

#[test]
fn heads_that_break_the_rules_are_refused() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let long = "x".repeat(70_000);
    for (head, status) in [
        ("GET /livez HTTP/1.1\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: u@a\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a:b\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost : a\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n".to_owned(), "400"),
        ("GET /li vez HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("GET /livez HTTP/9.9\r\nHost: a\r\n\r\n".to_owned(), "400"),
        ("G@T /livez HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), "400"),
        (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), "414"),
        (
            format!("GET /livez HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(200)),
            "431",
        ),
        (
            "POST /api/v1/chats/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n".to_owned(),
            "400",
        ),
        (
            "POST /api/v1/chats/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx".to_owned(),
            "400",
        ),
        (
            "POST /api/v1/chats/ HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx".to_owned(),
            "400",
        ),
        (
            "POST /api/v1/chats/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            "400",
        ),
    ] {
        assert_status(&program, &head, status);
    }
    let refused = assert_status(&program, "GET /livez HTTP/1.1\r\n\r\n", "400");
    assert!(refused.contains("application/problem+json"), "{refused}");
    assert!(refused.contains("connection: close"), "{refused}");
    let unknown = assert_status(
        &program,
        "GET /docs/%FF HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n",
        "404",
    );
    assert!(unknown.contains("application/problem+json"), "{unknown}");
    // A preface of HTTP/2 is not a valid request.
    assert_eq!(
        exchange_raw(&program, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ""
    );
    for fine in [
        "GET /livez HTTP/1.0\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
        "GET http://a/livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ] {
        assert_status(&program, fine, "200");
    }
    assert_status(
        &program,
        "BREW /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "405",
    );
}

#[test]
fn a_second_request_is_not_smuggled_in_a_body() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let inner = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    // By Content-Length the second request is body, by chunks it is not: the chunks count, and the connection ends.
    for framing in [
        "Content-Length: 40\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 40",
    ] {
        let sent = format!(
            "POST /api/v1/chats/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{framing}\r\n\r\n0\r\n\r\n{inner}"
        );
        let answer = exchange_raw(&program, sent.as_bytes());
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
}

#[test]
fn unusual_body_framing_is_read() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let head = format!(
        "POST /api/v1/chats/ HTTP/1.1\r\nHost: a\r\nX-API-Key: {}\r\nContent-Type: application/json\r\nConnection: close\r\n",
        program.key()
    );
    let broken = assert_status(
        &program,
        &format!("{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{{}}\r\n0\r\n\r\n"),
        "400",
    );
    assert!(broken.contains("\"error_code\""), "{broken}");
    let body = r#"{"user_id":"ada"}"#;
    let chunks: String = body
        .chars()
        .map(|letter| format!("1\r\n{letter}\r\n"))
        .collect();
    assert_status(
        &program,
        &format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"),
        "201",
    );
    // A client that expects 100-continue gets it, and then the answer.
    let host = program.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    write!(
        stream,
        "{head}Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let mut answer = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(rest.trim_start().starts_with("HTTP/1.1 201 "), "{rest}");
}

#[test]
fn private_answers_stay_out_of_caches_and_all_are_what_they_say() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        let ask = async |path: &str, key: &str| {
            let request = client().get(format!("{}{path}", program.url));
            request
                .header("x-api-key", key)
                .bearer_auth(key)
                .send()
                .await
                .unwrap()
        };
        let key = program.key();
        for (path, key) in [
            ("/api/v1/space/list", &*key),
            ("/api/v1/chats/?user_id=ada", &*key),
            ("/api/v1/space/list", "wrong"),
            ("/api/v2/w", &*key),
            ("/v1/workspaces/x/nothing", &*key),
            ("/api/v1/userInfo", &*key),
            ("/nowhere", ""),
            ("/readyz", ""),
            ("/metrics", ""),
        ] {
            let answer = ask(path, key).await;
            assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
            assert_eq!(
                answer.headers()["x-content-type-options"],
                "nosniff",
                "{path}"
            );
        }
        for path in ["/docs", "/openapi/sharely.json"] {
            let answer = ask(path, "").await;
            assert_eq!(answer.headers().get("cache-control"), None, "{path}");
            assert_eq!(
                answer.headers()["x-content-type-options"],
                "nosniff",
                "{path}"
            );
        }
    });
}

#[test]
fn pages_of_other_origins_open_no_sockets() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--cors-origins", "https://a.example"], &[]);
    let everybody = Program::start(&folder.path().join("any"), &[], &[]);
    let ask_for = |program: &Program, path: &str, upgrade: &str, origin: &str| {
        let host = program.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{origin}\r\n"
        )
        .unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line
    };
    let open =
        |program: &Program, path: &str, origin: &str| ask_for(program, path, "websocket", origin);
    for path in ["/ws/chat", "/live", "/ws/"] {
        for upgrade in ["WebSocket", "websocket, x", "x,websocket"] {
            let line = ask_for(&program, path, upgrade, "Origin: https://b.example\r\n");
            assert!(line.contains(" 403 "), "{path} {upgrade}: {line}");
        }
        let refused = open(&program, path, "Origin: https://b.example\r\n");
        assert!(refused.contains(" 403 "), "{path}: {refused}");
        let refused = open(&program, path, "Origin: null\r\n");
        assert!(refused.contains(" 403 "), "{path}: {refused}");
        // These requests pass the check and lack a credential.
        for origin in ["Origin: https://a.example\r\n", ""] {
            let line = open(&program, path, origin);
            assert!(!line.contains(" 403 "), "{path} {origin}: {line}");
        }
        let line = open(&everybody, path, "Origin: https://b.example\r\n");
        assert!(!line.contains(" 403 "), "{path}: {line}");
    }
}
