//! Answers of the workspace's assistant, in threads and for the widget.

use http::Method;
use parlor_testkit::with_assistant;
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, text, text_fields};
use crate::threads::create_thread;
use crate::widget::widget_request;

/// Path of a thread without the version.
fn thread_path(test_space: &TestSpace, thread: &Value) -> String {
    let workspace = &test_space.server.a.workspace;
    format!(
        "/workspaces/{workspace}/agent/threads/{}",
        text(thread, "id")
    )
}

async fn new_thread(test_space: &TestSpace) -> Value {
    let body = json!({ "title": "Refund", "spaceId": test_space.space });
    create_thread(test_space, &test_space.ada, &body).await
}

/// Asks in a thread and returns the names and payloads of the frames.
async fn ask(test_space: &TestSpace, thread: &Value, message: &str) -> Vec<(String, Value)> {
    let path = format!("/v1{}/chat", thread_path(test_space, thread));
    let request = test_space.server.post(&path).bearer(&test_space.ada);
    let body = json!({ "message": message });
    let reply = request.json(&body).send_streaming().await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "text/event-stream");
    let body = reply.text().await.unwrap();
    let frames = body.split_terminator("\n\n").map(|frame| {
        let (name, data) = frame
            .strip_prefix("event: ")
            .and_then(|frame| frame.split_once("\ndata: "))
            .unwrap();
        (name.to_owned(), serde_json::from_str(data).unwrap())
    });
    frames.collect()
}

async fn stored(test_space: &TestSpace, thread: &Value) -> Value {
    let path = thread_path(test_space, thread);
    let request = test_space.server.get(&path).bearer(&test_space.ada);
    request.send().await.expect(200)["messages"].clone()
}

