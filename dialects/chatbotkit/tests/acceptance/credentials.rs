//! Credentials, scopes and tenants.

use crate::client::{Client, assert_error, cases};
use http::Method;
use parlor_testkit::{TestBackend, TestServer, backend};
use serde_json::json;

cases! {
    async fn case_20_invalid_credential_is_refused(client: Client) {
        let key = client.server.a.key.clone();
        for value in [None, Some("Bearer"), Some("Bearer "), Some("Bearer wrong"), Some("Basic x"), Some(&*key)] {
            let mut request = client.anonymous(Method::GET, "/space/list");
            if let Some(value) = value {
                request = request.header("authorization", value);
            }
            let reply = request.send().await;
            assert_error(&reply, 401, "NOT_AUTHENTICATED");
        }
        for scheme in ["Bearer", "bearer", "Token", "token", "TOKEN"] {
            let request = client.anonymous(Method::GET, "/space/list");
            let reply = request.header("authorization", format!("{scheme} {key}")).send().await;
            assert_eq!(reply.status, 200, "{scheme}");
        }
        for name in ["x-runas-user-id", "x-runas-userid", "x-runas-child-user-email"] {
            let reply = client.post_request("/space/create").header(name, "nobody").json(&json!({})).send().await;
            assert_error(&reply, 401, "NOT_AUTHENTICATED");
        }
        assert_eq!(client.count("space").await, 0);
        // The vendor's `x-timezone` is ignored.
        client.get_request("/space/list").header("x-timezone", "Europe/London").send().await.expect(200);
    }

    async fn space_and_contact_endpoints_require_scopes(client: Client) {
        let space = client.create_space(json!({ "name": "x" })).await;
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let reader = client.server.a.create_key("spaces:read", None).await;
        let as_reader = |method: Method, path: &str| client.anonymous(method, path).bearer(&reader);
        for path in ["/space/list", "/space/export", &format!("/space/{space}/fetch"), &format!("/contact/{contact}/space/list")] {
            assert_eq!(as_reader(Method::GET, path).send().await.status, 200, "{path}");
        }
        for path in ["/contact/list", "/contact/export", &format!("/contact/{contact}/fetch")] {
            assert_error(&as_reader(Method::GET, path).send().await, 403, "NOT_AUTHORIZED");
        }
        for path in ["/space/create", "/contact/create", "/contact/ensure", "/conversation/create",
            &format!("/space/{space}/update"), &format!("/space/{space}/delete"),
            &format!("/contact/{contact}/update"), &format!("/contact/{contact}/delete")] {
            let reply = as_reader(Method::POST, path).json(&json!({})).send().await;
            assert_error(&reply, 403, "NOT_AUTHORIZED");
        }
        // Creating a contact along with a space requires its scope too.
        let writer = client.server.a.create_key("spaces:write", None).await;
        let body = json!({ "contactId": { "fingerprint": "new" } });
        let reply = client.anonymous(Method::POST, "/space/create").bearer(&writer).json(&body).send().await;
        assert_error(&reply, 403, "NOT_AUTHORIZED");
        assert_eq!((client.count("space").await, client.count("contact").await), (1, 1));
    }

    async fn id_of_another_tenant_is_unknown(client: Client) {
        let space = client.create_space(json!({ "name": "x" })).await;
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let conversation = client.create("conversation", json!({ "name": "Hello" })).await;
        let other_key = client.server.b.key.clone();
        let get = |path: String| client.anonymous(Method::GET, &path).bearer(&other_key);
        let post = |path: String| client.anonymous(Method::POST, &path).bearer(&other_key);
        for (resource, id) in [("space", &space), ("contact", &contact), ("conversation", &conversation)] {
            let theirs = get(format!("/{resource}/{id}/fetch")).send().await;
            let mut unknown = id.clone();
            unknown.replace_range(id.len() - 4.., "0000");
            let unknown_reply = get(format!("/{resource}/{unknown}/fetch")).send().await;
            assert_error(&theirs, 404, "NOT_FOUND");
            assert_eq!(theirs.text(), unknown_reply.text());
        }
        for (resource, id) in [("space", &space), ("contact", &contact)] {
            for action in ["update", "delete"] {
                let reply = post(format!("/{resource}/{id}/{action}")).json(&json!({ "name": "stolen" })).send().await;
                assert_error(&reply, 404, "NOT_FOUND");
            }
        }
        for body in [json!({ "contactId": contact }), json!({ "spaceId": space })] {
            let reply = post("/conversation/create".into()).json(&body).send().await;
            assert_error(&reply, 404, "NOT_FOUND");
        }
        assert_error(&post("/space/create".into()).json(&json!({ "contactId": contact })).send().await, 404, "NOT_FOUND");
        let listed = get(format!("/space/list?contactId={contact}")).send().await;
        assert_eq!(listed.expect(200), json!({ "items": [], "cursor": "" }));
        // Fingerprints are unique per account.
        let theirs = post("/contact/ensure".into()).json(&json!({ "fingerprint": "f" })).send().await;
        assert_ne!(theirs.expect(200)["id"], json!(contact));
        assert_eq!(client.fetch("space", &space).await["name"], "x");
    }
}

#[test]
fn request_limit_is_shared_by_both_prefixes_of_an_endpoint() {
    backend::block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.requests_per_minute = std::num::NonZeroU32::new(2);
        })
        .await;
        let client = Client::new(server, "/api/v1");
        let short = client
            .server
            .get("/v1/space/list")
            .bearer(&client.server.a.key);
        let first = short.send().await;
        assert_eq!(
            (first.status, first.header("x-ratelimit-remaining")),
            (200, "1")
        );
        assert_eq!(client.get("/space/list").await.status, 200);
        let third = client.get("/space/list").await;
        assert_error(&third, 429, "TOO_MANY_REQUESTS");
        assert_eq!(third.header("x-ratelimit-limit"), "2");
        assert!(third.header("retry-after").parse::<u32>().unwrap() >= 1);
        assert_eq!(client.get("/space/export").await.status, 200);
    });
}
