//! When tokens stop.

use parlor_engine::key;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::client::{activated, bad_token, group, space, token, token_of};
use crate::token::{decoded, parts};

fn says(token: &str, claim: &str) -> String {
    let claims: Value = decoded(parts(token)[1]);
    claims[claim].as_str().unwrap().to_owned()
}

both! {
    async fn a_revoked_key_ends_its_tokens_at_once(server: TestServer) {
        let first = token(&server, &server.a).await;
        let space = space(&server, &server.a, &first).await;
        let second = server.a.another_key("spaces:write,conversations:write", None).await;
        let token = token_of(&server, &server.a, &second).await;
        let made = activated(&server, &server.a, &token, "ada").await;
        let users = made["token"].as_str().unwrap();
        for good in [token.as_str(), users] {
            group(&server, &server.a, good, &space).send().await.expect(200);
        }
        let id = says(&token, "sub").strip_prefix("key:").and_then(parlor_kit::ids::parse_dashed).unwrap();
        key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        for ended in [token.as_str(), users] {
            let reply = group(&server, &server.a, ended, &space).send().await;
            assert_eq!(reply.expect(401), bad_token());
        }
        group(&server, &server.a, &first, &space).send().await.expect(200);
    }

    async fn several_tokens_of_a_key_live_side_by_side(server: TestServer) {
        let (first, second) = (token(&server, &server.a).await, token(&server, &server.a).await);
        assert_ne!(says(&first, "jti"), says(&second, "jti"));
        let space = space(&server, &server.a, &first).await;
        for token in [&first, &second, &first] {
            group(&server, &server.a, token, &space).json(&json!({})).send().await.expect(200);
        }
    }

    async fn a_token_survives_a_restart(server: TestServer) {
        let mut server = server;
        let token = token(&server, &server.a).await;
        let space = space(&server, &server.a, &token).await;
        server.restart().await;
        group(&server, &server.a, &token, &space).send().await.expect(200);
    }

    async fn a_members_own_token_is_none_of_this_vendors(server: TestServer) {
        let token = token(&server, &server.a).await;
        let space = space(&server, &server.a, &token).await;
        let member = server.a.sign_in(&server.a.owner).await;
        let reply = group(&server, &server.a, &member, &space).send().await;
        assert_eq!(reply.expect(401), bad_token());
    }
}
