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
        assert_eq!(client.contact(json!({ "email": "ada@EXAMPLE.org", "phone": "+15005550009" })).await, ada);
        let phone = client.contact(json!({ "phone": "+1 500 555 0006" })).await;
        assert_eq!(client.contact(json!({ "phone": "+15005550006", "nick": "n" })).await, phone);
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
}
