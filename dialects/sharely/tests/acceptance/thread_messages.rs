//! Messages of agent threads: client ids, drafts, publishing, changes.

use std::time::Duration;

use http::Method;
use parlor_testkit::{TestResponse, both};
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, UNKNOWN_ID, text, text_fields};

const FIRST: &str = "11111111-0000-4000-8000-000000000001";
const SECOND: &str = "22222222-0000-4000-8000-000000000002";

/// Server with a thread of Ada's.
struct ThreadFixture {
    test_space: TestSpace,
    thread: String,
}

impl ThreadFixture {
    async fn create(server: parlor_testkit::TestServer) -> Self {
        let test_space = TestSpace::create(server).await;
        let thread = Self::create_thread(&test_space).await;
        Self { test_space, thread }
    }

    async fn create_thread(test_space: &TestSpace) -> String {
        let path = format!(
            "/v1/workspaces/{}/agent/threads",
            test_space.server.a.workspace
        );
        let request = test_space.server.post(&path).bearer(&test_space.token);
        let body = json!({ "title": "Talk", "spaceId": test_space.space });
        let created = request.json(&body).send().await.expect(201);
        text(&created, "id").to_owned()
    }

    fn messages_path(&self, thread: &str) -> String {
        let workspace = &self.test_space.server.a.workspace;
        format!("/v1/workspaces/{workspace}/agent/threads/{thread}")
    }

    async fn store_in(&self, thread: &str, body: &Value) -> TestResponse {
        let path = format!("{}/messages", self.messages_path(thread));
        let request = self
            .test_space
            .server
            .post(&path)
            .bearer(&self.test_space.token);
        request.json(body).send().await
    }

    async fn store(&self, body: &Value) -> Value {
        self.store_in(&self.thread, body).await.expect(200)
    }

    async fn messages(&self) -> Value {
        let request = self
            .test_space
            .server
            .request(Method::GET, &self.messages_path(&self.thread));
        request
            .bearer(&self.test_space.token)
            .send()
            .await
            .expect(200)["messages"]
            .clone()
    }
}

