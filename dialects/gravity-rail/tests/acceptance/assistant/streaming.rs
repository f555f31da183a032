//! Messages whose answer is streamed to their sender, or follows in the chat.

use parlor_testkit::{both, with_assistant};
use serde_json::json;

use super::{messages_path, next_answer, next_named, streamed_text};
use crate::fixture::TestWorkspace;

with_assistant! {
    async fn streamed_message_is_answered_in_chunks(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "assistantMemberId": setup.agent });
        let chat = setup.create_chat(&setup.u, body).await;
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), "where is my parcel").await;
        let (stored, chunks) = events.split_first().unwrap();
        assert_eq!((&stored.data["role"], &stored.data["content"]), (&json!("user"), &json!("where is my parcel")));
        assert_eq!(chunks[0].choice()["delta"], json!({ "role": "assistant", "content": "" }));
        assert_eq!(streamed_text(chunks), "You said: where is my parcel");
        let last = &chunks[chunks.len() - 1];
        assert_eq!(last.choice(), &json!({ "index": 0, "delta": {}, "finish_reason": "stop" }));
        assert!(chunks.iter().all(|chunk| chunk.data["id"] == last.data["id"] && chunk.name.is_none()));
        let rows = setup.get(&setup.u, &messages_path(&chat)).await.expect(200);
        assert_eq!((&rows[0]["uuid"], &rows[0]["role"], &rows[0]["memberId"]), (&last.data["id"], &json!("assistant"), &json!(setup.agent)));
        assert_eq!((&rows[0]["content"], &rows[1]["uuid"]), (&json!("You said: where is my parcel"), &stored.data["uuid"]));
        let chat = setup.fetch_chat(&chat).await;
        assert_eq!((&chat["needsResponse"], &chat["messageCount"]), (&json!(false), &json!(2)));
    }

    async fn accept_header_streams_too_unless_the_body_says_otherwise(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let request = setup.post_request(&setup.u, &messages_path(&chat), &json!("hello"));
        let whole = request.header("accept", "text/event-stream").send_streaming().await.text().await.unwrap();
        assert!(whole.contains("chat.completion.chunk") && whole.ends_with("data: [DONE]\n\n"), "{whole}");
        let body = json!({ "content": "again", "stream": false });
        let request = setup.post_request(&setup.u, &messages_path(&chat), &body);
        let stored = request.header("accept", "text/event-stream").send().await.expect(200);
        assert_eq!((&stored["role"], &stored["content"]), (&json!("user"), &json!("again")));
    }

    async fn answer_follows_in_the_chat_and_its_live_stream(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "channel": "web-chat", "assistantMemberId": setup.agent });
        let chat = setup.create_chat(&setup.u, body).await;
        let mut events = setup.open_chat_events(&setup.u, &chat).await;
        let sent = setup.send_message(&setup.u, &chat, "hello there").await;
        assert_eq!((&sent["role"], &events.next().await.data), (&json!("user"), &sent));
        let started = events.next().await;
        assert_eq!((started.name.as_str(), &started.data["chatId"], &started.data["memberId"], &started.data["index"]), ("chat:message_started", &chat["id"], &json!(setup.agent), &json!(0)));
        let (mut text, mut index) = (started.data["content"].as_str().unwrap().to_owned(), 0);
        let answer = loop {
            let event = events.next().await;
            if event.name == "chat:message_created" {
                break event.data;
            }
            assert_eq!((event.name.as_str(), &event.data["uuid"], &event.data["index"]), ("chat:message_delta", &started.data["uuid"], &json!(index)));
            text += event.data["content"].as_str().unwrap();
            index += 1;
        };
        assert_eq!((text.as_str(), &answer["content"], &answer["uuid"]), ("You said: hello there", &json!("You said: hello there"), &started.data["uuid"]));
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], false);
        // One token per word.
        let usage = setup.get(&setup.u, &format!("/chats/{}/token-usage", chat["id"])).await.expect(200);
        assert_eq!(usage["outputTokens"], 4, "{usage}");
        setup.send_message(&setup.u, &chat, "and again").await;
        next_answer(&mut events).await;
        let both = setup.get(&setup.u, &format!("/chats/{}/token-usage", chat["id"])).await.expect(200);
        let total = both["inputTokens"].as_i64().unwrap() + 8;
        assert_eq!((&both["outputTokens"], &both["totalTokens"]), (&json!(8), &json!(total)));
        assert!(both["inputTokens"].as_i64() > usage["inputTokens"].as_i64(), "{both}");
    }

    async fn late_reader_receives_the_text_so_far(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let mut first = setup.open_chat_events(&setup.u, &chat).await;
        setup.send_message(&setup.u, &chat, "/slow 60\none two three four five six seven eight").await;
        next_named(&mut first, "chat:message_delta").await;
        let mut late = setup.open_chat_events(&setup.g, &chat).await;
        let started = next_named(&mut late, "chat:message_started").await;
        assert!(started["index"].as_u64() > Some(0), "{started}");
        let mut text = started["content"].as_str().unwrap().to_owned();
        loop {
            let event = late.next().await;
            match event.name.as_str() {
                "chat:message_delta" => text += event.data["content"].as_str().unwrap(),
                _ => break assert_eq!(event.data["content"], text),
            }
        }
    }

    async fn reader_that_vanishes_stops_no_answer(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let mut events = setup.open_chat_events(&setup.g, &chat).await;
        let body = json!({ "content": "/slow 30\none two three four five", "stream": true });
        let mut reply = setup.post_request(&setup.u, &messages_path(&chat), &body).send_streaming().await;
        assert!(reply.chunk().await.unwrap().is_some());
        drop(reply);
        assert_eq!(next_answer(&mut events).await["content"], "You said: one two three four five");
    }

    async fn failed_answer_is_an_error_event_and_waits_for_a_person(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let mut live = setup.open_chat_events(&setup.u, &chat).await;
        let question = "/fail malformed 2\nand so it goes on";
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), question).await;
        let error = &events[events.len() - 1];
        assert_eq!((error.name.as_deref(), &error.data["code"]), (Some("error"), &json!("invalid_response")));
        assert!(error.data["detail"].is_string() && error.data["error"].is_string());
        let failed = next_named(&mut live, "chat:message_failed").await;
        assert_eq!(failed["error"]["code"], "invalid_response");
        assert_eq!(setup.contents(&chat).await, [question]);
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], true);
        let waiting = setup.get(&setup.g, "/chats/needs-response").await.expect(200);
        assert_eq!(waiting["chatIds"], json!([chat["id"]]));
    }

    async fn agent_answers_each_message_of_its_dm(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        for (path, text) in [(messages_path(&dm), "one"), (format!("/dms/{}/messages", dm["id"]), "two")] {
            let events = setup.send_and_stream(&setup.u, &path, text).await;
            assert_eq!(streamed_text(&events[1..]), format!("You said: {text}"));
        }
        let rows = setup.get(&setup.u, &messages_path(&dm)).await.expect(200);
        let authors: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["memberId"].clone()).collect();
        assert_eq!(authors, [json!(setup.agent), json!(setup.u.number), json!(setup.agent), json!(setup.u.number)]);
        // People among themselves are not answered.
        let people = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.v.number })).await.expect(200);
        assert_eq!(setup.send_and_stream(&setup.v, &messages_path(&people), "hi").await.len(), 1);
    }

    async fn chat_without_assistant_is_not_answered(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "assistantEnabled": false })).await;
        assert_eq!(setup.send_and_stream(&setup.u, &messages_path(&chat), "hi").await.len(), 1);
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], true);
    }
}

both! {
    async fn without_a_provider_the_stream_says_that_a_person_has_to_respond(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), "anybody there?").await;
        assert_eq!(events[0].data["content"], "anybody there?");
        assert_eq!((events[1].name.as_deref(), &events[1].data["code"], events.len()), (Some("error"), &json!("assistant_unavailable"), 2));
        let chat = setup.fetch_chat(&chat).await;
        assert_eq!((&chat["needsResponse"], &chat["messageCount"]), (&json!(true), &json!(1)));
    }
}
