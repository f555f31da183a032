//! `/chats/{chat_id}/messages`: list, create, rate, and list by tool call.

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};

impl TestWorkspace {
    /// Sends a message to a chat.
    pub(crate) async fn send_message(
        &self,
        caller: &TestMember,
        chat: &Value,
        text: &str,
    ) -> Value {
        let path = format!("/chats/{}/messages", chat["id"]);
        self.post(caller, &path, json!({ "content": text }))
            .await
            .expect(200)
    }

    async fn message_contents(&self, caller: &TestMember, path: &str) -> Vec<Value> {
        let rows = self.get(caller, path).await.expect(200);
        let rows = rows
            .as_array()
            .cloned()
            .unwrap_or_else(|| rows["items"].as_array().unwrap().clone());
        rows.into_iter().map(|row| row["content"].clone()).collect()
    }
}

both! {
    async fn case_25_messages_are_newest_first_by_limit_and_offset(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages", chat["uuid"].as_str().unwrap());
        assert_eq!(setup.get(&setup.u, &path).await.expect(200), json!([]));
        for count in 1..=12 {
            setup.send_message(&setup.u, &chat, &format!("message {count}")).await;
        }
        let ten: Vec<Value> = (3..=12).rev().map(|count| json!(format!("message {count}"))).collect();
        assert_eq!(setup.message_contents(&setup.u, &path).await, ten);
        assert_eq!(setup.message_contents(&setup.u, &format!("{path}?limit=5&offset=10")).await, ["message 2", "message 1"]);
        assert_eq!(setup.message_contents(&setup.u, &format!("{path}?offset=12")).await, Vec::<Value>::new());
        for (query, field) in [("limit=101", "limit"), ("limit=0", "limit"), ("offset=-1", "offset"), ("limit=x", "limit"), ("page=0", "page"), ("pageSize=101", "pageSize")] {
            let refusal = setup.get(&setup.u, &format!("{path}?{query}")).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["query", field]));
        }
        // The other shape: a page with a total.
        let page = setup.get(&setup.u, &format!("{path}?page=2&pageSize=5")).await.expect(200);
        let shape = ["total", "page", "pageSize", "totalPages"].map(|field| page[field].clone());
        assert_eq!(shape, [12, 2, 5, 3].map(Value::from));
        assert_eq!(page["items"][0]["content"], "message 7");
        assert_eq!(setup.get(&setup.u, &format!("{path}?page=1")).await.expect(200)["pageSize"], 20);
        let visible = setup.get(&setup.u, &format!("/chats/{}", chat["id"])).await.expect(200);
        assert_eq!((&visible["messageCount"], &visible["userMessageCount"], &visible["unreadCount"]), (&json!(12), &json!(12), &json!(0)));
    }

    async fn case_22_message_access_follows_chat_access(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages", chat["id"]);
        let posted = setup.send_message(&setup.g, &chat, "for managers").await;
        assert_eq!(["role", "content"].map(|field| posted[field].clone()), ["user", "for managers"].map(Value::from));
        assert_eq!((&posted["chatId"], &posted["memberId"], &posted["deliveryStatus"]), (&chat["id"], &json!(setup.g.number), &Value::Null));
        assert_eq!((&posted["rating"], posted.get("tool_calls")), (&Value::Null, None));
        assert_eq!(setup.get(&setup.u, &path).await.expect(403)["code"], "forbidden");
        setup.post(&setup.u, &path, json!({ "content": "me too" })).await.expect(403);
        setup.get(&setup.g, "/chats/900000001/messages").await.expect(404);
        setup.post(&setup.g, "/chats/900000001/messages", json!({ "content": "x" })).await.expect(404);
        setup.get(&setup.g, "/chats/x/messages").await.expect(404);
        // `chats:read` reads and `chats:write` writes, without taking part.
        let reader = setup.server.create_signed_in_member("Rita", None, "chats:read").await.1;
        let writer = setup.server.create_signed_in_member("Walt", None, "chats:write").await.1;
        let full = setup.path(&path);
        setup.server.get(&full).bearer(&reader).send().await.expect(200);
        setup.server.post(&full).bearer(&reader).json(&json!({ "content": "x" })).send().await.expect(403);
        setup.server.post(&full).bearer(&writer).json(&json!({ "content": "from Walt" })).send().await.expect(200);
        assert_eq!(setup.message_contents(&setup.g, &path).await, ["from Walt", "for managers"]);
        // A closed chat refuses messages.
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        setup.close(key).await;
        assert_eq!(setup.post(&setup.g, &path, json!({ "content": "late" })).await.expect(409)["code"], "conflict");
        assert_eq!(setup.get(&setup.g, &format!("/chats/{}", chat["id"])).await.expect(200)["archived"], true);
    }

    async fn message_body_is_text_or_object(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages/", chat["id"]);
        let plain = setup.post(&setup.u, &path, json!("just a text")).await.expect(200);
        assert_eq!(plain["content"], "just a text");
        let bare = setup.server.post(&setup.path(&path)).bearer(&setup.u.token).body("\"without a type\"").send().await.expect(200);
        assert_eq!(bare["content"], "without a type");
        for bad in [json!({}), json!([]), json!(7), json!(null), json!(""), json!(" \n"), json!({ "content": "" }), json!({ "content": 7 }), json!({ "content": "x", "stream": "yes" }), json!("x".repeat(65_537)), json!("a\u{0}b")] {
            setup.post(&setup.u, &path, bad).await.expect(400);
        }
        let body = setup.server.post(&setup.path(&path)).bearer(&setup.u.token).send().await;
        assert_eq!(body.expect(400)["errors"][0]["loc"], json!(["body", "content"]));
        assert_eq!(setup.get(&setup.u, &path).await.expect(200).as_array().unwrap().len(), 2);
    }

    async fn message_stream_ends_without_assistant(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        let path = setup.path(&format!("/chats/{}/messages", chat["id"]));
        let question = setup.server.post(&path).bearer(&setup.u.token).json(&json!({ "content": "one", "stream": true })).send().await;
        let accepted = setup.server.post(&path).bearer(&setup.u.token).header("accept", "text/event-stream").json(&json!("two")).send().await;
        for (reply, text) in [(question, "one"), (accepted, "two")] {
            assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream"));
            let whole = reply.text();
            let events: Vec<&str> = whole.split("\n\n").filter(|event| !event.is_empty()).collect();
            assert_eq!(events.len(), 3, "{events:?}");
            let (first, error, last) = (events[0], events[1], events[2]);
            assert!(error.starts_with("event: error\ndata: ") && error.contains(r#""code":"assistant_unavailable""#), "{error}");
            let stored: Value = serde_json::from_str(first.strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!((&stored["content"], last), (&json!(text), "data: [DONE]"));
        }
        // `stream: false` wins over the Accept header.
        let refused = setup.server.post(&path).bearer(&setup.u.token).header("accept", "text/event-stream").json(&json!({ "content": "three", "stream": false })).send().await;
        assert_eq!(refused.expect(200)["content"], "three");
    }

    async fn message_list_has_every_role_and_no_log_entries(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "title": "First" })).await;
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let ctx = setup.server.a.ctx();
        for (role, text) in [(MessageRole::System, "be kind"), (MessageRole::Context, "it rains"), (MessageRole::User, "hello"), (MessageRole::Assistant, "hi")] {
            let command = CreateMessage::new(key, None, role, text);
            message::create(&setup.server.engine, &ctx, command).await.unwrap();
        }
        let mut answer = CreateMessage::new(key, None, MessageRole::Tool, "");
        answer.details = MessageDetails { tool_call: Some("call-1".into()), ..MessageDetails::default() };
        message::create(&setup.server.engine, &ctx, answer).await.unwrap();
        // Log entries for joins and titles are not messages.
        setup.post(&setup.g, &format!("/chats/{}/participants", chat["id"]), json!({ "memberId": setup.v.number })).await.expect(200);
        setup.put(&setup.g, &format!("/chats/{}", chat["id"]), json!({ "title": "Second" })).await.expect(200);
        let path = format!("/chats/{}/messages", chat["id"]);
        let rows = setup.get(&setup.g, &path).await.expect(200);
        let roles: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["role"]).collect();
        assert_eq!(roles, ["tool", "assistant", "user", "system", "system"]);
        assert_eq!((&rows[0]["content"], &rows[0]["tool_call_id"]), (&Value::Null, &json!("call-1")));
        let visible = setup.get(&setup.g, &format!("/chats/{}", chat["id"])).await.expect(200);
        let counts = ["messageCount", "userMessageCount", "assistantMessageCount"].map(|field| visible[field].clone());
        assert_eq!(counts, [2, 1, 1].map(Value::from));
        assert_eq!(setup.get(&setup.g, &format!("{path}?page=1")).await.expect(200)["total"], 5);
        // Deleted messages are not listed.
        let id = rows[2]["uuid"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
        message::delete(&setup.server.engine, &ctx, key, MessageKey::Id(id.into())).await.unwrap();
        assert_eq!(setup.message_contents(&setup.g, &path).await, [Value::Null, json!("hi"), json!("it rains"), json!("be kind")]);
    }

    async fn assistant_message_is_rated(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.u.number })).await;
        let question = setup.send_message(&setup.u, &chat, "hello?").await;
        let path = format!("/chats/{}", chat["id"]);
        let answer = setup.post(&setup.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello!" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", answer["messageUuid"].as_str().unwrap());
        let rated = setup.post(&setup.u, &rate, json!({ "rating": "down", "comment": "too short" })).await.expect(200);
        assert_eq!(["rating", "ratingComment", "content"].map(|field| rated[field].clone()), ["down", "too short", "hello!"].map(Value::from));
        assert_eq!(setup.post(&setup.g, &rate, json!({ "rating": "up" })).await.expect(200)["rating"], "up");
        let taken_back = setup.post(&setup.u, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!((&taken_back["rating"], &taken_back["ratingComment"]), (&Value::Null, &Value::Null));
        for bad in [json!({}), json!({ "rating": "best" }), json!({ "rating": 1 }), json!({ "rating": "up", "comment": "x".repeat(4_097) })] {
            setup.post(&setup.u, &rate, bad).await.expect(400);
        }
        // Only the assistant's messages, and only by readers of the chat.
        let own = format!("{path}/messages/{}/rate", question["uuid"].as_str().unwrap());
        setup.post(&setup.u, &own, json!({ "rating": "up" })).await.expect(400);
        setup.post(&setup.n, &rate, json!({ "rating": "up" })).await.expect(403);
        let unknown = format!("{path}/messages/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001/rate");
        setup.post(&setup.u, &unknown, json!({ "rating": "up" })).await.expect(404);
        // A message of another chat is not found.
        let other = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let elsewhere = format!("/chats/{}/messages/{}/rate", other["id"], answer["messageUuid"].as_str().unwrap());
        setup.post(&setup.u, &elsewhere, json!({ "rating": "up" })).await.expect(404);
        let rows = setup.get(&setup.u, &format!("{path}/messages")).await.expect(200);
        assert_eq!(rows[0]["rating"], Value::Null);
    }

    async fn messages_of_tool_call_are_listed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}", chat["id"]);
        let call = |id: &str, name: &str| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": "{\"a\":1}" } });
        let body = json!({ "message": "let me look", "tool_calls": [call("c_1", "look_up"), call("c%1", "add")] });
        let sent = setup.post(&setup.g, &format!("{path}/send-assistant-message"), body).await.expect(200);
        assert_eq!(sent["chatMessage"]["tool_calls"], json!([call("c_1", "look_up"), call("c%1", "add")]));
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        for id in ["c_1", "cx1"] {
            let mut answer = CreateMessage::new(key, None, MessageRole::Tool, format!("answer to {id}"));
            answer.details = MessageDetails { tool_call: Some(id.into()), ..MessageDetails::default() };
            message::create(&setup.server.engine, &setup.server.a.ctx(), answer).await.unwrap();
        }
        assert_eq!(setup.message_contents(&setup.g, &format!("{path}/tool-calls/c_1/messages")).await, ["let me look", "answer to c_1"]);
        assert_eq!(setup.message_contents(&setup.g, &format!("{path}/tool-calls/c%251/messages")).await, ["let me look"]);
        for unknown in ["c_2", "c", "%00"] {
            setup.get(&setup.g, &format!("{path}/tool-calls/{unknown}/messages")).await.expect(404);
        }
        setup.get(&setup.u, &format!("{path}/tool-calls/c_1/messages")).await.expect(403);
        assert_eq!(setup.get(&setup.g, "/chats/tool-call-names").await.expect(200), json!(["add", "look_up"]));
        assert_eq!(setup.get(&setup.u, "/chats/tool-call-names").await.expect(403)["scope"], "chats:read");
    }

    async fn each_member_has_its_own_rating(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        let sent = setup.post(&setup.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", sent["messageUuid"].as_str().unwrap());
        let visible = async |caller| {
            let row = setup.get(caller, &format!("{path}/messages")).await.expect(200)[0].clone();
            (row["rating"].clone(), row["ratingComment"].clone())
        };
        let (up, down, none) = (json!("up"), json!("down"), Value::Null);
        setup.post(&setup.v, &rate, json!({ "rating": "up", "comment": "kind" })).await.expect(200);
        assert_eq!([visible(&setup.v).await, visible(&setup.g).await], [(up.clone(), json!("kind")), (up.clone(), json!("kind"))], "the newest, for who has none");
        let answer = setup.post(&setup.g, &rate, json!({ "rating": "down" })).await.expect(200);
        assert_eq!((&answer["rating"], &answer["ratingComment"]), (&down, &none));
        assert_eq!([visible(&setup.v).await, visible(&setup.g).await], [(up.clone(), json!("kind")), (down, none.clone())], "each its own");
        // Clearing one's own rating leaves the others.
        let answer = setup.post(&setup.g, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!((&answer["rating"], &answer["ratingComment"]), (&up, &json!("kind")));
        setup.post(&setup.v, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!([visible(&setup.v).await, visible(&setup.g).await], [(none.clone(), none.clone()), (none.clone(), none)]);
    }
}
