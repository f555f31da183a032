//! Batches of messages.

use crate::client::{Client, assert_error, cases};
use serde_json::{Value, json};

async fn list_texts(client: &Client, conversation: &str) -> Vec<String> {
    let page = client
        .get(&format!("/conversation/{conversation}/message/list"))
        .await
        .expect(200);
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["text"].as_str().unwrap().to_owned())
        .collect()
}

cases! {
    async fn batch_is_stored_in_order_with_all_fields(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let chat = client.create("conversation", json!({ "contactId": contact })).await;
        let path = format!("/conversation/{chat}/message/batch/create");
        client.post(&format!("/conversation/{chat}/message/create"), &json!({ "type": "user", "text": "before" })).await.expect(200);
        let types = ["user", "bot", "reasoning", "context", "instruction", "backstory", "activity", "checkpoint"];
        let items: Vec<Value> = types.iter().enumerate().map(|(n, kind)| json!({
            "id": format!("old-{n}"), "type": kind, "text": format!("{kind} ✓"), "name": "n", "description": "d", "meta": { "n": n, "exact": 1.50 }, "entities": [{ "type": "x", "begin": 0, "end": 1, "text": "u" }],
        })).collect();
        let created = client.post(&path, &json!({ "items": items })).await.expect(200);
        let created = created["items"].as_array().unwrap();
        assert_eq!(created.len(), types.len());
        let page = client.get(&format!("/conversation/{chat}/message/list")).await.expect(200);
        let stored = page["items"].as_array().unwrap();
        assert_eq!(stored.len(), types.len() + 1);
        for (n, kind) in types.iter().enumerate() {
            assert_eq!(created[n], json!({ "id": stored[n + 1]["id"], "entities": [], "originalId": format!("old-{n}") }));
            let one = client.get(&format!("/conversation/{chat}/message/{}/fetch", created[n]["id"].as_str().unwrap())).await.expect(200);
            assert_eq!((&one["type"], &one["text"], &one["name"], &one["description"]), (&json!(kind), &json!(format!("{kind} ✓")), &json!("n"), &json!("d")));
            assert_eq!((&one["meta"]["n"], &one["entities"][0]["text"]), (&json!(n), &json!("u")));
        }
        // An item without an id has no `originalId` in the response.
        let created = client.post(&path, &json!({ "items": [{ "type": "user", "text": "after" }] })).await.expect(200);
        assert!(created["items"][0].get("originalId").is_none());
        assert_eq!(list_texts(&client, &chat).await.last().unwrap(), "after");
    }

    async fn batch_sets_title_and_needs_response_as_single_messages_do(client: Client) {
        for last in ["user", "bot"] {
            let make = async || client.create("conversation", json!({})).await;
            let (one, all) = (make().await, make().await);
            let items = [json!({ "type": "context", "text": "c" }), json!({ "type": "user", "text": "Where is my parcel?" }), json!({ "type": last, "text": "x" })];
            for item in &items {
                client.post(&format!("/conversation/{one}/message/create"), item).await.expect(200);
            }
            client.post(&format!("/conversation/{all}/message/batch/create"), &json!({ "items": items })).await.expect(200);
            let row = async |id: &str| {
                let id = parlor_kit::ids::parse_prefixed("conversation_", id).unwrap();
                let key = parlor_model::conversation::ConversationKey::Id(id);
                let found = parlor_engine::conversation::find(&client.server.engine, &client.server.a.ctx(), key).await.unwrap();
                (found.title.clone(), found.title_is_automatic, found.service.needs_response, found.last_seq, found.last_message_seq)
            };
            let (one, all) = (row(&one).await, row(&all).await);
            // The log entry of the title follows the whole batch, but a single message directly: only the positions of messages differ.
            assert_eq!((&one.0, one.1, one.2, one.3), (&all.0, all.1, all.2, all.3), "{last}");
        }
    }

    async fn batch_with_invalid_item_stores_nothing(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{chat}/message/batch/create");
        let good = json!({ "type": "user", "text": "good" });
        for (bad, field) in [
            (json!({ "type": "user" }), "items[1]"), (json!({ "text": "x" }), "items[1]"), (json!({ "type": "shout", "text": "x" }), "items[1]"),
            (json!({ "type": "user", "text": "" }), "items[1].text"), (json!({ "type": "user", "text": "x".repeat(65_537) }), "text"),
            (json!({ "type": "user", "text": "x", "meta": [] }), "items[1].meta"), (json!({ "type": "user", "text": "x", "id": 5 }), "items[1].id"),
            (json!({ "type": "user", "text": "x", "id": "x".repeat(513) }), "items[1].id"), (json!("text"), "items"), (json!({ "type": "user", "text": "a\0b" }), "text"),
        ] {
            let reply = client.post(&path, &json!({ "items": [good, bad] })).await;
            let message = assert_error(&reply, 400, "BAD_REQUEST");
            assert!(message.contains(field), "{message}");
        }
        let many = vec![good.clone(); 101];
        for body in [json!({}), json!({ "items": [] }), json!({ "items": {} }), json!({ "items": null }), json!({ "items": many })] {
            assert!(assert_error(&client.post(&path, &body).await, 400, "BAD_REQUEST").contains("items"));
        }
        let long = vec![json!({ "type": "user", "text": "x".repeat(60_000) }); 20];
        assert_error(&client.post(&path, &json!({ "items": long })).await, 413, "CONTENT_TOO_LARGE");
        let stranger = client.server.b.key.clone();
        assert_error(&client.post_with_key(&stranger, &path, &json!({ "items": [good] })).await, 404, "NOT_FOUND");
        let reader = client.server.a.create_key("messages:read,conversations:write", None).await;
        assert_error(&client.post_with_key(&reader, &path, &json!({ "items": [good] })).await, 403, "NOT_AUTHORIZED");
        assert_eq!(list_texts(&client, &chat).await, Vec::<String>::new());
        client.post(&path, &json!({ "items": vec![good; 100] })).await.expect(200);
        assert_eq!(list_texts(&client, &chat).await.len(), 100);
    }

    async fn concurrent_batches_are_not_interleaved(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let mut running = tokio::task::JoinSet::new();
        for batch in 0..8 {
            let items: Vec<Value> = (0..10).map(|n| json!({ "type": "user", "text": format!("{batch}.{n}") })).collect();
            running.spawn(client.post_request(&format!("/conversation/{chat}/message/batch/create")).json(&json!({ "items": items })).send());
            running.spawn(client.post_request(&format!("/conversation/{chat}/message/create")).json(&json!({ "type": "user", "text": "single" })).send());
        }
        while let Some(reply) = running.join_next().await {
            reply.unwrap().expect(200);
        }
        client.server.restart().await;
        let all = list_texts(&client, &chat).await;
        assert_eq!(all.len(), 88);
        for batch in 0..8 {
            let first = all.iter().position(|text| *text == format!("{batch}.0")).unwrap();
            let expected: Vec<String> = (0..10).map(|n| format!("{batch}.{n}")).collect();
            assert_eq!(all[first..first + 10], expected);
        }
    }

    async fn message_in_the_name_of_a_manager_without_admin_scope_is_refused(client: Client) {
        let tenant = &client.server.a;
        let manager = tenant.create_person("boss", Some(parlor_model::access::WorkspaceRole::Manager), "").await;
        let contact = parlor_kit::ids::format_prefixed("contact_", manager.id);
        let chat = client.create("conversation", json!({ "contactId": contact })).await;
        let key = tenant.create_key("messages:write,messages:read,conversations:read", None).await;
        for (action, body) in [("message/create", json!({ "type": "user", "text": "x" })), ("message/batch/create", json!({ "items": [{ "type": "bot", "text": "y" }, { "type": "user", "text": "x" }] }))] {
            assert_error(&client.post_with_key(&key, &format!("/conversation/{chat}/{action}"), &body).await, 403, "NOT_AUTHORIZED");
        }
        let answers = json!({ "items": [{ "type": "bot", "text": "y" }] });
        client.post_with_key(&key, &format!("/conversation/{chat}/message/batch/create"), &answers).await.expect(200);
        assert_eq!(list_texts(&client, &chat).await, ["y"]);
    }
}
