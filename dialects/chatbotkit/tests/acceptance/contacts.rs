//! Contacts and their identification.

use crate::client::{Client, assert_error, cases};
use parlor_model::access::WorkspaceRole;
use parlor_model::member::{CreateMember, MemberKind};
use serde_json::json;

cases! {
    async fn case_28_concurrent_ensure_creates_one_contact(client: Client) {
        let mut running = tokio::task::JoinSet::new();
        for n in 0..50 {
            // `create` with a known fingerprint does the same.
            let verb = if n % 2 == 0 { "ensure" } else { "create" };
            let body = json!({ "fingerprint": "f", "name": "Zoë" });
            running.spawn(client.post_request(&format!("/contact/{verb}")).json(&body).send());
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

    async fn contact_fields_are_stored_and_updated(client: Client) {
        let id = client.create_contact(json!({
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

    async fn contact_with_used_fingerprint_or_invalid_field_is_refused(client: Client) {
        client.create_contact(json!({ "fingerprint": "f" })).await;
        let id = client.create_contact(json!({ "fingerprint": "g", "name": "G" })).await;
        let before = client.fetch("contact", &id).await;
        let path = format!("/contact/{id}/update");
        assert_error(&client.post(&path, &json!({ "name": "x", "fingerprint": "f" })).await, 409, "CONFLICT");
        for bad in [json!({ "email": "ada" }), json!({ "phone": "call me" }), json!({ "verifiedAt": "yesterday" }),
            json!({ "verifiedAt": [] }), json!({ "name": 5 }), json!({ "meta": 5 }), json!({ "preferences": {} })] {
            let field = bad.as_object().unwrap().keys().next().unwrap().clone();
            for reply in [client.post(&path, &bad).await, client.post("/contact/create", &bad).await, client.post("/contact/ensure", &bad).await] {
                assert!(assert_error(&reply, 400, "BAD_REQUEST").contains(&field));
            }
        }
        assert_eq!(client.fetch("contact", &id).await, before);
        assert_eq!(client.count("contact").await, 2);
    }

    async fn contact_without_fingerprint_is_identified_by_address(client: Client) {
        let ada = client.create_contact(json!({ "email": "Ada@example.org" })).await;
        assert_eq!(client.create_contact(json!({ "email": "ada@EXAMPLE.org" })).await, ada);
        let phone = client.create_contact(json!({ "phone": "+1 500 555 0006" })).await;
        assert_eq!(client.create_contact(json!({ "phone": "+15005550006" })).await, phone);
        let nick = client.create_contact(json!({ "nick": "n" })).await;
        assert_eq!(client.create_contact(json!({ "nick": "n" })).await, nick);
        // The first two have no identifying field; a fingerprint that looks like an email address is no address.
        let strangers = [client.create_contact(json!({ "name": "x" })).await, client.create_contact(json!({ "name": "x" })).await];
        let vouched = client.create_contact(json!({ "fingerprint": "ada@example.org" })).await;
        let mut all = vec![ada, phone, nick, vouched];
        all.extend(strangers);
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), client.count("contact").await), (6, 6));
        for id in all {
            assert!(client.fetch("contact", &id).await["fingerprint"].is_string());
        }
    }

    async fn create_with_known_address_and_other_fields_is_refused(client: Client) {
        let full = json!({ "email": "ada@example.org", "name": "Ada", "phone": "+15005550006", "meta": { "a": 1, "b": { "c": [] } } });
        let ada = client.create_contact(full.clone()).await;
        let before = client.fetch("contact", &ada).await;
        // The same fields again, or some of them.
        for again in [full, json!({ "email": "ADA@example.org" }), json!({ "email": "ada@example.org", "name": "Ada", "meta": { "b": { "c": [] } } })] {
            assert_eq!(client.create_contact(again).await, ada);
        }
        for other in [json!({ "name": "Eve" }), json!({ "phone": "+15005550007" }), json!({ "nick": "a" }), json!({ "meta": { "a": 2 } }), json!({ "meta": { "new": true } }),
            json!({ "description": "d" }), json!({ "preferences": "p" }), json!({ "verifiedAt": 1_735_725_600_123_i64 })] {
            let mut body = other.clone();
            body["email"] = json!("ada@example.org");
            let message = assert_error(&client.post("/contact/create", &body).await, 409, "CONFLICT");
            assert!(message.contains("email"), "{message}");
            // Neither `ensure` nor `create` with a known fingerprint changes a contact.
            assert_eq!(client.post("/contact/ensure", &body).await.expect(200)["id"], ada.as_str());
            body["fingerprint"] = before["fingerprint"].clone();
            assert_eq!(client.create_contact(body).await, ada);
        }
        assert_eq!(client.fetch("contact", &ada).await, before);
        assert_eq!(client.count("contact").await, 1);
        client.create_contact(json!({ "nick": "n", "name": "N" })).await;
        assert!(assert_error(&client.post("/contact/create", &json!({ "nick": "n", "name": "M" })).await, 409, "CONFLICT").contains("nick"));
    }

    async fn new_fingerprint_with_known_address_completes_the_contact(client: Client) {
        let fields = [
            ("name", json!("Ada")), ("phone", json!("+15005550006")), ("nick", json!("a")),
            ("verifiedAt", json!("2025-01-01T10:00:00.123Z")), ("meta", json!({ "k": 1, "o": { "p": [] } })),
        ];
        // Every subset of fields, for a contact that has the other fields, all fields or none.
        for set in 0..1_usize << fields.len() {
            let is_sent = |n: usize| set >> n & 1 == 1;
            for (n, already) in ["the others", "all", "none"].into_iter().enumerate() {
                let email = format!("{set}.{n}@example.org");
                // Phone numbers are unique.
                let number = format!("+1500555{:04}", 1000 + set * 3 + n);
                let (mut old, mut sent) = (json!({ "email": email }), json!({ "email": email.to_uppercase(), "fingerprint": format!("f-{email}") }));
                let mut all = json!({ "email": email, "meta": {} });
                for (n, (field, value)) in fields.iter().enumerate() {
                    let has = match already { "all" => true, "none" => false, _ => !is_sent(n) };
                    if has {
                        old[*field] = value.clone();
                    }
                    if is_sent(n) {
                        sent[*field] = value.clone();
                    }
                    if has || is_sent(n) {
                        all[*field] = value.clone();
                    }
                }
                for body in [&mut old, &mut sent, &mut all] {
                    if body.get("phone").is_some() {
                        body["phone"] = json!(number);
                    }
                }
                let id = client.create_contact(old).await;
                assert_eq!(client.create_contact(sent.clone()).await, id, "{sent}");
                all["fingerprint"] = sent["fingerprint"].clone();
                all["id"] = json!(id);
                let mut contact = client.fetch("contact", &id).await;
                let times = contact.as_object_mut().unwrap();
                assert!(times.remove("createdAt").is_some() && times.remove("updatedAt").is_some());
                assert_eq!(contact, all, "{already}: {sent}");
            }
        }
    }

    async fn new_fingerprint_with_contradicting_fields_is_refused(client: Client) {
        let old = json!({
            "email": "ada@example.org", "name": "Ada", "description": "First", "phone": "+15005550006", "nick": "a", "preferences": "p",
            "verifiedAt": 1_735_725_600_123_i64, "meta": { "k": 1 },
        });
        let id = client.create_contact(old).await;
        let before = client.fetch("contact", &id).await;
        for other in [json!({ "name": "Eve" }), json!({ "description": "Second" }), json!({ "phone": "+15005550007" }), json!({ "nick": "e" }),
            json!({ "preferences": "q" }), json!({ "verifiedAt": 5 }), json!({ "meta": { "k": 2, "new": 1 } })] {
            let mut body = other;
            body["email"] = json!("ADA@example.org");
            body["fingerprint"] = json!("f");
            let message = assert_error(&client.post("/contact/create", &body).await, 409, "CONFLICT");
            assert!(message.contains("email"), "{message}");
        }
        // The phone number is known, but the email address differs.
        for (body, field) in [(json!({ "fingerprint": "f", "phone": "+15005550006", "email": "eve@example.org" }), "phone"),
            (json!({ "phone": "+15005550006", "email": "eve@example.org" }), "phone")] {
            assert!(assert_error(&client.post("/contact/create", &body).await, 409, "CONFLICT").contains(field));
        }
        // A phone number of another contact is refused.
        let bo = client.create_contact(json!({ "email": "bo@example.org" })).await;
        let body = json!({ "fingerprint": "g", "email": "bo@example.org", "phone": "+15005550006" });
        assert!(assert_error(&client.post("/contact/create", &body).await, 409, "CONFLICT").contains("phone"));
        assert_eq!(client.fetch("contact", &id).await, before);
        assert!(client.fetch("contact", &bo).await.get("phone").is_none());
        assert_eq!(client.count("contact").await, 2);
        // A too long text is refused. A contact with a fingerprint of a caller is not found by its address.
        let long = json!({ "fingerprint": "h", "email": "bo@example.org", "name": "x".repeat(100_000) });
        assert!(assert_error(&client.post("/contact/create", &long).await, 400, "BAD_REQUEST").contains("name"));
        assert_eq!(client.create_contact(json!({ "fingerprint": "h", "email": "bo@example.org", "name": "Bo", "description": "d", "preferences": "p" })).await, bo);
        let other = client.create_contact(json!({ "fingerprint": "i", "email": "bo@example.org", "name": "Other" })).await;
        assert_ne!(other, bo);
        assert_eq!(client.fetch("contact", &other).await["name"], "Other");
        let bo = client.fetch("contact", &bo).await;
        assert_eq!((&bo["name"], &bo["description"], &bo["preferences"]), (&json!("Bo"), &json!("d"), &json!("p")));
    }

    async fn manager_is_completed_only_with_admin_scope(client: Client) {
        let tenant = &client.server.a;
        let mut command = CreateMember { role: Some(WorkspaceRole::Manager), ..CreateMember::new(MemberKind::Person) };
        command.profile.email = Some("boss@example.org".to_owned());
        parlor_engine::member::create(&client.server.engine, &tenant.ctx(), command).await.unwrap();
        let key = tenant.create_key("members:write", None).await;
        let body = json!({ "fingerprint": "f", "email": "boss@example.org", "name": "Boss" });
        assert_error(&client.post_with_key(&key, "/contact/create", &body).await, 403, "NOT_AUTHORIZED");
        client.create_contact(body).await;
    }

    async fn concurrent_create_with_new_fingerprint_completes_one_contact(client: Client) {
        let id = client.create_contact(json!({ "email": "ada@example.org" })).await;
        let mut running = tokio::task::JoinSet::new();
        for n in 0..20 {
            let body = json!({ "fingerprint": "f", "email": "ada@example.org", "name": "Ada", "meta": { format!("k{n}"): n } });
            running.spawn(client.post_request("/contact/create").json(&body).send());
        }
        while let Some(reply) = running.join_next().await {
            assert_eq!(reply.unwrap().expect(200)["id"], json!(id));
        }
        let contact = client.fetch("contact", &id).await;
        // The first request completes the contact; for the others the fingerprint is known.
        assert_eq!(contact["meta"].as_object().unwrap().len(), 1);
        assert_eq!((&contact["fingerprint"], &contact["name"]), (&json!("f"), &json!("Ada")));
        assert_eq!(client.count("contact").await, 1);
    }

    async fn tenant_chats_user_without_name_has_the_customers_id_as_name(client: Client) {
        let chat = client.server.post("/api/v1/chats/").header("X-API-Key", &client.server.a.key);
        chat.json(&json!({ "user_id": "customer-7" })).send().await.expect(201);
        let items = client.get("/contact/list").await.expect(200)["items"].clone();
        let user = items.as_array().unwrap().iter().find(|item| item["name"] == "customer-7").unwrap().clone();
        let id = user["id"].as_str().unwrap();
        assert_eq!(client.fetch("contact", id).await, user);
        // Importing an export does not store the shown name.
        let lines = client.get_request("/contact/export").header("accept", "application/jsonl").send().await.text();
        let import = client.post_request("/contact/import").header("content-type", "application/jsonl").body(lines);
        let report = import.send().await.expect(200);
        assert_eq!((&report["updated"], &report["failedCount"]), (&json!(0), &json!(0)), "{report}");
        client.update("contact", id, json!({ "name": "Bo" })).await;
        assert_eq!(client.fetch("contact", id).await["name"], "Bo");
        client.update("contact", id, json!({ "name": null })).await;
        assert_eq!(client.fetch("contact", id).await["name"], "customer-7");
    }
}
