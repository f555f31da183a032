//! Contracts of every socket of every dialect: refused handshakes, and the close after a protocol violation. The frames
//! themselves are tested in the dialects.

use parlor_testkit::tokio::io::{AsyncReadExt, AsyncWriteExt};
use parlor_testkit::tokio::net::TcpStream;
use parlor_testkit::{TestServer, both, tokio};
use serde_json::{Value, json};

const UPGRADE_HEADERS: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
const VERSION_HEADER: &str = "Sec-WebSocket-Version: 13\r\n";
const KEY_HEADER: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The paths of the four sockets, with valid credentials.
async fn socket_paths(server: &TestServer) -> [String; 4] {
    let key = &server.a.key;
    let made = server.post("/api/v1/chats/").header("x-api-key", key);
    let made = made
        .json(&json!({ "user_id": "u1" }))
        .send()
        .await
        .expect(201);
    let chat = made["id"].as_str().unwrap();
    let token = server.a.sign_in(&server.a.owner).await;
    [
        format!("/ws/chat?api_key={key}&user_id=u1&chat_id={chat}"),
        format!("/ws/chat?api_key={key}&user_id=u1&chat_id={chat}&v=2"),
        format!("/live?api_key={key}&user_id=u1"),
        format!("/ws/?token={token}"),
    ]
}

/// All bytes that the server sends in answer to a request and the bytes after it, to the end of the connection.
async fn exchange_raw(server: &TestServer, path: &str, headers: &str, frames: &[u8]) -> Vec<u8> {
    let host = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(frames).await.unwrap();
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(20), reading).await;
    // A connection that does not end, or is reset, is a failure.
    ended.unwrap().unwrap();
    answer
}

/// The payload of the close frame after all other frames.
fn parse_close_frame(answer: &[u8]) -> (u16, String) {
    let head = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert!(
        answer.starts_with(b"HTTP/1.1 101 "),
        "{}",
        String::from_utf8_lossy(answer)
    );
    let mut rest = &answer[head..];
    loop {
        let (at, length) = match rest[1] {
            126 => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
            short => (2, usize::from(short)),
        };
        let (frame, behind) = rest.split_at(at + length);
        if frame[0] == 0x88 {
            assert!(behind.is_empty(), "nothing follows a close frame");
            let payload = &frame[at..];
            let reason = String::from_utf8(payload[2..].to_vec()).unwrap();
            return (u16::from_be_bytes([payload[0], payload[1]]), reason);
        }
        rest = behind;
    }
}

/// A client's frame, masked with zeros.
fn encode_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

both! {
    async fn a_refused_handshake_says_what_is_spoken(server: TestServer) {
        for path in socket_paths(&server).await {
            for (headers, status) in [
                (String::new(), 426),
                (format!("{UPGRADE_HEADERS}{KEY_HEADER}"), 426),
                (format!("{UPGRADE_HEADERS}{KEY_HEADER}Sec-WebSocket-Version: 8\r\n"), 426),
                (format!("{UPGRADE_HEADERS}{VERSION_HEADER}"), 400),
                (format!("{UPGRADE_HEADERS}{VERSION_HEADER}Sec-WebSocket-Key: no\r\n"), 400),
                (format!("{UPGRADE_HEADERS}{VERSION_HEADER}{KEY_HEADER}{KEY_HEADER}"), 400),
            ] {
                let reply = refused_handshake(&server, &path, &headers).await;
                let (head, body) = reply.split_once("\r\n\r\n").unwrap();
                let head = head.to_lowercase();
                assert!(head.starts_with(&format!("http/1.1 {status} ")), "{path} {headers} {head}");
                let lines: Vec<_> = head.lines().collect();
                assert!(lines.contains(&"sec-websocket-version: 13"), "{path} {head}");
                assert_eq!(lines.contains(&"upgrade: websocket"), status == 426, "{path} {head}");
                let upgrades = lines.iter().any(|line| line.starts_with("connection: upgrade"));
                assert_eq!(upgrades, status == 426, "{path} {head}");
                // In the error format of its dialect.
                let body: Value = serde_json::from_str(body).unwrap();
                assert!(body["error_code"].is_string() || body["code"] == "-1", "{body}");
            }
        }
    }

    async fn every_way_to_end_has_its_code(server: TestServer) {
        for path in socket_paths(&server).await {
            for (what, frames, code) in [
                ("a close frame", encode_frame(0x88, &[&4321u16.to_be_bytes()[..], b"bye"].concat()), 4321),
                ("a code that is none", encode_frame(0x88, &1005u16.to_be_bytes()), 1002),
                ("half a code", encode_frame(0x88, b"\x03"), 1002),
                ("a reason that is no text", encode_frame(0x88, b"\x03\xE8\xFF"), 1007),
                ("a reserved bit", encode_frame(0xC1, b"{}"), 1002),
                ("an unknown opcode", encode_frame(0x83, b"{}"), 1002),
                ("no mask", vec![0x81, 2, b'{', b'}'], 1002),
                ("half a ping", encode_frame(0x09, b""), 1002),
                ("a continuation of nothing", encode_frame(0x80, b"{}"), 1002),
                ("no text", encode_frame(0x81, b"\xED\xA0\x80"), 1007),
                ("too much", vec![0x81, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0], 1009),
            ] {
                let headers = format!("{UPGRADE_HEADERS}{VERSION_HEADER}{KEY_HEADER}");
                let (found, reason) = parse_close_frame(&exchange_raw(&server, &path, &headers, &frames).await);
                assert_eq!(found, code, "{path}: {what}");
                assert_eq!(code == 4321, reason == "bye", "{path}: {what}");
            }
        }
    }
}

/// The answer to a request that opens no socket.
async fn refused_handshake(server: &TestServer, path: &str, headers: &str) -> String {
    let headers = match headers.contains("Connection") {
        true => headers.replace("Connection: Upgrade", "Connection: Upgrade, close"),
        false => format!("{headers}Connection: close\r\n"),
    };
    String::from_utf8(exchange_raw(server, path, &headers, b"").await).unwrap()
}
