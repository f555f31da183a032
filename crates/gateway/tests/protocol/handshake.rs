//! Opening handshake (RFC 6455, section 4.2).

use std::net::SocketAddr;

use crate::echo_server::{self, RawClient};

/// Example of the standard.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const UPGRADE: &str = "Upgrade: websocket";
const CONNECTION: &str = "Connection: Upgrade";
const VERSION: &str = "Sec-WebSocket-Version: 13";

async fn response_head(server: SocketAddr, version: &str, headers: &[&str]) -> (u16, String) {
    let lines = headers.iter().map(|line| format!("{line}\r\n"));
    let lines: String = lines.collect();
    let request = format!("GET / HTTP/{version}\r\nHost: {server}\r\n{lines}\r\n");
    let (_, head) = RawClient::request(server, &request).await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase())
}

#[tokio::test]
async fn valid_handshake_switches_protocols() {
    let server = echo_server::start().await;
    let key = format!("Sec-WebSocket-Key: {KEY}");
    let protocols = "Sec-WebSocket-Protocol: chat, superchat";
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    for headers in [
        &[UPGRADE, CONNECTION, VERSION, &key][..],
        &[
            "upgrade: WebSocket",
            "connection: keep-alive, UPGRADE",
            VERSION,
            &key,
        ],
        &[
            "Upgrade: h2c",
            UPGRADE,
            "Connection: keep-alive",
            CONNECTION,
            VERSION,
            &key,
        ],
        &[
            UPGRADE,
            CONNECTION,
            VERSION,
            &key,
            protocols,
            deflate,
            "Origin: null",
        ],
        // Excess bits in the last character are accepted.
        &[
            UPGRADE,
            CONNECTION,
            VERSION,
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==",
        ],
    ] {
        let (status, head) = response_head(server, "1.1", headers).await;
        assert_eq!(status, 101, "{headers:?}");
        for line in ["upgrade: websocket\r\n", "connection: upgrade\r\n"] {
            assert!(head.contains(line), "{head}");
        }
        let accept = format!("sec-websocket-accept: {}\r\n", ACCEPT.to_lowercase());
        assert!(
            !headers.contains(&&*key) || head.contains(&accept),
            "{head}"
        );
        // No extension or subprotocol was negotiated.
        assert!(
            !head.contains("sec-websocket-extensions") && !head.contains("sec-websocket-protocol"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn plain_request_yields_426_with_upgrade_headers() {
    let server = echo_server::start().await;
    let key = format!("Sec-WebSocket-Key: {KEY}");
    for (version, headers) in [
        ("1.1", &[][..]),
        ("1.1", &[UPGRADE, VERSION, &key]),
        ("1.1", &[CONNECTION, VERSION, &key]),
        ("1.1", &["Upgrade: h2c", CONNECTION, VERSION, &key]),
        ("1.1", &[UPGRADE, "Connection: close", VERSION, &key]),
        ("1.1", &[UPGRADE, CONNECTION, &key]),
        (
            "1.1",
            &[UPGRADE, CONNECTION, "Sec-WebSocket-Version: 8", &key],
        ),
        (
            "1.1",
            &[UPGRADE, CONNECTION, "Sec-WebSocket-Version: 14", &key],
        ),
        (
            "1.1",
            &[UPGRADE, CONNECTION, "Sec-WebSocket-Version: 13, 8", &key],
        ),
        (
            "1.1",
            &[
                UPGRADE,
                CONNECTION,
                VERSION,
                "Sec-WebSocket-Version: 8",
                &key,
            ],
        ),
        ("1.0", &[UPGRADE, CONNECTION, VERSION, &key]),
    ] {
        let (status, head) = response_head(server, version, headers).await;
        assert_eq!(status, 426, "{version} {headers:?}");
        for line in ["upgrade: websocket\r\n", "sec-websocket-version: 13\r\n"] {
            assert!(head.contains(line), "{head}");
        }
        assert!(
            version == "1.0" || head.contains("connection: upgrade"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn invalid_key_yields_400() {
    let server = echo_server::start().await;
    let key = format!("Sec-WebSocket-Key: {KEY}");
    for keys in [
        &[][..],
        &["Sec-WebSocket-Key:"],
        &["Sec-WebSocket-Key: short"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"],
        &["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZS4="],
        &["Sec-WebSocket-Key: not*in*base64*at*all*=="],
        &[&key, &key],
    ] {
        let headers = [&[UPGRADE, CONNECTION, VERSION], keys].concat();
        let (status, head) = response_head(server, "1.1", &headers).await;
        assert_eq!(status, 400, "{keys:?}");
        assert!(head.contains("sec-websocket-version: 13\r\n"), "{head}");
    }
}
