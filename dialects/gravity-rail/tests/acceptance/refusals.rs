//! What is refused, and that nothing is left behind by it.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn case_02_without_a_session(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = world.path("/chats");
        let body = json!({ "channel": "web-chat" });
        let nobodys = world.server.a.create_key("*", None).await;
        let before = world.entity_counts().await;
        for authorization in [None, Some("Bearer nonsense".to_owned()), Some("Basic abc".to_owned()), Some("Bearer a.b.c".to_owned()),
            Some(format!("Bearer {nobodys}")), Some(world.u.token.clone()), Some(format!("Bearer {}x", world.u.token))] {
            let request = world.server.post(&path).json(&body);
            let reply = match &authorization {
                None => request.send().await,
                Some(text) => request.header("authorization", text).send().await,
            };
            let refusal = reply.expect(401);
            assert_eq!((reply.header("www-authenticate"), &refusal["code"]), ("Bearer", &json!("unauthenticated")), "{authorization:?}");
            assert!(refusal["detail"].is_string());
        }
        assert_eq!(world.entity_counts().await, before);
        // A key that acts for a member is a session.
        let key = world.server.a.key.clone();
        let chat = world.server.post(&path).bearer(key).json(&body).send().await.expect(200);
        assert_eq!(chat["ownerMemberId"], world.server.a.owner.number);
    }

    async fn a_session_ends(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        world.server.clock.advance(std::time::Duration::from_secs(3_700));
        let reply = world.get(&world.u, "/chats").await;
        assert_eq!(reply.expect(401)["detail"], "The token has expired.");
    }

    async fn case_03_bodies_that_do_not_fit(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        let path = world.path("/chats");
        for raw in ["{}", r#"{"channel":"fax"}"#, "[]", "not json", "", r#"{"channel":5}"#, r#"{"channel":null}"#, r#""web-chat""#, r#"{"channel":"web-chat""#] {
            let reply = world.server.post(&path).bearer(&world.u.token).body(raw).send().await;
            let refusal = reply.expect(400);
            assert!(refusal["detail"].is_string() && refusal["errors"][0]["loc"][0] == "body", "{raw}: {refusal}");
        }
        let refusal = world.post(&world.u, "/chats", json!({})).await.expect(400);
        assert_eq!(refusal["errors"], json!([{ "loc": ["body", "channel"], "msg": "is required", "type": "missing" }]));
        assert_eq!(world.entity_counts().await, before);
    }

    async fn fields_that_break_a_rule(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        let table: Vec<(&str, Value)> = vec![
            ("workflowId", json!(0)), ("workflowId", json!("intake")), ("workflowId", json!([1])), ("workflowVersionNumber", json!("x")),
            ("workflowVersionNumber", json!(1.5)), ("memberId", json!(-1)), ("memberId", json!(true)), ("assistantMemberId", json!({})),
            ("participants", json!("all")), ("participants", json!(vec![1; 51])), ("participants", json!([{ "role": "operator" }])),
            ("participants", json!([{ "memberId": world.v.number, "role": "king" }])), ("participants", json!([{ "memberId": world.v.number, "role": "owner" }])),
            ("participants", json!([world.v.number, world.v.uuid])), ("assistantEnabled", json!("yes")), ("assistantEnabled", json!(1)),
            ("assistantChatModelId", json!({})), ("assistantChatModelId", json!(" ")), ("title", json!("x".repeat(256))), ("title", json!("a\u{0}b")), ("title", json!(5)),
            ("isTest", json!("true")), ("chatType", json!("dm")), ("chatType", json!("With Spaces")), ("chatType", json!("")), ("chatType", json!("x".repeat(41))),
            ("siteId", json!("x")), ("initialMessage", json!("Hello")), ("phoneNumberId", json!(world.p1)), ("inboxId", json!(world.inbox)),
        ];
        for (field, value) in table {
            let mut body = json!({ "channel": "web-chat" });
            body[field] = value.clone();
            let refusal = world.post(&world.g, "/chats", body).await.expect(400);
            assert_eq!(refusal["code"], "invalid_request");
            assert_eq!(refusal["errors"][0]["loc"][1], field, "{value}: {refusal}");
        }
        assert_eq!(world.entity_counts().await, before);
    }

    async fn case_06_versions_that_are_not_there(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        for (workflow, version, status) in [(json!(world.workflow), 99, 404), (json!(world.workflow), 0, 400), (json!(world.workflow), -1, 400), (Value::Null, 1, 400)] {
            let body = json!({ "channel": "web-chat", "workflowId": workflow, "workflowVersionNumber": version });
            world.post(&world.g, "/chats", body).await.expect(status);
        }
        assert_eq!(world.entity_counts().await, before);
    }

    async fn case_07_what_a_chat_refers_to_must_exist(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        let id = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
        let channels = [("workflowId", "web-chat"), ("memberId", "web-chat"), ("assistantMemberId", "web-chat"), ("siteId", "web-chat"), ("phoneNumberId", "phone-sms"), ("inboxId", "email")];
        for (field, channel) in channels {
            for unknown in [json!(900_000_001), json!("900000001"), json!(id)] {
                let mut body = json!({ "channel": channel });
                body[field] = unknown;
                let refusal = world.post(&world.g, "/chats", body).await.expect(404);
                assert_eq!(refusal["code"], "not_found", "{field}");
            }
        }
        let body = json!({ "channel": "web-chat", "workflowId": world.workflow, "participants": [900_000_001] });
        world.post(&world.g, "/chats", body).await.expect(404);
        assert_eq!(world.entity_counts().await, before);
    }

    async fn what_is_put_away_serves_no_new_chat(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        // Its workflow lets it go first; the versions that were published go on naming it.
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "defaultPhoneNumberId": null })).await.expect(200);
        world.post(&world.g, &format!("/phone-numbers/{}/archive", world.p1), json!({})).await.expect(200);
        let before = world.entity_counts().await;
        let named = json!({ "channel": "phone-sms", "phoneNumberId": world.p1 });
        world.post(&world.g, "/chats", named).await.expect(404);
        assert_eq!(world.entity_counts().await, before);
        let by_default = world.create_chat(&world.g, json!({ "channel": "phone-sms", "workflowId": world.workflow })).await;
        assert_eq!(by_default["phoneNumberId"], Value::Null);
        world.post(&world.g, &format!("/agents/{}/archive", world.agent), json!({})).await.expect(200);
        world.post(&world.g, "/chats", json!({ "channel": "web-chat", "assistantMemberId": world.agent })).await.expect(404);
        let without = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow })).await;
        assert_eq!(without["assistantMemberId"], Value::Null);
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "isArchived": true })).await.expect(200);
        world.post(&world.g, "/chats", json!({ "channel": "web-chat", "workflowId": world.workflow })).await.expect(404);
    }

    async fn case_08_a_human_is_no_assistant(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        let body = json!({ "channel": "web-chat", "workflowId": world.workflow, "assistantMemberId": world.v.number });
        let refusal = world.post(&world.g, "/chats", body).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "assistantMemberId"]));
        assert_eq!(world.entity_counts().await, before);
    }

    async fn case_09_two_lines_are_one_too_many(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        for channel in ["email", "phone-sms", "web-chat"] {
            let body = json!({ "channel": channel, "phoneNumberId": world.p1, "inboxId": world.inbox });
            world.post(&world.g, "/chats", body).await.expect(400);
        }
        assert_eq!(world.entity_counts().await, before);
    }

    async fn a_number_must_carry_the_channel(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        world.put(&world.g, &format!("/phone-numbers/{}", world.p1), json!({ "smsEnabled": false })).await.expect(200);
        let refusal = world.post(&world.g, "/chats", json!({ "channel": "phone-sms", "phoneNumberId": world.p1 })).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "phoneNumberId"]));
        let chat = world.create_chat(&world.g, json!({ "channel": "phone-voice", "phoneNumberId": world.p1 })).await;
        assert_eq!(chat["phoneNumberId"], world.p1);
    }

    async fn case_15_first_words_in_the_wrong_place(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        for (channel, assistant) in [("phone-sms", json!(true)), ("phone-sms", Value::Null), ("email", json!(true)), ("web-chat", json!(false)), ("phone-voice", json!(false))] {
            let body = json!({ "channel": channel, "assistantEnabled": assistant, "initialMessage": "Hello" });
            let refusal = world.post(&world.g, "/chats", body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "initialMessage"]));
        }
        let long = json!({ "channel": "email", "assistantEnabled": false, "initialMessage": "x".repeat(10_001) });
        world.post(&world.g, "/chats", long).await.expect(400);
        assert_eq!(world.entity_counts().await, before);
    }
}
