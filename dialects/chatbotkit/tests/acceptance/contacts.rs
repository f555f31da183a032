//! Contacts and what identifies them.

use crate::client::{Client, cases, refused};
use serde_json::json;

cases! {
    async fn case_28_ensuring_in_parallel_makes_one(client: Client) {
        let mut running = tokio::task::JoinSet::new();
        for n in 0..50 {
            // `create` with a known fingerprint is the same thing.
            let verb = if n % 2 == 0 { "ensure" } else { "create" };
            let body = json!({ "fingerprint": "f", "name": "Zoë" });
            running.spawn(client.tell(&format!("/contact/{verb}")).json(&body).send());
        }
        let mut ids = std::collections::BTreeSet::new();
        while let Some(reply) = running.join_next().await {
            ids.insert(reply.unwrap().expect(200)["id"].as_str().unwrap().to_owned());
        }
        assert_eq!((ids.len(), client.count("contact").await), (1, 1));
        let id = ids.pop_first().unwrap();
        let before = client.fetch("contact", &id).await;
        let again = client.post("/contact/ensure", &json!({ "fingerprint": "f", "name": "Other" })).await;
        assert_eq!(again.expect(200)["id"], json!(id));
        assert_eq!(client.fetch("contact", &id).await, before);
        assert_eq!(before["name"], "Zoë");
    }

    async fn every_field_is_kept_and_changed(client: Client) {
        let id = client.contact(json!({
            "fingerprint": "f", "name": "Ada", "description": "First", "email": " Ada@Example.ORG ", "phone": "+1 (500) 555-0006",
            "nick": "a", "preferences": "mail only", "verifiedAt": 1_735_725_600_123_i64, "meta": { "k": 1, "gone": null },
        })).await;
        let mut contact = client.fetch("contact", &id).await;
        let times = contact.as_object_mut().unwrap();
        assert!(times.remove("createdAt").is_some() && times.remove("updatedAt").is_some());
        assert_eq!(contact, json!({
            "id": id, "fingerprint": "f", "name": "Ada", "description": "First", "email": "Ada@example.org", "phone": "+15005550006",
            "nick": "a", "preferences": "mail only", "verifiedAt": "2025-01-01T10:00:00.123Z", "meta": { "k": 1 },
        }));
        client.update("contact", &id, json!({ "name": null, "email": "", "verifiedAt": "2025-01-01T11:00:00+01:00", "fingerprint": null, "meta": { "l": 2 } })).await;
        let contact = client.fetch("contact", &id).await;
        assert!(contact.get("name").is_none() && contact.get("email").is_none());
        assert_eq!(contact["verifiedAt"], "2025-01-01T10:00:00.000Z");
        assert_eq!(contact["meta"], json!({ "k": 1, "l": 2 }));
        assert_eq!((&contact["fingerprint"], &contact["nick"]), (&json!("f"), &json!("a")));
        client.update("contact", &id, json!({ "verifiedAt": null, "fingerprint": "g" })).await;
        let contact = client.fetch("contact", &id).await;
        assert!(contact.get("verifiedAt").is_none());
        assert_eq!(contact["fingerprint"], "g");
    }

    async fn a_taken_fingerprint_and_bad_addresses_change_nothing(client: Client) {
        client.contact(json!({ "fingerprint": "f" })).await;
        let id = client.contact(json!({ "fingerprint": "g", "name": "G" })).await;
        let before = client.fetch("contact", &id).await;
        let path = format!("/contact/{id}/update");
        refused(&client.post(&path, &json!({ "name": "x", "fingerprint": "f" })).await, 409, "CONFLICT");
        for bad in [json!({ "email": "ada" }), json!({ "phone": "call me" }), json!({ "verifiedAt": "yesterday" }),
            json!({ "verifiedAt": [] }), json!({ "name": 5 }), json!({ "meta": 5 }), json!({ "preferences": {} })] {
            let field = bad.as_object().unwrap().keys().next().unwrap().clone();
            for reply in [client.post(&path, &bad).await, client.post("/contact/create", &bad).await, client.post("/contact/ensure", &bad).await] {
                assert!(refused(&reply, 400, "BAD_REQUEST").contains(&field));
            }
        }
        assert_eq!(client.fetch("contact", &id).await, before);
        assert_eq!(client.count("contact").await, 2);
    }

    async fn without_a_fingerprint_an_address_identifies(client: Client) {
        let ada = client.contact(json!({ "email": "Ada@example.org" })).await;
        assert_eq!(client.contact(json!({ "email": "ada@EXAMPLE.org" })).await, ada);
        let phone = client.contact(json!({ "phone": "+1 500 555 0006" })).await;
        assert_eq!(client.contact(json!({ "phone": "+15005550006" })).await, phone);
        let nick = client.contact(json!({ "nick": "n" })).await;
        assert_eq!(client.contact(json!({ "nick": "n" })).await, nick);
        // Nothing identifies these two, and a fingerprint that looks like an address is not one.
        let strangers = [client.contact(json!({ "name": "x" })).await, client.contact(json!({ "name": "x" })).await];
        let vouched = client.contact(json!({ "fingerprint": "ada@example.org" })).await;
        let mut all = vec![ada, phone, nick, vouched];
        all.extend(strangers);
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), client.count("contact").await), (6, 6));
        for id in all {
            assert!(client.fetch("contact", &id).await["fingerprint"].is_string());
        }
    }

    async fn what_is_said_of_somebody_known_by_an_address_is_not_dropped(client: Client) {
        let full = json!({ "email": "ada@example.org", "name": "Ada", "phone": "+15005550006", "meta": { "a": 1, "b": { "c": [] } } });
        let ada = client.contact(full.clone()).await;
        let before = client.fetch("contact", &ada).await;
        // All of it, or some of it, once more.
        for again in [full, json!({ "email": "ADA@example.org" }), json!({ "email": "ada@example.org", "name": "Ada", "meta": { "b": { "c": [] } } })] {
            assert_eq!(client.contact(again).await, ada);
        }
        for other in [json!({ "name": "Eve" }), json!({ "phone": "+15005550007" }), json!({ "nick": "a" }), json!({ "meta": { "a": 2 } }), json!({ "meta": { "new": true } }),
            json!({ "description": "d" }), json!({ "preferences": "p" }), json!({ "verifiedAt": 1_735_725_600_123_i64 })] {
            let mut body = other.clone();
            body["email"] = json!("ada@example.org");
            let message = refused(&client.post("/contact/create", &body).await, 409, "CONFLICT");
            assert!(message.contains("email"), "{message}");
            // Ensuring never changes anybody, nor does creating with a fingerprint that is known.
            assert_eq!(client.post("/contact/ensure", &body).await.expect(200)["id"], ada.as_str());
            body["fingerprint"] = before["fingerprint"].clone();
            assert_eq!(client.contact(body).await, ada);
        }
        assert_eq!(client.fetch("contact", &ada).await, before);
        assert_eq!(client.count("contact").await, 1);
        client.contact(json!({ "nick": "n", "name": "N" })).await;
        assert!(refused(&client.post("/contact/create", &json!({ "nick": "n", "name": "M" })).await, 409, "CONFLICT").contains("nick"));
    }

    async fn a_user_of_tenant_chats_is_called_by_the_customers_id(client: Client) {
        let chat = client.server.post("/api/v1/chats/").header("X-API-Key", &client.server.a.key);
        chat.json(&json!({ "user_id": "customer-7" })).send().await.expect(201);
        let items = client.get("/contact/list").await.expect(200)["items"].clone();
        let user = items.as_array().unwrap().iter().find(|item| item["name"] == "customer-7").unwrap().clone();
        let id = user["id"].as_str().unwrap();
        assert_eq!(client.fetch("contact", id).await, user);
        // What an export gives goes back without making that a name of its own.
        let lines = client.ask("/contact/export").header("accept", "application/jsonl").send().await.text();
        let import = client.tell("/contact/import").header("content-type", "application/jsonl").body(lines);
        let report = import.send().await.expect(200);
        assert_eq!((&report["updated"], &report["failedCount"]), (&json!(0), &json!(0)), "{report}");
        client.update("contact", id, json!({ "name": "Bo" })).await;
        assert_eq!(client.fetch("contact", id).await["name"], "Bo");
        client.update("contact", id, json!({ "name": null })).await;
        assert_eq!(client.fetch("contact", id).await["name"], "customer-7");
    }
}
