//! Exchange of a key for a token.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{UNKNOWN_ID, exchange_request, get_token};
use crate::token::{decode_part, token_parts};

fn bad_key_error() -> Value {
    json!({ "error": "Unauthorized", "message": "Invalid or expired API key" })
}

both! {
    async fn case_01_key_yields_token_for_a_day(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let [header, claims, _] = token_parts(&token);
        assert_eq!(decode_part(header), json!({ "typ": "JWT", "alg": "HS256" }));
        let claims = decode_part(claims);
        let (iat, exp) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert_eq!(exp - iat, 86_400);
        assert_eq!(claims["workspaceId"], server.a.workspace);
        assert_eq!(claims["organizationId"], server.a.organization);
        assert_eq!(claims["typ_use"], "access_key");
        assert_eq!(claims["iss"], parlor_testkit::server::ISSUER);
        assert_eq!(claims["user_metadata"], json!({}));
        assert!(claims["sub"].as_str().unwrap().starts_with("key:"));
        assert!(claims.get("spaceId").is_none());
    }

    async fn case_02_missing_key_is_rejected(server: TestServer) {
        let reply = exchange_request(&server, &server.a.workspace).json(&json!({})).send().await;
        assert_eq!(reply.expect(401), bad_key_error());
    }

    async fn case_03_wrong_or_foreign_key_is_rejected(server: TestServer) {
        let a = &server.a.workspace;
        for (workspace, key) in [
            (a.as_str(), server.b.key.as_str()),
            (a, "sk-parlor-wrong"),
            (a, &format!("sk-parlor-{}", "x".repeat(43))),
            (UNKNOWN_ID, &server.a.key),
            ("not-a-uuid", &server.a.key),
        ] {
            let reply = exchange_request(&server, workspace)
                .header("x-api-key", key)
                .json(&json!({}))
                .send()
                .await;
            assert_eq!(reply.expect(401), bad_key_error(), "{workspace}");
        }
    }

    async fn case_04_both_role_selectors_are_rejected(server: TestServer) {
        let body = json!({ "roleId": UNKNOWN_ID, "customerRoleId": "support" });
        let reply = exchange_request(&server, &server.a.workspace)
            .header("x-api-key", &server.a.key)
            .json(&body)
            .send()
            .await;
        let message = "Provide only one of roleId or customerRoleId";
        assert_eq!(reply.expect(400), json!({ "error": "Bad Request", "message": message }));
    }

    async fn case_05_invalid_or_unknown_role_is_rejected(server: TestServer) {
        for (body, status, error) in [
            (json!({ "customerRoleId": "a b!" }), 400, "Validation Error"),
            (json!({ "customerRoleId": "" }), 400, "Validation Error"),
            (json!({ "customerRoleId": "x".repeat(256) }), 400, "Validation Error"),
            (json!({ "customerRoleId": 7 }), 400, "Validation Error"),
            (json!({ "roleId": "support" }), 400, "Validation Error"),
            (json!({ "customerRoleId": "a-b_C9" }), 404, "Error"),
            (json!({ "roleId": UNKNOWN_ID }), 404, "Error"),
        ] {
            let reply = exchange_request(&server, &server.a.workspace)
                .header("x-api-key", &server.a.key)
                .json(&body)
                .send()
                .await;
            assert_eq!(reply.expect(status)["error"], error, "{body}");
        }
    }

    async fn absent_body_and_nulls_are_accepted(server: TestServer) {
        let request = || exchange_request(&server, &server.a.workspace).header("x-api-key", &server.a.key);
        request().send().await.expect(200);
        request().header("content-type", "application/json").send().await.expect(200);
        request().json(&json!({ "roleId": null, "customerRoleId": null })).send().await.expect(200);
        request().json(&json!({ "unknown": [1] })).send().await.expect(200);
        for body in ["{", "[]", "null", "\"text\""] {
            let reply = request().header("content-type", "application/json").body(body).send().await;
            assert_eq!(reply.status, 400, "{body}");
        }
        let upper = server.a.workspace.to_uppercase();
        let reply = exchange_request(&server, &upper).header("x-api-key", &server.a.key).send().await;
        reply.expect(200);
    }
}
