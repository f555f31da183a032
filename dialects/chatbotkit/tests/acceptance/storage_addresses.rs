//! Signed addresses of files, addresses to fetch files from, and size limits.

use http::Method;
use parlor_testkit::{TestResponse, TestServer};
use serde_json::{Value, json};
use std::time::Duration;

use crate::client::{Client, assert_error, cases};
use crate::storage::{data, fetch, put, text};

/// Announces a file. Returns the upload request of the response.
async fn announce(client: &Client, space: &str, path: &str, size: u64) -> Value {
    let body = json!({ "file": { "type": "text/plain", "size": size, "meta": { "a": 1 } } });
    let path = format!("/space/{space}/storage/upload/{path}");
    client.post(&path, &body).await.expect(200)
}

async fn send(client: &Client, announced: &Value, body: &str) -> TestResponse {
    let request = &announced["uploadRequest"];
    assert_eq!(request["method"], "PUT");
    let path = request["url"].as_str().unwrap();
    let path = path.strip_prefix(&client.server.url).unwrap();
    client
        .server
        .request(Method::PUT, path)
        .body(body)
        .send()
        .await
}

async fn download_url(client: &Client, space: &str, path: &str) -> String {
    let found = client
        .get(&format!("/space/{space}/storage/download/{path}"))
        .await
        .expect(200);
    found["url"].as_str().unwrap().to_owned()
}

/// Starts a server that sends a response once. Returns its address.
async fn serve_once(answer: &'static str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = port.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = port.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    format!("http://{address}/file.txt?a=b")
}

cases! {
    async fn announced_file_is_uploaded_to_its_address(client: Client) {
        let space = client.create_space(json!({})).await;
        let announced = announce(&client, &space, "a.txt", 5).await;
        assert_eq!(announced["path"], "a.txt");
        assert_eq!(announced["uploadRequest"]["headers"]["content-type"], "text/plain");
        assert_eq!(text(&client, &space, "a.txt").await, None, "nothing is there before its bytes");
        assert_error(&send(&client, &announced, "four").await, 400, "BAD_REQUEST");
        assert_error(&send(&client, &announced, "longer").await, 413, "CONTENT_TOO_LARGE");
        assert_eq!(text(&client, &space, "a.txt").await, None);
        for _ in 0..2 {
            // A repeated upload, as by a client that lost the response.
            assert_eq!(send(&client, &announced, "12345").await.expect(200), json!({ "id": announced["id"] }));
        }
        assert_eq!(text(&client, &space, "a.txt").await.as_deref(), Some("12345"));
        let path = format!("/space/{space}/storage/move/a.txt");
        client.post(&path, &json!({ "destinationPath": "b.txt" })).await.expect(200);
        assert_error(&send(&client, &announced, "12345").await, 409, "CONFLICT");
        assert_eq!(text(&client, &space, "a.txt").await, None);
    }

    async fn signed_address_expires_and_ends_with_its_key(client: Client) {
        let space = client.create_space(json!({})).await;
        put(&client, &space, "a.txt", "hello").await;
        let announced = announce(&client, &space, "b.txt", 5).await;
        let url = download_url(&client, &space, "a.txt").await;
        assert_eq!(fetch(&client, &url).await.text(), "hello");
        // A download address is invalid for uploads and vice versa, and so is a modified one.
        let token = url.rsplit('/').next().unwrap().to_owned();
        let swapped = format!("/api/v1/storage/upload/{token}");
        let reply = client.server.request(Method::PUT, &swapped).body("x").send().await;
        assert_error(&reply, 401, "NOT_AUTHENTICATED");
        let damaged = format!("{}x", &url[..url.len() - 4]);
        assert_error(&fetch(&client, &damaged).await, 401, "NOT_AUTHENTICATED");
        let as_key = client.get_with_key(&token, &format!("/space/{space}/fetch")).await;
        assert_error(&as_key, 401, "NOT_AUTHENTICATED");
        client.server.clock.advance(Duration::from_secs(15 * 60));
        assert_error(&send(&client, &announced, "12345").await, 401, "NOT_AUTHENTICATED");
        assert_eq!(fetch(&client, &url).await.text(), "hello");
        client.server.clock.advance(Duration::from_secs(45 * 60));
        assert_error(&fetch(&client, &url).await, 401, "NOT_AUTHENTICATED");

        let (key, secret) = client.server.a.create_revocable_key("spaces:read", None).await;
        let found = client.get_with_key(&secret, &format!("/space/{space}/storage/download/a.txt")).await;
        let url = found.expect(200)["url"].as_str().unwrap().to_owned();
        assert_eq!(fetch(&client, &url).await.text(), "hello");
        client.server.a.revoke_key(key).await;
        assert_error(&fetch(&client, &url).await, 401, "NOT_AUTHENTICATED");
    }

    async fn file_is_fetched_from_public_networks_only(client: Client) {
        let space = client.create_space(json!({})).await;
        let path = format!("/space/{space}/storage/upload/a.txt");
        let address = serve_once("HTTP/1.1 200 OK\r\ncontent-type: text/x\r\ncontent-length: 2\r\n\r\nhi").await;
        for inside in [address.as_str(), "http://localhost:1/x", "http://[::1]/x", "http://169.254.169.254/latest"] {
            let reply = client.post(&path, &json!({ "file": inside })).await;
            let message = assert_error(&reply, 400, "BAD_REQUEST");
            assert!(message.contains("public network"), "{message}");
        }
        let open = Client::new(
            TestServer::start_with(client.server.backend, |options| {
                options.agent_server_networks = vec!["127.0.0.0/8".parse().unwrap()];
                options.file_limit = 1_000;
            })
            .await,
            "/api/v1",
        );
        let space = open.create_space(json!({})).await;
        let path = format!("/space/{space}/storage/upload/a.txt");
        open.post(&path, &json!({ "file": address })).await.expect(200);
        let url = download_url(&open, &space, "a.txt").await;
        let reply = fetch(&open, &url).await;
        assert_eq!((reply.text().as_str(), reply.header("content-type")), ("hi", "text/x"));
        let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
        let endless = "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n";
        for (answer, status, code) in [(moved, 400, "BAD_REQUEST"), (endless, 413, "CONTENT_TOO_LARGE")] {
            let address = serve_once(answer).await;
            assert_error(&open.post(&path, &json!({ "file": address })).await, status, code);
        }
        // The size limit applies to every way of uploading.
        let long = "x".repeat(1_001);
        for body in [data(&long), json!({ "file": { "type": "x", "size": 1_001 } })] {
            assert_error(&open.post(&path, &body).await, 413, "CONTENT_TOO_LARGE");
        }
        let reply = open.post_request(&path).header("content-type", "text/plain").body(long).send().await;
        assert_error(&reply, 413, "CONTENT_TOO_LARGE");
        assert_eq!(fetch(&open, &url).await.text(), "hi", "what is refused changes nothing");
    }
}
