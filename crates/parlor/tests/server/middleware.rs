//! The middleware of every request, as configured from outside.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::Method;

use crate::program::{Program, WAIT_TIMEOUT, block_on, client, get, temp_dir};

const CREATE_PATH: &str = "/api/v1/chats/";

fn create_request(program: &Program) -> reqwest::RequestBuilder {
    client()
        .post(format!("{}{CREATE_PATH}", program.url))
        .header("x-api-key", program.key())
        .header("content-type", "application/json")
}

#[test]
fn pages_of_named_origins_may_call_and_others_may_not() {
    let folder = temp_dir();
    let program = Program::start(
        folder.path(),
        &["--cors-origins", "https://a.example,https://b.example"],
        &[],
    );
    block_on(async {
        let preflight = |origin: &'static str| {
            let request =
                client().request(Method::OPTIONS, format!("{}{CREATE_PATH}", program.url));
            request
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "x-api-key,content-type")
                .send()
        };
        let allowed = preflight("https://b.example").await.unwrap();
        assert!(allowed.status().is_success());
        let header = |name: &str| allowed.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), "https://b.example");
        assert_eq!(
            header("access-control-allow-headers"),
            "x-api-key,content-type"
        );
        assert!(header("access-control-allow-methods").contains("POST"));
        let refused = preflight("https://c.example").await.unwrap();
        assert_eq!(refused.headers().get("access-control-allow-origin"), None);
    });
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_below_is_not() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--body-limit", "1KiB"], &[]);
    let body = |length: usize| {
        let frame = r#"{"user_id":"ada","padding":""}"#.len();
        format!(
            r#"{{"user_id":"ada","padding":"{}"}}"#,
            "x".repeat(length - frame)
        )
    };
    block_on(async {
        let fits = create_request(&program)
            .body(body(1_024))
            .send()
            .await
            .unwrap();
        assert_eq!(fits.status().as_u16(), 201);
        let too_large = create_request(&program)
            .body(body(1_025))
            .send()
            .await
            .unwrap();
        assert_eq!(too_large.status().as_u16(), 413);
        assert!(
            too_large
                .text()
                .await
                .unwrap()
                .contains("PAYLOAD_TOO_LARGE")
        );
    });
}

#[test]
fn slow_request_gets_timeout_error() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--timeout", "100ms"], &[]);
    let host = program.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
    // The body is never sent.
    write!(
        stream,
        "POST {CREATE_PATH} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 10\r\nConnection: close\r\n\r\n",
        program.key()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    assert!(answer.contains("\"TIMEOUT\""), "{answer}");
}

#[test]
fn requests_are_counted_per_credential_when_asked_for() {
    let folder = temp_dir();
    let off = Program::start(&folder.path().join("off"), &[], &[]);
    let on = Program::start(
        &folder.path().join("on"),
        &["--requests-per-minute", "2"],
        &[],
    );
    let make = |program: &Program| {
        let request = client().post(format!("{}/api/v1/space/create", program.url));
        request
            .body("{}")
            .header("content-type", "application/json")
    };
    block_on(async {
        let free = make(&off).bearer_auth(off.key()).send().await.unwrap();
        assert_eq!(free.headers().get("x-ratelimit-limit"), None);
        for left in ["1", "0"] {
            let passed = make(&on).bearer_auth(on.key()).send().await.unwrap();
            assert_eq!(passed.status().as_u16(), 200);
            assert_eq!(passed.headers()["x-ratelimit-limit"], "2");
            assert_eq!(passed.headers()["x-ratelimit-remaining"], left);
        }
        let refused = make(&on).bearer_auth(on.key()).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 429);
        assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
        let wait: u32 = refused.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=60).contains(&wait));
        // Another credential has its own count.
        let other = on.run_command(&["key", "create"]).stdout;
        let request = make(&on).bearer_auth(other.trim_end());
        let passed = request.send().await.unwrap();
        assert_eq!(passed.status().as_u16(), 200);
    });
}

#[test]
fn disabled_dialect_is_not_served() {
    let folder = temp_dir();
    let program = Program::start(
        folder.path(),
        &[],
        &[("PARLOR_DISABLED_DIALECTS", "tenant-chats,gravity-rail")],
    );
    let lines = program.ready["curl"].as_object().unwrap();
    let enabled: Vec<_> = parlor::dialects::all()
        .iter()
        .map(|module| module.name)
        .filter(|name| !["tenant-chats", "gravity-rail"].contains(name))
        .collect();
    assert_eq!(lines.keys().collect::<Vec<_>>(), enabled);
    block_on(async {
        // Other paths below /api/v1/ answer in ChatBotKit's format.
        let gone = create_request(&program).body("{}").send().await.unwrap();
        assert_eq!(gone.status().as_u16(), 404);
        assert!(gone.text().await.unwrap().contains("\"NOT_FOUND\""));
        let (status, body) = get(&format!("{}/api/v2/w", program.url), &program.key()).await;
        assert_eq!(status, 404);
        assert!(body.contains("about:blank"), "{body}");
        for path in ["/openapi/tenant-chats.json", "/docs/tenant-chats"] {
            assert_eq!(
                get(&format!("{}{path}", program.url), "").await.0,
                404,
                "{path}"
            );
        }
        assert_eq!(
            get(&format!("{}/openapi/sharely.json", program.url), "")
                .await
                .0,
            200
        );
    });
}

#[test]
fn requests_show_in_the_metrics_by_route() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        for _ in 0..3 {
            let made = create_request(&program)
                .body(r#"{"user_id":"ada"}"#)
                .send()
                .await
                .unwrap();
            assert_eq!(made.status().as_u16(), 201);
        }
        // An unknown method is not used as a metric label.
        let odd = Method::from_bytes(b"ZEBEDEE").unwrap();
        let request = client().request(odd, format!("{}/livez", program.url));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 405);
        let (status, page) = get(&format!("{}/metrics", program.url), "").await;
        assert!(!page.contains("ZEBEDEE"), "{page}");
        assert_eq!(status, 200);
        let line =
            r#"parlor_http_requests_total{method="POST",route="/api/v1/chats/",status="201"} 3"#;
        assert!(page.contains(line), "{page}");
        assert!(
            page.contains("parlor_http_request_seconds_bucket"),
            "{page}"
        );
    });
}

#[test]
fn a_dialects_own_settings_come_from_the_file_and_the_environment() {
    let folder = temp_dir();
    let file = folder.path().join("parlor.toml");
    std::fs::write(&file, "[dialects.chatbotkit]\ntimestamps = \"unix_ms\"\n").unwrap();
    let program = Program::start(
        &folder.path().join("data"),
        &["--config", file.to_str().unwrap()],
        &[("PARLOR_DIALECTS__SHARELY__ERROR_STYLE", "errorId")],
    );
    block_on(async {
        let (_, made) = get(
            &format!("{}/api/v1/space/list", program.url),
            &program.key(),
        )
        .await;
        assert!(made.contains("\"createdAt\":1"), "{made}");
        let (status, error) = get(&format!("{}/v1/workspaces/x/nothing", program.url), "").await;
        assert_eq!(status, 404);
        assert!(error.contains("\"errorId\""), "{error}");
    });
}
