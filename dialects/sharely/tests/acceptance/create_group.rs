//! Creation of a group.

use std::time::Duration;

use parlor_kit::ids::parse_uuid;
use parlor_kit::time;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    UNKNOWN_ID, bad_token_error, create_group, create_group_request, create_space, get_token,
    group_names, group_path, no_space_error,
};
use crate::token::{decode_part, encode_part, token_parts};

both! {
    async fn case_06_group_is_created(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = create_group_request(&server, &server.a, &token, &space)
            .json(&json!({ "name": "Technical Support" }))
            .send()
            .await;
        let created = reply.expect(200);
        let keys: Vec<_> = created.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "name", "createdAt"]);
        assert!(parse_uuid::<()>(created["id"].as_str().unwrap()).is_some());
        assert_eq!(created["name"], "Technical Support");
        let at = created["createdAt"].as_str().unwrap();
        assert!(at.ends_with('Z') && time::parse_iso(at).is_some(), "{at}");
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!(reply.header("content-type"), "application/json");
        assert!(!reply.header("x-request-id").is_empty());
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Technical Support"]);
    }

    async fn case_07_empty_object_creates_general(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = create_group_request(&server, &server.a, &token, &space).json(&json!({})).send().await;
        assert_eq!(reply.expect(200)["name"], "General");
        // A second group of that name, beside the default group.
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "General"]);
    }

    async fn case_08_empty_body_creates_general(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = || create_group_request(&server, &server.a, &token, &space);
        let saved = request().header("content-type", "application/json").send().await;
        assert_eq!(saved.expect(200)["name"], "General");
        assert_eq!(request().send().await.expect(200)["name"], "General");
    }

    async fn case_09_null_and_blank_create_general(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        for body in [json!({ "name": null }), json!({ "name": "  " }), json!({ "name": "" })] {
            let reply = create_group_request(&server, &server.a, &token, &space).json(&body).send().await;
            assert_eq!(reply.expect(200)["name"], "General", "{body}");
        }
    }

    async fn case_10_names_need_not_be_unique(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let first = create_group(&server, &server.a, &token, &space, "Support").await;
        let second = create_group(&server, &server.a, &token, &space, "Support").await;
        assert_ne!(first["id"], second["id"]);
    }

    async fn case_11_missing_authorization_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = server
            .post(&group_path(&server.a, &space))
            .header("organizationid", &server.a.organization)
            .json(&json!({ "name": "x" }))
            .send()
            .await;
        assert_eq!(reply.expect(401), bad_token_error());
        assert_eq!(reply.header("x-api-version"), "v1");
    }

    async fn case_12_malformed_token_is_rejected(server: TestServer) {
        let real = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &real).await;
        let path = group_path(&server.a, &space);
        let key = format!("Bearer {}", server.a.key);
        let vendors = format!("Bearer sk-sharely-{}", "x".repeat(43));
        for authorization in [
            "Bearer garbage", "Bearer a.b.c", "Bearer null", "Bearer undefined", "Bearer public", "Bearer ",
            "Bearer", "Basic YTpi", real.as_str(), key.as_str(), vendors.as_str(),
        ] {
            let reply = server
                .post(&path)
                .header("authorization", authorization)
                .header("organizationid", &server.a.organization)
                .json(&json!({}))
                .send()
                .await;
            assert_eq!(reply.expect(401), bad_token_error(), "{authorization}");
        }
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
    }

    async fn case_13_expired_token_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = || create_group_request(&server, &server.a, &token, &space).json(&json!({})).send();
        server.clock.advance(Duration::from_secs(86_400 + 20));
        // Clocks may differ by 30 s.
        request().await.expect(200);
        server.clock.advance(Duration::from_secs(12));
        assert_eq!(request().await.expect(401), bad_token_error());
    }

    async fn case_14_unsigned_token_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let [header, claims, signature] = token_parts(&token);
        let none = encode_part(&json!({ "alg": "none", "typ": "JWT" }));
        let other = encode_part(&json!({ "alg": "HS512", "typ": "JWT" }));
        let mut longer = decode_part(claims);
        longer["exp"] = json!(longer["exp"].as_i64().unwrap() + 86_400);
        for forged in [
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{none}.{claims}"),
            format!("{other}.{claims}.{signature}"),
            format!("{header}.{claims}."),
            format!("{header}.{}.{signature}", encode_part(&longer)),
        ] {
            let reply = create_group_request(&server, &server.a, &forged, &space).json(&json!({})).send().await;
            assert_eq!(reply.expect(401), bad_token_error(), "{forged}");
        }
    }

    async fn case_15_token_of_another_workspace_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let theirs = crate::fixtures::get_token(&server, &server.b).await;
        for workspace in [server.a.workspace.as_str(), UNKNOWN_ID, "not-a-uuid"] {
            let reply = server
                .post(&format!("/v1/workspaces/{workspace}/spaces/{space}/group"))
                .bearer(&theirs)
                .header("organizationid", &server.a.organization)
                .json(&json!({}))
                .send()
                .await;
            assert_eq!(reply.expect(401), bad_token_error(), "{workspace}");
        }
    }

    async fn case_16_missing_organization_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = || server.post(&group_path(&server.a, &space)).bearer(&token).json(&json!({}));
        let missing = json!({ "error": "Bad Request", "message": "Missing organizationid header" });
        assert_eq!(request().send().await.expect(400), missing);
        for bad in ["", "acme", "0192aaaabbbb7ccc8dddeeeeffff0001"] {
            let reply = request().header("organizationid", bad).send().await;
            assert_eq!(reply.expect(400), missing, "{bad}");
        }
    }

    async fn case_17_foreign_organization_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        for foreign in [UNKNOWN_ID, server.b.organization.as_str()] {
            let reply = server
                .post(&group_path(&server.a, &space))
                .bearer(&token)
                .header("organizationid", foreign)
                .json(&json!({}))
                .send()
                .await;
            let message = "Organization does not own this workspace";
            assert_eq!(reply.expect(403), json!({ "error": "Forbidden", "message": message }));
        }
    }

    async fn case_18_unknown_space_is_not_found(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let reply = create_group_request(&server, &server.a, &token, UNKNOWN_ID).json(&json!({ "name": "x" })).send().await;
        assert_eq!(reply.expect(404), no_space_error());
    }

    async fn case_19_foreign_or_malformed_space_is_not_found(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let theirs = crate::fixtures::get_token(&server, &server.b).await;
        let foreign = create_space(&server, &server.b, &theirs).await;
        let bare = foreign.replace('-', "");
        for space in [foreign.as_str(), &bare, "not-a-uuid", "%00", "%FF"] {
            let reply = create_group_request(&server, &server.a, &token, space).json(&json!({})).send().await;
            assert_eq!(reply.expect(404), no_space_error(), "{space}");
        }
        assert_eq!(group_names(&server, &server.b, &foreign).await, ["General"]);
    }

    async fn case_20_invalid_body_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let long = json!({ "name": "x".repeat(256) }).to_string();
        for (body, error) in [
            (r#"{"name":42}"#, "Validation Error"),
            (r#"{"name":["a"]}"#, "Validation Error"),
            (r#"{"name":{}}"#, "Validation Error"),
            (r#"{"name":true}"#, "Validation Error"),
            (r#"{"name":"a\u0000b"}"#, "Validation Error"),
            (long.as_str(), "Validation Error"),
            ("[]", "Validation Error"),
            ("null", "Validation Error"),
            ("{bad json", "Bad Request"),
            (r#"{"name":"\ud800"}"#, "Bad Request"),
        ] {
            let reply = create_group_request(&server, &server.a, &token, &space)
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await;
            assert_eq!(reply.expect(400)["error"], error, "{body}");
            assert_eq!(reply.header("x-api-version"), "v1");
        }
        let broken = create_group_request(&server, &server.a, &token, &space)
            .header("content-type", "application/json")
            .body(vec![b'{', b'"', 0xff, b'"', b':', b'1', b'}'])
            .send()
            .await;
        assert_eq!(broken.status, 400);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
    }

    async fn case_21_other_content_type_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = || create_group_request(&server, &server.a, &token, &space);
        let refused = json!({ "error": "Bad Request", "message": "Content-Type must be application/json" });
        let without_role = request().header("content-type", "text/plain").body(r#"{"name":"x"}"#).send().await;
        assert_eq!(without_role.expect(400), refused);
        let empty = request().header("content-type", "text/plain").send().await;
        assert_eq!(empty.expect(400), refused);
        let silent = request().body(r#"{"name":"x"}"#).send().await;
        assert_eq!(silent.expect(400), refused);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
        let charset = request().header("content-type", "Application/JSON; charset=utf-8").body("{}").send().await;
        charset.expect(200);
    }

    async fn case_22_header_name_is_case_insensitive(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = server
            .post(&group_path(&server.a, &space))
            .header("Authorization", format!("bearer {token}"))
            .header("OrganizationId", server.a.organization.to_uppercase())
            .json(&json!({}))
            .send()
            .await;
        reply.expect(200);
    }

    async fn name_is_trimmed_and_limited_in_characters(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let wide = "\u{1f426}".repeat(255);
        for (given, stored) in [("  Support \t", "Support"), (wide.as_str(), wide.as_str()), ("a\"b\\c", "a\"b\\c")] {
            assert_eq!(create_group(&server, &server.a, &token, &space, given).await["name"], stored);
        }
        let more = json!({ "name": format!("{wide}x") });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&more).send().await;
        assert_eq!(reply.status, 400);
        let extra = json!({ "name": "Billing", "type": "SPACE", "more": [1] });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&extra).send().await;
        assert_eq!(reply.expect(200)["name"], "Billing");
    }

    async fn checks_run_in_documented_order(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let path = group_path(&server.a, UNKNOWN_ID);
        let bad = "{bad json";
        let all_wrong = server.post(&path).header("organizationid", "x").body(bad).send().await;
        assert_eq!(all_wrong.status, 401);
        let no_organization = server.post(&path).bearer(&token).body(bad).send().await;
        assert_eq!(no_organization.expect(400)["message"], "Missing organizationid header");
        let foreign = server
            .post(&path)
            .bearer(&token)
            .header("organizationid", UNKNOWN_ID)
            .body(bad)
            .send()
            .await;
        assert_eq!(foreign.status, 403);
        let request = || create_group_request(&server, &server.a, &token, UNKNOWN_ID);
        assert_eq!(request().body(bad).send().await.status, 400);
        let unreadable = request().header("content-type", "application/json").body(bad).send().await;
        assert_eq!(unreadable.expect(400)["message"], "Invalid JSON body");
        let unknown = request().json(&json!({ "name": 42 })).send().await;
        assert_eq!(unknown.expect(404), no_space_error());
    }

    async fn oversize_body_is_rejected(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let body = json!({ "name": "x", "filler": "y".repeat(1 << 20) });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&body).send().await;
        assert_eq!(reply.expect(413)["error"], "Payload Too Large");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
    }

    async fn group_belongs_to_user_of_space(server: TestServer) {
        use parlor_engine::conversation;
        use parlor_model::conversation::ConversationKey;

        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let created = create_group(&server, &server.a, &token, &space, "Support").await;
        let id = parse_uuid(created["id"].as_str().unwrap()).unwrap();
        let found = conversation::find(&server.engine, &server.a.ctx(), ConversationKey::Id(id)).await.unwrap();
        assert_eq!(found.subject.unwrap().external_id.as_deref(), Some("ada"));
        assert_eq!(found.owner.unwrap().id, server.a.owner.id);
        assert_eq!(found.space.map(parlor_kit::ids::format_uuid), Some(space));
    }

    async fn unbound_key_requires_scope(server: TestServer) {
        let full = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &full).await;
        for (scopes, status) in [("spaces:write", 403), ("conversations:read", 403), ("conversations:write", 200)] {
            let key = server.a.create_key(scopes, None).await;
            let token = crate::fixtures::get_token_of_key(&server, &server.a, &key).await;
            let reply = create_group_request(&server, &server.a, &token, &space).json(&json!({})).send().await;
            assert_eq!(reply.status, status, "{scopes}: {}", reply.text());
        }
    }
}
