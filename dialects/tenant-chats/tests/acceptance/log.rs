//! `GET /api/v1/chats/{id}/log`.

use parlor_engine::{conversation, message, participant};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{MessageId, kind};
use parlor_model::member::MemberKey;
use parlor_model::message::{MessageKey, MessageRole, UpdateMessage};
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, append_message, create_chat, get_json, path_of_chat};

async fn post_message(server: &TestServer, chat: &Value, body: Value) -> Value {
    let request = server.post(&format!("{}/messages", path_of_chat(chat)));
    request.by_a(server).json(&body).send().await.expect(201)
}

fn conversation_key(chat: &Value) -> ConversationKey {
    let id = parlor_kit::ids::parse_uuid::<kind::Conversation>(chat["id"].as_str().unwrap());
    ConversationKey::Id(id.unwrap())
}

fn message_id(message: &Value) -> MessageId {
    parlor_kit::ids::parse_uuid(message["id"].as_str().unwrap()).unwrap()
}

/// Creates a chat with an entry of each kind. Returns it with its messages.
async fn create_eventful_chat(server: &TestServer) -> (Value, [Value; 2]) {
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let chat = create_chat(server, json!({ "user_id": "u1", "title": "First" })).await;
    let kept = post_message(server, &chat, json!({ "content": "kept" })).await;
    let deleted = post_message(
        server,
        &chat,
        json!({ "content": "gone", "user_id": "second" }),
    )
    .await;
    append_message(server, &chat, MessageRole::Context, "background").await;
    let edit = UpdateMessage {
        text: Some("edited".to_owned().into()),
        ..UpdateMessage::default()
    };
    let kept_key = MessageKey::Id(message_id(&kept));
    message::edit(engine, &ctx, conversation_key(&chat), kept_key, edit)
        .await
        .unwrap();
    message::delete(
        engine,
        &ctx,
        conversation_key(&chat),
        MessageKey::Id(message_id(&deleted)),
    )
    .await
    .unwrap();
    let removal = RemoveParticipants {
        conversation: conversation_key(&chat),
        members: vec![MemberKey::External("second".into())],
        authority: ParticipantAuthority::Scope(Scope::write(Resource::Conversations)),
    };
    participant::remove(engine, &ctx, removal).await.unwrap();
    let change = server.patch(&path_of_chat(&chat)).by_a(server);
    let change = change.json(&json!({ "title": "Second", "status": "closed" }));
    change.send().await.expect(200);
    (chat, [kept, deleted])
}

