//! Conversations.

use crate::client::{Client, assert_error, cases, item_ids};
use parlor_engine::conversation;
use parlor_model::member::MemberKey;
use serde_json::{Value, json};

/// Returns all fields of a conversation except its contact and its space.
fn full_conversation() -> Value {
    json!({
        "name": "Parcel", "description": "Where is it?", "taskId": "task_1", "botId": "bot_1", "model": "m/t=1",
        "backstory": "You are kind.", "datasetId": "d_1", "skillsetId": "s_1", "privacy": true, "moderation": false,
        "meta": { "b": 1.50, "a": { "x": [null] } },
    })
}

async fn list_ids(client: &Client, query: &str) -> Vec<String> {
    let path = format!("/conversation/list?{query}");
    item_ids(&client.get(&path).await.expect(200))
}

cases! {
    async fn conversation_fields_are_stored_listed_exported_and_updated(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let space = client.create_space(json!({})).await;
        let mut body = full_conversation();
        body["contactId"] = json!(contact);
        body["spaceId"] = json!(space);
        let id = client.create("conversation", body.clone()).await;
        let record = client.fetch("conversation", &id).await;
        let mut fields = record.clone();
        let map = fields.as_object_mut().unwrap();
        assert_eq!(map.remove("id"), Some(json!(id)));
        assert!(map.remove("createdAt").is_some() && map.remove("updatedAt").is_some());
        assert_eq!(fields, body);
        for path in ["/conversation/list", "/conversation/export"] {
            assert_eq!(client.get(path).await.expect(200)["items"], json!([record]));
        }
        // Sending a fetched record back changes nothing.
        client.update("conversation", &id, record.clone()).await;
        let again = client.fetch("conversation", &id).await;
        assert_eq!((&again["meta"], &again["backstory"]), (&record["meta"], &record["backstory"]));
        // An update changes only its fields; null and the empty text clear them.
        client.update("conversation", &id, json!({ "botId": "bot_2", "privacy": null, "backstory": null, "description": "", "model": "", "meta": { "b": null, "c": 1 } })).await;
        let changed = client.fetch("conversation", &id).await;
        assert_eq!(changed["botId"], "bot_2");
        assert_eq!(changed["meta"], json!({ "a": { "x": [null] }, "c": 1 }));
        assert_eq!((&changed["description"], &changed["taskId"], &changed["moderation"]), (&json!(""), &json!("task_1"), &json!(false)));
        for gone in ["privacy", "backstory", "model"] {
            assert!(changed.get(gone).is_none(), "{gone}");
        }
        assert!(changed["updatedAt"].as_str() >= record["updatedAt"].as_str());
        assert_eq!(changed["createdAt"], record["createdAt"]);
    }

    async fn conversation_is_moved_and_unlinked(client: Client) {
        let (one, two) = (client.create_contact(json!({ "fingerprint": "1" })).await, client.create_contact(json!({ "fingerprint": "2" })).await);
        let (here, there) = (client.create_space(json!({})).await, client.create_space(json!({})).await);
        let id = client.create("conversation", json!({ "contactId": one, "spaceId": here })).await;
        client.update("conversation", &id, json!({ "contactId": two, "spaceId": there })).await;
        let moved = client.fetch("conversation", &id).await;
        assert_eq!((&moved["contactId"], &moved["spaceId"]), (&json!(two), &json!(there)));
        assert_eq!(list_ids(&client, &format!("spaceId={here}")).await, [""; 0]);
        assert_eq!(list_ids(&client, &format!("spaceId={there}&contactId={two}")).await, [id.as_str()]);
        // A contact is found or created by its fingerprint.
        client.update("conversation", &id, json!({ "contactId": { "fingerprint": "1" } })).await;
        assert_eq!(client.fetch("conversation", &id).await["contactId"], json!(one));
        client.update("conversation", &id, json!({ "contactId": { "fingerprint": "3", "name": "Third" } })).await;
        assert_eq!(client.count("contact").await, 3);
        client.update("conversation", &id, json!({ "name": "kept" })).await;
        assert_eq!(client.fetch("conversation", &id).await["spaceId"], json!(there));
        client.update("conversation", &id, json!({ "contactId": null, "spaceId": null })).await;
        let alone = client.fetch("conversation", &id).await;
        assert!(alone.get("contactId").is_none() && alone.get("spaceId").is_none());
        assert_eq!(alone["name"], "kept");
        for (field, bad) in [("contactId", "contact_nope"), ("spaceId", "space_nope")] {
            let path = format!("/conversation/{id}/update");
            assert_error(&client.post(&path, &json!({ "name": "lost", field: bad })).await, 404, "NOT_FOUND");
        }
        assert_eq!(client.fetch("conversation", &id).await, alone);
    }

    async fn conversation_with_invalid_message_is_not_created(client: Client) {
        let messages = json!([
            { "type": "backstory", "text": "You are kind." },
            { "type": "user", "text": "Hi", "meta": { "n": 1 }, "name": "Ada" },
            { "type": "bot", "text": "Hello, Ada." },
        ]);
        let contact = json!({ "fingerprint": "new", "name": "Ada" });
        let created = client.post("/conversation/create", &json!({ "name": "n", "contactId": contact, "messages": messages })).await.expect(200);
        let id = created["id"].as_str().unwrap().to_owned();
        let echo = created["messages"].as_array().unwrap();
        let page = client.get(&format!("/conversation/{id}/message/list")).await.expect(200);
        let stored = page["items"].as_array().unwrap();
        assert_eq!((echo.len(), stored.len()), (3, 3));
        for ((message, stored), given) in echo.iter().zip(stored).zip(messages.as_array().unwrap()) {
            for field in ["id", "type", "text"] {
                assert_eq!(message[field], stored[field]);
            }
            assert_eq!((&stored["type"], &stored["text"]), (&given["type"], &given["text"]));
        }
        assert_eq!((&stored[1]["meta"], &stored[1]["name"]), (&json!({ "n": 1 }), &json!("Ada")));
        // The last message is invalid: no conversation, message or contact is created.
        for (bad, field) in [
            (json!({ "type": "user", "text": "" }), "messages[1].text"),
            (json!({ "type": "shout", "text": "x" }), "messages[1].type"),
            (json!({ "type": "user" }), "messages[1]"),
            (json!({ "type": "user", "text": "x", "meta": [] }), "messages[1].meta"),
            (json!("x"), "messages[1]"),
        ] {
            let body = json!({ "contactId": { "fingerprint": "other" }, "messages": [{ "type": "user", "text": "good" }, bad] });
            let message = assert_error(&client.post("/conversation/create", &body).await, 400, "BAD_REQUEST");
            assert!(message.contains(field), "{message}");
        }
        let lost = json!({ "contactId": { "fingerprint": "other" }, "spaceId": "space_nope", "messages": [{ "type": "user", "text": "good" }] });
        assert_error(&client.post("/conversation/create", &lost).await, 404, "NOT_FOUND");
        for bad in [json!({ "messages": {} }), json!({ "privacy": "yes" }), json!({ "name": "x".repeat(256) }), json!({ "model": {} }), json!({ "meta": 1 })] {
            assert_error(&client.post("/conversation/create", &bad).await, 400, "BAD_REQUEST");
        }
        assert_eq!((client.count("conversation").await, client.count("contact").await), (1, 1));
    }

    async fn conversation_list_is_filtered_and_paged(client: Client) {
        let (one, two) = (client.create_contact(json!({ "fingerprint": "1" })).await, client.create_contact(json!({ "fingerprint": "2" })).await);
        let space = client.create_space(json!({})).await;
        let mut created = Vec::new();
        for n in 0..7 {
            let contact = if n % 2 == 0 { &one } else { &two };
            let mut body = json!({ "contactId": contact, "botId": format!("b{}", n % 3), "taskId": format!("t{}", n % 2), "meta": { "n": n, "odd": n % 2 == 1 } });
            if n < 3 {
                body["spaceId"] = json!(space);
            }
            created.push(client.create("conversation", body).await);
        }
        let alone = client.create("conversation", json!({})).await;
        let of = |numbers: &[usize]| numbers.iter().map(|n| created[*n].clone()).collect::<Vec<_>>();
        for (query, expected) in [
            (format!("contactId={one}"), of(&[0, 2, 4, 6])),
            (format!("contactId={one},{two}"), of(&[0, 1, 2, 3, 4, 5, 6])),
            (format!("contactId={one}&contactId={two}"), of(&[])),
            ("contactId=contact_nope".to_owned(), of(&[])),
            (format!("spaceId={space}"), of(&[0, 1, 2])),
            (format!("spaceId={space}&contactId={two}"), of(&[1])),
            ("spaceId=space_nope".to_owned(), of(&[])),
            ("botId=b1".to_owned(), of(&[1, 4])),
            ("botId=b1&botId=b2".to_owned(), of(&[])),
            ("taskId=t1&botId=b0".to_owned(), of(&[3])),
            ("meta.odd=true".to_owned(), of(&[1, 3, 5])),
            ("meta%5Bn%5D=4".to_owned(), of(&[4])),
        ] {
            for path in ["list", "export"] {
                let page = client.get(&format!("/conversation/{path}?order=asc&{query}")).await.expect(200);
                assert_eq!(item_ids(&page), expected, "{path} {query}");
            }
            // Page by page, newest first.
            let (mut listed, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = client.get(&format!("/conversation/list?take=2&cursor={cursor}&{query}")).await.expect(200);
                listed.extend(item_ids(&page));
                page["cursor"].as_str().unwrap().clone_into(&mut cursor);
                if cursor.is_empty() {
                    break;
                }
            }
            listed.reverse();
            assert_eq!(listed, expected, "pages of {query}");
        }
        let of_contact = client.get(&format!("/contact/{two}/conversation/list?meta.n=3")).await.expect(200);
        assert_eq!(item_ids(&of_contact), of(&[3]));
        assert_error(&client.get("/contact/contact_nope/conversation/list").await, 404, "NOT_FOUND");
        assert_error(&client.get("/conversation/list?cursor=%21%21").await, 400, "BAD_REQUEST");
        assert_eq!(list_ids(&client, "take=1").await, [alone]);
        let lines = client.get_request("/conversation/list?order=asc").header("accept", "application/jsonl").send().await;
        let events: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.len(), 8);
        assert!(events.iter().all(|event| event["type"] == "item"));
    }

    async fn conversations_are_exported_as_csv(client: Client) {
        let id = client.create("conversation", full_conversation()).await;
        let reply = client.get_request("/conversation/export").header("accept", "text/csv").send().await;
        let mut reader = csv::Reader::from_reader(reply.bytes.as_slice());
        let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(head.join(","), "id,name,description,contactId,spaceId,taskId,botId,model,backstory,datasetId,skillsetId,privacy,moderation,createdAt,updatedAt,meta");
        let row: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(row[0], id);
        assert_eq!(row[3..13], ["", "", "task_1", "bot_1", "m/t=1", "You are kind.", "d_1", "s_1", "true", "false"]);
        assert_error(&client.get_request("/conversation/export?include=messages").send().await, 400, "BAD_REQUEST");
        assert_error(&client.get_request("/conversation/export?include=people").send().await, 400, "BAD_REQUEST");
    }

    async fn deleted_conversation_is_not_found_nor_its_messages(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let sent = client.post(&format!("/conversation/{id}/send"), &json!({ "text": "hi" })).await.expect(200);
        let message = sent["id"].as_str().unwrap().to_owned();
        client.delete("conversation", &id).await;
        for path in [format!("/conversation/{id}/fetch"), format!("/conversation/{id}/message/list"), format!("/conversation/{id}/message/{message}/fetch")] {
            assert_error(&client.get(&path).await, 404, "NOT_FOUND");
        }
        for action in ["update", "delete", "receive", "complete", "message/create", "send"] {
            let body = json!({ "type": "user", "text": "x" });
            assert_error(&client.post(&format!("/conversation/{id}/{action}"), &body).await, 404, "NOT_FOUND");
        }
        assert_eq!(client.count("conversation").await, 0);
    }

    async fn sent_message_is_stored_without_an_answer(client: Client) {
        let id = client.create("conversation", json!({ "botId": "b" })).await;
        let path = format!("/conversation/{id}");
        let sent = client.post(&format!("{path}/send"), &json!({ "text": "Où?", "entities": [{ "begin": 0, "end": 2 }], "functions": [] })).await.expect(200);
        assert_eq!(sent, json!({ "id": sent["id"], "entities": [] }));
        let events = client.post_request(&format!("{path}/send")).header("accept", "application/jsonl").json(&json!({ "text": "again" })).send().await;
        assert_eq!((events.status, events.header("content-type")), (200, "application/jsonl"));
        let event: Value = serde_json::from_str(&events.text()).unwrap();
        assert_eq!((&event["type"], &event["data"]["entities"]), (&json!("result"), &json!([])));
        for bad in [json!({}), json!({ "text": "" }), json!({ "text": 5 }), json!({ "text": "a\u{0}" }), json!({ "text": "x".repeat(65_537) }), json!({ "text": "x", "entities": 5 })] {
            assert!(assert_error(&client.post(&format!("{path}/send"), &bad).await, 400, "BAD_REQUEST").contains(if bad.get("entities").is_some() { "entities" } else { "text" }));
        }
        for (action, body) in [("receive", json!({})), ("complete", json!({ "text": "stored?" })), ("complete", json!({}))] {
            let reply = client.post(&format!("{path}/{action}"), &body).await;
            assert_error(&reply, 501, "NOT_IMPLEMENTED");
            let reply = client.post_request(&format!("{path}/{action}")).header("accept", "application/jsonl").json(&body).send().await;
            assert_error(&reply, 501, "NOT_IMPLEMENTED");
        }
        let stateless = json!({ "messages": [{ "type": "user", "text": "hi" }] });
        assert_error(&client.post("/conversation/complete", &stateless).await, 501, "NOT_IMPLEMENTED");
        assert_error(&client.post_request("/conversation/complete").body("{").send().await, 400, "BAD_REQUEST");
        let page = client.get(&format!("{path}/message/list")).await.expect(200);
        let texts: Vec<&str> = page["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["Où?", "again"]);
        assert_eq!(client.count("conversation").await, 1);
    }

    async fn direct_conversation_is_found_by_participants_only(client: Client) {
        let tenant = &client.server.a;
        let engine = &client.server.engine;
        let ada = tenant.create_person("Ada", None, "").await;
        let bo = tenant.create_person("Bo", None, "").await;
        let theirs = crate::client::member_context(&client, &ada);
        let pair = conversation::find_or_create_direct(engine, &theirs, MemberKey::Id(bo.id), false).await.unwrap();
        let theirs = parlor_kit::ids::format_prefixed("conversation_", pair.id);
        let owner = crate::client::member_context(&client, &tenant.owner);
        let pair = conversation::find_or_create_direct(engine, &owner, MemberKey::Id(ada.id), false).await.unwrap();
        let own = parlor_kit::ids::format_prefixed("conversation_", pair.id);
        // The key is bound to the owner, who participates only in the second conversation.
        assert_eq!(list_ids(&client, "").await, [""; 0], "no list has them");
        assert_eq!(client.count("conversation").await, 0, "no export has them");
        client.fetch("conversation", &own).await;
        assert_error(&client.get(&format!("/conversation/{theirs}/fetch")).await, 404, "NOT_FOUND");
        assert_error(&client.post(&format!("/conversation/{theirs}/send"), &json!({ "text": "x" })).await, 404, "NOT_FOUND");
        // An unbound key needs the scopes of direct conversations, and lists none of them.
        for (scopes, status) in [("conversations:write,messages:write", 404), ("conversations:write,messages:write,dm:read", 200)] {
            let key = tenant.create_key(scopes, None).await;
            let fetched = client.get_with_key(&key, &format!("/conversation/{theirs}/fetch")).await;
            assert_eq!(fetched.status, status, "{scopes}");
            let list = client.get_with_key(&key, "/conversation/list").await.expect(200);
            assert_eq!(list["items"], json!([]));
            let sent = client.post_with_key(&key, &format!("/conversation/{theirs}/send"), &json!({ "text": "x" })).await;
            assert_error(&sent, if status == 404 { 404 } else { 403 }, if status == 404 { "NOT_FOUND" } else { "NOT_AUTHORIZED" });
        }
        let key = tenant.create_key("conversations:write,messages:write,dm:write", None).await;
        client.post_with_key(&key, &format!("/conversation/{theirs}/send"), &json!({ "text": "x" })).await.expect(200);
        let space = client.create_space(json!({})).await;
        assert_error(&client.post(&format!("/conversation/{own}/update"), &json!({ "spaceId": space })).await, 409, "CONFLICT");
    }

    async fn conversation_endpoints_require_scopes(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let tenant = &client.server.a;
        let reader = tenant.create_key("conversations:read,messages:read", None).await;
        let unbound = tenant.create_key("spaces:admin", None).await;
        let sent = client.post(&format!("/conversation/{id}/send"), &json!({ "text": "x" })).await.expect(200);
        let message = sent["id"].as_str().unwrap();
        let reads = ["/conversation/list".to_owned(), "/conversation/export".to_owned(), format!("/conversation/{id}/fetch"),
            format!("/conversation/{id}/message/list"), format!("/conversation/{id}/message/{message}/fetch")];
        for path in &reads {
            assert_eq!(client.get_with_key(&reader, path).await.status, 200, "{path}");
            assert_error(&client.get_with_key(&unbound, path).await, 403, "NOT_AUTHORIZED");
        }
        let one = format!("/conversation/{id}");
        let writes = ["/conversation/create".to_owned(), format!("{one}/update"), format!("{one}/delete"), format!("{one}/send"), format!("{one}/receive"),
            format!("{one}/complete"), "/conversation/complete".to_owned(), format!("{one}/message/create"), format!("{one}/message/{message}/update"),
            format!("{one}/message/{message}/delete"), "/conversation/import".to_owned()];
        let writer = tenant.create_key("conversations:write,messages:write", None).await;
        for path in &writes {
            let body = json!({ "type": "user", "text": "y", "items": [] });
            assert_error(&client.post_with_key(&reader, path, &body).await, 403, "NOT_AUTHORIZED");
        }
        assert_error(&client.post_with_key(&writer, "/conversation/import", &json!({ "items": [] })).await, 403, "NOT_AUTHORIZED");
        let page = client.get(&format!("{one}/message/list")).await.expect(200);
        assert_eq!(item_ids(&page), [message]);
    }
}
