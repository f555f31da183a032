//! Messages of conversations.

use crate::client::{Client, assert_error, cases, item_ids};
use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, MessageQuery, MessageRole};
use serde_json::{Value, json};

/// Reads the roles and subtypes of a conversation's messages through the engine.
async fn stored_roles(client: &Client, id: &str) -> Vec<(MessageRole, Option<String>)> {
    let id: ConversationId = parlor_kit::ids::parse_prefixed("conversation_", id).unwrap();
    let walk = MessageQuery {
        conversational_only: false,
        ..MessageQuery::default()
    };
    let ctx = client.server.a.ctx();
    let page = message::list(&client.server.engine, &ctx, ConversationKey::Id(id), walk)
        .await
        .unwrap();
    page.items
        .into_iter()
        .map(|item| (item.role, item.subtype))
        .collect()
}

async fn create_message(client: &Client, conversation: &str, body: &Value) -> String {
    let created = client
        .post(
            &format!("/conversation/{conversation}/message/create"),
            body,
        )
        .await
        .expect(200);
    assert_eq!(created, json!({ "id": created["id"], "entities": [] }));
    let id = created["id"].as_str().unwrap();
    assert!(id.starts_with("message_") && id.len() == 34);
    id.to_owned()
}

const MESSAGE_TYPES: [&str; 8] = [
    "user",
    "bot",
    "reasoning",
    "context",
    "instruction",
    "backstory",
    "activity",
    "checkpoint",
];

