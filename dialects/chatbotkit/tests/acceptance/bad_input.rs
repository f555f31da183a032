//! Invalid requests: their errors, and that they change nothing.

use crate::client::{Client, assert_error, cases};
use http::Method;
use serde_json::json;

cases! {
    async fn case_17_space_with_unknown_contact_or_invalid_metadata_is_refused(client: Client) {
        let reply = client.post("/space/create", &json!({ "name": "x", "contactId": "contact_nope" })).await;
        assert_error(&reply, 404, "NOT_FOUND");
        // A well-formed id that is unknown.
        let unknown = "contact_01hzzzzzzzzzzzzzzzzzzzzzzz";
        assert_error(&client.post("/space/create", &json!({ "contactId": unknown })).await, 404, "NOT_FOUND");
        for meta in [json!([]), json!("x"), json!(5), json!(true)] {
            let reply = client.post("/space/create", &json!({ "meta": meta })).await;
            assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("meta"));
        }
        assert_eq!(client.count("space").await, 0);
        let id = client.create_space(json!({ "name": "kept" })).await;
        let before = client.fetch("space", &id).await;
        for body in [json!({ "name": "x", "contactId": unknown }), json!({ "name": "x", "meta": [] })] {
            let reply = client.post(&format!("/space/{id}/update"), &body).await;
            assert!(reply.status >= 400);
        }
        assert_eq!(client.fetch("space", &id).await, before);
    }

    async fn case_18_invalid_body_is_refused(client: Client) {
        for body in [&b"{\"name\":"[..], b"[]", b"5", b"\"x\"", b"{\"name\":\"\xff\"}", b"{} {}"] {
            let reply = client.post_request("/space/create").body(body).send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        for field in ["name", "description", "alias", "blueprintId"] {
            for value in [json!(5), json!([]), json!({}), json!(true), json!("nul\u{0}")] {
                let reply = client.post("/space/create", &json!({ (field): value })).await;
                assert!(assert_error(&reply, 400, "BAD_REQUEST").contains(field));
            }
        }
        let long = "x".repeat(513);
        let reply = client.post("/space/create", &json!({ "alias": long })).await;
        assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("alias"));
        // The media type of a body is ignored.
        client.post_request("/space/create").header("content-type", "text/plain").body("{}").send().await.expect(200);
        assert_eq!(client.count("space").await, 1);
    }

    async fn case_19_body_over_the_limit_is_refused(client: Client) {
        let size = 1 << 20;
        let body = |total: usize| {
            let frame = r#"{"name":"x"}"#;
            format!("{{\"name\":\"x\"{}}}", " ".repeat(total - frame.len()))
        };
        client.post_request("/space/create").body(body(size)).send().await.expect(200);
        let reply = client.post_request("/space/create").body(body(size + 1)).send().await;
        assert_error(&reply, 413, "CONTENT_TOO_LARGE");
        assert_eq!(reply.header("connection"), "close");
        client.create_space(json!({})).await;
        assert_eq!(client.count("space").await, 2);
    }

    async fn case_21_unknown_method_or_path_is_refused(client: Client) {
        for path in ["/space/create", "/contact/ensure", "/space/space_1/delete"] {
            let reply = client.get(path).await;
            assert_error(&reply, 405, "METHOD_NOT_ALLOWED");
            assert_eq!(reply.header("allow"), "POST");
        }
        for path in ["/space/list", "/space/export", "/space/space_1/fetch", "/space/list/"] {
            let reply = client.post(path, &json!({})).await;
            assert_error(&reply, 405, "METHOD_NOT_ALLOWED");
            assert_eq!(reply.header("allow"), "GET, HEAD");
        }
        for path in ["/space", "/space/space_1", "/spaces/list", "/space/space_1/storage/list/x", "/nothing", "/"] {
            assert_error(&client.get(path).await, 404, "NOT_FOUND");
        }
        for id in ["space_nope", "nope", "contact_01hzzzzzzzzzzzzzzzzzzzzzzz", "space_%00", "..%2Fx", "space_01HZZZZZZZZZZZZZZZZZZZZZZZ"] {
            assert_error(&client.get(&format!("/space/{id}/fetch")).await, 404, "NOT_FOUND");
        }
        let reply = client.anonymous(Method::PATCH, "/space/list").send().await;
        assert_error(&reply, 405, "METHOD_NOT_ALLOWED");
    }

    async fn request_contents_are_not_logged(client: Client) {
        let secret = "do-not-log-me";
        client.create_space(json!({ "name": secret, "description": secret, "meta": { "k": secret } })).await;
        let contact = json!({ "fingerprint": secret, "name": secret, "email": "do-not-log-me@example.org" });
        client.create_contact(contact).await;
        for body in [json!({ "meta": secret }), json!({ "contactId": secret }), json!({ "name": [secret] }), json!({ "contactId": { "name": secret } })] {
            assert!(client.post("/space/create", &body).await.status >= 400);
        }
        for body in [json!({ "email": secret }), json!({ "phone": secret }), json!({ "verifiedAt": secret })] {
            assert_error(&client.post("/contact/create", &body).await, 400, "BAD_REQUEST");
        }
        client.post_request("/space/create").body(format!("{{\"name\":\"{secret}")).send().await;
        client.get(&format!("/space/{secret}/fetch")).await;
        client.get(&format!("/space/list?cursor={secret}&meta.x={secret}")).await;
        client.anonymous(Method::GET, "/space/list").bearer(secret).send().await;
        assert!(client.server.logs().contains("answered"));
        assert!(!client.server.logs().contains(secret));
    }
}
