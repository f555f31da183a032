//! The user's conversation list.

use std::collections::BTreeMap;
use std::time::Duration;

use parlor_testkit::{TestSocket, both};
use serde_json::{Value, json};

use super::{
    add_participant, connect, create_titled_chat, next_frame, next_frame_of_type, post_message,
    remove_participant, subscribe,
};
use crate::requests::{AsTenantA, path_of_chat};

/// Subscribes to the list, and returns its rows and the frame that ends them.
async fn subscribe_list(socket: &mut TestSocket, position: Option<&Value>) -> (Vec<Value>, Value) {
    let mut request = json!({ "action": "list", "ref": "l" });
    if let Some(position) = position {
        request["position"] = position.clone();
    }
    socket.send(&request).await;
    let started = next_frame(socket).await;
    assert_eq!(
        (&started["event_type"], &started["ref"]),
        (&json!("list_started"), &json!("l"))
    );
    assert_eq!(started["resumed"], position.is_some());
    let mut rows = Vec::new();
    loop {
        let frame = next_frame(socket).await;
        if frame["event_type"] == "list_current" {
            return (rows, frame);
        }
        assert_eq!(frame["event_type"], "conversation_changed", "{frame}");
        rows.push(frame);
    }
}

/// Waits for a row that matches. A state may be sent more than once; the latest comes last.
async fn next_matching_row(
    socket: &mut TestSocket,
    chat: &Value,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    loop {
        let frame = next_frame_of_type(socket, "conversation_changed").await;
        if frame["conversation"] == chat["id"] && fits(&frame) {
            return frame;
        }
    }
}

