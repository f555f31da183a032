//! Imports of exported records.
//!
//! Proves INV-53 (`docs/invariants.md`).

use crate::client::{Client, assert_error, cases, item_ids};
use crate::import_fixtures::{counts, create_records, export_all, export_lines, import_lines};
use serde_json::json;

cases! {
    async fn import_into_empty_server_restores_an_equal_export(client: Client) {
        let sizes = create_records(&client).await;
        let before = export_all(&client).await;
        assert_eq!(before.iter().map(|(_, lines)| lines.lines().count() as u64).collect::<Vec<_>>(), sizes);
        let empty = client.with_empty_server().await;
        for ((resource, lines), size) in before.iter().zip(sizes) {
            let report = import_lines(&empty, resource, lines).await.expect(200);
            assert_eq!(report, json!({ "imported": size, "updated": 0, "unchanged": 0, "failedCount": 0, "failed": [] }));
        }
        assert_eq!(export_all(&empty).await, before);
        // The other order and formats are equal too.
        for resource in ["contact", "space", "conversation"] {
            for accept in ["application/json", "text/csv"] {
                let path = format!("/{resource}/export");
                let there = empty.get_request(&path).header("accept", accept).send().await;
                let here = client.get_request(&path).header("accept", accept).send().await;
                // Cursors are not restored.
                let rows = |text: &str| text.split("\"cursor\"").next().unwrap_or_default().to_owned();
                assert_eq!(rows(&there.text()), rows(&here.text()), "{resource} as {accept}");
            }
        }
        // Repeated imports change nothing on either server.
        for side in [&empty, &client] {
            for ((resource, lines), size) in before.iter().zip(sizes) {
                let report = import_lines(side, resource, lines).await.expect(200);
                assert_eq!(counts(&report), [0, 0, size, 0], "{report}");
            }
            assert_eq!(export_all(side).await, before);
        }
    }

    async fn import_accepts_any_order_events_and_documents(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let empty = client.with_empty_server().await;
        let export = client.get("/contact/export").await;
        let report = empty.post_request("/contact/import").header("content-type", "application/json; charset=utf-8").body(export.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [3, 0, 0, 0]);
        let events = client.get_request("/space/list").header("accept", "application/jsonl").send().await;
        let report = empty.post_request("/space/import").header("content-type", "application/x-ndjson").body(events.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [2, 0, 0, 0]);
        let lines = client.get_request("/conversation/export?include=messages").header("accept", "application/jsonl").send().await;
        let report = empty.post_request("/conversation/import").body(lines.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [11, 0, 0, 0]);
        assert_eq!(export_all(&empty).await, before);
        // Of two `Content-Type` headers the last one is used.
        let request = empty.post_request("/space/import").header("content-type", "application/json").header("content-type", "application/jsonl");
        assert_eq!(counts(&request.body(before[1].1.as_str()).send().await.expect(200)), [0, 0, 2, 0]);
        for bad in ["text/csv", "multipart/form-data; boundary=x"] {
            let reply = empty.post_request("/space/import").header("content-type", bad).body("{}").send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
    }

    async fn import_of_changed_records_restores_them(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        // Changes all records.
        for resource in ["contact", "space", "conversation"] {
            for id in item_ids(&client.get(&format!("/{resource}/list")).await.expect(200)) {
                client.update(resource, &id, json!({ "name": "changed", "description": "changed", "meta": { "changed": true }, "contactId": null, "spaceId": null, "botId": "changed", "alias": null })).await;
            }
        }
        let conversation = item_ids(&client.get("/conversation/export?order=asc").await.expect(200)).swap_remove(0);
        let messages = item_ids(&client.get(&format!("/conversation/{conversation}/message/list")).await.expect(200));
        for id in &messages {
            client.post(&format!("/conversation/{conversation}/message/{id}/update"), &json!({ "type": "context", "text": "changed", "name": "changed" })).await.expect(200);
        }
        assert_ne!(export_all(&client).await, before);
        for (resource, lines) in &before {
            let report = import_lines(&client, resource, lines).await.expect(200);
            let [imported, updated, unchanged, failed] = counts(&report);
            assert_eq!((imported, updated + unchanged, failed), (0, lines.lines().count() as u64, 0), "{report}");
            assert!(updated > 0);
        }
        // Messages are restored; only their conversation's time still shows that they were edited.
        let after = export_all(&client).await;
        assert_eq!(after[..2], before[..2]);
        let report = import_lines(&client, "conversation", &before[2].1).await.expect(200);
        assert_eq!(counts(&report)[0], 0);
        assert_eq!(export_all(&client).await, before);
    }

    async fn latest_time_is_stored_updated_and_imported(client: Client) {
        const LAST: &str = "9999-12-31T23:59:59.999Z";
        let id = client.create_contact(json!({ "fingerprint": "f", "verifiedAt": LAST })).await;
        assert_eq!(client.fetch("contact", &id).await["verifiedAt"], LAST);
        // The returned text is accepted by an update and by an import.
        client.update("contact", &id, json!({ "name": "Ada", "verifiedAt": LAST })).await;
        assert_eq!(client.fetch("contact", &id).await["verifiedAt"], LAST);
        let lines = export_lines(&client, "/contact/export").await;
        assert!(lines.contains(LAST), "{lines}");
        let again = import_lines(&client, "contact", &lines).await.expect(200);
        assert_eq!(counts(&again), [0, 0, 1, 0], "{again}");
        let beyond = json!({ "verifiedAt": "9999-12-31T23:59:59-00:01" });
        assert_error(&client.post(&format!("/contact/{id}/update"), &beyond).await, 400, "BAD_REQUEST");
    }

    async fn server_after_import_and_restart_creates_newer_rows(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let mut empty = client.with_empty_server().await;
        for (resource, lines) in &before {
            import_lines(&empty, resource, lines).await.expect(200);
        }
        empty.server.restart().await;
        assert_eq!(export_all(&empty).await, before);
        // Ids of new rows are greater than imported ones, whatever the clock is after the restart.
        let last = item_ids(&empty.get("/space/list").await.expect(200)).swap_remove(0);
        let created = empty.create_space(json!({})).await;
        assert!(created > last);
        let conversation = item_ids(&empty.get("/conversation/export?order=asc").await.expect(200)).swap_remove(0);
        empty.post(&format!("/conversation/{conversation}/send"), &json!({ "text": "new" })).await.expect(200);
        let page = empty.get(&format!("/conversation/{conversation}/message/list")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[9]["text"]), (10, &json!("new")));
        let record = empty.fetch("conversation", &conversation).await;
        assert!(record["updatedAt"].as_str() >= items[9]["createdAt"].as_str());
        // The fingerprint identifies the imported contact.
        let ada = empty.create_contact(json!({ "fingerprint": "ada" })).await;
        assert_eq!(empty.fetch("contact", &ada).await["name"], "Ada 😀");
    }

    async fn concurrent_imports_of_one_export_create_each_record_once(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let empty = client.with_empty_server().await;
        for (resource, lines) in &before {
            let mut running = tokio::task::JoinSet::new();
            for _ in 0..6 {
                let request = empty.post_request(&format!("/{resource}/import")).body(lines.as_str());
                running.spawn(request.send());
            }
            let mut created = 0;
            while let Some(reply) = running.join_next().await {
                let [imported, _, unchanged, failed] = counts(&reply.unwrap().expect(200));
                assert_eq!((imported + unchanged, failed), (lines.lines().count() as u64, 0));
                created += imported;
            }
            assert_eq!(created, lines.lines().count() as u64);
        }
        assert_eq!(export_all(&empty).await, before);
    }
}
