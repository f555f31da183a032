//! Ratings on open streams, and in long answers.

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::rating::{RateMessage, Rating};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::events::{TestChat, chat_path};
use crate::fixture::{TestMember, TestWorkspace};

impl TestChat {
    /// What an operator says on the assistant's side, by UUID.
    async fn send_answer(&self, text: &str) -> String {
        let path = format!("{}/send-assistant-message", chat_path(&self.chat));
        let sent = self.post(&self.g, &path, json!({ "message": text })).await;
        sent["messageUuid"].as_str().unwrap().to_owned()
    }

    async fn rate(&self, who: &TestMember, message: &str, body: Value) -> Value {
        let path = format!("{}/messages/{message}/rate", chat_path(&self.chat));
        self.post(who, &path, body).await
    }

    /// The newest message as somebody is shown it.
    async fn newest_message(&self, who: &TestMember) -> Value {
        let workspace = &self.server.a.workspace;
        let path = format!(
            "/api/v2/w/{workspace}{}/messages?limit=1",
            chat_path(&self.chat)
        );
        let rows = self.server.get(&path).bearer(&who.token).send().await;
        rows.expect(200)[0].clone()
    }
}

both! {
    async fn rating_reaches_open_streams_as_each_reader_is_shown_it(server: TestServer) {
        let scene = TestChat::new(server).await;
        scene.add_participant(&scene.v).await;
        let answer = scene.send_answer("Hello").await;
        let [mut u, mut v, mut g] = [scene.open_stream(&scene.u).await.0, scene.open_stream(&scene.v).await.0, scene.open_stream(&scene.g).await.0];
        for (body, rating) in [(json!({ "rating": "up", "comment": "kind" }), json!("up")), (json!({ "rating": "down" }), json!("down")), (json!({ "rating": null }), Value::Null)] {
            let rated = scene.rate(&scene.u, &answer, body.clone()).await;
            // What changes nothing is told to nobody.
            scene.rate(&scene.u, &answer, body).await;
            for (events, who) in [(&mut u, &scene.u), (&mut g, &scene.g)] {
                let heard = events.next().await;
                assert_eq!((heard.name.as_str(), &heard.data), ("chat:message_rated", &scene.newest_message(who).await));
                assert_eq!((&heard.data["uuid"], &heard.data["rating"]), (&json!(answer), &rating));
            }
            assert_eq!(rated["rating"], rating);
        }
        // Who is not shown what others think hears nothing of it, and its own.
        let said = scene.send_message(&scene.u, "and now?").await;
        for events in [&mut u, &mut v, &mut g] {
            assert_eq!(events.next().await.data, said);
        }
        scene.rate(&scene.v, &answer, json!({ "rating": "up" })).await;
        for events in [&mut v, &mut g] {
            let heard = events.next().await;
            assert_eq!((heard.name.as_str(), &heard.data["rating"]), ("chat:message_rated", &json!("up")));
        }
        let said = scene.send_message(&scene.u, "still there").await;
        assert_eq!(u.next().await.data, said);
    }

    async fn rating_that_was_missed_is_replayed_to_whom_it_concerns(server: TestServer) {
        let scene = TestChat::new(server).await;
        scene.add_participant(&scene.v).await;
        let (_, start) = scene.open_stream(&scene.u).await;
        let answer = scene.send_answer("Hello").await;
        scene.rate(&scene.u, &answer, json!({ "rating": "down", "comment": "for my eyes" })).await;
        let last = scene.send_message(&scene.u, "the end").await;
        for (who, names, rating) in [
            (&scene.u, &["chat:message_created", "chat:message_rated"][..], json!("down")),
            (&scene.v, &["chat:message_created"][..], Value::Null),
            (&scene.g, &["chat:message_created", "chat:message_rated"][..], json!("down")),
        ] {
            let (mut events, _) = scene.resume_stream(who, &start.id).await;
            for name in names {
                let heard = events.next().await;
                assert_eq!((heard.name.as_str(), &heard.data["uuid"], &heard.data["rating"]), (*name, &json!(answer), &rating));
            }
            assert_eq!(events.next().await.data, last);
        }
    }

    async fn rating_moves_no_time_of_the_chat(server: TestServer) {
        let scene = TestChat::new(server).await;
        let answer = scene.send_answer("Hello").await;
        let path = format!("/api/v2/w/{}{}", scene.server.a.workspace, chat_path(&scene.chat));
        let shown = async || scene.server.get(&path).bearer(&scene.u.token).send().await.expect(200);
        let before = shown().await;
        scene.server.clock.advance(std::time::Duration::from_secs(60));
        scene.rate(&scene.u, &answer, json!({ "rating": "up" })).await;
        assert_eq!(shown().await, before);
    }

    async fn long_comments_do_not_make_an_answer_that_is_held_whole(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let (engine, ctx) = (&world.server.engine, world.server.a.ctx());
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let comment = "\u{1F600}".repeat(4_096);
        for n in 0..100 {
            let said = CreateMessage::new(key, None, MessageRole::Assistant, n.to_string());
            let said = message::create(engine, &ctx, said).await.unwrap();
            let good = RateMessage { rating: Some(Rating::Up), comment: Some(comment.clone().into()) };
            message::rate(engine, &ctx, key, MessageKey::Id(said.id), good).await.unwrap();
        }
        let path = format!("/chats/{}/messages?limit=100", chat["id"]);
        let reply = world.get(&world.g, &path).await;
        // Sent while it was read: no length was known.
        assert_eq!(reply.header("content-length"), "");
        let rows = reply.expect(200);
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), 100);
        for (row, n) in rows.iter().zip((0..100).rev()) {
            assert_eq!((&row["content"], &row["ratingComment"]), (&json!(n.to_string()), &json!(comment)));
        }
    }
}
