//! Conversations of other dialects as chats, and concurrent callers.

use std::collections::BTreeSet;

use parlor_engine::{conversation, message};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::participant::{NewParticipant, ParticipantRole as As};
use parlor_testkit::{both, tokio};
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace, field_values};

fn member_id(person: &TestMember) -> MemberId {
    MemberId::new(person.uuid.parse().unwrap())
}

both! {
    async fn groups_and_threads_are_listed_as_chats(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let (engine, ctx) = (&setup.server.engine, setup.server.a.ctx());
        let mut created = Vec::new();
        for kind in [ConversationKind::Group, ConversationKind::Thread] {
            let command = CreateConversation {
                title: Some(format!("made as {kind:?}")),
                participants: vec![NewParticipant { member: MemberKey::Id(member_id(&setup.v)), role: As::Member }],
                ..CreateConversation::new(kind)
            };
            let new = conversation::create(engine, &ctx, command).await.unwrap();
            let posted = CreateMessage::new(ConversationKey::Id(new.id), Some(setup.v.number), MessageRole::User, "hello");
            message::create(engine, &ctx, posted).await.unwrap();
            created.push(new.number);
        }
        let listed = setup.get(&setup.g, "/chats?sortBy=createdAt&sortOrder=asc").await.expect(200);
        assert_eq!(field_values(&listed, "id"), created);
        assert_eq!(field_values(&listed, "chatType"), ["simple", "simple"]);
        assert_eq!(field_values(&listed, "channel"), ["web-chat", "web-chat"]);
        assert_eq!(field_values(&listed, "ownerMemberId"), [Value::Null, Value::Null]);
        // Participants read and write, others do not.
        for number in &created {
            let path = format!("/chats/{number}/messages");
            let rows = setup.get(&setup.v, &path).await.expect(200);
            assert_eq!((&rows[0]["content"], &rows[0]["role"], &rows[0]["memberId"]), (&json!("hello"), &json!("user"), &json!(setup.v.number)));
            setup.post(&setup.v, &path, json!("and more")).await.expect(200);
            setup.get(&setup.u, &path).await.expect(403);
        }
        // A conversation closed through another dialect is archived here and stays so.
        setup.close(ConversationKey::Number(created[0])).await;
        let path = format!("/chats/{}", created[0]);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200)["archived"], true);
        setup.put(&setup.g, &path, json!({ "archived": false })).await.expect(409);
        assert_eq!(field_values(&setup.get(&setup.g, "/chats?archived=true").await.expect(200), "id"), [created[0]]);
    }

    async fn dm_is_hidden_from_others_in_every_request(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.v.number })).await.expect(200);
        setup.send_message(&setup.g, &dm, "between-us").await;
        let key = TestMember::with_credential(setup.server.a.key.clone());
        let path = format!("/chats/{}", dm["id"]);
        for other in [&setup.u, &key] {
            for rest in ["", "/messages", "/messages?page=1", "/tool-calls/c/messages"] {
                setup.get(other, &format!("{path}{rest}")).await.expect(403);
            }
            for (rest, body) in [("messages", json!("x")), ("read", json!({})), ("summarize", json!({})), ("labels", json!({ "labels": ["x"] })), ("participants", json!({ "memberId": setup.u.number })), ("send-assistant-message", json!({ "message": "x" }))] {
                setup.post(other, &format!("{path}/{rest}"), body).await.expect(403);
            }
        }
        for list in ["/chats", "/chats?search=between-us", "/chats?chatType=dm", "/chats/needs-response"] {
            let reply = setup.get(&key, list).await;
            assert!(reply.status == 200 && !reply.text().contains("between-us"));
        }
        assert_eq!(setup.get(&key, "/chats/export?chatType=dm").await.text().lines().count(), 1);
        assert_eq!(setup.get(&setup.g, "/chats/export?chatType=dm").await.text().lines().count(), 2);
        assert_eq!(setup.get(&key, "/chats/stats/daily-creation").await.expect(200), json!([]));
    }

    async fn concurrent_messages_have_one_order(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.v.number })).await;
        let path = format!("/chats/{}/messages", chat["id"]);
        let mut calls = tokio::task::JoinSet::new();
        for count in 0..40 {
            let caller = if count % 2 == 0 { &setup.g } else { &setup.v };
            let request = setup.post_request(caller, &path, &json!({ "content": format!("message {count}") }));
            calls.spawn(async move { request.send().await.expect(200)["uuid"].clone() });
        }
        let sent: BTreeSet<String> = calls.join_all().await.iter().map(ToString::to_string).collect();
        let one = setup.get(&setup.g, &format!("{path}?limit=100")).await.expect(200);
        let other = setup.get(&setup.v, &format!("{path}?limit=100")).await.expect(200);
        assert_eq!(one, other);
        let found: BTreeSet<String> = one.as_array().unwrap().iter().map(|row| row["uuid"].to_string()).collect();
        assert_eq!((sent.len(), &found), (40, &sent));
        for caller in [&setup.g, &setup.v] {
            assert_eq!(setup.get(caller, &format!("/chats/{}", chat["id"])).await.expect(200)["unreadCount"], 20);
        }
    }

    async fn read_marks_and_ratings_survive_restart(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        setup.post(&setup.g, "/chats/labels", json!({ "name": "urgent" })).await.expect(200);
        setup.post(&setup.g, &format!("{path}/labels"), json!({ "labels": ["urgent"] })).await.expect(200);
        setup.post(&setup.v, "/chats/filters", json!({ "name": "Mine", "filters": { "mine": true } })).await.expect(200);
        let sent = setup.post(&setup.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", sent["messageUuid"].as_str().unwrap());
        setup.post(&setup.v, &rate, json!({ "rating": "up" })).await.expect(200);
        let read = setup.post(&setup.v, &format!("{path}/read"), json!({})).await.expect(200);
        let before = setup.get(&setup.v, &path).await.expect(200);
        setup.server.restart().await;
        assert_eq!(setup.get(&setup.v, &path).await.expect(200), before);
        assert_eq!((&before["labels"][0]["name"], &before["unreadCount"], &read["unreadCount"]), (&json!("urgent"), &json!(0), &json!(0)));
        assert_eq!(setup.get(&setup.v, &format!("{path}/messages")).await.expect(200)[0]["rating"], "up");
        assert_eq!(setup.get(&setup.v, "/chats/filters").await.expect(200)["total"], 1);
    }
}
