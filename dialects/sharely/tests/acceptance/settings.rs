//! Settings of the dialect.

use std::num::NonZeroU32;

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::json;

use crate::fixtures::{
    UNKNOWN_ID, bad_token_error, create_group_request, create_space, get_token, group_path,
    read_space, versioned_request,
};

#[test]
fn raw_key_is_accepted_as_token_if_configured() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let section = json!({ "accept_raw_key_bearer": true });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let raw = create_group_request(&server, &server.a, &server.a.key, &space)
            .send()
            .await;
        raw.expect(200);
        for bad in [server.b.key.as_str(), "sk-parlor-x"] {
            let reply = create_group_request(&server, &server.a, bad, &space)
                .send()
                .await;
            assert_eq!(reply.expect(401), bad_token_error());
        }
    });
}

#[test]
fn error_id_style_contains_request_id() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let section = json!({ "error_style": "errorId" });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        // Errors of a handler, of the router and of the fallback.
        let path = group_path(&server.a, UNKNOWN_ID);
        for reply in [
            read_space(&server, &server.a, UNKNOWN_ID).await,
            server.get(&path).send().await,
            server.get("/v1/workspaces/x/nothing").send().await,
        ] {
            let body = reply.json();
            let keys: Vec<_> = body.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["error", "errorId"]);
            assert_eq!(body["errorId"], reply.header("x-request-id"));
        }
        let reply = read_space(&server, &server.a, UNKNOWN_ID).await;
        assert_eq!(reply.expect(404)["error"], "Space not found");
    });
}

#[test]
fn role_list_is_array_if_configured() {
    block_on(async {
        for (style, is_bare) in [("object", false), ("array", true)] {
            let server = TestServer::start_with(TestBackend::Sqlite, |options| {
                let section = json!({ "role_list": style });
                options
                    .dialect_settings
                    .insert("sharely".to_owned(), section);
            })
            .await;
            let token = get_token(&server, &server.a).await;
            let roles = versioned_request(&server, &server.a, &token, Method::GET, "/role");
            let roles = roles.send().await.expect(200);
            assert_eq!(roles.is_array(), is_bare, "{roles}");
        }
    });
}

#[test]
fn requests_are_rate_limited_per_key() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.requests_per_minute = NonZeroU32::new(3);
        })
        .await;
        // The exchange counts too.
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let third = create_group_request(&server, &server.a, &token, &space)
            .send()
            .await;
        assert_eq!(
            (third.status, third.header("x-ratelimit-remaining")),
            (200, "0")
        );
        let fourth = create_group_request(&server, &server.a, &token, &space)
            .send()
            .await;
        assert_eq!(fourth.expect(429)["error"], "Too Many Requests");
        assert!(fourth.header("retry-after").parse::<u32>().unwrap() >= 1);
        assert_eq!(fourth.header("x-ratelimit-limit"), "3");
        crate::fixtures::get_token(&server, &server.b).await;
    });
}
