//! Upserts of contacts.

use crate::client::{Client, assert_error, cases};
use serde_json::json;

cases! {
    async fn upsert_creates_or_updates_the_identified_contact(client: Client) {
        let upsert = async |body: serde_json::Value| {
            let created = client.post("/contact/upsert", &body).await.expect(200);
            assert_eq!(created.as_object().unwrap().len(), 1);
            created["id"].as_str().unwrap().to_owned()
        };
        let full = json!({ "fingerprint": "f", "name": "Ada", "email": "ada@example.org", "phone": "+15005550006", "nick": "a", "meta": { "k": 1, "l": 2 } });
        let ada = upsert(full).await;
        // Identified by its fingerprint, its address or both.
        for (body, name) in [
            (json!({ "fingerprint": "f", "name": "Ada L.", "meta": { "k": null, "m": 3 } }), "Ada L."),
            (json!({ "email": "ADA@example.org", "name": "Lovelace" }), "Lovelace"),
            (json!({ "phone": "+1 500 555 0006", "name": "Countess" }), "Countess"),
            (json!({ "fingerprint": "f", "email": "ada@example.net", "name": "Ada" }), "Ada"),
        ] {
            assert_eq!(upsert(body.clone()).await, ada, "{body}");
            assert_eq!(client.fetch("contact", &ada).await["name"], name);
        }
        let contact = client.fetch("contact", &ada).await;
        assert_eq!((&contact["email"], &contact["meta"], &contact["nick"]), (&json!("ada@example.net"), &json!({ "l": 2, "m": 3 }), &json!("a")));
        // A contact with a derived fingerprint gets the new one; one with a fingerprint of a caller is another contact.
        let bo = client.create_contact(json!({ "email": "bo@example.org", "name": "Bo" })).await;
        assert_eq!(upsert(json!({ "fingerprint": "b", "email": "bo@example.org", "name": "Bob" })).await, bo);
        let found = client.fetch("contact", &bo).await;
        assert_eq!((&found["fingerprint"], &found["name"]), (&json!("b"), &json!("Bob")));
        let other = upsert(json!({ "fingerprint": "c", "email": "bo@example.org" })).await;
        assert_ne!(other, bo);
        // Identified by a short name; without any identifying field a new one is created each time.
        let nick = upsert(json!({ "nick": "n", "name": "one" })).await;
        assert_eq!(upsert(json!({ "nick": "n", "name": "two" })).await, nick);
        assert_ne!(upsert(json!({ "name": "x" })).await, upsert(json!({ "name": "x" })).await);
    }

    async fn invalid_upsert_changes_nothing(client: Client) {
        let ada = client.create_contact(json!({ "fingerprint": "f", "email": "ada@example.org", "name": "Ada" })).await;
        client.create_contact(json!({ "fingerprint": "g", "phone": "+15005550006" })).await;
        let before = client.fetch("contact", &ada).await;
        for (body, status, code) in [
            (json!({ "fingerprint": "f", "email": "nonsense" }), 400, "BAD_REQUEST"),
            (json!({ "fingerprint": "f", "name": "x".repeat(256) }), 400, "BAD_REQUEST"),
            (json!({ "fingerprint": "f", "meta": 5 }), 400, "BAD_REQUEST"),
            (json!({ "fingerprint": "new", "name": "x".repeat(256) }), 400, "BAD_REQUEST"),
        ] {
            assert_error(&client.post("/contact/upsert", &body).await, status, code);
        }
        let reader = client.server.a.create_key("members:read", None).await;
        assert_error(&client.post_with_key(&reader, "/contact/upsert", &json!({ "fingerprint": "f", "name": "x" })).await, 403, "NOT_AUTHORIZED");
        // A member with a role can be changed only with the right to change it.
        let manager = client.server.a.create_person("boss", Some(parlor_model::access::WorkspaceRole::Manager), "").await;
        client.update("contact", &parlor_kit::ids::format_prefixed("contact_", manager.id), json!({ "email": "boss@example.org" })).await;
        let writer = client.server.a.create_key("members:write", None).await;
        assert_error(&client.post_with_key(&writer, "/contact/upsert", &json!({ "email": "boss@example.org", "name": "x" })).await, 403, "NOT_AUTHORIZED");
        assert_eq!(client.fetch("contact", &ada).await, before);
        assert_eq!(client.count("contact").await, 3);
    }

    async fn manager_gets_a_fingerprint_only_with_admin_scope(client: Client) {
        let manager = client.server.a.create_person("boss", Some(parlor_model::access::WorkspaceRole::Manager), "").await;
        let id = parlor_kit::ids::format_prefixed("contact_", manager.id);
        client.update("contact", &id, json!({ "email": "boss@example.org" })).await;
        let before = client.fetch("contact", &id).await;
        let writer = client.server.a.create_key("members:write,spaces:write,conversations:write", None).await;
        let (space, chat) = (client.create("space", json!({})).await, client.create("conversation", json!({})).await);
        let contact = json!({ "fingerprint": "mine", "email": "boss@example.org" });
        let named = json!({ "contactId": contact });
        for (path, body) in [
            ("/contact/ensure".to_owned(), &contact),
            ("/space/create".to_owned(), &named),
            (format!("/space/{space}/update"), &named),
            ("/conversation/create".to_owned(), &named),
            (format!("/conversation/{chat}/update"), &named),
        ] {
            assert_error(&client.post_with_key(&writer, &path, body).await, 403, "NOT_AUTHORIZED");
            assert_eq!(client.fetch("contact", &id).await, before, "{path}");
        }
        // Without a fingerprint the address identifies it; with the right to change it a fingerprint can be set.
        let found = client.post_with_key(&writer, "/contact/ensure", &json!({ "email": "boss@example.org" })).await;
        assert_eq!(found.expect(200)["id"], id);
        assert_eq!(client.post("/contact/ensure", &contact).await.expect(200)["id"], id);
        assert_eq!(client.fetch("contact", &id).await["fingerprint"], "mine");
    }

    async fn concurrent_upserts_create_one_contact(client: Client) {
        let mut running = tokio::task::JoinSet::new();
        for n in 0..20 {
            let body = json!({ "fingerprint": "f", "email": "ada@example.org", "meta": { format!("k{n}"): n } });
            running.spawn(client.post_request("/contact/upsert").json(&body).send());
        }
        let mut ids = std::collections::BTreeSet::new();
        while let Some(reply) = running.join_next().await {
            ids.insert(reply.unwrap().expect(200)["id"].as_str().unwrap().to_owned());
        }
        assert_eq!((ids.len(), client.count("contact").await), (1, 1));
        // All changes are stored.
        let contact = client.fetch("contact", ids.first().unwrap()).await;
        assert_eq!(contact["meta"].as_object().unwrap().len(), 20);
    }

    async fn upsert_in_a_conversation_sets_its_contact(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{chat}/contact/upsert");
        let body = json!({ "fingerprint": "f", "name": "Ada" });
        let created = client.post(&path, &body).await.expect(200);
        let id = created["id"].as_str().unwrap();
        assert_eq!(client.fetch("conversation", &chat).await["contactId"], id);
        assert_eq!(client.fetch("contact", id).await["name"], "Ada");
        let again = client.post(&path, &json!({ "fingerprint": "f", "name": "Eve" })).await.expect(200);
        assert_eq!(again, created);
        assert_eq!(client.fetch("contact", id).await["name"], "Eve");
        let unknown = "/conversation/conversation_00000000000000000000000000/contact/upsert";
        assert_error(&client.post(unknown, &json!({ "fingerprint": "new" })).await, 404, "NOT_FOUND");
        let other_key = client.server.b.key.clone();
        assert_error(&client.post_with_key(&other_key, &path, &json!({ "fingerprint": "new" })).await, 404, "NOT_FOUND");
        for scopes in ["conversations:write", "members:write,conversations:read"] {
            let key = client.server.a.create_key(scopes, None).await;
            assert_error(&client.post_with_key(&key, &path, &json!({ "fingerprint": "new" })).await, 403, "NOT_AUTHORIZED");
        }
        assert_eq!(client.count("contact").await, 1);
    }
}
