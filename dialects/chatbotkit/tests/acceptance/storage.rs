//! Files of spaces.
//!
//! Proves INV-56 (`docs/invariants.md`).

use http::Method;
use serde_json::{Value, json};

use crate::client::{Client, assert_error, cases};

/// Returns an upload body with a `data:` address of a text.
pub(crate) fn data(text: &str) -> Value {
    json!({ "file": format!("data:text/plain,{text}") })
}

/// Uploads a text to a path. Returns the file's id.
pub(crate) async fn put(client: &Client, space: &str, path: &str, text: &str) -> String {
    let request = format!("/space/{space}/storage/upload/{path}");
    let reply = client.post(&request, &data(text)).await;
    assert_eq!(reply.status, 200, "{}", client.server.logs());
    let reply = reply.json();
    reply["id"].as_str().unwrap().to_owned()
}

/// Downloads the text at a path. `None` if there is no file.
pub(crate) async fn text(client: &Client, space: &str, path: &str) -> Option<String> {
    let reply = client
        .get(&format!("/space/{space}/storage/download/{path}"))
        .await;
    if reply.status == 404 {
        assert_error(&reply, 404, "NOT_FOUND");
        return None;
    }
    let url = reply.expect(200)["url"].as_str().unwrap().to_owned();
    Some(fetch(client, &url).await.text())
}

/// Sends a GET without credentials to a signed address.
pub(crate) async fn fetch(client: &Client, url: &str) -> parlor_testkit::TestResponse {
    let path = url.strip_prefix(&client.server.url).unwrap();
    client.server.get(path).send().await
}

/// Returns the paths of a list; those of directories end with a slash.
async fn paths(client: &Client, space: &str, rest: &str) -> Vec<String> {
    let page = client
        .get(&format!("/space/{space}/storage/list{rest}"))
        .await
        .expect(200);
    let items = page["items"].as_array().unwrap();
    let path = |item: &Value| {
        let slash = if item["isDirectory"] == true { "/" } else { "" };
        format!("{}{slash}", item["path"].as_str().unwrap())
    };
    items.iter().map(path).collect()
}

