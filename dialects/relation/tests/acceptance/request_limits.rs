//! Request limits (case 37), unknown paths and methods.

use std::num::NonZeroU32;

use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::json;

use crate::fixtures::{
    CREATE_PATH, INFO_PATH, MEMBERS_PATH, TestMember, create_member, response_code,
};

async fn case_37(backend: TestBackend) {
    let server = TestServer::start_with(backend, |options| {
        options.requests_per_minute = NonZeroU32::new(5);
    })
    .await;
    let ada = create_member(&server, "Ada").await;
    let body = json!({ "name": "n", "type": "G" });
    for _ in 0..4 {
        assert_eq!(response_code(&ada.create(&server, &body).await), "0");
    }
    // The path with a trailing slash is the same endpoint, and a request with an invalid token counts as well.
    let twin = server.post("/api/v1/channel/create/");
    let twin = twin.header("ApiKey", &server.a.key).bearer("x").send();
    assert_eq!(response_code(&twin.await), "10101");
    let refused = ada.create(&server, &body).await;
    assert_eq!(response_code(&refused), "10110");
    assert_ne!(refused.header("retry-after"), "");
    assert_eq!(
        response_code(
            &ada.get(&server, INFO_PATH, "0123456789abcdef0123456789abcdef")
                .await
        ),
        "10112"
    );
    let other = server.a.create_key("*", None).await;
    let with_other = server.post(CREATE_PATH).header("ApiKey", other);
    assert_eq!(
        response_code(&with_other.bearer(&ada.token).json(&body).send().await),
        "0"
    );
}

#[test]
fn case_37_limits_are_per_key_and_endpoint_sqlite() {
    parlor_testkit::backend::block_on(case_37(TestBackend::Sqlite));
}

#[test]
fn case_37_limits_are_per_key_and_endpoint_postgres() {
    parlor_testkit::backend::block_on(case_37(TestBackend::Postgres));
}

both! {
    async fn unknown_paths_and_methods_get_an_envelope(server: TestServer) {
        let body = json!({ "code": "-1", "desc": "error", "data": null });
        for path in ["/api/v1/channel/nope", "/api/v1/channel/members/nope", "/api/v1/userChannels/nope", "/api/v1/message/nope", "/api/v1/verify/portkey", "/api/v1/userInfo/nope"] {
            assert_eq!(server.post(path).send().await.expect(404), body, "{path}");
        }
        for (path, allow) in [(CREATE_PATH, "POST"), (INFO_PATH, "GET, HEAD")] {
            let reply = server.delete(path).send().await;
            assert_eq!(reply.expect(405), body);
            assert_eq!(reply.header("allow"), allow);
        }
    }

    async fn body_over_the_limit_is_refused(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let long = "n".repeat(2 << 20);
        let reply = ada.create(&server, &json!({ "name": long, "type": "G" })).await;
        assert_eq!(reply.expect(413)["code"], "-1");
    }

    async fn every_path_is_served_with_a_trailing_slash(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let channel = ada.group(&server, &[]).await;
        let twin = ada.with_credentials(&server, server.post("/api/v1/channel/create/"));
        assert_eq!(response_code(&twin.json(&json!({ "name": "n", "type": "G" })).send().await), "0");
        assert_eq!(response_code(&ada.get(&server, &format!("{MEMBERS_PATH}/"), &channel).await), "0");
    }

    async fn message_texts_are_not_logged(server: TestServer) {
        let ada = create_member(&server, "Ada Secretname").await;
        let body = json!({ "name": "Secrettitle", "type": "G", "members": ["secret-member"] });
        let channel = ada.channel(&server, &body).await;
        ada.members(&server, &channel).await;
        let bad = json!({ "name": "Secrettitle", "type": "G", "members": ["Secret Member"] });
        assert_eq!(response_code(&ada.create(&server, &bad).await), "10112");
        let logs = server.logs();
        let TestMember { token, .. } = &ada;
        for secret in ["Secret", "secret-member", token, &server.a.key] {
            assert!(!logs.contains(secret), "{secret}");
        }
    }
}
