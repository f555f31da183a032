//! Messages of agent threads: kept under their writers' ids, begun as drafts, finished, changed.

use std::time::Duration;

use http::Method;
use parlor_testkit::{TestResponse, both};
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, UNKNOWN_ID, text, text_fields};

const FIRST: &str = "11111111-0000-4000-8000-000000000001";
const SECOND: &str = "22222222-0000-4000-8000-000000000002";

/// A thread of Ada's.
struct ThreadFixture {
    room: TestSpace,
    thread: String,
}

impl ThreadFixture {
    async fn create(server: parlor_testkit::TestServer) -> Self {
        let room = TestSpace::create(server).await;
        let thread = Self::create_thread(&room).await;
        Self { room, thread }
    }

    async fn create_thread(room: &TestSpace) -> String {
        let path = format!("/v1/workspaces/{}/agent/threads", room.server.a.workspace);
        let asked = room.server.post(&path).bearer(&room.token);
        let body = json!({ "title": "Talk", "spaceId": room.space });
        let made = asked.json(&body).send().await.expect(201);
        text(&made, "id").to_owned()
    }

    fn messages_path(&self, thread: &str) -> String {
        let workspace = &self.room.server.a.workspace;
        format!("/v1/workspaces/{workspace}/agent/threads/{thread}")
    }

    async fn store_in(&self, thread: &str, body: &Value) -> TestResponse {
        let path = format!("{}/messages", self.messages_path(thread));
        let asked = self.room.server.post(&path).bearer(&self.room.token);
        asked.json(body).send().await
    }

    async fn store(&self, body: &Value) -> Value {
        self.store_in(&self.thread, body).await.expect(200)
    }

    async fn messages(&self) -> Value {
        let asked = self
            .room
            .server
            .request(Method::GET, &self.messages_path(&self.thread));
        asked.bearer(&self.room.token).send().await.expect(200)["messages"].clone()
    }
}

