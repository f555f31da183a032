//! Session tokens.

use std::time::Duration;

use crate::client::{Client, assert_error, cases};
use http::Method;
use parlor_model::access::WorkspaceRole;
use serde_json::json;

/// Creates a session with a key. Returns its token and expiry.
async fn create_session(
    client: &Client,
    key: &str,
    conversation: &str,
    body: serde_json::Value,
) -> (String, i64) {
    let path = format!("/conversation/{conversation}/session/create");
    let session = client.post_with_key(key, &path, &body).await.expect(200);
    assert_eq!(session.as_object().unwrap().len(), 3);
    assert_eq!(session["id"], conversation);
    let token = session["token"].as_str().unwrap().to_owned();
    (token, session["expiresAt"].as_i64().unwrap())
}

async fn complete(
    client: &Client,
    token: &str,
    conversation: &str,
) -> parlor_testkit::TestResponse {
    let path = format!("/conversation/{conversation}/complete");
    client
        .post_with_key(token, &path, &json!({ "text": "Hello" }))
        .await
}

cases! {
    async fn session_token_is_accepted_by_complete_of_its_conversation_only(client: Client) {
        let own = client.create("conversation", json!({ "name": "own" })).await;
        let other = client.create("conversation", json!({ "name": "other" })).await;
        let message = client.post(&format!("/conversation/{own}/message/create"), &json!({ "type": "user", "text": "Hello" })).await.expect(200);
        let message = message["id"].as_str().unwrap();
        let space = client.create_space(json!({})).await;
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let key = client.server.a.key.clone();
        let (token, _) = create_session(&client, &key, &own, json!({})).await;
        assert_error(&complete(&client, &token, &own).await, 501, "NOT_IMPLEMENTED");
        assert_error(&complete(&client, &token, &other).await, 401, "NOT_AUTHENTICATED");
        // Every route of the document, with existing ids.
        let document = client.server.get("/openapi/chatbotkit.json").send().await.expect(200);
        let mut tried = 0;
        for (template, methods) in document["paths"].as_object().unwrap() {
            let Some(path) = template.strip_prefix("/v1") else { continue };
            let path = path.replace("{conversation}", &own).replace("{message}", message).replace("{answer}", message)
                .replace("{space}", &space).replace("{contact}", &contact).replace("{channel}", "a-channel-of-some-length");
            // Signed addresses take no other credential.
            if path == format!("/conversation/{own}/complete") || path.starts_with("/storage/") {
                continue;
            }
            let is_read = methods.get("get").is_some();
            let request = client.anonymous(if is_read { Method::GET } else { Method::POST }, &path).bearer(&token);
            let reply = if is_read { request.send().await } else { request.json(&json!({})).send().await };
            assert_error(&reply, 401, "NOT_AUTHENTICATED");
            tried += 1;
        }
        assert!(tried > 40, "{tried}");
        // Other dialects refuse it too.
        let chats = client.server.post("/api/v1/chats/").header("x-api-key", &token);
        let chats = chats.json(&json!({ "user_id": "u" })).send().await;
        assert_eq!(chats.status, 401);
        // Run-as headers are refused for session tokens too.
        let path = format!("/conversation/{own}/complete");
        let request = client.anonymous(Method::POST, &path).bearer(&token).header("x-runas-user-id", "nobody");
        assert_error(&request.json(&json!({})).send().await, 401, "NOT_AUTHENTICATED");
    }

    async fn session_token_expires_after_its_lifetime(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let key = client.server.a.key.clone();
        for (body, seconds) in [(json!({}), 3_600), (json!({ "durationInSeconds": null }), 3_600), (json!({ "durationInSeconds": 1_800 }), 1_800), (json!({ "durationInSeconds": 86_400 }), 86_400)] {
            let now = client.server.engine.now();
            let (token, end) = create_session(&client, &key, &id, body).await;
            let life = end - now.millis();
            assert!((seconds * 1_000 - 1_000..=seconds * 1_000 + 60_000).contains(&life), "{life}");
            assert_error(&complete(&client, &token, &id).await, 501, "NOT_IMPLEMENTED");
        }
        for body in [json!({ "durationInSeconds": 1_799 }), json!({ "durationInSeconds": 86_401 }), json!({ "durationInSeconds": -1 }), json!({ "durationInSeconds": "long" })] {
            let reply = client.post(&format!("/conversation/{id}/session/create"), &body).await;
            assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("durationInSeconds"));
        }
        let (token, _) = create_session(&client, &key, &id, json!({ "durationInSeconds": 1_800 })).await;
        client.server.clock.advance(Duration::from_secs(1_801));
        assert_error(&complete(&client, &token, &id).await, 401, "NOT_AUTHENTICATED");
    }

    async fn session_token_of_revoked_key_member_or_epoch_is_refused(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let tenant = &client.server.a;
        let (number, key) = tenant.create_revocable_key("messages:write,messages:read", None).await;
        let (token, _) = create_session(&client, &key, &id, json!({})).await;
        assert_error(&complete(&client, &token, &id).await, 501, "NOT_IMPLEMENTED");
        tenant.revoke_key(number).await;
        assert_error(&complete(&client, &token, &id).await, 401, "NOT_AUTHENTICATED");
        // The key's member: its tokens are revoked, and then it is archived.
        let member = tenant.create_person("agent", Some(WorkspaceRole::Manager), "messages:write").await;
        let key = tenant.create_key("messages:write,messages:read", Some(&member)).await;
        let (token, _) = create_session(&client, &key, &id, json!({})).await;
        assert_error(&complete(&client, &token, &id).await, 501, "NOT_IMPLEMENTED");
        parlor_engine::member::revoke_tokens(&client.server.engine, &tenant.ctx(), parlor_model::member::MemberKey::Id(member.id)).await.unwrap();
        assert_error(&complete(&client, &token, &id).await, 401, "NOT_AUTHENTICATED");
        let (token, _) = create_session(&client, &key, &id, json!({})).await;
        assert_error(&complete(&client, &token, &id).await, 501, "NOT_IMPLEMENTED");
        let archive = parlor_model::member::UpdateMember { archived: Some(true), ..Default::default() };
        tenant.update_member(&member, archive).await;
        assert_error(&complete(&client, &token, &id).await, 401, "NOT_AUTHENTICATED");
    }

    async fn session_without_write_access_is_refused(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/session/create");
        let reader = client.server.a.create_key("messages:read,conversations:write", None).await;
        assert_error(&client.post_with_key(&reader, &path, &json!({})).await, 403, "NOT_AUTHORIZED");
        let stranger = client.server.b.key.clone();
        assert_error(&client.post_with_key(&stranger, &path, &json!({})).await, 404, "NOT_FOUND");
        let nobodys = "/conversation/conversation_00000000000000000000000000/session/create";
        assert_error(&client.post(nobodys, &json!({})).await, 404, "NOT_FOUND");
        // A token of another tenant, a modified one, one of another purpose.
        let key = client.server.a.key.clone();
        let (token, _) = create_session(&client, &key, &id, json!({})).await;
        let member = client.server.a.sign_in(&client.server.a.owner).await;
        let mut forged = token.clone();
        forged.pop();
        for bad in [&forged, &member, "eyJ.eyJ.x", "x"] {
            assert_error(&complete(&client, bad, &id).await, 401, "NOT_AUTHENTICATED");
        }
        // It is valid after a restart, until its conversation is deleted.
        client.server.restart().await;
        assert_error(&complete(&client, &token, &id).await, 501, "NOT_IMPLEMENTED");
        client.delete("conversation", &id).await;
        assert_error(&complete(&client, &token, &id).await, 404, "NOT_FOUND");
    }

    async fn assistant_call_is_not_implemented_and_stores_nothing(client: Client) {
        let id = client.create("conversation", json!({})).await;
        for action in ["receive", "complete", "dispatch", "compact"] {
            for accept in ["application/json", "application/jsonl"] {
                let path = format!("/conversation/{id}/{action}");
                let reply = client.post_request(&path).header("accept", accept).json(&json!({ "text": "Hello" })).send().await;
                assert_error(&reply, 501, "NOT_IMPLEMENTED");
            }
            let unknown = format!("/conversation/conversation_00000000000000000000000000/{action}");
            assert_error(&client.post(&unknown, &json!({})).await, 404, "NOT_FOUND");
            assert_error(&client.post_with_key(&client.server.b.key.clone(), &format!("/conversation/{id}/{action}"), &json!({})).await, 404, "NOT_FOUND");
        }
        for action in ["complete", "dispatch", "compact"] {
            let body = json!({ "messages": [{ "type": "user", "text": "Hello" }] });
            assert_error(&client.post(&format!("/conversation/{action}"), &body).await, 501, "NOT_IMPLEMENTED");
        }
        let messages = client.get(&format!("/conversation/{id}/message/list")).await.expect(200);
        assert_eq!(messages["items"], json!([]));
        assert_eq!(client.count("conversation").await, 1);
    }
}
