//! Imports with long and with interrupted bodies.

use crate::client::{Client, assert_error};
use crate::import_fixtures::{counts, export_lines, import_lines};
use parlor_testkit::{TestBackend, TestServer, backend};
use serde_json::json;

/// Returns records of spaces. Thousands of them exceed the size limit of other bodies.
fn space_lines(count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{{\"id\":\"space_01hv{n:022}\",\"name\":\"{n} {}\",\"meta\":{{}},\"createdAt\":\"2024-04-01T00:00:00.000Z\",\"updatedAt\":\"2024-04-01T00:00:00.{:03}Z\"}}\n",
            "x".repeat(150),
            n % 1_000
        )
    };
    (0..count).map(line).collect()
}

#[test]
fn long_body_is_imported_and_body_over_the_limit_refused() {
    for which in [TestBackend::Sqlite, TestBackend::Postgres] {
        backend::block_on(async {
            let server = TestServer::start_with(which, |options| {
                let section = json!({ "import_body_limit": 4 << 20 });
                options
                    .dialect_settings
                    .insert("chatbotkit".to_owned(), section);
            })
            .await;
            let client = Client::new(server, "/api/v1");
            let lines = space_lines(10_000);
            assert!(lines.len() > 2 << 20);
            let report = import_lines(&client, "space", &lines).await.expect(200);
            assert_eq!(counts(&report), [10_000, 0, 0, 0]);
            assert_eq!(export_lines(&client, "/space/export").await, lines);
            let report = import_lines(&client, "space", &lines).await.expect(200);
            assert_eq!(counts(&report), [0, 0, 10_000, 0]);
            let reply = import_lines(&client, "space", &space_lines(20_000)).await;
            assert_error(&reply, 413, "CONTENT_TOO_LARGE");
            assert_eq!(client.count("space").await, 10_000);
        });
    }
}

#[test]
fn interrupted_import_stores_whole_batches_and_can_be_repeated() {
    for which in [TestBackend::Sqlite, TestBackend::Postgres] {
        backend::block_on(async {
            let client = Client::new(TestServer::start(which).await, "/v1");
            let lines = space_lines(5_000);
            let half = &lines.as_bytes()[..lines.len() / 2];
            send_partial_body(&client, lines.len(), half).await;
            let mut stored = 0;
            for _ in 0..2_000 {
                stored = client.count("space").await;
                if stored > 0 {
                    break;
                }
            }
            assert!(stored > 0 && stored < 5_000, "{stored}");
            let report = import_lines(&client, "space", &lines).await.expect(200);
            let [imported, updated, unchanged, failed] = counts(&report);
            assert_eq!((imported + unchanged, updated, failed), (5_000, 0, 0));
            assert!(unchanged as usize >= stored);
            assert_eq!(export_lines(&client, "/space/export").await, lines);
        });
    }
}

/// Announces a body of `length` bytes, sends a part of it and closes the connection.
async fn send_partial_body(client: &Client, length: usize, part: &[u8]) {
    use tokio::io::AsyncWriteExt;
    let address = client.server.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/space/import HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/jsonl\r\nContent-Length: {length}\r\n\r\n",
        client.server.a.key
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(part).await.unwrap();
    socket.shutdown().await.unwrap();
}
