//! The endpoint everything here leads to.

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
    async fn case_06_a_group_is_made(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = create_group_request(&server, &server.a, &token, &space)
            .json(&json!({ "name": "Technical Support" }))
            .send()
            .await;
        let made = reply.expect(200);
        let keys: Vec<_> = made.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "name", "createdAt"]);
        assert!(parse_uuid::<()>(made["id"].as_str().unwrap()).is_some());
        assert_eq!(made["name"], "Technical Support");
        let at = made["createdAt"].as_str().unwrap();
        assert!(at.ends_with('Z') && time::parse_iso(at).is_some(), "{at}");
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!(reply.header("content-type"), "application/json");
        assert!(!reply.header("x-request-id").is_empty());
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Technical Support"]);
    }

    async fn case_07_empty_object_is_general(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let reply = create_group_request(&server, &server.a, &token, &space).json(&json!({})).send().await;
        assert_eq!(reply.expect(200)["name"], "General");
        // A second group of that name, not the space's first one.
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "General"]);
    }

    async fn case_08_empty_body_is_general(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = || create_group_request(&server, &server.a, &token, &space);
        let said = asked().header("content-type", "application/json").send().await;
        assert_eq!(said.expect(200)["name"], "General");
        assert_eq!(asked().send().await.expect(200)["name"], "General");
    }

    async fn case_09_null_and_blank_are_general(server: TestServer) {
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

    async fn case_11_without_authorization(server: TestServer) {
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

    async fn case_12_with_what_is_no_token(server: TestServer) {
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

    async fn case_13_with_an_expired_token(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = || create_group_request(&server, &server.a, &token, &space).json(&json!({})).send();
        server.clock.advance(Duration::from_secs(86_400 + 20));
        // Clocks may be half a minute apart.
        asked().await.expect(200);
        server.clock.advance(Duration::from_secs(12));
        assert_eq!(asked().await.expect(401), bad_token_error());
    }

    async fn case_14_with_a_token_that_nobody_signed(server: TestServer) {
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

    async fn case_15_with_a_token_of_another_workspace(server: TestServer) {
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

    async fn case_16_without_an_organization(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = || server.post(&group_path(&server.a, &space)).bearer(&token).json(&json!({}));
        let missing = json!({ "error": "Bad Request", "message": "Missing organizationid header" });
        assert_eq!(asked().send().await.expect(400), missing);
        for bad in ["", "acme", "0192aaaabbbb7ccc8dddeeeeffff0001"] {
            let reply = asked().header("organizationid", bad).send().await;
            assert_eq!(reply.expect(400), missing, "{bad}");
        }
    }

    async fn case_17_with_a_foreign_organization(server: TestServer) {
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

    async fn case_18_in_an_unknown_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let reply = create_group_request(&server, &server.a, &token, UNKNOWN_ID).json(&json!({ "name": "x" })).send().await;
        assert_eq!(reply.expect(404), no_space_error());
    }

    async fn case_19_in_another_workspaces_space_or_in_none(server: TestServer) {
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

    async fn case_20_with_a_body_that_cannot_be(server: TestServer) {
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

    async fn case_21_with_another_content_type(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let asked = || create_group_request(&server, &server.a, &token, &space);
        let refused = json!({ "error": "Bad Request", "message": "Content-Type must be application/json" });
        let plain = asked().header("content-type", "text/plain").body(r#"{"name":"x"}"#).send().await;
        assert_eq!(plain.expect(400), refused);
        let empty = asked().header("content-type", "text/plain").send().await;
        assert_eq!(empty.expect(400), refused);
        let silent = asked().body(r#"{"name":"x"}"#).send().await;
        assert_eq!(silent.expect(400), refused);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
        let charset = asked().header("content-type", "Application/JSON; charset=utf-8").body("{}").send().await;
        charset.expect(200);
    }

    async fn case_22_with_the_header_spelled_otherwise(server: TestServer) {
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

    async fn names_are_trimmed_and_counted_in_characters(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let wide = "\u{1f426}".repeat(255);
        for (given, kept) in [("  Support \t", "Support"), (wide.as_str(), wide.as_str()), ("a\"b\\c", "a\"b\\c")] {
            assert_eq!(create_group(&server, &server.a, &token, &space, given).await["name"], kept);
        }
        let more = json!({ "name": format!("{wide}x") });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&more).send().await;
        assert_eq!(reply.status, 400);
        let extra = json!({ "name": "Billing", "type": "SPACE", "more": [1] });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&extra).send().await;
        assert_eq!(reply.expect(200)["name"], "Billing");
    }

    async fn the_order_of_checks_is_the_pages(server: TestServer) {
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
        let asked = || create_group_request(&server, &server.a, &token, UNKNOWN_ID);
        assert_eq!(asked().body(bad).send().await.status, 400);
        let unreadable = asked().header("content-type", "application/json").body(bad).send().await;
        assert_eq!(unreadable.expect(400)["message"], "Invalid JSON body");
        let unknown = asked().json(&json!({ "name": 42 })).send().await;
        assert_eq!(unknown.expect(404), no_space_error());
    }

    async fn a_body_over_the_limit_is_refused(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let body = json!({ "name": "x", "filler": "y".repeat(1 << 20) });
        let reply = create_group_request(&server, &server.a, &token, &space).json(&body).send().await;
        assert_eq!(reply.expect(413)["error"], "Payload Too Large");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General"]);
    }

    async fn a_group_is_for_the_user_of_its_space(server: TestServer) {
        use parlor_engine::conversation;
        use parlor_model::conversation::ConversationKey;

        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let made = create_group(&server, &server.a, &token, &space, "Support").await;
        let id = parse_uuid(made["id"].as_str().unwrap()).unwrap();
        let found = conversation::find(&server.engine, &server.a.ctx(), ConversationKey::Id(id)).await.unwrap();
        assert_eq!(found.subject.unwrap().external_id.as_deref(), Some("ada"));
        assert_eq!(found.owner.unwrap().id, server.a.owner.id);
        assert_eq!(found.space.map(parlor_kit::ids::format_uuid), Some(space));
    }

    async fn a_key_for_nobody_needs_the_scope(server: TestServer) {
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
