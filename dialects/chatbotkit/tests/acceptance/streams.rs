//! Streams to slow and to disconnecting clients.

use crate::client::{Client, cases};
use parlor_model::space::CreateSpace;
use parlor_testkit::{TestBackend, TestServer, backend};
use serde_json::{Value, json};

/// Rows of a stream that far exceeds the buffers between server and client.
const ROWS: usize = 4_000;

fn wide_space(n: usize) -> CreateSpace {
    CreateSpace {
        name: Some(format!("space {n}")),
        description: Some("wide ".repeat(2_000)),
        ..CreateSpace::default()
    }
}

cases! {
    async fn case_26_slow_client_blocks_no_writer_and_is_not_read_ahead_for(client: Client) {
        let created = client.seed(ROWS, wide_space).await;
        let request = client.get_request("/space/export").header("accept", "application/jsonl");
        let mut response = request.send_streaming().await;
        let mut body = response.chunk().await.unwrap().unwrap().to_vec();
        // Others can write meanwhile; rows that are not read yet are sent as they are when read.
        for id in &created[..20] {
            client.update("space", id, json!({ "name": "changed", "description": null })).await;
        }
        let late = client.create_space(json!({ "name": "late" })).await;
        while let Some(chunk) = response.chunk().await.unwrap() {
            body.extend_from_slice(&chunk);
        }
        let rows: Vec<Value> = body
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(rows.len(), ROWS);
        assert!(rows.iter().all(|row| row["id"] != json!(late)));
        assert!(rows[ROWS - 20..].iter().all(|row| row["name"] == "changed"));
    }

    async fn case_26_disconnected_client_ends_the_scan(client: Client) {
        client.seed(ROWS, wide_space).await;
        for path in ["/space/export", "/space/list"] {
            let request = client.get_request(path).header("accept", "application/jsonl");
            let mut response = request.send_streaming().await;
            response.chunk().await.unwrap().unwrap();
            drop(response);
        }
        let mut logs = client.server.logs();
        for _ in 0..2_000 {
            if logs.matches("the reader is gone").count() >= 2 {
                break;
            }
            client.get("/space/list?take=1").await.expect(200);
            logs = client.server.logs();
        }
        let read: Vec<usize> = logs
            .lines()
            .filter(|line| line.contains("the reader is gone"))
            .map(|line| line.rsplit_once("rows=").unwrap().1.trim().parse().unwrap())
            .collect();
        assert!(read.len() >= 2 && read.iter().all(|rows| *rows < ROWS), "{read:?}");
    }

    async fn export_during_inserts_ends(client: Client) {
        let created = client.seed(1_200, wide_space).await;
        let request = client.get_request("/space/export?order=asc").header("accept", "application/jsonl");
        let mut response = request.send_streaming().await;
        let mut text = response.chunk().await.unwrap().unwrap().to_vec();
        let late = client.create_space(json!({ "name": "late" })).await;
        while let Some(chunk) = response.chunk().await.unwrap() {
            text.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.lines().count(), created.len());
        assert!(!text.contains(&late));
    }
}

/// Reads the rest of a body that must be aborted.
async fn read_until_broken(mut response: reqwest::Response) -> Vec<u8> {
    let mut rest = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => rest.extend_from_slice(&chunk),
            Ok(None) => panic!("the answer ends as if it were whole"),
            Err(_) => return rest,
        }
    }
}

#[test]
fn failed_stream_sends_an_error_and_is_aborted() {
    backend::block_on(async {
        let server = TestServer::start(TestBackend::Postgres).await;
        let client = Client::new(server, "/api/v1");
        client.seed(ROWS, wide_space).await;
        let ask = |path| {
            client
                .get_request(path)
                .header("accept", "application/jsonl")
        };
        let (list, export) = (
            ask("/space/list").send_streaming().await,
            ask("/space/export").send_streaming().await,
        );
        let engine = client.server.engine.clone();
        let closed = tokio::task::spawn_blocking(move || engine.close());
        closed.await.unwrap();
        let (list, export) = tokio::join!(read_until_broken(list), read_until_broken(export));
        let last = |body: Vec<u8>| -> Value {
            let text = String::from_utf8(body).unwrap();
            serde_json::from_str(text.lines().last().unwrap()).unwrap()
        };
        let event = last(list);
        assert_eq!(event["type"], "error");
        assert_eq!(event["data"]["code"], "SERVICE_UNAVAILABLE");
        assert!(last(export)["id"].is_string());
    });
}