both! {
    async fn log_has_every_entry_in_order(server: TestServer) {
        let (chat, [kept, deleted]) = create_eventful_chat(&server).await;
        let log = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await;
        assert_eq!((&log["chat_id"], &log["last_seq"], &log["has_more"]), (&chat["id"], &json!(9), &json!(false)));
        let entries = log["entries"].as_array().unwrap();
        let displayed: Vec<_> = entries
            .iter()
            .map(|entry| {
                assert!(entry["timestamp"].as_str().unwrap().ends_with('Z'));
                let mut rest = entry.as_object().unwrap().clone();
                for name in ["event_type", "timestamp", "seq"] {
                    rest.shift_remove(name);
                }
                (entry["seq"].as_i64().unwrap(), entry["event_type"].as_str().unwrap(), Value::Object(rest))
            })
            .collect();
        let mut edited = kept.clone();
        edited["content"] = json!("edited");
        assert_eq!(displayed, [
            (1, "chat_created", json!({ "chat": { "id": chat["id"], "title": "First" } })),
            (2, "message_created", json!({ "message": edited, "message_id": kept["id"] })),
            (3, "participant_joined", json!({ "user_id": "second", "user_ids": ["second"] })),
            (4, "empty", json!({})),
            (5, "empty", json!({})),
            (6, "message_updated", json!({ "message": edited, "message_id": kept["id"] })),
            (7, "message_deleted", json!({ "message_id": deleted["id"] })),
            (8, "participant_left", json!({ "user_id": "second", "user_ids": ["second"] })),
            (9, "chat_updated", json!({ "chat": { "id": chat["id"], "title": "Second", "status": "closed" } })),
        ]);
        assert!(!log.to_string().contains("background"), "what is not shown as a message is not shown here");
    }

    async fn log_pages_equal_the_whole_log(server: TestServer) {
        let (chat, _) = create_eventful_chat(&server).await;
        let path = format!("{}/log", path_of_chat(&chat));
        let whole = get_json(&server, &path).await;
        let (mut after, mut entries) = (0, Vec::new());
        loop {
            let page = get_json(&server, &format!("{path}/?after_seq={after}&limit=2")).await;
            let rows = page["entries"].as_array().unwrap();
            assert!(rows.len() <= 2);
            entries.extend(rows.clone());
            after = entries.last().unwrap()["seq"].as_i64().unwrap();
            if page["has_more"] == false {
                break;
            }
        }
        assert_eq!(json!(entries), whole["entries"]);
        for query in ["after_seq=9", "after_seq=9223372036854775807"] {
            let page = get_json(&server, &format!("{path}?{query}")).await;
            assert_eq!((&page["entries"], &page["has_more"]), (&json!([]), &json!(false)), "{query}");
        }
    }

    async fn case_13_bad_queries_of_the_log(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        for query in ["limit=101", "limit=0", "limit=x", "after_seq=-1", "after_seq=x", "after_seq="] {
            let reply = server.get(&format!("{}/log?{query}", path_of_chat(&chat))).by_a(&server).send().await;
            assert_eq!(reply.expect(400)["errors"][0]["loc"][0], "query", "{query}");
        }
    }

    async fn case_12_another_tenants_log_is_unknown(server: TestServer) {
        let (chat, _) = create_eventful_chat(&server).await;
        let unknown = server.get("/api/v1/chats/00000000-0000-4000-8000-000000000000/log").by_b(&server).send().await;
        assert_eq!(unknown.expect(404)["error_code"], "CHAT_NOT_FOUND");
        for request in [
            server.get(&format!("{}/log", path_of_chat(&chat))).by_b(&server),
            server.get("/api/v1/chats/not-a-uuid/log").by_a(&server),
        ] {
            let reply = request.send().await;
            assert_eq!((reply.status, &reply.bytes), (404, &unknown.bytes));
        }
        let blind = server.a.create_key("conversations:admin", None).await;
        let reply = server.get(&format!("{}/log", path_of_chat(&chat))).header("X-API-Key", &blind).send().await;
        assert_eq!(reply.status, 403);
    }

    async fn log_has_no_gaps_with_concurrent_writers(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "T" })).await;
        let mut calls = parlor_testkit::tokio::task::JoinSet::new();
        for index in 0..40 {
            let request = match index % 4 {
                0 => server.patch(&path_of_chat(&chat)).json(&json!({ "title": format!("t{index}") })),
                other => server.post(&format!("{}/messages", path_of_chat(&chat)))
                    .json(&json!({ "content": format!("m{index}"), "user_id": format!("u{other}") })),
            };
            calls.spawn(request.by_a(&server).send());
        }
        while let Some(reply) = calls.join_next().await {
            assert!(reply.unwrap().status < 300);
        }
        let log = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await;
        let seqs: Vec<_> = log["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
        // The first entry, thirty messages, ten titles, two joins.
        assert_eq!(seqs, (1..=43).collect::<Vec<_>>());
        assert_eq!(log["last_seq"], 43);
        // Messages have the seqs of their log entries.
        let page = get_json(&server, &format!("{}/messages?limit=100", path_of_chat(&chat))).await;
        let of = |list: &Value, name: &str| -> Vec<(Value, Value)> {
            let rows = list.as_array().unwrap().iter();
            rows.filter(|row| !row[name].is_null()).map(|row| (row["seq"].clone(), row[name].clone())).collect()
        };
        assert_eq!(of(&log["entries"], "message_id"), of(&page["messages"], "id"));
        let whole = conversation::find(&server.engine, &server.a.ctx(), conversation_key(&chat)).await.unwrap();
        assert_eq!(whole.last_seq, 43);
    }
}
