//! Files whose bytes are in a bucket of an S3-compatible store.
//!
//! Proves INV-56 (`docs/invariants.md`).

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestBucket, TestServer};
use serde_json::json;

use crate::client::{Client, assert_error};
use crate::storage::{data, put, text};
use crate::{storage, storage_addresses, storage_upkeep};

/// More than one part of an upload in parts.
const LARGE_BYTES: usize = (17 << 20) + 5;

async fn start(bucket: &TestBucket, backend: TestBackend) -> Client {
    let uploads = tempfile::tempdir().unwrap().keep();
    let files = bucket.unused_storage(&uploads);
    let server = TestServer::start_with(backend, |options| options.files = files).await;
    Client::new(server, "/api/v1")
}

/// Runs bodies of other tests, each on a server with a part of the bucket to itself.
macro_rules! run_on_bucket {
    ($bucket:expr; $($module:ident::{$($name:ident),* $(,)?};)*) => {
        $($(
            $module::$name::body(start($bucket, TestBackend::Sqlite).await).await;
        )*)*
    };
}

#[test]
fn files_of_bucket_behave_as_those_of_folder() {
    block_on(async {
        let bucket = &TestBucket::start().await;
        run_on_bucket! { bucket;
            storage::{
                file_is_stored_listed_and_replaced,
                copy_and_move_replace_existing_files,
                directory_is_deleted_only_recursively,
                bytes_are_uploaded_raw_and_in_a_form,
                concurrent_uploads_to_one_path_store_one_complete_file,
                file_of_another_tenant_is_not_found,
            };
            storage_addresses::{
                announced_file_is_uploaded_to_its_address,
                signed_address_expires_and_ends_with_its_key,
            };
            storage_upkeep::{
                equal_contents_are_stored_once_and_removed_with_their_last_file,
                contents_of_interrupted_upload_are_removed,
                upkeep_removes_unreferenced_contents_only,
            };
        }
    });
}

/// Sends bytes to the announced address of a file, and returns the status.
async fn upload(client: &Client, space: &str, path: &str, bytes: &[u8]) -> u16 {
    let announce =
        json!({ "file": { "type": "application/octet-stream", "size": bytes.len(), "name": "x" } });
    let request = format!("/space/{space}/storage/upload/{path}");
    let reply = client.post(&request, &announce).await.expect(200);
    let url = reply["uploadRequest"]["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&client.server.url).unwrap();
    let sent = client.server.request(Method::PUT, path);
    sent.body(bytes.to_vec()).send().await.status
}

#[test]
fn nodes_share_bucket_and_answer_503_while_it_is_away() {
    block_on(async {
        let bucket = &TestBucket::start().await;
        let client = start(bucket, TestBackend::Postgres).await;
        let second = client.server.start_node().await;
        let space = client.create_space(json!({})).await;

        // Bytes that leave in parts come back as they were, from the other node, and are one object.
        let bytes: Vec<u8> = (0..LARGE_BYTES).map(|at| (at / 251) as u8).collect();
        assert_eq!(upload(&client, &space, "large", &bytes).await, 200);
        assert_eq!(client.server.kept_contents(), 1);
        let download = format!("/space/{space}/storage/download/large");
        let url = client.get(&download).await.expect(200)["url"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = url.strip_prefix(&client.server.url).unwrap();
        let received = second.request(Method::GET, path).send().await;
        assert_eq!(received.status, 200);
        assert!(received.bytes == bytes, "other bytes");

        bucket.proxy.refuse_connections();
        let request = format!("/space/{space}/storage/upload/other");
        let refused = client.post(&request, &data("other")).await;
        assert_error(&refused, 503, "SERVICE_UNAVAILABLE");
        let refused = second.request(Method::GET, path).send().await;
        assert_error(&refused, 503, "SERVICE_UNAVAILABLE");
        assert!(client.server.logs().contains("the store of files"));

        bucket.proxy.set_target(bucket.url());
        assert_eq!(
            text(&client, &space, "other").await,
            None,
            "nothing was stored"
        );
        put(&client, &space, "other", "again").await;
        assert_eq!(
            text(&client, &space, "other").await.as_deref(),
            Some("again")
        );
        client.delete("space", &space).await;
        assert_eq!(client.server.kept_contents(), 0);
    });
}