both! {
    async fn a_message_shows_all_it_was_given(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let body = json!({
            "id": FIRST, "role": "assistant", "content": "Seven days.",
            "thinkingSteps": [{ "id": "t", "title": "Look it up", "status": "completed" }],
            "toolCalls": [{ "id": "c", "name": "search", "input": { "q": "returns", "n": 5286660210937177344483262464_u128 } }],
            "sources": [{ "id": "s", "type": "url", "title": "Returns", "url": "https://example.org/returns" }],
            "tokenUsage": { "inputTokens": 12, "outputTokens": 3, "totalTokens": 15 },
            "model": "a model", "finishReason": "stop", "metadata": { "trace": "x" },
        });
        let kept = talk.store(&body).await;
        let keys: Vec<_> = kept.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "threadId", "role", "content", "thinkingSteps", "toolCalls", "sources", "tokenUsage", "model",
            "finishReason", "metadata", "createdAt",
        ]);
        for (key, value) in body.as_object().unwrap() {
            assert_eq!(kept[key], *value, "{key}");
        }
        assert_eq!(text(&kept, "threadId"), talk.thread);
        let plain = talk.store(&json!({ "id": SECOND, "role": "system", "content": "Be kind." })).await;
        for key in ["thinkingSteps", "toolCalls", "sources"] {
            assert_eq!(plain[key], json!([]), "{key}");
        }
        for key in ["tokenUsage", "model", "finishReason", "metadata"] {
            assert!(plain[key].is_null(), "{key}");
        }
        assert_eq!(talk.messages().await, json!([kept, plain]));
        // As a group it shows what was said, with links apart from what is known of them.
        let said = talk.room.list_messages(&format!("?groupId={}", talk.thread)).await;
        assert_eq!((text_fields(&said, "type"), &said[0]["sources"]), (vec!["AI"], &json!(["https://example.org/returns"])));
        assert_eq!(said[0]["sourcesMetadata"], body["sources"]);
    }

    async fn parts_may_come_as_json_text(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let kept = talk.store(&json!({
            "id": FIRST, "role": "assistant", "content": "Yes", "thinkingSteps": r#"[{"id":"t"}]"#, "toolCalls": "[]",
            "tokenUsage": r#"{"totalTokens":3}"#, "metadata": r#"{"a":{"b":1}}"#,
        })).await;
        assert_eq!((&kept["thinkingSteps"], &kept["toolCalls"]), (&json!([{ "id": "t" }]), &json!([])));
        assert_eq!((&kept["tokenUsage"], &kept["metadata"]), (&json!({ "totalTokens": 3 }), &json!({ "a": { "b": 1 } })));
    }

    async fn a_draft_takes_its_place_when_it_is_finished(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let draft = talk.store(&json!({ "id": FIRST, "role": "assistant", "thinkingSteps": [{ "id": "t" }] })).await;
        assert!(draft["content"].is_null());
        talk.room.server.clock.advance(Duration::from_secs(60));
        let question = talk.store(&json!({ "id": SECOND, "role": "user", "content": "And?" })).await;
        assert_eq!(talk.messages().await, json!([question, draft]), "what is not finished comes last");
        assert_eq!(text_fields(&talk.room.list_messages(&format!("?groupId={}", talk.thread)).await, "message"), ["And?"]);
        let again = talk.store(&json!({ "id": FIRST, "role": "assistant", "content": null, "model": "a model" })).await;
        assert_eq!((&again["createdAt"], &again["thinkingSteps"], &again["model"]), (&draft["createdAt"], &json!([{ "id": "t" }]), &json!("a model")));
        talk.room.server.clock.advance(Duration::from_secs(60));
        let done = talk.store(&json!({ "id": FIRST, "role": "assistant", "content": "So.", "finishReason": "stop" })).await;
        assert_eq!((text(&done, "content"), text(&done, "id")), ("So.", FIRST));
        assert_eq!((&done["thinkingSteps"], text(&done, "model"), text(&done, "finishReason")), (&json!([{ "id": "t" }]), "a model", "stop"));
        assert!(text(&done, "createdAt") > text(&question, "createdAt"));
        assert_eq!(talk.messages().await, json!([question, done]));
    }

    async fn a_draft_outlives_a_restart_and_not_its_thread(server: TestServer) {
        let mut talk = ThreadFixture::create(server).await;
        let draft = talk.store(&json!({ "id": FIRST, "role": "assistant", "content": null })).await;
        talk.room.server.restart().await;
        assert_eq!(talk.messages().await, json!([draft]));
        let path = talk.messages_path(&talk.thread);
        talk.room.server.delete(&path).bearer(&talk.room.token).send().await.expect(200);
        // The id is free again.
        let other = ThreadFixture::create_thread(&talk.room).await;
        talk.store_in(&other, &json!({ "id": FIRST, "role": "assistant", "content": "Yes" })).await.expect(200);
    }

    async fn the_same_id_changes_the_message(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let body = json!({ "id": FIRST, "role": "assistant", "content": "Seven", "model": "a", "metadata": { "a": 1, "b": 2 } });
        let first = talk.store(&body).await;
        assert_eq!(talk.store(&body).await, first, "a repeat is nothing new");
        let changed = talk.store(&json!({ "id": FIRST, "role": "assistant", "content": "Eight", "metadata": { "b": null } })).await;
        assert_eq!((text(&changed, "content"), &changed["model"], &changed["metadata"]), ("Eight", &json!("a"), &json!({ "a": 1 })));
        assert_eq!(changed["createdAt"], first["createdAt"]);
        let kept = talk.store(&json!({ "id": FIRST, "role": "assistant", "content": null, "finishReason": "stop" })).await;
        assert_eq!((text(&kept, "content"), text(&kept, "finishReason")), ("Eight", "stop"));
        assert_eq!(talk.messages().await.as_array().unwrap().len(), 1);
    }

    async fn what_a_repeat_leaves_out_stays_and_null_takes_away(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let whole = json!({
            "id": FIRST, "role": "assistant", "content": "Seven", "thinkingSteps": [{ "id": "t" }], "toolCalls": [{ "id": "c" }],
            "sources": [{ "id": "s" }], "tokenUsage": { "totalTokens": 3 }, "model": "a", "finishReason": "stop", "metadata": { "a": 1 },
        });
        let parts = ["thinkingSteps", "toolCalls", "sources", "tokenUsage", "model", "finishReason", "metadata"];
        talk.store(&whole).await;
        for body in [json!({ "id": FIRST, "role": "assistant", "content": "Eight" }), json!({ "id": FIRST, "role": "assistant" })] {
            let kept = talk.store(&body).await;
            assert_eq!(text(&kept, "content"), "Eight");
            for part in parts {
                assert_eq!(kept[part], whole[part], "{part}");
            }
        }
        // One part alone changes.
        let changed = talk.store(&json!({ "id": FIRST, "role": "assistant", "model": "b" })).await;
        assert_eq!((text(&changed, "model"), &changed["toolCalls"]), ("b", &whole["toolCalls"]));
        for part in parts {
            let cleared = talk.store(&json!({ "id": FIRST, "role": "assistant", part: null })).await;
            assert!(cleared[part].is_null() || cleared[part] == json!([]), "{part}: {}", cleared[part]);
        }
        let read = talk.messages().await;
        assert_eq!((read[0]["content"].as_str(), &read[0]["toolCalls"], &read[0]["metadata"]), (Some("Eight"), &json!([]), &Value::Null));
    }

    async fn an_id_of_another_thread_is_refused(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let other = ThreadFixture::create_thread(&talk.room).await;
        for (id, content) in [(FIRST, json!("Said")), (SECOND, Value::Null)] {
            talk.store(&json!({ "id": id, "role": "assistant", "content": content })).await;
        }
        for id in [FIRST, SECOND] {
            for content in [json!("Mine"), Value::Null] {
                let reply = talk.store_in(&other, &json!({ "id": id, "role": "assistant", "content": content })).await;
                assert_eq!(reply.expect(403)["error"], "Forbidden");
            }
        }
        let said = talk.messages().await;
        assert_eq!((said[0]["content"].as_str(), said[1]["content"].as_str()), (Some("Said"), None));
        // A message of a group counts as well.
        let kept = talk.room.save_message(&json!({ "message": "hi" })).await;
        let reply = talk.store_in(&other, &json!({ "id": kept["id"], "role": "user", "content": "Mine" })).await;
        assert_eq!(reply.status, 403);
        assert_eq!(text_fields(&talk.room.list_messages("").await, "message"), ["hi"]);
    }

    async fn bad_input_changes_nothing(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let good = json!({ "id": FIRST, "role": "user", "content": "a" });
        for (key, value) in [
            ("id", json!("x")),
            ("id", Value::Null),
            ("role", json!("tool")),
            ("role", Value::Null),
            ("content", json!(7)),
            ("content", json!("a\0b")),
            ("content", json!(" \n\t\u{85}\u{3000}")),
            ("content", json!("x".repeat(65_537))),
            ("thinkingSteps", json!({})),
            ("thinkingSteps", json!(["x"])),
            ("toolCalls", json!("{}")),
            ("sources", json!("not JSON")),
            ("tokenUsage", json!(7)),
            ("tokenUsage", json!("[]")),
            ("metadata", json!([])),
            ("model", json!("x".repeat(256))),
            ("finishReason", json!(7)),
            ("thinkingSteps", json!([{ "long": "x".repeat(300_000) }])),
        ] {
            let mut body = good.clone();
            body[key] = value;
            let reply = talk.store_in(&talk.thread, &body).await;
            assert_eq!(reply.status, 400, "{:.80}", body.to_string());
        }
        assert_eq!(talk.store_in(&talk.thread, &json!({})).await.status, 400);
        for thread in [UNKNOWN_ID, "x"] {
            let reply = talk.store_in(thread, &good).await;
            assert_eq!(reply.status, 404);
        }
        assert_eq!(talk.messages().await, json!([]));
    }

    async fn many_who_finish_one_draft_make_one_message(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        talk.store(&json!({ "id": FIRST, "role": "assistant", "content": null })).await;
        let path = format!("{}/messages", talk.messages_path(&talk.thread));
        let tasks: Vec<_> = (0..20)
            .map(|number| json!({ "id": FIRST, "role": "assistant", "content": format!("answer {number}") }))
            .map(|body| talk.room.server.post(&path).bearer(&talk.room.token).json(&body).send())
            .map(tokio::spawn)
            .collect();
        for task in tasks {
            task.await.unwrap().expect(200);
        }
        let messages = talk.messages().await;
        assert_eq!(messages.as_array().unwrap().len(), 1);
        assert!(text(&messages[0], "content").starts_with("answer "));
    }

    async fn many_who_save_one_draft_are_answered_and_one_wins(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let other = ThreadFixture::create_thread(&talk.room).await;
        for round in 0..3 {
            let id = format!("{round:08}-0000-4000-8000-000000000001");
            let steps = |number: usize| json!([{ "id": format!("step {number}") }]);
            // Every fourth names the same draft in another thread.
            let tasks: Vec<_> = (0..20).map(|number| {
                let thread = if number % 4 == 3 { &other } else { &talk.thread };
                let path = format!("{}/messages", talk.messages_path(thread));
                let body = json!({ "id": id, "role": "assistant", "thinkingSteps": steps(number) });
                tokio::spawn(talk.room.server.post(&path).bearer(&talk.room.token).json(&body).send())
            }).collect();
            let mut kept = Vec::new();
            for (number, task) in tasks.into_iter().enumerate() {
                let reply = task.await.unwrap();
                let is_refused = [403, 404].contains(&reply.status);
                assert!(reply.status == 200 || is_refused, "{} {}", reply.status, reply.text());
                if !is_refused {
                    kept.push(number);
                }
            }
            // The draft is one thread's, and reads as one of those who saved it there.
            let elsewhere = kept.iter().all(|number| number % 4 == 3);
            assert!(elsewhere || kept.iter().all(|number| number % 4 != 3), "{kept:?}");
            let home = if elsewhere { &other } else { &talk.thread };
            for thread in [&talk.thread, &other] {
                let asked = talk.room.server.get(&talk.messages_path(thread)).bearer(&talk.room.token).send().await.expect(200);
                let found: Vec<_> = asked["messages"].as_array().unwrap().iter().filter(|draft| draft["id"] == id).collect();
                if thread == home {
                    assert_eq!(found.len(), 1);
                    assert!(kept.iter().any(|number| found[0]["thinkingSteps"] == steps(*number)), "{found:?}");
                } else {
                    assert_eq!(found, Vec::<&Value>::new());
                }
            }
        }
    }

    async fn chosen_ids_do_not_move_the_servers_clock(server: TestServer) {
        let mut talk = ThreadFixture::create(server).await;
        let far = "ffffffff-ffff-4fff-bfff-ffffffffffff";
        let before = talk.store(&json!({ "id": far, "role": "user", "content": "hi" })).await;
        talk.room.server.restart().await;
        let after = talk.store(&json!({ "id": FIRST, "role": "user", "content": "ho" })).await;
        assert_eq!(text(&before, "createdAt")[..4], text(&after, "createdAt")[..4]);
        assert_eq!(text_fields(&talk.messages().await, "content"), ["hi", "ho"]);
    }

    async fn drafts_are_shown_in_pieces_and_all_of_them(server: TestServer) {
        let talk = ThreadFixture::create(server).await;
        let steps = json!([{ "type": "thought", "text": "x".repeat(200_000) }]);
        let id = |number: u32| format!("{number:08x}-0000-4000-8000-000000000001");
        for number in 1..=12 {
            let draft = json!({ "id": id(number), "role": "assistant", "content": null, "thinkingSteps": steps });
            talk.store(&draft).await;
        }
        talk.store(&json!({ "id": id(99), "role": "user", "content": "Hello" })).await;
        let shown = talk.messages().await;
        let wanted: Vec<String> = std::iter::once(99).chain(1..=12).map(id).collect();
        assert_eq!(text_fields(&shown, "id"), wanted);
        let (said, drafts) = shown.as_array().unwrap().split_first().unwrap();
        assert_eq!(said["content"], "Hello");
        assert!(drafts.iter().all(|draft| draft["content"].is_null() && draft["thinkingSteps"] == steps));
    }
}