cases! {
    async fn case_29_message_list_is_oldest_first_by_default(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        let other = client.create("conversation", json!({})).await;
        let mut created = Vec::new();
        for (n, kind) in MESSAGE_TYPES.iter().take(5).enumerate() {
            created.push(create_message(&client, &conversation, &json!({ "type": kind, "text": format!("m{n}"), "meta": { "n": n } })).await);
        }
        let path = format!("/conversation/{conversation}/message/list");
        assert_eq!(item_ids(&client.get(&path).await.expect(200)), created);
        assert_eq!(item_ids(&client.get(&format!("{path}?order=sideways")).await.expect(200)), created);
        let mut newest = created.clone();
        newest.reverse();
        assert_eq!(item_ids(&client.get(&format!("{path}?order=desc")).await.expect(200)), newest);
        for order in ["asc", "desc"] {
            let (mut listed, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = client.get(&format!("{path}?order={order}&take=2&cursor={cursor}")).await.expect(200);
                listed.extend(item_ids(&page));
                page["cursor"].as_str().unwrap().clone_into(&mut cursor);
                if cursor.is_empty() {
                    break;
                }
            }
            assert_eq!(&listed, if order == "asc" { &created } else { &newest });
        }
        for verb in ["fetch", "update", "delete"] {
            let path = format!("/conversation/{other}/message/{}/{verb}", created[0]);
            let reply = if verb == "fetch" { client.get(&path).await } else { client.post(&path, &json!({})).await };
            assert_error(&reply, 404, "NOT_FOUND");
        }
        // Metadata filters, also selective ones.
        assert_eq!(item_ids(&client.get(&format!("{path}?meta.n=3&take=1")).await.expect(200)), [created[3].as_str()]);
        assert_eq!(client.get(&format!("{path}?meta.n=7")).await.expect(200), json!({ "items": [], "cursor": "" }));
    }

    async fn message_of_every_type_is_stored_with_its_role(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        for kind in MESSAGE_TYPES {
            let id = create_message(&client, &conversation, &json!({ "type": kind, "text": format!("a {kind}"), "name": "N", "description": "D", "meta": { "a": null, "b": 1 } })).await;
            let mut record = client.get(&format!("/conversation/{conversation}/message/{id}/fetch")).await.expect(200);
            let times = record.as_object_mut().unwrap();
            assert_eq!(times.remove("createdAt"), times.remove("updatedAt"));
            assert_eq!(record, json!({ "id": id, "type": kind, "text": format!("a {kind}"), "name": "N", "description": "D", "meta": { "b": 1 } }));
        }
        let page = client.get(&format!("/conversation/{conversation}/message/list")).await.expect(200);
        let listed: Vec<&str> = page["items"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
        assert_eq!(listed, MESSAGE_TYPES);
        let roles: Vec<MessageRole> = stored_roles(&client, &conversation).await.into_iter().map(|(role, _)| role).collect();
        use MessageRole::{Assistant, Context, System, Tool, User};
        assert_eq!(roles, [User, Assistant, Context, Context, System, System, Tool, Context]);
    }

    async fn message_of_another_dialect_has_a_type(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        let id: ConversationId = parlor_kit::ids::parse_prefixed("conversation_", &conversation).unwrap();
        for (role, form) in [(MessageRole::User, Some("CARD")), (MessageRole::Assistant, None), (MessageRole::System, None), (MessageRole::Tool, Some("call")), (MessageRole::Context, None)] {
            let mut command = CreateMessage::new(ConversationKey::Id(id), None, role, "x");
            command.subtype = form.map(str::to_owned);
            message::create(&client.server.engine, &client.server.a.ctx(), command).await.unwrap();
        }
        let page = client.get(&format!("/conversation/{conversation}/message/list")).await.expect(200);
        let listed: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
        assert_eq!(listed, ["user", "bot", "instruction", "activity", "context"]);
        // Sending a fetched message back keeps its subtype.
        let card = &page["items"][0];
        client.post(&format!("/conversation/{conversation}/message/{}/update", card["id"].as_str().unwrap()), card).await.expect(200);
        assert_eq!(stored_roles(&client, &conversation).await[0], (MessageRole::User, Some("CARD".to_owned())));
    }

    async fn message_is_updated_and_deleted(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        let id = create_message(&client, &conversation, &json!({ "type": "user", "text": "one", "name": "N", "meta": { "a": 1, "b": { "x": 1 } } })).await;
        let path = format!("/conversation/{conversation}/message/{id}");
        let before = client.get(&format!("{path}/fetch")).await.expect(200);
        let reply = client.post(&format!("{path}/update"), &json!({ "text": "two", "description": "D", "meta": { "a": null, "b": { "y": 2 } } })).await;
        assert_eq!(reply.expect(200), json!({ "id": id }));
        let changed = client.get(&format!("{path}/fetch")).await.expect(200);
        assert_eq!((&changed["text"], &changed["name"], &changed["description"]), (&json!("two"), &json!("N"), &json!("D")));
        assert_eq!(changed["meta"], json!({ "b": { "y": 2 } }));
        assert_eq!(changed["createdAt"], before["createdAt"]);
        assert!(changed["updatedAt"].as_str() >= before["updatedAt"].as_str());
        for kind in MESSAGE_TYPES {
            client.post(&format!("{path}/update"), &json!({ "type": kind })).await.expect(200);
            assert_eq!(client.get(&format!("{path}/fetch")).await.expect(200)["type"], kind);
        }
        client.post(&format!("{path}/update"), &json!({ "name": null })).await.expect(200);
        client.post_request(&format!("{path}/update")).send().await.expect(200);
        let before = client.get(&format!("{path}/fetch")).await.expect(200);
        assert!(before.get("name").is_none());
        for bad in [json!({ "text": "" }), json!({ "text": 5 }), json!({ "type": "shout" }), json!({ "meta": "x" }), json!({ "name": [] }), json!([])] {
            assert_error(&client.post(&format!("{path}/update"), &bad).await, 400, "BAD_REQUEST");
        }
        for bad in [json!({}), json!({ "type": "user" }), json!({ "text": "x" }), json!({ "type": "USER", "text": "x" }), json!({ "type": "user", "text": "" }), json!({ "type": "user", "text": "x", "meta": 5 })] {
            assert_error(&client.post(&format!("/conversation/{conversation}/message/create"), &bad).await, 400, "BAD_REQUEST");
        }
        assert_eq!(client.get(&format!("{path}/fetch")).await.expect(200), before);
        let next = create_message(&client, &conversation, &json!({ "type": "bot", "text": "three" })).await;
        let cursor = client.get(&format!("/conversation/{conversation}/message/list?take=1")).await.expect(200)["cursor"].as_str().unwrap().to_owned();
        client.post(&format!("{path}/delete"), &json!({})).await.expect(200);
        assert_error(&client.get(&format!("{path}/fetch")).await, 404, "NOT_FOUND");
        assert_error(&client.post(&format!("{path}/delete"), &json!({})).await, 404, "NOT_FOUND");
        // The cursor of a deleted message is valid.
        for start in ["", cursor.as_str()] {
            let page = client.get(&format!("/conversation/{conversation}/message/list?cursor={start}")).await.expect(200);
            assert_eq!(item_ids(&page), [next.as_str()]);
        }
    }

    async fn message_cursor_foreign_or_invalid_is_handled(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{conversation}/message/list");
        let first = create_message(&client, &conversation, &json!({ "type": "user", "text": "a" })).await;
        // A message of another conversation, between the two in time.
        let other = client.create("conversation", json!({})).await;
        let foreign = create_message(&client, &other, &json!({ "type": "user", "text": "s" })).await;
        let last = create_message(&client, &conversation, &json!({ "type": "user", "text": "b" })).await;
        for (query, expected) in [
            (format!("cursor={foreign}"), vec![last.clone()]),
            (format!("order=desc&cursor={foreign}"), vec![first.clone()]),
            (format!("cursor={first}"), vec![last.clone()]),
            ("cursor=message_123".to_owned(), vec![]),
            ("order=desc&cursor=message_zzz".to_owned(), vec![last.clone(), first.clone()]),
        ] {
            let found = item_ids(&client.get(&format!("{path}?{query}")).await.expect(200));
            let expected = if query.contains("message_123") { found.clone() } else { expected };
            assert_eq!(found, expected, "{query}");
        }
        for bad in ["%21%21", "conversation_1", "eyJpZCI6InNwYWNlXzEyMyJ9"] {
            assert_error(&client.get(&format!("{path}?cursor={bad}")).await, 400, "BAD_REQUEST");
        }
    }

    async fn message_stream_has_no_row_limit(client: Client) {
        let conversation = client.create("conversation", json!({})).await;
        let id: ConversationId = parlor_kit::ids::parse_prefixed("conversation_", &conversation).unwrap();
        for n in 0..450 {
            let mut command = CreateMessage::new(ConversationKey::Id(id), None, MessageRole::User, format!("m{n} é"));
            command.metadata = parlor_model::Metadata::new(serde_json::from_value(json!({ "even": n % 2 == 0 })).unwrap(), "meta").unwrap();
            message::create(&client.server.engine, &client.server.a.ctx(), command).await.unwrap();
        }
        let path = format!("/conversation/{conversation}/message/list");
        assert_eq!(item_ids(&client.get(&path).await.expect(200)).len(), 100);
        for (query, count) in [("", 450), ("take=150", 150), ("meta.even=true", 225), ("order=desc&meta.even=false&take=7", 7)] {
            let reply = client.get_request(&format!("{path}?{query}")).header("accept", "application/jsonl").send().await;
            assert!(reply.bytes.is_ascii());
            let events: Vec<Value> = reply.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(events.len(), count, "{query}");
            assert!(events.iter().all(|event| event["type"] == "item" && event["data"]["type"] == "user"));
        }
    }

    async fn message_entities_are_stored_and_returned(client: Client) {
        let spans = json!([{ "type": "city", "begin": 0, "end": 2, "text": "Où" }]);
        let created = client.post("/conversation/create", &json!({ "messages": [{ "type": "user", "text": "Où?", "entities": spans }] })).await.expect(200);
        let conversation = created["id"].as_str().unwrap();
        let path = format!("/conversation/{conversation}");
        create_message(&client, conversation, &json!({ "type": "bot", "text": "Là.", "entities": spans })).await;
        client.post(&format!("{path}/send"), &json!({ "text": "Bien.", "entities": spans })).await.expect(200);
        let plain = create_message(&client, conversation, &json!({ "type": "user", "text": "plain" })).await;
        let items = client.get(&format!("{path}/message/list")).await.expect(200)["items"].clone();
        let items = items.as_array().unwrap();
        let given: Vec<&Value> = items.iter().map(|item| &item["entities"]).collect();
        assert_eq!(given, [&spans, &spans, &spans, &json!(null)]);
        assert!(items[3].get("entities").is_none());
        let fetch = format!("{path}/message/{plain}");
        client.post(&format!("{fetch}/update"), &json!({ "entities": spans })).await.expect(200);
        assert_eq!(client.get(&format!("{fetch}/fetch")).await.expect(200)["entities"], spans);
        client.post(&format!("{fetch}/update"), &json!({ "text": "x", "entities": null })).await.expect(200);
        assert_eq!(client.get(&format!("{fetch}/fetch")).await.expect(200)["entities"], spans);
        client.post(&format!("{fetch}/update"), &json!({ "entities": [] })).await.expect(200);
        assert_eq!(client.get(&format!("{fetch}/fetch")).await.expect(200)["entities"], json!([]));
        assert_error(&client.post(&format!("{fetch}/update"), &json!({ "entities": {} })).await, 400, "BAD_REQUEST");
        // The round trip through an import keeps them.
        let export = client.get_request("/conversation/export?include=messages").header("accept", "application/jsonl").send().await.text();
        let theirs = client.server.post("/v1/conversation/import").bearer(&client.server.b.key);
        let report = theirs.header("content-type", "application/jsonl").body(export.clone()).send().await.expect(200);
        assert_eq!(report["failedCount"], 0, "{report}");
        let again = client.server.get("/v1/conversation/export?include=messages").bearer(&client.server.b.key);
        assert_eq!(again.header("accept", "application/jsonl").send().await.text(), export);
    }
}
