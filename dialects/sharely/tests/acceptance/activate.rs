//! Activation of a user's space.

use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    UNKNOWN_ID, activate_request, activate_space, get_token, get_token_of_key, group_names,
    read_space,
};

both! {
    async fn case_23_the_second_call_finds_the_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let first = activate_space(&server, &server.a, &token, "ada@example.org").await;
        let second = activate_space(&server, &server.a, &token, "ada@example.org").await;
        assert_eq!(first["spaceId"], second["spaceId"]);
        assert_eq!((&first["isNew"], &second["isNew"]), (&json!(true), &json!(false)));
        let keys: Vec<_> = first.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["token", "spaceId", "userId", "workspaceId", "isNew"]);
        assert_eq!(first["userId"], "ada@example.org");
        assert_eq!(first["workspaceId"], server.a.workspace);
        let space = first["spaceId"].as_str().unwrap();
        assert_eq!(group_names(&server, &server.a, space).await, ["General"]);
        let other = activate_space(&server, &server.a, &token, "bob").await;
        assert_ne!(first["spaceId"], other["spaceId"]);
    }

    async fn case_24_with_both_selectors_or_none(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let wrong = json!({ "error": "Bad Request", "message": "Provide either userId or customerIdString" });
        for body in [
            json!({ "userId": UNKNOWN_ID, "customerIdString": "ada" }),
            json!({}),
            json!({ "userId": null, "customerIdString": null }),
            json!({ "workspaceId": server.a.workspace }),
        ] {
            let reply = activate_request(&server, &server.a, &token).json(&body).send().await;
            assert_eq!(reply.expect(400), wrong, "{body}");
        }
        assert_eq!(activate_request(&server, &server.a, &token).send().await.expect(400), wrong);
    }

    async fn workspace_in_body_must_equal_path(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let request = |workspace: Value| {
            let body = json!({ "workspaceId": workspace, "customerIdString": "ada" });
            activate_request(&server, &server.a, &token).json(&body).send()
        };
        request(json!(server.a.workspace)).await.expect(200);
        request(json!(server.a.workspace.to_uppercase())).await.expect(200);
        request(Value::Null).await.expect(200);
        for bad in [json!(server.b.workspace), json!("x"), json!(7)] {
            assert_eq!(request(bad).await.expect(400)["error"], "Validation Error");
        }
    }

    async fn user_is_found_by_id_or_customer_id(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let request = |id: String| activate_request(&server, &server.a, &token).json(&json!({ "userId": id })).send();
        // An existing member.
        let member = server.a.create_person("Grace", None, "").await;
        let id = parlor_kit::ids::format_uuid(member.id);
        let created = request(id.to_uppercase()).await.expect(200);
        assert_eq!((&created["userId"], &created["isNew"]), (&json!(id), &json!(true)));
        let again = request(id.clone()).await.expect(200);
        assert_eq!((&again["spaceId"], &again["isNew"]), (&created["spaceId"], &json!(false)));
        let space = created["spaceId"].as_str().unwrap();
        let details = read_space(&server, &server.a, space).await.expect(200);
        assert_eq!(details["hosts"], json!([{ "host": { "id": id, "name": "Grace", "email": null } }]));
        assert_eq!(details["name"], "Grace");
        // The customer's own UUID.
        let created = request(UNKNOWN_ID.to_owned()).await.expect(200);
        let again = request(UNKNOWN_ID.to_uppercase()).await.expect(200);
        assert_eq!((&again["spaceId"], &again["isNew"]), (&created["spaceId"], &json!(false)));
        let text = activate_space(&server, &server.a, &token, UNKNOWN_ID).await;
        assert_eq!(text["spaceId"], created["spaceId"]);
        // A member of another workspace is unknown.
        let theirs = parlor_kit::ids::format_uuid(server.b.owner.id);
        let created = request(theirs.clone()).await.expect(200);
        assert_eq!(created["userId"], theirs);
        let reply = read_space(&server, &server.b, created["spaceId"].as_str().unwrap()).await;
        assert_eq!(reply.status, 404);
    }

    async fn invalid_body_creates_no_member(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let before = count_members(&server).await;
        for (body, status) in [
            (json!({ "userId": "ada" }), 400),
            (json!({ "userId": 7 }), 400),
            (json!({ "customerIdString": "" }), 400),
            (json!({ "customerIdString": "  " }), 400),
            (json!({ "customerIdString": "x".repeat(256) }), 400),
            (json!({ "customerIdString": "a\u{0}b" }), 400),
            (json!({ "customerIdString": ["ada"] }), 400),
            (json!({ "customerIdString": "ada", "roleId": UNKNOWN_ID, "customerRoleId": "x" }), 400),
            (json!({ "customerIdString": "ada", "customerRoleId": "a b" }), 400),
            (json!({ "customerIdString": "ada", "customerRoleId": "support" }), 404),
            (json!({ "customerIdString": "ada", "roleId": UNKNOWN_ID }), 404),
        ] {
            let reply = activate_request(&server, &server.a, &token).json(&body).send().await;
            assert_eq!(reply.status, status, "{body}: {}", reply.text());
        }
        for body in ["{", "[]"] {
            let reply = activate_request(&server, &server.a, &token)
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await;
            assert_eq!(reply.status, 400, "{body}");
        }
        let without_role = activate_request(&server, &server.a, &token)
            .header("content-type", "text/plain")
            .body(r#"{"customerIdString":"ada"}"#)
            .send()
            .await;
        assert_eq!(without_role.status, 400);
        assert_eq!(count_members(&server).await, before);
    }

    async fn activation_requires_credential_and_scope(server: TestServer) {
        let body = json!({ "customerIdString": "ada" });
        let before = count_members(&server).await;
        let path = format!("/workspaces/{}/activate-or-retrieve-user-space", server.a.workspace);
        let by_key = server.put(&path).header("x-api-key", &server.a.key).json(&body).send().await;
        assert_eq!(by_key.status, 401);
        let token = get_token(&server, &server.a).await;
        assert_eq!(server.put(&path).bearer(&token).json(&body).send().await.status, 400);
        let key = server.a.create_key("spaces:read", None).await;
        let limited_token = get_token_of_key(&server, &server.a, &key).await;
        let reply = activate_request(&server, &server.a, &limited_token).json(&body).send().await;
        assert_eq!(reply.expect(403)["message"], "Missing scope spaces:write");
        assert_eq!(count_members(&server).await, before);
    }

    async fn deleted_default_group_is_created_again(server: TestServer) {
        use parlor_engine::conversation;
        use parlor_model::conversation::ConversationKey;
        use parlor_model::scope::{Resource, Scope};

        let token = get_token(&server, &server.a).await;
        let first = activate_space(&server, &server.a, &token, "ada").await;
        let space = first["spaceId"].as_str().unwrap();
        let details = read_space(&server, &server.a, space).await.expect(200);
        let id = details["spaceGroupConversation"][0]["id"].as_str().unwrap();
        let key = ConversationKey::Id(parlor_kit::ids::parse_uuid(id).unwrap());
        conversation::delete(&server.engine, &server.a.ctx(), key, Scope::write(Resource::Conversations)).await.unwrap();
        assert!(group_names(&server, &server.a, space).await.is_empty(), "reading makes nothing");
        let second = activate_space(&server, &server.a, &token, "ada").await;
        assert_eq!((&second["spaceId"], &second["isNew"]), (&first["spaceId"], &json!(false)));
        assert_eq!(group_names(&server, &server.a, space).await, ["General"]);
    }
}

async fn count_members(server: &TestServer) -> i64 {
    parlor_engine::member::page(&server.engine, &server.a.ctx(), None, 1, 0)
        .await
        .unwrap()
        .1
}