with_assistant! {
    async fn question_in_a_thread_is_answered_as_frames(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let frames = ask(&test_space, &thread, "What is the refund policy?").await;
        let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "content_delta").collect();
        assert_eq!(names, ["message_start", "content_end", "message_end", "done"]);
        let deltas = frames.iter().filter(|(name, _)| name == "content_delta");
        let said: String = deltas.map(|(_, payload)| text(payload, "delta")).collect();
        assert_eq!(said, "You said: What is the refund policy?");
        let messages = stored(&test_space, &thread).await;
        assert_eq!(text_fields(&messages, "content"), ["What is the refund policy?", said.as_str()]);
        assert_eq!(text_fields(&messages, "role"), ["user", "assistant"]);
        for (name, payload) in &frames {
            assert_eq!((&payload["threadId"], &payload["messageId"]), (&thread["id"], &messages[1]["id"]), "{name}");
        }
        assert_eq!(frames[0].1["role"], "assistant");
        let end = &frames[frames.len() - 2].1;
        assert_eq!(end["finishReason"], "stop");
        assert!(end["tokenUsage"]["totalTokens"].as_i64() > Some(0), "{end}");
        assert_eq!((&messages[1]["finishReason"], &messages[1]["tokenUsage"]), (&end["finishReason"], &end["tokenUsage"]));
    }

    async fn tools_are_frames_and_belong_to_the_answer(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let question = "/tool search_messages {\"query\": \"zebra\"}\n/tool nothing {}";
        let frames = ask(&test_space, &thread, question).await;
        let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "content_delta").collect();
        assert_eq!(names, ["message_start", "tool_call_start", "tool_call_start", "tool_call_end", "tool_call_end", "content_end", "message_end", "done"]);
        let (start, end, failed) = (&frames[1].1, &frames[3].1, &frames[4].1);
        assert_eq!((&start["toolCallId"], &start["name"], &start["input"]), (&end["toolCallId"], &json!("search_messages"), &json!({ "query": "zebra" })));
        assert_eq!(end["output"], json!({ "messages": [] }));
        assert!(end["durationMs"].is_i64() && failed.get("output").is_none(), "{end} {failed}");
        assert_eq!(failed["error"], "there is no tool with this name");
        let messages = stored(&test_space, &thread).await;
        assert_eq!(text_fields(&messages, "role"), ["user", "assistant"]);
        let calls = &messages[1]["toolCalls"];
        assert_eq!((&calls[0]["name"], &calls[0]["output"], &calls[0]["status"]), (&json!("search_messages"), &end["output"], &json!("completed")));
        assert_eq!((&calls[1]["error"], &calls[1]["status"]), (&failed["error"], &json!("error")));
        assert!(text(&messages[1], "content").starts_with("The tool returned: "));
    }

    async fn words_before_tools_are_an_answer_of_their_own(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let frames = ask(&test_space, &thread, "let me look\n/tool search_messages {\"query\": \"zebra\"}").await;
        let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "content_delta").collect();
        assert_eq!(names, [
            "message_start", "tool_call_start", "tool_call_end", "content_end", "message_end",
            "message_start", "content_end", "message_end", "done",
        ]);
        let messages = stored(&test_space, &thread).await;
        assert_eq!(text_fields(&messages, "role"), ["user", "assistant", "assistant"]);
        assert_eq!(text_fields(&messages, "content")[1], "You said: let me look");
        assert_eq!((&messages[1]["toolCalls"][0]["output"], &messages[2]["toolCalls"]), (&json!({ "messages": [] }), &json!([])));
        for message in [&messages[1], &messages[2]] {
            let of_message = frames.iter().filter(|(name, payload)| name == "content_delta" && payload["messageId"] == message["id"]);
            let said: String = of_message.map(|(_, payload)| text(payload, "delta")).collect();
            assert_eq!(said, text(message, "content"));
        }
        let ends: Vec<_> = frames.iter().filter(|(name, _)| name == "message_end").map(|(_, payload)| &payload["finishReason"]).collect();
        assert_eq!(ends, [&json!("tool_calls"), &json!("stop")]);
    }

    async fn tools_are_nothing_for_visitors(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let body = json!({ "newMessage": "let me look\n/tool search_messages {\"query\": \"zebra\"}", "groupId": group });
        let reply = widget_request(&test_space, &test_space.ada, Method::POST, "/messages").json(&body).send().await;
        let (_, said) = reply.text().split_once('\n').map(|(id, said)| (id.to_owned(), said.to_owned())).unwrap();
        assert_eq!(said, "You said: let me look\n\nThe tool returned: {\"messages\":[]}");
        let list = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
        assert_eq!(text_fields(&list["messages"], "type"), ["AI", "AI", "USER"]);
        assert_eq!(text_fields(&list["messages"], "message")[..2], ["The tool returned: {\"messages\":[]}", "You said: let me look"]);
    }

    async fn failure_is_an_error_frame_and_no_message(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let frames = ask(&test_space, &thread, "/fail unauthorized").await;
        let names: Vec<&str> = frames.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["message_start", "error", "done"]);
        assert_eq!(frames[1].1["error"], "The assistant gives no answer (provider_rejected)");
        assert_eq!(text_fields(&stored(&test_space, &thread).await, "role"), ["user"]);
    }

    async fn messages_that_a_client_stores_get_no_answer(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let path = format!("/v1{}/messages", thread_path(&test_space, &thread));
        let message = json!({ "id": "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0002", "role": "user", "content": "kept" });
        test_space.server.post(&path).bearer(&test_space.ada).json(&message).send().await.expect(200);
        // Whatever was requested before is answered before this.
        ask(&test_space, &thread, "asked").await;
        let messages = stored(&test_space, &thread).await;
        assert_eq!(text_fields(&messages, "content"), ["kept", "asked", "You said: asked"]);
    }

    async fn widget_receives_the_id_and_the_text_of_the_answer(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        for body in [json!({ "newMessage": "Hello there", "groupId": group }), json!({ "newMessage": "Hello there" })] {
            let reply = widget_request(&test_space, &test_space.ada, Method::POST, "/messages").json(&body).send().await;
            assert_eq!((reply.status, reply.header("content-type")), (200, "text/plain; charset=utf-8"));
            let answer = reply.text();
            let (id, said) = answer.split_once('\n').unwrap();
            assert_eq!(said, "You said: Hello there");
            let id: Value = serde_json::from_str(id).unwrap();
            if body.get("groupId").is_some() {
                let list = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
                assert_eq!(list["messages"][0]["id"], id[0]["id"]);
                assert_eq!(text_fields(&list["messages"], "message"), ["You said: Hello there", "Hello there"]);
                assert_eq!(text_fields(&list["messages"], "type"), ["AI", "USER"]);
            }
        }
    }

    async fn answer_for_the_widget_is_rated(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let body = json!({ "newMessage": "Hello there", "groupId": group });
        let reply = widget_request(&test_space, &test_space.ada, Method::POST, "/messages").json(&body).send().await;
        let answer = reply.text();
        let ids: Value = serde_json::from_str(answer.lines().next().unwrap()).unwrap();
        let thumb = async |kind: &str| {
            let body = json!({ "spaceConversationId": ids[0]["id"], "thumbType": kind, "groupId": group });
            widget_request(&test_space, &test_space.ada, Method::POST, "/thumb-signal").json(&body).send().await.expect(200);
            let saved = test_space.list_messages(&format!("?groupId={group}")).await;
            assert_eq!(saved[1]["id"], ids[0]["id"]);
            (saved[1]["thumbUp"] == true, saved[1]["thumbDown"] == true)
        };
        assert_eq!(thumb("THUMB_UP").await, (true, false));
        assert_eq!(thumb("THUMB_DOWN").await, (false, true));
        assert_eq!(thumb("THUMB_DOWN").await, (false, false));
    }

    async fn widget_asks_in_a_thread_without_the_version(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = new_thread(&test_space).await;
        let path = format!("{}/chat", thread_path(&test_space, &thread));
        let request = test_space.server.post(&path).bearer(&test_space.ada);
        let reply = request.json(&json!({ "message": "Hello", "languageId": "en" })).send_streaming().await;
        assert_eq!((reply.status().as_u16(), &reply.headers()["cache-control"]), (200, &http::HeaderValue::from_static("no-cache, no-store")));
        let frames = reply.text().await.unwrap();
        assert!(frames.ends_with("\n\n") && frames.contains("event: done\n"), "{frames}");
        assert_eq!(text_fields(&stored(&test_space, &thread).await, "content"), ["Hello", "You said: Hello"]);
    }
}
