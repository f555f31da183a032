//! `/chats/{chat_id}/messages`: reading, posting, rating, and the messages of a tool call.

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};

impl TestWorkspace {
    /// Says something in a chat.
    pub(crate) async fn send_message(&self, who: &TestMember, chat: &Value, text: &str) -> Value {
        let path = format!("/chats/{}/messages", chat["id"]);
        self.post(who, &path, json!({ "content": text }))
            .await
            .expect(200)
    }

    async fn message_contents(&self, who: &TestMember, path: &str) -> Vec<Value> {
        let rows = self.get(who, path).await.expect(200);
        let rows = rows
            .as_array()
            .cloned()
            .unwrap_or_else(|| rows["items"].as_array().unwrap().clone());
        rows.into_iter().map(|row| row["content"].clone()).collect()
    }
}

both! {
    async fn case_25_newest_first_by_limit_and_offset(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages", chat["uuid"].as_str().unwrap());
        assert_eq!(world.get(&world.u, &path).await.expect(200), json!([]));
        for count in 1..=12 {
            world.send_message(&world.u, &chat, &format!("message {count}")).await;
        }
        let ten: Vec<Value> = (3..=12).rev().map(|count| json!(format!("message {count}"))).collect();
        assert_eq!(world.message_contents(&world.u, &path).await, ten);
        assert_eq!(world.message_contents(&world.u, &format!("{path}?limit=5&offset=10")).await, ["message 2", "message 1"]);
        assert_eq!(world.message_contents(&world.u, &format!("{path}?offset=12")).await, Vec::<Value>::new());
        for (query, field) in [("limit=101", "limit"), ("limit=0", "limit"), ("offset=-1", "offset"), ("limit=x", "limit"), ("page=0", "page"), ("pageSize=101", "pageSize")] {
            let refusal = world.get(&world.u, &format!("{path}?{query}")).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["query", field]));
        }
        // The second form: a page with a total.
        let page = world.get(&world.u, &format!("{path}?page=2&pageSize=5")).await.expect(200);
        let shape = ["total", "page", "pageSize", "totalPages"].map(|field| page[field].clone());
        assert_eq!(shape, [12, 2, 5, 3].map(Value::from));
        assert_eq!(page["items"][0]["content"], "message 7");
        assert_eq!(world.get(&world.u, &format!("{path}?page=1")).await.expect(200)["pageSize"], 20);
        let seen = world.get(&world.u, &format!("/chats/{}", chat["id"])).await.expect(200);
        assert_eq!((&seen["messageCount"], &seen["userMessageCount"], &seen["unreadCount"]), (&json!(12), &json!(12), &json!(0)));
    }

    async fn case_22_whose_messages_are_read_and_who_writes(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages", chat["id"]);
        let said = world.send_message(&world.g, &chat, "for managers").await;
        assert_eq!(["role", "content"].map(|field| said[field].clone()), ["user", "for managers"].map(Value::from));
        assert_eq!((&said["chatId"], &said["memberId"], &said["deliveryStatus"]), (&chat["id"], &json!(world.g.number), &Value::Null));
        assert_eq!((&said["rating"], said.get("tool_calls")), (&Value::Null, None));
        assert_eq!(world.get(&world.u, &path).await.expect(403)["code"], "forbidden");
        world.post(&world.u, &path, json!({ "content": "me too" })).await.expect(403);
        world.get(&world.g, "/chats/900000001/messages").await.expect(404);
        world.post(&world.g, "/chats/900000001/messages", json!({ "content": "x" })).await.expect(404);
        world.get(&world.g, "/chats/x/messages").await.expect(404);
        // With chats:read one reads; with chats:write one writes, whatever one's part.
        let reader = world.server.create_signed_in_member("Rita", None, "chats:read").await.1;
        let writer = world.server.create_signed_in_member("Walt", None, "chats:write").await.1;
        let full = world.path(&path);
        world.server.get(&full).bearer(&reader).send().await.expect(200);
        world.server.post(&full).bearer(&reader).json(&json!({ "content": "x" })).send().await.expect(403);
        world.server.post(&full).bearer(&writer).json(&json!({ "content": "from Walt" })).send().await.expect(200);
        assert_eq!(world.message_contents(&world.g, &path).await, ["from Walt", "for managers"]);
        // A closed chat takes no more.
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        world.close(key).await;
        assert_eq!(world.post(&world.g, &path, json!({ "content": "late" })).await.expect(409)["code"], "conflict");
        assert_eq!(world.get(&world.g, &format!("/chats/{}", chat["id"])).await.expect(200)["archived"], true);
    }

    async fn a_body_is_a_text_or_an_object(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/messages/", chat["id"]);
        let plain = world.post(&world.u, &path, json!("just a text")).await.expect(200);
        assert_eq!(plain["content"], "just a text");
        let bare = world.server.post(&world.path(&path)).bearer(&world.u.token).body("\"without a type\"").send().await.expect(200);
        assert_eq!(bare["content"], "without a type");
        for bad in [json!({}), json!([]), json!(7), json!(null), json!(""), json!(" \n"), json!({ "content": "" }), json!({ "content": 7 }), json!({ "content": "x", "stream": "yes" }), json!("x".repeat(65_537)), json!("a\u{0}b")] {
            world.post(&world.u, &path, bad).await.expect(400);
        }
        let body = world.server.post(&world.path(&path)).bearer(&world.u.token).send().await;
        assert_eq!(body.expect(400)["errors"][0]["loc"], json!(["body", "content"]));
        assert_eq!(world.get(&world.u, &path).await.expect(200).as_array().unwrap().len(), 2);
    }

    async fn a_stream_ends_without_an_assistant(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.post(&world.u, "/chats/dm", json!({ "memberId": world.agent })).await.expect(200);
        let path = world.path(&format!("/chats/{}/messages", chat["id"]));
        let asked = world.server.post(&path).bearer(&world.u.token).json(&json!({ "content": "one", "stream": true })).send().await;
        let accepted = world.server.post(&path).bearer(&world.u.token).header("accept", "text/event-stream").json(&json!("two")).send().await;
        for (reply, text) in [(asked, "one"), (accepted, "two")] {
            assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream"));
            let whole = reply.text();
            let events: Vec<&str> = whole.split("\n\n").filter(|event| !event.is_empty()).collect();
            assert_eq!(events.len(), 2, "{events:?}");
            let (first, last) = (events[0], events[1]);
            let stored: Value = serde_json::from_str(first.strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!((&stored["content"], last), (&json!(text), "data: [DONE]"));
        }
        // Who does not want it does not get it.
        let refused = world.server.post(&path).bearer(&world.u.token).header("accept", "text/event-stream").json(&json!({ "content": "three", "stream": false })).send().await;
        assert_eq!(refused.expect(200)["content"], "three");
    }

    async fn every_role_is_shown_and_log_entries_are_not(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "title": "First" })).await;
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let ctx = world.server.a.ctx();
        for (role, text) in [(MessageRole::System, "be kind"), (MessageRole::Context, "it rains"), (MessageRole::User, "hello"), (MessageRole::Assistant, "hi")] {
            let command = CreateMessage::new(key, None, role, text);
            message::create(&world.server.engine, &ctx, command).await.unwrap();
        }
        let mut answer = CreateMessage::new(key, None, MessageRole::Tool, "");
        answer.details = MessageDetails { tool_call: Some("call-1".into()), ..MessageDetails::default() };
        message::create(&world.server.engine, &ctx, answer).await.unwrap();
        // Joining and renaming are no messages.
        world.post(&world.g, &format!("/chats/{}/participants", chat["id"]), json!({ "memberId": world.v.number })).await.expect(200);
        world.put(&world.g, &format!("/chats/{}", chat["id"]), json!({ "title": "Second" })).await.expect(200);
        let path = format!("/chats/{}/messages", chat["id"]);
        let rows = world.get(&world.g, &path).await.expect(200);
        let roles: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["role"]).collect();
        assert_eq!(roles, ["tool", "assistant", "user", "system", "system"]);
        assert_eq!((&rows[0]["content"], &rows[0]["tool_call_id"]), (&Value::Null, &json!("call-1")));
        let seen = world.get(&world.g, &format!("/chats/{}", chat["id"])).await.expect(200);
        let counts = ["messageCount", "userMessageCount", "assistantMessageCount"].map(|field| seen[field].clone());
        assert_eq!(counts, [2, 1, 1].map(Value::from));
        assert_eq!(world.get(&world.g, &format!("{path}?page=1")).await.expect(200)["total"], 5);
        // What is deleted is gone.
        let id = rows[2]["uuid"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
        message::delete(&world.server.engine, &ctx, key, MessageKey::Id(id.into())).await.unwrap();
        assert_eq!(world.message_contents(&world.g, &path).await, [Value::Null, json!("hi"), json!("it rains"), json!("be kind")]);
    }

    async fn answers_are_rated(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.u.number })).await;
        let asked = world.send_message(&world.u, &chat, "hello?").await;
        let path = format!("/chats/{}", chat["id"]);
        let answer = world.post(&world.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello!" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", answer["messageUuid"].as_str().unwrap());
        let rated = world.post(&world.u, &rate, json!({ "rating": "down", "comment": "too short" })).await.expect(200);
        assert_eq!(["rating", "ratingComment", "content"].map(|field| rated[field].clone()), ["down", "too short", "hello!"].map(Value::from));
        assert_eq!(world.post(&world.g, &rate, json!({ "rating": "up" })).await.expect(200)["rating"], "up");
        let taken_back = world.post(&world.u, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!((&taken_back["rating"], &taken_back["ratingComment"]), (&Value::Null, &Value::Null));
        for bad in [json!({}), json!({ "rating": "best" }), json!({ "rating": 1 }), json!({ "rating": "up", "comment": "x".repeat(4_097) })] {
            world.post(&world.u, &rate, bad).await.expect(400);
        }
        // Only what was said on the assistant's side, only by who may read it.
        let own = format!("{path}/messages/{}/rate", asked["uuid"].as_str().unwrap());
        world.post(&world.u, &own, json!({ "rating": "up" })).await.expect(400);
        world.post(&world.n, &rate, json!({ "rating": "up" })).await.expect(403);
        let unknown = format!("{path}/messages/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001/rate");
        world.post(&world.u, &unknown, json!({ "rating": "up" })).await.expect(404);
        // Another chat's message is unknown.
        let other = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let elsewhere = format!("/chats/{}/messages/{}/rate", other["id"], answer["messageUuid"].as_str().unwrap());
        world.post(&world.u, &elsewhere, json!({ "rating": "up" })).await.expect(404);
        let rows = world.get(&world.u, &format!("{path}/messages")).await.expect(200);
        assert_eq!(rows[0]["rating"], Value::Null);
    }

    async fn the_messages_of_a_tool_call(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}", chat["id"]);
        let call = |id: &str, name: &str| json!({ "id": id, "type": "function", "function": { "name": name, "arguments": "{\"a\":1}" } });
        let body = json!({ "message": "let me look", "tool_calls": [call("c_1", "look_up"), call("c%1", "add")] });
        let sent = world.post(&world.g, &format!("{path}/send-assistant-message"), body).await.expect(200);
        assert_eq!(sent["chatMessage"]["tool_calls"], json!([call("c_1", "look_up"), call("c%1", "add")]));
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        for id in ["c_1", "cx1"] {
            let mut answer = CreateMessage::new(key, None, MessageRole::Tool, format!("answer to {id}"));
            answer.details = MessageDetails { tool_call: Some(id.into()), ..MessageDetails::default() };
            message::create(&world.server.engine, &world.server.a.ctx(), answer).await.unwrap();
        }
        assert_eq!(world.message_contents(&world.g, &format!("{path}/tool-calls/c_1/messages")).await, ["let me look", "answer to c_1"]);
        assert_eq!(world.message_contents(&world.g, &format!("{path}/tool-calls/c%251/messages")).await, ["let me look"]);
        for unknown in ["c_2", "c", "%00"] {
            world.get(&world.g, &format!("{path}/tool-calls/{unknown}/messages")).await.expect(404);
        }
        world.get(&world.u, &format!("{path}/tool-calls/c_1/messages")).await.expect(403);
        assert_eq!(world.get(&world.g, "/chats/tool-call-names").await.expect(200), json!(["add", "look_up"]));
        assert_eq!(world.get(&world.u, "/chats/tool-call-names").await.expect(403)["scope"], "chats:read");
    }

    async fn each_member_has_a_rating_of_its_own(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.v.number })).await;
        let path = format!("/chats/{}", chat["id"]);
        let sent = world.post(&world.g, &format!("{path}/send-assistant-message"), json!({ "message": "hello" })).await.expect(200);
        let rate = format!("{path}/messages/{}/rate", sent["messageUuid"].as_str().unwrap());
        let seen = async |who| {
            let row = world.get(who, &format!("{path}/messages")).await.expect(200)[0].clone();
            (row["rating"].clone(), row["ratingComment"].clone())
        };
        let (up, down, none) = (json!("up"), json!("down"), Value::Null);
        world.post(&world.v, &rate, json!({ "rating": "up", "comment": "kind" })).await.expect(200);
        assert_eq!([seen(&world.v).await, seen(&world.g).await], [(up.clone(), json!("kind")), (up.clone(), json!("kind"))], "the newest, for who has none");
        let answer = world.post(&world.g, &rate, json!({ "rating": "down" })).await.expect(200);
        assert_eq!((&answer["rating"], &answer["ratingComment"]), (&down, &none));
        assert_eq!([seen(&world.v).await, seen(&world.g).await], [(up.clone(), json!("kind")), (down, none.clone())], "each its own");
        // Taking one's own back leaves the other's.
        let answer = world.post(&world.g, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!((&answer["rating"], &answer["ratingComment"]), (&up, &json!("kind")));
        world.post(&world.v, &rate, json!({ "rating": null })).await.expect(200);
        assert_eq!([seen(&world.v).await, seen(&world.g).await], [(none.clone(), none.clone()), (none.clone(), none)]);
    }
}