cases! {
    async fn file_is_stored_listed_and_replaced(client: Client) {
        let space = client.create_space(json!({})).await;
        let first = put(&client, &space, "a/b%20c/%C3%BC.txt", "one").await;
        assert!(first.starts_with("file_"), "{first}");
        assert_eq!(text(&client, &space, "a/b%20c/%C3%BC.txt").await.as_deref(), Some("one"));
        let second = put(&client, &space, "a/b%20c/%C3%BC.txt", "second").await;
        assert_ne!(first, second, "new bytes are a new file");
        assert_eq!(text(&client, &space, "a/b%20c/%C3%BC.txt").await.as_deref(), Some("second"));
        let page = client.get(&format!("/space/{space}/storage/list/a/b%20c")).await.expect(200);
        let item = &page["items"][0];
        assert_eq!((&item["id"], &item["path"]), (&json!(second), &json!("a/b c/ü.txt")));
        assert_eq!((&item["size"], &item["isDirectory"]), (&json!(6), &json!(false)));
        assert!(item["updatedAt"].is_i64() && page["nextToken"].is_null(), "{page}");
    }

    async fn list_shows_directories_once_and_is_paged(client: Client) {
        let space = client.create_space(json!({})).await;
        for path in ["b/1", "b/2/x", "b/2/y", "b/3", "a.txt", "b", "b0", "c/d/e/f", "z.txt"] {
            put(&client, &space, path, "x").await;
        }
        let root = ["a.txt", "b", "b/", "b0", "c/", "z.txt"];
        assert_eq!(paths(&client, &space, "").await, root);
        assert_eq!(paths(&client, &space, "/").await, root);
        assert_eq!(paths(&client, &space, "/b").await, ["b/1", "b/2/", "b/3"]);
        assert_eq!(paths(&client, &space, "/b/?recursive=true").await, ["b/1", "b/2/x", "b/2/y", "b/3"]);
        assert!(paths(&client, &space, "/nothing").await.is_empty());
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let query = format!("/space/{space}/storage/list?take=1{token}");
            let page = client.get(&query).await.expect(200);
            seen.push(page["items"][0]["path"].clone());
            let Some(next) = page["nextToken"].as_str() else { break };
            token = format!("&nextToken={next}");
        }
        assert_eq!(seen, ["a.txt", "b", "b", "b0", "c", "z.txt"]);
        for query in ["take=0", "take=1001", "recursive=maybe", "nextToken=%21"] {
            let reply = client.get(&format!("/space/{space}/storage/list?{query}")).await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
    }

    async fn invalid_path_is_refused(client: Client) {
        let space = client.create_space(json!({})).await;
        let long = "x".repeat(256);
        let deep = ["d"; 33].join("/");
        for path in ["a%2Fb", "a%5Cb", "a//b", "a%00", "a%0A", "%FF", &long, &deep] {
            for verb in ["upload", "copy", "move", "delete"] {
                let path = format!("/space/{space}/storage/{verb}/{path}");
                let body = json!({ "file": "data:,x", "destinationPath": "x" });
                assert_error(&client.post(&path, &body).await, 400, "BAD_REQUEST");
            }
            let reply = client.get(&format!("/space/{space}/storage/download/{path}")).await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        put(&client, &space, "a", "x").await;
        for to in ["../x", "", "a/../b", "a\\b", "/"] {
            let body = json!({ "destinationPath": to });
            let reply = client.post(&format!("/space/{space}/storage/move/a"), &body).await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        assert_eq!(paths(&client, &space, "?recursive=true").await, ["a"]);
    }

    async fn copy_and_move_replace_existing_files(client: Client) {
        let space = client.create_space(json!({})).await;
        let call = async |verb: &str, from: &str, to: &str| {
            let path = format!("/space/{space}/storage/{verb}/{from}");
            client.post(&path, &json!({ "destinationPath": to })).await
        };
        let id = put(&client, &space, "a", "one").await;
        put(&client, &space, "b", "two").await;
        assert_eq!(call("copy", "a", "b").await.expect(200), json!({ "path": "b" }));
        assert_eq!(text(&client, &space, "b").await.as_deref(), Some("one"));
        for verb in ["copy", "move"] {
            assert_eq!(call(verb, "a", "a").await.expect(200), json!({ "path": "a" }));
            assert_eq!(text(&client, &space, "a").await.as_deref(), Some("one"));
            assert_error(&call(verb, "nothing", "x").await, 404, "NOT_FOUND");
        }
        call("move", "a", "dir/a").await.expect(200);
        let moved = client.get(&format!("/space/{space}/storage/download/dir/a")).await.expect(200);
        assert_eq!(moved["id"], id, "a moved file keeps its id");
        assert_eq!(text(&client, &space, "a").await, None);
        put(&client, &space, "dir/sub/c", "three").await;
        assert_error(&call("move", "dir", "dir/sub").await, 400, "BAD_REQUEST");
        call("copy", "dir", "twin").await.expect(200);
        call("move", "dir", "gone").await.expect(200);
        let all = ["b", "gone/a", "gone/sub/c", "twin/a", "twin/sub/c"];
        assert_eq!(paths(&client, &space, "?recursive=true").await, all);
        assert_eq!(text(&client, &space, "twin/sub/c").await.as_deref(), Some("three"));
    }

    async fn directory_is_deleted_only_recursively(client: Client) {
        let space = client.create_space(json!({})).await;
        for path in ["d", "d/a", "d/e/b", "d.txt", "d0"] {
            put(&client, &space, path, "x").await;
        }
        let path = format!("/space/{space}/storage/delete/d");
        assert_eq!(client.post_request(&path).send().await.expect(200), json!({ "path": "d" }));
        assert_eq!(paths(&client, &space, "?recursive=true").await, ["d.txt", "d/a", "d/e/b", "d0"]);
        assert_error(&client.post(&path, &json!({})).await, 400, "BAD_REQUEST");
        assert_eq!(client.post(&path, &json!({ "recursive": true })).await.expect(200), json!({ "path": "d" }));
        assert_eq!(paths(&client, &space, "?recursive=true").await, ["d.txt", "d0"]);
        assert_error(&client.post(&path, &json!({ "recursive": true })).await, 404, "NOT_FOUND");
    }

    async fn bytes_are_uploaded_raw_and_in_a_form(client: Client) {
        let space = client.create_space(json!({})).await;
        let path = |name: &str| format!("/space/{space}/storage/upload/{name}");
        // Binary content of more than two pieces, so that piece boundaries are covered.
        let bytes: Vec<u8> = (0..600_001_u32).map(|n| (n * 31 % 251) as u8).collect();
        let raw = client.post_request(&path("raw")).header("content-type", "image/png").body(bytes.clone());
        raw.send().await.expect(200);
        let mut form = b"preamble\r\n--xyz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n--xyz\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
        form.extend_from_slice(&bytes);
        form.extend_from_slice(b"\r\n--xyz--\r\n");
        let kind = "multipart/form-data; boundary=xyz";
        client.post_request(&path("form")).header("content-type", kind).body(form).send().await.expect(200);
        for name in ["raw", "form"] {
            let found = client.get(&format!("/space/{space}/storage/download/{name}")).await.expect(200);
            let reply = fetch(&client, found["url"].as_str().unwrap()).await;
            assert!(reply.bytes == bytes, "{name}: {} bytes", reply.bytes.len());
            assert_eq!(reply.header("content-type"), "image/png");
            assert!(reply.header("content-disposition").starts_with("attachment"));
            assert_eq!(reply.header("content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        for (kind, body) in [
            (kind, "--xyz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nbroken"),
            (kind, "--xyz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--xyz--"),
            ("multipart/form-data", "--xyz--"),
            ("application/json", "{}"),
            ("application/json", r#"{"file":"ftp://example.org/x"}"#),
            ("application/json", r#"{"file":"data:text/plain;base64,!"}"#),
            ("application/json", r#"{"file":{"type":"text/plain"}}"#),
            ("application/json", r#"{"file":{"type":"text/plain","size":-1}}"#),
        ] {
            let reply = client.post_request(&path("bad")).header("content-type", kind).body(body).send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        assert_eq!(text(&client, &space, "bad").await, None);
        client.post_request(&path("empty")).body("").send().await.expect(200);
        assert_eq!(text(&client, &space, "empty").await.as_deref(), Some(""));
    }

    async fn concurrent_uploads_to_one_path_store_one_complete_file(client: Client) {
        let space = client.create_space(json!({})).await;
        let mut running = Vec::new();
        let texts: Vec<String> = (0..8).map(|n| format!("{n}").repeat(1_000)).collect();
        for text in &texts {
            let path = format!("/space/{space}/storage/upload/same");
            running.push(tokio::spawn(client.post_request(&path).json(&data(text)).send()));
        }
        for upload in running {
            upload.await.unwrap().expect(200);
        }
        let kept = text(&client, &space, "same").await.unwrap();
        assert!(texts.contains(&kept));
        assert_eq!(paths(&client, &space, "").await, ["same"]);
    }

    async fn file_of_another_tenant_is_not_found(client: Client) {
        let space = client.create_space(json!({})).await;
        put(&client, &space, "a", "secret").await;
        let b = client.server.b.key.clone();
        for path in ["list", "download/a"] {
            let reply = client.get_with_key(&b, &format!("/space/{space}/storage/{path}")).await;
            assert_error(&reply, 404, "NOT_FOUND");
        }
        for (verb, body) in [("upload", data("x")), ("copy", json!({ "destinationPath": "b" })), ("delete", json!({}))] {
            let path = format!("/space/{space}/storage/{verb}/a");
            assert_error(&client.post_with_key(&b, &path, &body).await, 404, "NOT_FOUND");
            assert_error(&client.anonymous(Method::POST, &path).json(&body).send().await, 401, "NOT_AUTHENTICATED");
        }
        assert_eq!(text(&client, &space, "a").await.as_deref(), Some("secret"));
    }
}
