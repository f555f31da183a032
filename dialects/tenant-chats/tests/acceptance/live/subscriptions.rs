//! Subscriptions to many conversations on one socket.

use std::collections::BTreeMap;

use parlor_engine::message;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::both;
use serde_json::{Value, json};

use super::{
    connect, conversation_key, create_titled_chat, next_frame, next_frame_of_type, post_message,
    subscribe,
};
use crate::requests::{get_json, path_of_chat};

both! {
    async fn each_conversation_is_received_in_its_order(server: TestServer) {
        let (one, two) = (create_titled_chat(&server, "u1", "One").await, create_titled_chat(&server, "u1", "Two").await);
        let (mut socket, _) = connect(&server, "u1").await;
        subscribe(&mut socket, &[&one, &two]).await;
        for n in 0..20 {
            for chat in [&one, &two] {
                post_message(&server, chat, json!({ "content": n.to_string() })).await;
            }
        }
        let mut seen: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
        while seen.values().map(Vec::len).sum::<usize>() < 40 {
            let frame = next_frame(&mut socket).await;
            assert_eq!(frame["event_type"], "message_created", "{frame}");
            let actual = (frame["seq"].as_i64().unwrap(), frame["message"]["content"].as_str().unwrap().to_owned());
            seen.entry(frame["conversation"].as_str().unwrap().to_owned()).or_default().push(actual);
        }
        let expected: Vec<_> = (0..20).map(|n| (n + 2, n.to_string())).collect();
        for chat in [&one, &two] {
            assert_eq!(seen[chat["id"].as_str().unwrap()], expected);
        }
    }

    async fn sent_message_is_acknowledged_once_in_log_order(server: TestServer) {
        let (one, two) = (create_titled_chat(&server, "u1", "One").await, create_titled_chat(&server, "u1", "Two").await);
        let (mut socket, _) = connect(&server, "u1").await;
        subscribe(&mut socket, &[&one, &two]).await;
        let send = json!({
            "action": "send", "conversation": two["id"], "content": "hello", "client_message_id": "c-1", "ref": "r-1"
        });
        socket.send(&send).await;
        let received = next_frame(&mut socket).await;
        assert_eq!((&received["event_type"], &received["ref"]), (&json!("message_received"), &json!("r-1")));
        assert_eq!((&received["conversation"], &received["seq"]), (&two["id"], &json!(2)));
        // A repeat is not stored, and is acknowledged like the first.
        socket.send(&send).await;
        let again = next_frame(&mut socket).await;
        assert_eq!((&again["message_id"], &again["duplicate"]), (&received["message_id"], &json!(true)));
        post_message(&server, &two, json!({ "content": "and" })).await;
        assert_eq!(next_frame(&mut socket).await["seq"], 3, "one's own word came once");
        let page = get_json(&server, &format!("{}/messages", path_of_chat(&two))).await;
        assert_eq!(page["messages"][0]["content"], "hello");
    }

    async fn log_resumes_at_the_exact_position(server: TestServer) {
        let (one, two) = (create_titled_chat(&server, "u1", "One").await, create_titled_chat(&server, "u1", "Two").await);
        for n in 0..300 {
            let command = CreateMessage::new(conversation_key(&one), Some(server.a.owner.number), MessageRole::User, n.to_string());
            message::create(&server.engine, &server.a.ctx(), command).await.unwrap();
        }
        let (mut socket, first) = connect(&server, "u1").await;
        socket.send(&json!({ "action": "subscribe", "ref": "both", "conversations": [
            { "conversation": one["id"], "last_seq": 7, "epoch": first["epoch"] },
            { "conversation": two["id"], "last_seq": 1, "epoch": "another" },
        ]})).await;
        let mut answers = BTreeMap::new();
        let mut seen = Vec::new();
        while seen.len() < 294 {
            let frame = next_frame(&mut socket).await;
            assert_eq!(frame.get("ref").is_some(), frame["event_type"] == "subscribed");
            match frame["seq"].as_i64() {
                Some(_) if frame["event_type"] == "subscribed" => {
                    answers.insert(frame["conversation"].as_str().unwrap().to_owned(), frame);
                }
                seq => {
                    assert_eq!(frame["conversation"], one["id"]);
                    seen.push(seq.unwrap());
                }
            }
        }
        assert!(seen.into_iter().eq(8..=301), "every entry once, in order");
        let (one, two) = (&answers[one["id"].as_str().unwrap()], &answers[two["id"].as_str().unwrap()]);
        assert_eq!((&one["resumed"], &one["replayed"], &one["seq"]), (&json!(true), &json!(294), &json!(301)));
        assert_eq!((&two["resumed"], &two["replayed"], &two["seq"]), (&json!(false), &json!(0), &json!(1)));
        assert_eq!((one.get("reason"), &two["reason"]), (None, &json!("UNKNOWN_EPOCH")));
    }

    async fn invalid_position_is_reported(server: TestServer) {
        let chat = create_titled_chat(&server, "u1", "One").await;
        let (mut socket, first) = connect(&server, "u1").await;
        for (last_seq, epoch, reason) in [
            (json!(0), &Value::Null, "EPOCH_MISSING"),
            (json!(0), &json!("another"), "UNKNOWN_EPOCH"),
            (json!(2), &first["epoch"], "UNKNOWN_POSITION"),
            (json!(-1), &first["epoch"], "INVALID_POSITION"),
            (json!(0.5), &first["epoch"], "INVALID_POSITION"),
            (json!("0"), &first["epoch"], "INVALID_POSITION"),
        ] {
            let id = &chat["id"];
            socket.send(&json!({ "action": "subscribe", "conversation": id, "last_seq": last_seq, "epoch": epoch })).await;
            let answer = next_frame_of_type(&mut socket, "subscribed").await;
            let actual = (&answer["resumed"], &answer["replayed"], &answer["reason"]);
            assert_eq!(actual, (&json!(false), &json!(0), &json!(reason)), "{last_seq} {epoch}");
            socket.send(&json!({ "action": "unsubscribe", "conversation": id })).await;
            next_frame_of_type(&mut socket, "unsubscribed").await;
        }
        let epoch = first["epoch"].as_str().unwrap();
        for (position, reason) in [
            ("nonsense".to_owned(), "INVALID_POSITION"),
            (format!("{epoch}/soon"), "INVALID_POSITION"),
            ("another/1".to_owned(), "UNKNOWN_EPOCH"),
        ] {
            socket.send(&json!({ "action": "list", "position": position })).await;
            let answer = next_frame_of_type(&mut socket, "list_started").await;
            assert_eq!((&answer["resumed"], &answer["reason"]), (&json!(false), &json!(reason)), "{position}");
        }
        socket.send(&json!({ "action": "list" })).await;
        assert_eq!(next_frame_of_type(&mut socket, "list_started").await.get("reason"), None);
    }

    async fn history_typing_and_reading_are_of_their_conversation(server: TestServer) {
        let (one, two) = (create_titled_chat(&server, "u1", "One").await, create_titled_chat(&server, "u1", "Two").await);
        crate::live::add_participant(&server, &one, "u2").await;
        post_message(&server, &one, json!({ "content": "first" })).await;
        let (mut a, _) = connect(&server, "u1").await;
        let (mut b, _) = connect(&server, "u2").await;
        subscribe(&mut a, &[&one, &two]).await;
        subscribe(&mut b, &[&one]).await;
        // Ephemeral events are received from here on.
        next_frame_of_type(&mut b, "presence").await;
        a.send(&json!({ "action": "history", "conversation": one["id"], "ref": "h" })).await;
        let history = next_frame(&mut a).await;
        assert_eq!((&history["event_type"], &history["conversation"]), (&json!("history"), &one["id"]));
        assert_eq!(history["messages"][0]["content"], "first");
        a.send(&json!({ "action": "typing", "conversation": one["id"], "state": "start" })).await;
        let typing = next_frame(&mut b).await;
        assert_eq!((&typing["event_type"], &typing["user_id"], &typing["conversation"]),
            (&json!("typing"), &json!("u1"), &one["id"]));
        // Of many read marks only the furthest is stored and published.
        for seq in 1..=3 {
            a.send(&json!({ "action": "read", "conversation": one["id"], "seq": seq })).await;
        }
        let read = next_frame(&mut b).await;
        assert_eq!((&read["event_type"], &read["seq"]), (&json!("read"), &json!(3)), "{read}");
        // A pending read mark is stored and published when the socket closes.
        post_message(&server, &one, json!({ "content": "second" })).await;
        assert_eq!(next_frame_of_type(&mut a, "message_created").await["seq"], 4);
        a.send(&json!({ "action": "read", "conversation": one["id"], "seq": 4 })).await;
        a.send(&json!({ "action": "ping", "ref": "done" })).await;
        assert_eq!(next_frame(&mut a).await["ref"], "done");
        a.close().await;
        assert_eq!(next_frame_of_type(&mut b, "read").await["seq"], 4);
    }

    async fn subscriptions_are_unique_and_limited_to_two_hundred(server: TestServer) {
        let mut chats = Vec::new();
        for n in 0..201 {
            chats.push(create_titled_chat(&server, "u1", &n.to_string()).await);
        }
        let wanted = |chats: &[Value]| -> Vec<Value> {
            chats.iter().map(|chat| json!({ "conversation": chat["id"] })).collect()
        };
        let (mut socket, first) = connect(&server, "u1").await;
        assert_eq!(first["subscriptions"], 200);
        socket.send(&json!({ "action": "subscribe", "conversations": wanted(&chats[..200]) })).await;
        for chat in &chats[..200] {
            let answer = next_frame(&mut socket).await;
            assert_eq!((&answer["event_type"], &answer["conversation"]), (&json!("subscribed"), &chat["id"]));
        }
        let last = &chats[200];
        let subscribe = json!({ "action": "subscribe", "conversation": last["id"], "ref": "one more" });
        socket.send(&subscribe).await;
        let refused = next_frame(&mut socket).await;
        assert_eq!((&refused["error_code"], &refused["ref"]), (&json!("TOO_MANY_SUBSCRIPTIONS"), &json!("one more")));
        assert_eq!((&refused["fatal"], &refused["conversation"]), (&json!(false), &last["id"]));
        socket.send(&json!({ "action": "subscribe", "conversation": chats[7]["id"] })).await;
        assert_eq!(next_frame(&mut socket).await["error_code"], "ALREADY_SUBSCRIBED");
        // After unsubscribing from one, another is accepted.
        socket.send(&json!({ "action": "unsubscribe", "conversation": chats[7]["id"] })).await;
        let left = next_frame(&mut socket).await;
        assert_eq!((&left["event_type"], &left["reason"]), (&json!("unsubscribed"), &json!("ASKED")));
        socket.send(&subscribe).await;
        assert_eq!(next_frame(&mut socket).await["event_type"], "subscribed");
        post_message(&server, &chats[7], json!({ "content": "unheard" })).await;
        post_message(&server, last, json!({ "content": "heard" })).await;
        assert_eq!(next_frame(&mut socket).await["message"]["content"], "heard");
    }

    async fn slow_reader_of_many_conversations_misses_no_entry(server: TestServer) {
        const CHATS: usize = 8;
        const EACH: usize = 500;
        let mut chats = Vec::new();
        for n in 0..CHATS {
            chats.push(create_titled_chat(&server, "u1", &n.to_string()).await);
        }
        let (mut slow, _) = connect(&server, "u1").await;
        subscribe(&mut slow, &chats.iter().collect::<Vec<_>>()).await;
        let mut sends = tokio::task::JoinSet::new();
        for chat in &chats {
            for n in 0..EACH {
                let (engine, ctx) = (server.engine.clone(), server.a.ctx());
                let text = format!("{n} {}", "x".repeat(8_000));
                let command = CreateMessage::new(conversation_key(chat), None, MessageRole::User, text);
                sends.spawn(async move { message::create(&engine, &ctx, command).await.unwrap() });
            }
        }
        assert_eq!(sends.join_all().await.len(), CHATS * EACH);
        let mut seen: BTreeMap<String, i64> = BTreeMap::new();
        let (mut count, mut lagged) = (0, 0);
        while count < CHATS * EACH {
            let frame = slow.next().await;
            let has = seen.entry(frame["conversation"].as_str().unwrap().to_owned()).or_insert(1);
            match frame["event_type"].as_str().unwrap() {
                "lagged" => {
                    assert_eq!(frame["from"], *has);
                    lagged += 1;
                }
                "message_created" => {
                    *has += 1;
                    assert_eq!(frame["seq"], *has);
                    count += 1;
                }
                other => assert_eq!(other, "presence"),
            }
        }
        assert!(lagged > 0, "it was told that it was slow");
        post_message(&server, &chats[3], json!({ "content": "again" })).await;
        assert_eq!(next_frame(&mut slow).await["message"]["content"], "again");
    }
}
