//! What other vocabularies made, in this one's words; and many callers at once.

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
    async fn groups_and_threads_are_chats(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let (engine, ctx) = (&world.server.engine, world.server.a.ctx());
        let mut made = Vec::new();
        for kind in [ConversationKind::Group, ConversationKind::Thread] {
            let command = CreateConversation {
                title: Some(format!("made as {kind:?}")),
                participants: vec![NewParticipant { member: MemberKey::Id(member_id(&world.v)), role: As::Member }],
                ..CreateConversation::new(kind)
            };
            let new = conversation::create(engine, &ctx, command).await.unwrap();
            let said = CreateMessage::new(ConversationKey::Id(new.id), Some(world.v.number), MessageRole::User, "hello");
            message::create(engine, &ctx, said).await.unwrap();
            made.push(new.number);
        }
        let listed = world.get(&world.g, "/chats?sortBy=createdAt&sortOrder=asc").await.expect(200);
        assert_eq!(field_values(&listed, "id"), made);
        assert_eq!(field_values(&listed, "chatType"), ["simple", "simple"]);
        assert_eq!(field_values(&listed, "channel"), ["web-chat", "web-chat"]);
        assert_eq!(field_values(&listed, "ownerMemberId"), [Value::Null, Value::Null]);
        // Whoever takes part reads and writes; whoever does not, does not.
        for number in &made {
            let path = format!("/chats/{number}/messages");
            let rows = world.get(&world.v, &path).await.expect(200);
            assert_eq!((&rows[0]["content"], &rows[0]["role"], &rows[0]["memberId"]), (&json!("hello"), &json!("user"), &json!(world.v.number)));
            world.post(&world.v, &path, json!("and more")).await.expect(200);
            world.get(&world.u, &path).await.expect(403);
        }
        // What is closed elsewhere is archived here, and stays so.
        world.close(ConversationKey::Number(made[0])).await;
        let path = format!("/chats/{}", made[0]);
        assert_eq!(world.get(&world.g, &path).await.expect(200)["archived"], true);
        world.put(&world.g, &path, json!({ "archived": false })).await.expect(409);
        assert_eq!(field_values(&world.get(&world.g, "/chats?archived=true").await.expect(200), "id"), [made[0]]);
    }

    async fn a_dm_is_nobody_elses_whatever_is_asked(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let dm = world.post(&world.g, "/chats/dm", json!({ "memberId": world.v.number })).await.expect(200);
        world.send_message(&world.g, &dm, "between-us").await;
        let key = TestMember { token: world.server.a.key.clone(), number: 0, uuid: String::new() };
        let path = format!("/chats/{}", dm["id"]);
        for other in [&world.u, &key] {
            for rest in ["", "/messages", "/messages?page=1", "/tool-calls/c/messages"] {
                world.get(other, &format!("{path}{rest}")).await.expect(403);
            }
            for (rest, body) in [("messages", json!("x")), ("read", json!({})), ("summarize", json!({})), ("labels", json!({ "labels": ["x"] })), ("participants", json!({ "memberId": world.u.number })), ("send-assistant-message", json!({ "message": "x" }))] {
                world.post(other, &format!("{path}/{rest}"), body).await.expect(403);
            }
        }
        for list in ["/chats", "/chats?search=between-us", "/chats?chatType=dm", "/chats/needs-response"] {
            let reply = world.get(&key, list).await;
            assert!(reply.status == 200 && !reply.text().contains("between-us"));
        }
        assert_eq!(world.get(&key, "/chats/export?chatType=dm").await.text().lines().count(), 1);
        assert_eq!(world.get(&world.g, "/chats/export?chatType=dm").await.text().lines().count(), 2);
        assert_eq!(world.get(&key, "/chats/stats/daily-creation").await.expect(200), json!([]));
    }

    async fn many_writers_have_one_order(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.v.number })).await;
        let path = format!("/chats/{}/messages", chat["id"]);
        let mut calls = tokio::task::JoinSet::new();
        for count in 0..40 {
            let who = if count % 2 == 0 { &world.g } else { &world.v };
            let request = world.post_request(who, &path, &json!({ "content": format!("message {count}") }));
            calls.spawn(async move { request.send().await.expect(200)["uuid"].clone() });
        }
        let sent: BTreeSet<String> = calls.join_all().await.iter().map(ToString::to_string).collect();
        let one = world.get(&world.g, &format!("{path}?limit=100")).await.expect(200);
        let other = world.get(&world.v, &format!("{path}?limit=100")).await.expect(200);
        assert_eq!(one, other);
        let found: BTreeSet<String> = one.as_array().unwrap().iter().map(|row| row["uuid"].to_string()).collect();
        assert_eq!((sent.len(), &found), (40, &sent));
        for who in [&world.g, &world.v] {
            assert_eq!(world.get(who, &format!("/chats/{}", chat["id"])).await.expect(200)["unreadCount"], 20);
        }
    }

    async fn marks_and_ratings_outlive_a_restart(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        world.post(&world.g, "/chats/labels", json!({ "name": "urgent" })).await.expect(200);
        world.post(&world.g, &format!("{path}/labels"), json!({ "labels": ["urgent"] })).await.expect(200);
        world.post(&world.v, "/chats/filters", json!({ "name": "Mine", "filters": { "mine": true } })).await.expect(200);
        let sent = world.post(&world.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", sent["messageUuid"].as_str().unwrap());
        world.post(&world.v, &rate, json!({ "rating": "up" })).await.expect(200);
        let read = world.post(&world.v, &format!("{path}/read"), json!({})).await.expect(200);
        let before = world.get(&world.v, &path).await.expect(200);
        world.server.restart().await;
        assert_eq!(world.get(&world.v, &path).await.expect(200), before);
        assert_eq!((&before["labels"][0]["name"], &before["unreadCount"], &read["unreadCount"]), (&json!("urgent"), &json!(0), &json!(0)));
        assert_eq!(world.get(&world.v, &format!("{path}/messages")).await.expect(200)[0]["rating"], "up");
        assert_eq!(world.get(&world.v, "/chats/filters").await.expect(200)["total"], 1);
    }
}