both! {
    async fn message_has_all_stored_fields(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let body = json!({
            "id": FIRST, "role": "assistant", "content": "Seven days.",
            "thinkingSteps": [{ "id": "t", "title": "Look it up", "status": "completed" }],
            "toolCalls": [{ "id": "c", "name": "search", "input": { "q": "returns", "n": 5286660210937177344483262464_u128 } }],
            "sources": [{ "id": "s", "type": "url", "title": "Returns", "url": "https://example.org/returns" }],
            "tokenUsage": { "inputTokens": 12, "outputTokens": 3, "totalTokens": 15 },
            "model": "a model", "finishReason": "stop", "metadata": { "trace": "x" },
        });
        let stored = fixture.store(&body).await;
        let keys: Vec<_> = stored.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "threadId", "role", "content", "thinkingSteps", "toolCalls", "sources", "tokenUsage", "model",
            "finishReason", "metadata", "createdAt",
        ]);
        for (key, value) in body.as_object().unwrap() {
            assert_eq!(stored[key], *value, "{key}");
        }
        assert_eq!(text(&stored, "threadId"), fixture.thread);
        let without_role = fixture.store(&json!({ "id": SECOND, "role": "system", "content": "Be kind." })).await;
        for key in ["thinkingSteps", "toolCalls", "sources"] {
            assert_eq!(without_role[key], json!([]), "{key}");
        }
        for key in ["tokenUsage", "model", "finishReason", "metadata"] {
            assert!(without_role[key].is_null(), "{key}");
        }
        assert_eq!(fixture.messages().await, json!([stored, without_role]));
        // The group's list has the sources as links with separate details.
        let saved = fixture.test_space.list_messages(&format!("?groupId={}", fixture.thread)).await;
        assert_eq!((text_fields(&saved, "type"), &saved[0]["sources"]), (vec!["AI"], &json!(["https://example.org/returns"])));
        assert_eq!(saved[0]["sourcesMetadata"], body["sources"]);
    }

    async fn fields_are_accepted_as_json_text(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let stored = fixture.store(&json!({
            "id": FIRST, "role": "assistant", "content": "Yes", "thinkingSteps": r#"[{"id":"t"}]"#, "toolCalls": "[]",
            "tokenUsage": r#"{"totalTokens":3}"#, "metadata": r#"{"a":{"b":1}}"#,
        })).await;
        assert_eq!((&stored["thinkingSteps"], &stored["toolCalls"]), (&json!([{ "id": "t" }]), &json!([])));
        assert_eq!((&stored["tokenUsage"], &stored["metadata"]), (&json!({ "totalTokens": 3 }), &json!({ "a": { "b": 1 } })));
    }

    async fn published_draft_takes_position_at_publishing(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let draft = fixture.store(&json!({ "id": FIRST, "role": "assistant", "thinkingSteps": [{ "id": "t" }] })).await;
        assert!(draft["content"].is_null());
        fixture.test_space.server.clock.advance(Duration::from_secs(60));
        let question = fixture.store(&json!({ "id": SECOND, "role": "user", "content": "And?" })).await;
        assert_eq!(fixture.messages().await, json!([question, draft]), "what is not finished comes last");
        assert_eq!(text_fields(&fixture.test_space.list_messages(&format!("?groupId={}", fixture.thread)).await, "message"), ["And?"]);
        let again = fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": null, "model": "a model" })).await;
        assert_eq!((&again["createdAt"], &again["thinkingSteps"], &again["model"]), (&draft["createdAt"], &json!([{ "id": "t" }]), &json!("a model")));
        fixture.test_space.server.clock.advance(Duration::from_secs(60));
        let done = fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": "So.", "finishReason": "stop" })).await;
        assert_eq!((text(&done, "content"), text(&done, "id")), ("So.", FIRST));
        assert_eq!((&done["thinkingSteps"], text(&done, "model"), text(&done, "finishReason")), (&json!([{ "id": "t" }]), "a model", "stop"));
        assert!(text(&done, "createdAt") > text(&question, "createdAt"));
        assert_eq!(fixture.messages().await, json!([question, done]));
    }

    async fn draft_survives_restart_and_ends_with_thread(server: TestServer) {
        let mut fixture = ThreadFixture::create(server).await;
        let draft = fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": null })).await;
        fixture.test_space.server.restart().await;
        assert_eq!(fixture.messages().await, json!([draft]));
        let path = fixture.messages_path(&fixture.thread);
        fixture.test_space.server.delete(&path).bearer(&fixture.test_space.token).send().await.expect(200);
        // The id can be used again.
        let other = ThreadFixture::create_thread(&fixture.test_space).await;
        fixture.store_in(&other, &json!({ "id": FIRST, "role": "assistant", "content": "Yes" })).await.expect(200);
    }

    async fn repeated_id_changes_message(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let body = json!({ "id": FIRST, "role": "assistant", "content": "Seven", "model": "a", "metadata": { "a": 1, "b": 2 } });
        let first = fixture.store(&body).await;
        assert_eq!(fixture.store(&body).await, first, "a repeat is nothing new");
        let changed = fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": "Eight", "metadata": { "b": null } })).await;
        assert_eq!((text(&changed, "content"), &changed["model"], &changed["metadata"]), ("Eight", &json!("a"), &json!({ "a": 1 })));
        assert_eq!(changed["createdAt"], first["createdAt"]);
        let stored = fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": null, "finishReason": "stop" })).await;
        assert_eq!((text(&stored, "content"), text(&stored, "finishReason")), ("Eight", "stop"));
        assert_eq!(fixture.messages().await.as_array().unwrap().len(), 1);
    }

    async fn absent_field_is_kept_and_null_removes(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let details = json!({
            "id": FIRST, "role": "assistant", "content": "Seven", "thinkingSteps": [{ "id": "t" }], "toolCalls": [{ "id": "c" }],
            "sources": [{ "id": "s" }], "tokenUsage": { "totalTokens": 3 }, "model": "a", "finishReason": "stop", "metadata": { "a": 1 },
        });
        let parts = ["thinkingSteps", "toolCalls", "sources", "tokenUsage", "model", "finishReason", "metadata"];
        fixture.store(&details).await;
        for body in [json!({ "id": FIRST, "role": "assistant", "content": "Eight" }), json!({ "id": FIRST, "role": "assistant" })] {
            let stored = fixture.store(&body).await;
            assert_eq!(text(&stored, "content"), "Eight");
            for part in parts {
                assert_eq!(stored[part], details[part], "{part}");
            }
        }
        // A single field changes.
        let changed = fixture.store(&json!({ "id": FIRST, "role": "assistant", "model": "b" })).await;
        assert_eq!((text(&changed, "model"), &changed["toolCalls"]), ("b", &details["toolCalls"]));
        for part in parts {
            let cleared = fixture.store(&json!({ "id": FIRST, "role": "assistant", part: null })).await;
            assert!(cleared[part].is_null() || cleared[part] == json!([]), "{part}: {}", cleared[part]);
        }
        let read = fixture.messages().await;
        assert_eq!((read[0]["content"].as_str(), &read[0]["toolCalls"], &read[0]["metadata"]), (Some("Eight"), &json!([]), &Value::Null));
    }

    async fn id_of_another_thread_is_rejected(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let other = ThreadFixture::create_thread(&fixture.test_space).await;
        for (id, content) in [(FIRST, json!("Said")), (SECOND, Value::Null)] {
            fixture.store(&json!({ "id": id, "role": "assistant", "content": content })).await;
        }
        for id in [FIRST, SECOND] {
            for content in [json!("Mine"), Value::Null] {
                let reply = fixture.store_in(&other, &json!({ "id": id, "role": "assistant", "content": content })).await;
                assert_eq!(reply.expect(403)["error"], "Forbidden");
            }
        }
        let saved = fixture.messages().await;
        assert_eq!((saved[0]["content"].as_str(), saved[1]["content"].as_str()), (Some("Said"), None));
        // The id of a group's message is rejected too.
        let stored = fixture.test_space.save_message(&json!({ "message": "hi" })).await;
        let reply = fixture.store_in(&other, &json!({ "id": stored["id"], "role": "user", "content": "Mine" })).await;
        assert_eq!(reply.status, 403);
        assert_eq!(text_fields(&fixture.test_space.list_messages("").await, "message"), ["hi"]);
    }

    async fn invalid_body_changes_nothing(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
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
            let reply = fixture.store_in(&fixture.thread, &body).await;
            assert_eq!(reply.status, 400, "{:.80}", body.to_string());
        }
        assert_eq!(fixture.store_in(&fixture.thread, &json!({})).await.status, 400);
        for thread in [UNKNOWN_ID, "x"] {
            let reply = fixture.store_in(thread, &good).await;
            assert_eq!(reply.status, 404);
        }
        assert_eq!(fixture.messages().await, json!([]));
    }

    async fn concurrent_publishing_creates_one_message(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        fixture.store(&json!({ "id": FIRST, "role": "assistant", "content": null })).await;
        let path = format!("{}/messages", fixture.messages_path(&fixture.thread));
        let tasks: Vec<_> = (0..20)
            .map(|number| json!({ "id": FIRST, "role": "assistant", "content": format!("answer {number}") }))
            .map(|body| fixture.test_space.server.post(&path).bearer(&fixture.test_space.token).json(&body).send())
            .map(tokio::spawn)
            .collect();
        for task in tasks {
            task.await.unwrap().expect(200);
        }
        let messages = fixture.messages().await;
        assert_eq!(messages.as_array().unwrap().len(), 1);
        assert!(text(&messages[0], "content").starts_with("answer "));
    }

    async fn concurrent_saves_of_draft_succeed_and_one_wins(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let other = ThreadFixture::create_thread(&fixture.test_space).await;
        for round in 0..3 {
            let id = format!("{round:08}-0000-4000-8000-000000000001");
            let steps = |number: usize| json!([{ "id": format!("step {number}") }]);
            // Every fourth request names the draft in another thread.
            let tasks: Vec<_> = (0..20).map(|number| {
                let thread = if number % 4 == 3 { &other } else { &fixture.thread };
                let path = format!("{}/messages", fixture.messages_path(thread));
                let body = json!({ "id": id, "role": "assistant", "thinkingSteps": steps(number) });
                tokio::spawn(fixture.test_space.server.post(&path).bearer(&fixture.test_space.token).json(&body).send())
            }).collect();
            let mut stored = Vec::new();
            for (number, task) in tasks.into_iter().enumerate() {
                let reply = task.await.unwrap();
                let is_refused = [403, 404].contains(&reply.status);
                assert!(reply.status == 200 || is_refused, "{} {}", reply.status, reply.text());
                if !is_refused {
                    stored.push(number);
                }
            }
            // The draft belongs to one thread and equals one of the saved versions.
            let elsewhere = stored.iter().all(|number| number % 4 == 3);
            assert!(elsewhere || stored.iter().all(|number| number % 4 != 3), "{stored:?}");
            let home = if elsewhere { &other } else { &fixture.thread };
            for thread in [&fixture.thread, &other] {
                let request = fixture.test_space.server.get(&fixture.messages_path(thread)).bearer(&fixture.test_space.token).send().await.expect(200);
                let found: Vec<_> = request["messages"].as_array().unwrap().iter().filter(|draft| draft["id"] == id).collect();
                if thread == home {
                    assert_eq!(found.len(), 1);
                    assert!(stored.iter().any(|number| found[0]["thinkingSteps"] == steps(*number)), "{found:?}");
                } else {
                    assert_eq!(found, Vec::<&Value>::new());
                }
            }
        }
    }

    async fn client_ids_do_not_advance_server_clock(server: TestServer) {
        let mut fixture = ThreadFixture::create(server).await;
        let far = "ffffffff-ffff-4fff-bfff-ffffffffffff";
        let before = fixture.store(&json!({ "id": far, "role": "user", "content": "hi" })).await;
        fixture.test_space.server.restart().await;
        let after = fixture.store(&json!({ "id": FIRST, "role": "user", "content": "ho" })).await;
        assert_eq!(text(&before, "createdAt")[..4], text(&after, "createdAt")[..4]);
        assert_eq!(text_fields(&fixture.messages().await, "content"), ["hi", "ho"]);
    }

    async fn many_drafts_are_streamed_in_batches(server: TestServer) {
        let fixture = ThreadFixture::create(server).await;
        let steps = json!([{ "type": "thought", "text": "x".repeat(200_000) }]);
        let id = |number: u32| format!("{number:08x}-0000-4000-8000-000000000001");
        for number in 1..=12 {
            let draft = json!({ "id": id(number), "role": "assistant", "content": null, "thinkingSteps": steps });
            fixture.store(&draft).await;
        }
        fixture.store(&json!({ "id": id(99), "role": "user", "content": "Hello" })).await;
        let rendered = fixture.messages().await;
        let wanted: Vec<String> = std::iter::once(99).chain(1..=12).map(id).collect();
        assert_eq!(text_fields(&rendered, "id"), wanted);
        let (saved, drafts) = rendered.as_array().unwrap().split_first().unwrap();
        assert_eq!(saved["content"], "Hello");
        assert!(drafts.iter().all(|draft| draft["content"].is_null() && draft["thinkingSteps"] == steps));
    }
}