both! {
    async fn list_is_followed_by_every_change(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        post_message(&server, &one, json!({ "content": "Where is it?", "sender_role": "assistant" })).await;
        create_titled_chat(&server, "somebody-else", "Not mine").await;
        let (mut socket, _) = connect(&server, "u1").await;
        let (rows, current) = subscribe_list(&mut socket, None).await;
        assert_eq!((rows.len(), &current["total"]), (1, &json!(1)));
        let row = &rows[0];
        assert_eq!((&row["conversation"], &row["membership"], &row["title"]), (&one["id"], &json!("joined"), &json!("One")));
        assert_eq!((&row["seq"], &row["unread"], &row["status"]), (&json!(2), &json!(1), &json!("active")));
        assert_eq!((&row["last_message"]["content"], &row["last_message"]["sender_role"]),
            (&json!("Where is it?"), &json!("assistant")));

        // A new conversation, an added participant, a message, a title, a state, all without subscriptions.
        let two = create_titled_chat(&server, "u1", "Two").await;
        next_matching_row(&mut socket, &two, |row| row["title"] == "Two").await;
        let three = create_titled_chat(&server, "u3", "Three").await;
        add_participant(&server, &three, "u1").await;
        next_matching_row(&mut socket, &three, |row| row["membership"] == "joined").await;
        post_message(&server, &three, json!({ "content": "Welcome", "user_id": "u3" })).await;
        let row = next_matching_row(&mut socket, &three, |row| row["last_message"]["content"] == "Welcome").await;
        assert_eq!(row["unread"], 1);
        let change = json!({ "title": "Drei", "status": "closed" });
        server.patch(&path_of_chat(&two)).by_a(&server).json(&change).send().await.expect(200);
        next_matching_row(&mut socket, &two, |row| row["title"] == "Drei" && row["status"] == "closed").await;

        // A read mark of any client is applied.
        let (mut elsewhere, _) = connect(&server, "u1").await;
        subscribe(&mut elsewhere, &[&three]).await;
        elsewhere.send(&json!({ "action": "read", "conversation": three["id"], "seq": row["seq"] })).await;
        next_matching_row(&mut socket, &three, |row| row["unread"] == 0).await;

        // A removed user receives the removal, and no later change.
        remove_participant(&server, &three, "u1").await;
        let row = next_matching_row(&mut socket, &three, |row| row["membership"] == "removed").await;
        assert!(row.get("last_message").is_none() && row.get("title").is_none(), "{row}");
        post_message(&server, &three, json!({ "content": "secret", "user_id": "u3" })).await;
        server.delete(&path_of_chat(&one)).by_a(&server).send().await.expect(200);
        loop {
            let frame = next_frame(&mut socket).await;
            if frame["conversation"] == one["id"] {
                assert_eq!(frame["membership"], "gone");
                break;
            }
            assert_ne!(frame["conversation"], three["id"], "{frame}");
        }
    }

    async fn resumed_list_sends_missed_changes(server: TestServer) {
        let mut chats = Vec::new();
        for n in 0..130 {
            chats.push(create_titled_chat(&server, "u1", &n.to_string()).await);
        }
        server.clock.advance(Duration::from_secs(600));
        let (mut socket, _) = connect(&server, "u1").await;
        let (rows, current) = subscribe_list(&mut socket, None).await;
        assert_eq!((rows.len(), &current["total"]), (130, &json!(130)));
        socket.close().await;

        server.clock.advance(Duration::from_secs(600));
        post_message(&server, &chats[3], json!({ "content": "missed" })).await;
        remove_participant(&server, &chats[4], "u1").await;
        server.delete(&path_of_chat(&chats[5])).by_a(&server).send().await.expect(200);
        let new = create_titled_chat(&server, "u1", "New").await;
        let (mut socket, _) = connect(&server, "u1").await;
        let (rows, again) = subscribe_list(&mut socket, Some(&current["position"])).await;
        let rows: BTreeMap<&str, &Value> =
            rows.iter().map(|row| (row["conversation"].as_str().unwrap(), row)).collect();
        let row = |chat: &Value| rows[chat["id"].as_str().unwrap()];
        assert_eq!(row(&chats[3])["last_message"]["content"], "missed");
        assert_eq!(row(&chats[4])["membership"], "removed");
        assert_eq!(row(&new)["title"], "New");
        assert_eq!(rows.len(), 3);
        // A deletion in the meantime is visible in `total`.
        assert_eq!(again["total"], 129);
        assert_ne!(again["position"], current["position"]);
        // The list resumes, also from the position of a change.
        post_message(&server, &chats[9], json!({ "content": "now" })).await;
        let row = next_matching_row(&mut socket, &chats[9], |row| row["last_message"]["content"] == "now").await;
        assert!(row["position"].is_string(), "{row}");
        socket.send(&json!({ "action": "unlist", "ref": "u" })).await;
        assert_eq!(next_frame_of_type(&mut socket, "list_stopped").await["ref"], "u");
        // A position of another epoch starts from the beginning.
        socket.send(&json!({ "action": "list", "position": "another/1" })).await;
        assert_eq!(next_frame_of_type(&mut socket, "list_started").await["resumed"], false);
        assert_eq!(next_frame_of_type(&mut socket, "list_current").await["total"], 129);
    }

    async fn changes_are_coalesced_and_the_latest_is_sent(server: TestServer) {
        let mut chats = Vec::new();
        for n in 0..5 {
            chats.push(create_titled_chat(&server, "u1", &n.to_string()).await);
        }
        let (mut socket, _) = connect(&server, "u1").await;
        subscribe_list(&mut socket, None).await;
        for n in 0..40 {
            for chat in &chats {
                post_message(&server, chat, json!({ "content": n.to_string() })).await;
            }
        }
        let (mut newest, mut frame_count): (BTreeMap<String, i64>, i32) = (BTreeMap::new(), 0);
        while newest.len() < 5 || newest.values().any(|seq| *seq < 41) {
            let frame = next_frame_of_type(&mut socket, "conversation_changed").await;
            let seq = frame["seq"].as_i64().unwrap();
            let before = newest.insert(frame["conversation"].as_str().unwrap().to_owned(), seq);
            assert!(before.is_none_or(|before| before <= seq), "states never go back");
            frame_count += 1;
        }
        assert!(frame_count < 200, "each of 200 changes was told by itself");
    }
}
