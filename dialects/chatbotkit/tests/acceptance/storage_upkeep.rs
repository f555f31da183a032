//! Removal of contents that no file refers to.
//!
//! Proves INV-84 (`docs/invariants.md`).

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use parlor_engine::file::{Upkeep, Upload};
use parlor_engine::snapshot;
use serde_json::json;

use crate::client::{Client, cases};
use crate::storage::{put, text};

/// Waits until `expected` contents are stored: leftovers of an upload are removed after its response.
async fn wait_for_contents(client: &Client, expected: usize) {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let kept = client.server.kept_contents();
        if kept == expected {
            return;
        }
        assert!(
            Instant::now() < until,
            "{kept} contents instead of {expected}"
        );
        tokio::task::yield_now().await;
    }
}

cases! {
    async fn equal_contents_are_stored_once_and_removed_with_their_last_file(client: Client) {
        let space = client.create_space(json!({})).await;
        let other = client.create_space(json!({})).await;
        for (space, path) in [(&space, "a"), (&space, "b"), (&other, "a")] {
            put(&client, space, path, "same").await;
        }
        wait_for_contents(&client, 1).await;
        put(&client, &space, "c", "different").await;
        put(&client, &space, "c", "different again").await;
        wait_for_contents(&client, 2).await;
        let path = format!("/space/{space}/storage/delete/a");
        client.post(&path, &json!({})).await.expect(200);
        assert_eq!(client.server.kept_contents(), 2, "another file has the same bytes");
        client.delete("space", &space).await;
        assert_eq!(client.server.kept_contents(), 1);
        assert_eq!(text(&client, &other, "a").await.as_deref(), Some("same"));
        client.delete("space", &other).await;
        assert_eq!(client.server.kept_contents(), 0);
    }

    async fn deleted_file_keeps_its_bytes_while_a_snapshot_is_copied(client: Client) {
        let space = client.create_space(json!({})).await;
        put(&client, &space, "a", "kept").await;
        let engine = &client.server.engine;
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        let written = snapshot::write(engine, &copy, &mut |_, _| ControlFlow::Continue(()));
        if !engine.is_exclusive() {
            assert!(written.is_err(), "only an embedded database has snapshots");
            return;
        }
        let hold = written.unwrap();
        let path = format!("/space/{space}/storage/delete/a");
        client.post(&path, &json!({})).await.expect(200);
        Upkeep::round(engine).await.unwrap();
        assert_eq!(client.server.kept_contents(), 1, "the snapshot refers to the bytes");
        drop(hold);
        put(&client, &space, "a", "other").await;
        client.post(&path, &json!({})).await.expect(200);
        assert_eq!(client.server.kept_contents(), 1, "without a snapshot bytes go with their file");
    }

    async fn contents_of_interrupted_upload_are_removed(client: Client) {
        let engine = &client.server.engine;
        let mut upload = Upload::begin(engine, &client.server.a.ctx(), 10 << 20);
        upload.write(&vec![1; 600_000]).await.unwrap();
        assert_eq!(client.server.kept_contents(), 1);
        drop(upload);
        wait_for_contents(&client, 0).await;
    }

    async fn upkeep_removes_unreferenced_contents_only(client: Client) {
        let space = client.create_space(json!({})).await;
        put(&client, &space, "a", "kept").await;
        let chat = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{chat}/attachment/upload");
        client.post(&path, &json!({ "file": "data:,attached" })).await.expect(200);
        client.delete("conversation", &chat).await;
        assert_eq!(client.server.kept_contents(), 2, "what a conversation had waits for the upkeep");
        Upkeep::round(&client.server.engine).await.unwrap();
        assert_eq!(client.server.kept_contents(), 1);
        assert_eq!(text(&client, &space, "a").await.as_deref(), Some("kept"));
    }
}
