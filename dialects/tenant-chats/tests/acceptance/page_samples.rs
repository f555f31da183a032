//! What the sample programs of the vendor's pages do, call by call: a chat is created, loaded whole, listed, and deleted,
//! many at once and with care. Of each answer and frame exactly the fields are read that the samples read.

use parlor_testkit::{Reader, TestServer, TestSocket, both};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::requests::{AsTenantA, CHATS_PATH};

async fn get(server: &TestServer, path: &str) -> Reader {
    let reply = server.get(path).by_a(server).send().await;
    Reader::new(path, reply.expect(200))
}

async fn post(server: &TestServer, path: &str, body: &Value) -> Reader {
    let reply = server.post(path).by_a(server).json(body).send().await;
    Reader::new(path, reply.expect(201))
}

/// The id of a new chat, after all that the page shows of it was read.
async fn create(server: &TestServer, user: &str, title: &str) -> String {
    let body =
        json!({ "user_id": user, "title": title, "metadata": { "department": "technical" } });
    let chat = post(server, CHATS_PATH, &body).await;
    for field in ["user_id", "tenant_id", "title", "created_at", "updated_at"] {
        chat.field(field).non_empty_text();
    }
    assert_eq!(chat.field("config.metadata.department").text(), "technical");
    chat.field("id").text()
}

/// Every message of a chat, a page at a time.
async fn load_all(server: &TestServer, chat: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        let path = format!("{CHATS_PATH}{chat}/messages?limit=2&offset={}", all.len());
        let page = get(server, &path).await;
        page.field("total").number();
        for message in page.field("messages").items() {
            message.field("id").non_empty_text();
            message.field("created_at").non_empty_text();
            assert!(message.field("metadata").value.is_object());
            message.field("media_type").nullable(Reader::text);
            message.field("media_url").nullable(Reader::text);
            all.push((
                message.field("sender_role").text(),
                message.field("content").text(),
            ));
        }
        if !page.field("has_more").flag() {
            return all;
        }
    }
}

/// The next frame, which must be of this type: its documented fields are read.
async fn frame(socket: &mut TestSocket, event_type: &str, fields: &[&str]) -> Reader {
    let frame = Reader::new(event_type, socket.next().await);
    assert_eq!(
        frame.field("event_type").text(),
        event_type,
        "{}",
        frame.value
    );
    for field in fields {
        frame.field(field).text();
    }
    frame
}

async fn connect(server: &TestServer, chat: &str) -> TestSocket {
    let path = format!(
        "/ws/chat?api_key={}&user_id=ada&chat_id={chat}",
        server.a.key
    );
    let mut socket = server.open_socket(&path, &[]).await;
    let fields = ["timestamp", "user_id", "chat_id", "tenant_id"];
    frame(&mut socket, "connection_established", &fields).await;
    socket
}

both! {
    async fn samples_of_requests_find_all_they_read(server: TestServer) {
        let chats = [create(&server, "ada", "one").await, create(&server, "ada", "two").await, create(&server, "ada", "three").await];
        for n in 0..3 {
            let path = format!("{CHATS_PATH}{}/messages", chats[0]);
            post(&server, &path, &json!({ "content": format!("m{n}"), "user_id": "ada" })).await;
        }
        let loaded = load_all(&server, &chats[0]).await;
        assert_eq!(loaded, ["m0", "m1", "m2"].map(|text| ("user".to_owned(), text.to_owned())));
        let chat = get(&server, &format!("{CHATS_PATH}{}", chats[0])).await;
        assert_eq!((chat.field("message_count").number(), chat.field("status").text()), (3, "active".to_owned()));
        // Each item of a list says how many messages it has.
        let listed = get(&server, "/api/v1/chats/user/ada?limit=50&offset=0").await;
        assert_eq!((listed.field("total").number(), listed.field("has_more").flag()), (3, false));
        let counts: Vec<_> = listed.field("chats").items().iter().map(|chat| {
            chat.field("updated_at").text();
            (chat.field("title").text(), chat.field("message_count").number())
        }).collect();
        assert_eq!(counts, [("three", 0), ("two", 0), ("one", 3)].map(|(title, count)| (title.to_owned(), count)));
        let nobody = get(&server, "/api/v1/chats/user/nobody").await;
        assert_eq!((nobody.field("total").number(), nobody.field("chats").items().len()), (0, 0));
        // All at once.
        let mut deletions = JoinSet::new();
        for chat in &chats {
            deletions.spawn(server.delete(&format!("{CHATS_PATH}{chat}")).by_a(&server).send());
        }
        for reply in deletions.join_all().await {
            let deleted = Reader::new("deletion", reply.expect(200));
            assert!(deleted.field("success").flag());
            deleted.field("deleted_at").text();
        }
        for chat in &chats {
            assert_eq!(server.delete(&format!("{CHATS_PATH}{chat}")).by_a(&server).send().await.status, 404);
        }
    }

    async fn samples_of_sockets_find_all_they_read(server: TestServer) {
        let chat = create(&server, "ada", "one").await;
        let mut socket = connect(&server, &chat).await;
        socket.send(&json!({ "content": "Where is my parcel?" })).await;
        let received = frame(&mut socket, "message_received", &["timestamp", "message_id", "chat_id", "user_id"]).await;
        assert_eq!(received.field("content").text(), "Where is my parcel?");
        // What a backend says for an assistant comes as a stream.
        let answer = json!({ "content": "On its way", "sender_role": "assistant", "metadata": { "model": "m", "tokens_used": 3 } });
        let answer = post(&server, &format!("{CHATS_PATH}{chat}/messages"), &answer).await;
        frame(&mut socket, "message_stream_started", &["timestamp", "chat_id", "user_id"]).await;
        let token = frame(&mut socket, "message_stream_token", &["timestamp", "chat_id"]).await;
        let ended = frame(&mut socket, "message_stream_ended", &["timestamp", "chat_id", "user_id"]).await;
        assert_eq!(token.field("token").text(), ended.field("content").text());
        assert_eq!(ended.field("message_id").text(), answer.field("id").text());
        socket.send(&json!({ "content": " " })).await;
        let error = frame(&mut socket, "error", &["error_code"]).await;
        error.field("error_message").non_empty_text();
        error.field("details.fix").non_empty_text();
        // Somebody who is new is told of it.
        let path = format!("/ws/chat?api_key={}&user_id=bob&chat_id={chat}", server.a.key);
        let mut other = server.open_socket(&path, &[]).await;
        frame(&mut other, "connection_established", &["user_id"]).await;
        assert_eq!(frame(&mut other, "user_created", &["timestamp"]).await.field("user_id").text(), "bob");
        // With care: a chat that is in use stays.
        let refused = server.delete(&format!("{CHATS_PATH}{chat}")).by_a(&server).send().await;
        let refused = Reader::new("refusal", refused.expect(409));
        assert!(refused.field("detail").text().contains("may have active connections"));
        assert_eq!(load_all(&server, &chat).await.len(), 2);
    }
}
