//! Ratings on open streams and in long responses.
//!
//! Proves INV-16 (`docs/invariants.md`).

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::rating::{RateMessage, Rating};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};
use crate::test_chat::{TestChat, chat_path};

impl TestChat {
    /// Sends a message as the assistant and returns its UUID.
    async fn send_answer(&self, text: &str) -> String {
        let path = format!("{}/send-assistant-message", chat_path(&self.chat));
        let sent = self.post(&self.g, &path, json!({ "message": text })).await;
        sent["messageUuid"].as_str().unwrap().to_owned()
    }

    async fn rate(&self, caller: &TestMember, message: &str, body: Value) -> Value {
        let path = format!("{}/messages/{message}/rate", chat_path(&self.chat));
        self.post(caller, &path, body).await
    }

    /// Returns the newest message as a member sees it.
    async fn newest_message(&self, caller: &TestMember) -> Value {
        let workspace = &self.server.a.workspace;
        let path = format!(
            "/api/v2/w/{workspace}{}/messages?limit=1",
            chat_path(&self.chat)
        );
        let rows = self.server.get(&path).bearer(&caller.token).send().await;
        rows.expect(200)[0].clone()
    }
}

both! {
    async fn rating_event_is_encoded_for_each_reader(server: TestServer) {
        let test_chat = TestChat::new(server).await;
        test_chat.add_participant(&test_chat.v).await;
        let answer = test_chat.send_answer("Hello").await;
        let [mut u, mut v, mut g] = [test_chat.open_stream(&test_chat.u).await.0, test_chat.open_stream(&test_chat.v).await.0, test_chat.open_stream(&test_chat.g).await.0];
        for (body, rating) in [(json!({ "rating": "up", "comment": "kind" }), json!("up")), (json!({ "rating": "down" }), json!("down")), (json!({ "rating": null }), Value::Null)] {
            let rated = test_chat.rate(&test_chat.u, &answer, body.clone()).await;
            // An unchanged rating sends no event.
            test_chat.rate(&test_chat.u, &answer, body).await;
            for (events, caller) in [(&mut u, &test_chat.u), (&mut g, &test_chat.g)] {
                let event = events.next().await;
                assert_eq!((event.name.as_str(), &event.data), ("chat:message_rated", &test_chat.newest_message(caller).await));
                assert_eq!((&event.data["uuid"], &event.data["rating"]), (&json!(answer), &rating));
            }
            assert_eq!(rated["rating"], rating);
        }
        // A reader without `chats:read` receives events of its own ratings only.
        let posted = test_chat.send_message(&test_chat.u, "and now?").await;
        for events in [&mut u, &mut v, &mut g] {
            assert_eq!(events.next().await.data, posted);
        }
        test_chat.rate(&test_chat.v, &answer, json!({ "rating": "up" })).await;
        for events in [&mut v, &mut g] {
            let event = events.next().await;
            assert_eq!((event.name.as_str(), &event.data["rating"]), ("chat:message_rated", &json!("up")));
        }
        let posted = test_chat.send_message(&test_chat.u, "still there").await;
        assert_eq!(u.next().await.data, posted);
    }

    async fn missed_rating_is_replayed_to_its_readers(server: TestServer) {
        let test_chat = TestChat::new(server).await;
        test_chat.add_participant(&test_chat.v).await;
        let (_, start) = test_chat.open_stream(&test_chat.u).await;
        let answer = test_chat.send_answer("Hello").await;
        test_chat.rate(&test_chat.u, &answer, json!({ "rating": "down", "comment": "for my eyes" })).await;
        let last = test_chat.send_message(&test_chat.u, "the end").await;
        for (caller, names, rating) in [
            (&test_chat.u, &["chat:message_created", "chat:message_rated"][..], json!("down")),
            (&test_chat.v, &["chat:message_created"][..], Value::Null),
            (&test_chat.g, &["chat:message_created", "chat:message_rated"][..], json!("down")),
        ] {
            let (mut events, _) = test_chat.resume_stream(caller, &start.id).await;
            for name in names {
                let event = events.next().await;
                assert_eq!((event.name.as_str(), &event.data["uuid"], &event.data["rating"]), (*name, &json!(answer), &rating));
            }
            assert_eq!(events.next().await.data, last);
        }
    }

    async fn rating_keeps_timestamps_of_the_chat(server: TestServer) {
        let test_chat = TestChat::new(server).await;
        let answer = test_chat.send_answer("Hello").await;
        let path = format!("/api/v2/w/{}{}", test_chat.server.a.workspace, chat_path(&test_chat.chat));
        let rendered = async || test_chat.server.get(&path).bearer(&test_chat.u.token).send().await.expect(200);
        let before = rendered().await;
        test_chat.server.clock.advance(std::time::Duration::from_secs(60));
        test_chat.rate(&test_chat.u, &answer, json!({ "rating": "up" })).await;
        assert_eq!(rendered().await, before);
    }

    async fn long_rating_comments_are_streamed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let (engine, ctx) = (&setup.server.engine, setup.server.a.ctx());
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let comment = "\u{1F600}".repeat(4_096);
        for n in 0..100 {
            let posted = CreateMessage::new(key, None, MessageRole::Assistant, n.to_string());
            let posted = message::create(engine, &ctx, posted).await.unwrap();
            let good = RateMessage { rating: Some(Rating::Up), comment: Some(comment.clone().into()) };
            message::rate(engine, &ctx, key, MessageKey::Id(posted.id), good).await.unwrap();
        }
        let path = format!("/chats/{}/messages?limit=100", chat["id"]);
        let reply = setup.get(&setup.g, &path).await;
        // Streamed, so without a length.
        assert_eq!(reply.header("content-length"), "");
        let rows = reply.expect(200);
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), 100);
        for (row, n) in rows.iter().zip((0..100).rev()) {
            assert_eq!((&row["content"], &row["ratingComment"]), (&json!(n.to_string()), &json!(comment)));
        }
    }
}
