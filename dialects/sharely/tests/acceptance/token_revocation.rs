//! Revocation and expiry of tokens.

use parlor_engine::api_key;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    activate_space, bad_token_error, create_group_request, create_space, get_token,
    get_token_of_key,
};
use crate::token::{decode_part, token_parts};

fn claim_text(token: &str, claim: &str) -> String {
    let claims: Value = decode_part(token_parts(token)[1]);
    claims[claim].as_str().unwrap().to_owned()
}

both! {
    async fn revoked_key_invalidates_its_tokens(server: TestServer) {
        let first = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &first).await;
        let second = server.a.create_key("spaces:write,conversations:write", None).await;
        let token = get_token_of_key(&server, &server.a, &second).await;
        let created = activate_space(&server, &server.a, &token, "ada").await;
        let users = created["token"].as_str().unwrap();
        for good in [token.as_str(), users] {
            create_group_request(&server, &server.a, good, &space).send().await.expect(200);
        }
        let id = claim_text(&token, "sub").strip_prefix("key:").and_then(parlor_kit::ids::parse_uuid).unwrap();
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        for ended in [token.as_str(), users] {
            let reply = create_group_request(&server, &server.a, ended, &space).send().await;
            assert_eq!(reply.expect(401), bad_token_error());
        }
        create_group_request(&server, &server.a, &first, &space).send().await.expect(200);
    }

    async fn tokens_of_one_key_are_independent(server: TestServer) {
        let (first, second) = (get_token(&server, &server.a).await, get_token(&server, &server.a).await);
        assert_ne!(claim_text(&first, "jti"), claim_text(&second, "jti"));
        let space = create_space(&server, &server.a, &first).await;
        for token in [&first, &second, &first] {
            create_group_request(&server, &server.a, token, &space).json(&json!({})).send().await.expect(200);
        }
    }

    async fn token_survives_restart(server: TestServer) {
        let mut server = server;
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        server.restart().await;
        create_group_request(&server, &server.a, &token, &space).send().await.expect(200);
    }

    async fn member_token_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let member = server.a.sign_in(&server.a.owner).await;
        let reply = create_group_request(&server, &server.a, &member, &space).send().await;
        assert_eq!(reply.expect(401), bad_token_error());
    }
}
