//! Refused requests, and that they change nothing.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn case_02_request_without_session_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = setup.path("/chats");
        let body = json!({ "channel": "web-chat" });
        let nobodys = setup.server.a.create_key("*", None).await;
        let before = setup.entity_counts().await;
        for authorization in [None, Some("Bearer nonsense".to_owned()), Some("Basic abc".to_owned()), Some("Bearer a.b.c".to_owned()),
            Some(format!("Bearer {nobodys}")), Some(setup.u.token.clone()), Some(format!("Bearer {}x", setup.u.token))] {
            let request = setup.server.post(&path).json(&body);
            let reply = match &authorization {
                None => request.send().await,
                Some(text) => request.header("authorization", text).send().await,
            };
            let refusal = reply.expect(401);
            assert_eq!((reply.header("www-authenticate"), &refusal["code"]), ("Bearer", &json!("unauthenticated")), "{authorization:?}");
            assert!(refusal["detail"].is_string());
        }
        assert_eq!(setup.entity_counts().await, before);
        // A member's key works as a session.
        let key = setup.server.a.key.clone();
        let chat = setup.server.post(&path).bearer(key).json(&body).send().await.expect(200);
        assert_eq!(chat["ownerMemberId"], setup.server.a.owner.number);
    }

    async fn expired_session_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        setup.server.clock.advance(std::time::Duration::from_secs(3_700));
        let reply = setup.get(&setup.u, "/chats").await;
        assert_eq!(reply.expect(401)["detail"], "The token has expired.");
    }

    async fn case_03_malformed_body_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        let path = setup.path("/chats");
        for raw in ["{}", r#"{"channel":"fax"}"#, "[]", "not json", "", r#"{"channel":5}"#, r#"{"channel":null}"#, r#""web-chat""#, r#"{"channel":"web-chat""#] {
            let reply = setup.server.post(&path).bearer(&setup.u.token).body(raw).send().await;
            let refusal = reply.expect(400);
            assert!(refusal["detail"].is_string() && refusal["errors"][0]["loc"][0] == "body", "{raw}: {refusal}");
        }
        let refusal = setup.post(&setup.u, "/chats", json!({})).await.expect(400);
        assert_eq!(refusal["errors"], json!([{ "loc": ["body", "channel"], "msg": "is required", "type": "missing" }]));
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn invalid_field_is_named(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        let table: Vec<(&str, Value)> = vec![
            ("workflowId", json!(0)), ("workflowId", json!("intake")), ("workflowId", json!([1])), ("workflowVersionNumber", json!("x")),
            ("workflowVersionNumber", json!(1.5)), ("memberId", json!(-1)), ("memberId", json!(true)), ("assistantMemberId", json!({})),
            ("participants", json!("all")), ("participants", json!(vec![1; 51])), ("participants", json!([{ "role": "operator" }])),
            ("participants", json!([{ "memberId": setup.v.number, "role": "king" }])), ("participants", json!([{ "memberId": setup.v.number, "role": "owner" }])),
            ("participants", json!([setup.v.number, setup.v.uuid])), ("assistantEnabled", json!("yes")), ("assistantEnabled", json!(1)),
            ("assistantChatModelId", json!({})), ("assistantChatModelId", json!(" ")), ("title", json!("x".repeat(256))), ("title", json!("a\u{0}b")), ("title", json!(5)),
            ("isTest", json!("true")), ("chatType", json!("dm")), ("chatType", json!("With Spaces")), ("chatType", json!("")), ("chatType", json!("x".repeat(41))),
            ("siteId", json!("x")), ("initialMessage", json!("Hello")), ("phoneNumberId", json!(setup.p1)), ("inboxId", json!(setup.inbox)),
        ];
        for (field, value) in table {
            let mut body = json!({ "channel": "web-chat" });
            body[field] = value.clone();
            let refusal = setup.post(&setup.g, "/chats", body).await.expect(400);
            assert_eq!(refusal["code"], "invalid_request");
            assert_eq!(refusal["errors"][0]["loc"][1], field, "{value}: {refusal}");
        }
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn case_06_unknown_version_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        for (workflow, version, status) in [(json!(setup.workflow), 99, 404), (json!(setup.workflow), 0, 400), (json!(setup.workflow), -1, 400), (Value::Null, 1, 400)] {
            let body = json!({ "channel": "web-chat", "workflowId": workflow, "workflowVersionNumber": version });
            setup.post(&setup.g, "/chats", body).await.expect(status);
        }
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn case_07_unknown_reference_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        let id = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
        let channels = [("workflowId", "web-chat"), ("memberId", "web-chat"), ("assistantMemberId", "web-chat"), ("siteId", "web-chat"), ("phoneNumberId", "phone-sms"), ("inboxId", "email")];
        for (field, channel) in channels {
            for unknown in [json!(900_000_001), json!("900000001"), json!(id)] {
                let mut body = json!({ "channel": channel });
                body[field] = unknown;
                let refusal = setup.post(&setup.g, "/chats", body).await.expect(404);
                assert_eq!(refusal["code"], "not_found", "{field}");
            }
        }
        let body = json!({ "channel": "web-chat", "workflowId": setup.workflow, "participants": [900_000_001] });
        setup.post(&setup.g, "/chats", body).await.expect(404);
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn archived_reference_is_refused_for_new_chat(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        // The draft must drop the number first; published versions keep the reference.
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "defaultPhoneNumberId": null })).await.expect(200);
        setup.post(&setup.g, &format!("/phone-numbers/{}/archive", setup.p1), json!({})).await.expect(200);
        let before = setup.entity_counts().await;
        let named = json!({ "channel": "phone-sms", "phoneNumberId": setup.p1 });
        setup.post(&setup.g, "/chats", named).await.expect(404);
        assert_eq!(setup.entity_counts().await, before);
        let by_default = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow })).await;
        assert_eq!(by_default["phoneNumberId"], Value::Null);
        setup.post(&setup.g, &format!("/agents/{}/archive", setup.agent), json!({})).await.expect(200);
        setup.post(&setup.g, "/chats", json!({ "channel": "web-chat", "assistantMemberId": setup.agent })).await.expect(404);
        let without = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow })).await;
        assert_eq!(without["assistantMemberId"], Value::Null);
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "isArchived": true })).await.expect(200);
        setup.post(&setup.g, "/chats", json!({ "channel": "web-chat", "workflowId": setup.workflow })).await.expect(404);
    }

    async fn case_08_human_as_assistant_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        let body = json!({ "channel": "web-chat", "workflowId": setup.workflow, "assistantMemberId": setup.v.number });
        let refusal = setup.post(&setup.g, "/chats", body).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "assistantMemberId"]));
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn case_09_phone_number_with_inbox_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        for channel in ["email", "phone-sms", "web-chat"] {
            let body = json!({ "channel": channel, "phoneNumberId": setup.p1, "inboxId": setup.inbox });
            setup.post(&setup.g, "/chats", body).await.expect(400);
        }
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn phone_number_without_the_channel_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        setup.put(&setup.g, &format!("/phone-numbers/{}", setup.p1), json!({ "smsEnabled": false })).await.expect(200);
        let refusal = setup.post(&setup.g, "/chats", json!({ "channel": "phone-sms", "phoneNumberId": setup.p1 })).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "phoneNumberId"]));
        let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-voice", "phoneNumberId": setup.p1 })).await;
        assert_eq!(chat["phoneNumberId"], setup.p1);
    }

    async fn case_15_initial_message_on_other_channel_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        for (channel, assistant) in [("phone-sms", json!(true)), ("phone-sms", Value::Null), ("email", json!(true)), ("web-chat", json!(false)), ("phone-voice", json!(false))] {
            let body = json!({ "channel": channel, "assistantEnabled": assistant, "initialMessage": "Hello" });
            let refusal = setup.post(&setup.g, "/chats", body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "initialMessage"]));
        }
        let long = json!({ "channel": "email", "assistantEnabled": false, "initialMessage": "x".repeat(10_001) });
        setup.post(&setup.g, "/chats", long).await.expect(400);
        assert_eq!(setup.entity_counts().await, before);
    }
}
