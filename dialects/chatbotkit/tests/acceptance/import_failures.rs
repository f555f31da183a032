//! Imports of invalid records and bodies, and of other accounts' records.

use crate::client::{Client, assert_error, cases, item_ids};
use crate::import_fixtures::{counts, create_records, export_all, import_lines};
use serde_json::{Value, json};

cases! {
    async fn invalid_record_fails_alone(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "taken" })).await;
        let space = client.create_space(json!({ "alias": "taken" })).await;
        let conversation = client.create("conversation", json!({})).await;
        let said = client.post(&format!("/conversation/{conversation}/send"), &json!({ "text": "x" })).await.expect(200);
        let message = said["id"].as_str().unwrap();
        let old = |prefix: &str, n: u32| format!("{prefix}01hv{n:022}");
        let future = |prefix: &str| format!("{prefix}7zzzzzzzzzzzzzzzzzzzzzzzzz");
        let with_prefix = |prefix: &str, id: &str| format!("{prefix}{}", id.split_once('_').unwrap().1);
        let at = "2024-04-01T00:00:00.000Z";
        let bad: Vec<(&str, Value, &str, &str)> = vec![
            ("space", json!([]), "object", "BAD_REQUEST"),
            ("space", json!({ "name": "x" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": 5 }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": "space_123" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": "space_00000000000000000000000000" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": contact }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": future("space_") }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": with_prefix("space_", &contact) }), "id", "CONFLICT"),
            ("space", json!({ "id": with_prefix("space_", &conversation) }), "id", "CONFLICT"),
            ("space", json!({ "id": old("space_", 1), "alias": "taken" }), "alias", "CONFLICT"),
            ("space", json!({ "id": old("space_", 1), "contactId": old("contact_", 9) }), "contact", "NOT_FOUND"),
            ("space", json!({ "id": old("space_", 1), "contactId": { "fingerprint": "x" } }), "contactId", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "createdAt": "2999-01-01T00:00:00.000Z" }), "createdAt", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "updatedAt": "2999-01-01T00:00:00.000Z" }), "updatedAt", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "createdAt": at, "updatedAt": "2024-03-01T00:00:00.000Z" }), "updatedAt", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "createdAt": "yesterday" }), "createdAt", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "name": 5 }), "name", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "name": "nul\u{0}" }), "name", "BAD_REQUEST"),
            ("space", json!({ "id": old("space_", 1), "meta": [] }), "meta", "BAD_REQUEST"),
            ("contact", json!({ "id": old("contact_", 1), "fingerprint": "taken" }), "fingerprint", "CONFLICT"),
            ("contact", json!({ "id": old("contact_", 1), "email": "nobody" }), "email", "BAD_REQUEST"),
            ("contact", json!({ "id": parlor_kit::ids::format_prefixed("contact_", client.server.a.owner.id) }), "id", "CONFLICT"),
            ("contact", json!({ "id": space }), "id", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("conversation_", 1), "spaceId": old("space_", 9) }), "space", "NOT_FOUND"),
            ("conversation", json!({ "id": old("conversation_", 1), "contactId": "contact_nope" }), "contact", "NOT_FOUND"),
            ("conversation", json!({ "id": old("conversation_", 1), "name": "x".repeat(256) }), "name", "BAD_REQUEST"),
            ("conversation", json!({ "id": with_prefix("conversation_", &space) }), "id", "CONFLICT"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": old("conversation_", 9), "type": "user", "text": "x" }), "conversation", "NOT_FOUND"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": conversation, "type": "shout", "text": "x" }), "type", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": conversation, "type": "user" }), "text", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": conversation, "type": "user", "text": "x".repeat(65_537) }), "text", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": conversation, "type": "user", "text": "x", "createdAt": "2999-01-01T00:00:00.000Z" }), "createdAt", "BAD_REQUEST"),
            ("conversation", json!({ "id": "message_00000000000000000000000000", "conversationId": conversation, "type": "user", "text": "x" }), "id", "BAD_REQUEST"),
        ];
        let before = export_all(&client).await;
        for (resource, line, word, code) in &bad {
            let report = import_lines(&client, resource, &line.to_string()).await.expect(200);
            assert_eq!(counts(&report), [0, 0, 0, 1], "{line} {report}");
            let failures = &report["failed"][0];
            assert_eq!((&failures["line"], &failures["code"]), (&json!(1), &json!(code)), "{line} {report}");
            assert!(failures["message"].as_str().unwrap().contains(word), "{line} {report}");
        }
        assert_eq!(export_all(&client).await, before);
        // A message cannot be moved to another conversation.
        let other = client.create("conversation", json!({})).await;
        let stolen = json!({ "id": message, "conversationId": other, "type": "user", "text": "stolen" });
        let report = import_lines(&client, "conversation", &stolen.to_string()).await.expect(200);
        assert_eq!((&report["failed"][0]["code"], counts(&report)[3]), (&json!("CONFLICT"), 1));
        // Valid records among invalid ones are imported; failures are reported by line.
        let lines = format!("{{\"id\":\"{}\"}}\n\nnonsense\n{{\"id\":\"{}\",\"name\":\"x\"}}\r\n{{}}", old("space_", 1), old("space_", 2));
        let report = import_lines(&client, "space", &lines).await.expect(200);
        assert_eq!(counts(&report), [2, 0, 0, 2]);
        let failures: Vec<_> = report["failed"].as_array().unwrap().iter().map(|failures| &failures["line"]).collect();
        assert_eq!(failures, [3, 5]);
        let first = client.fetch("space", &old("space_", 1)).await;
        // Without a time of its own a record has the time of its id.
        assert_eq!((first["createdAt"].as_str().map(|at| &at[..4]), &first["updatedAt"]), (Some("2024"), &first["createdAt"]));
        assert_eq!(first["meta"], json!({}));
    }

    async fn report_lists_the_first_hundred_failures(client: Client) {
        let lines = "{}\n".repeat(1_234);
        let report = import_lines(&client, "contact", &lines).await.expect(200);
        assert_eq!(counts(&report), [0, 0, 0, 1_234]);
        let failures = report["failed"].as_array().unwrap();
        assert_eq!((failures.len(), &failures[99]["line"]), (100, &json!(100)));
    }

    async fn import_of_invalid_body_is_refused(client: Client) {
        for body in ["", "5", "[]", "{}", "{\"items\":5}", "{\"items\":[", "{\"item\":[{}]}", "nonsense"] {
            let reply = client.post_request("/space/import").header("content-type", "application/json").body(body).send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        for body in ["", "\n\n"] {
            assert_eq!(counts(&import_lines(&client, "space", body).await.expect(200)), [0; 4]);
        }
        // Records before the truncated end are stored, and the report has the failure.
        let body = "{\"items\":[{\"id\":\"space_01hv0000000000000000000001\"},{\"id\":\"spa";
        let reply = client.post_request("/space/import").header("content-type", "application/json").body(body).send().await;
        let report = reply.expect(200);
        assert_eq!((counts(&report), &report["failed"][0]["line"]), ([1, 0, 0, 1], &json!(2)));
        assert_eq!(client.count("space").await, 1);
    }

    async fn import_with_ids_of_another_account_finds_nothing(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let other_key = client.server.b.key.clone();
        // A reference to a record of the other account is refused as one to an unknown record.
        let contact = item_ids(&client.get("/contact/list").await.expect(200)).swap_remove(0);
        let space = item_ids(&client.get("/space/list").await.expect(200)).swap_remove(0);
        let conversation = item_ids(&client.get("/conversation/list").await.expect(200)).swap_remove(0);
        let unknown = |id: &str| format!("{}01hv0000000000000000000001", &id[..=id.find('_').unwrap()]);
        let line = |id: &str| match id.split_once('_').unwrap().0 {
            "contact" => ("space", json!({ "id": "space_01hv0000000000000000000002", "contactId": id })),
            "space" => ("conversation", json!({ "id": "conversation_01hv0000000000000000000002", "spaceId": id })),
            _ => ("conversation", json!({ "id": "message_01hv0000000000000000000002", "conversationId": id, "type": "user", "text": "x" })),
        };
        for id in [&contact, &space, &conversation] {
            let mut failures = Vec::new();
            for id in [id.clone(), unknown(id)] {
                let (resource, line) = line(&id);
                let report = client.post_with_key(&other_key, &format!("/{resource}/import"), &json!({ "items": [line] })).await;
                let report = report.expect(200);
                assert_eq!(report["failed"][0]["code"], "NOT_FOUND");
                failures.push(report);
            }
            assert_eq!(failures[0], failures[1]);
        }
        // The other account can import the whole export under the same ids; the first account's records do not change.
        for (resource, lines) in &before {
            let items: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let report = client.post_with_key(&other_key, &format!("/{resource}/import"), &json!({ "items": items })).await;
            assert_eq!(counts(&report.expect(200))[1..], [0, 0, 0]);
            let changed: Vec<Value> = items.into_iter().map(|mut item| { item["name"] = json!("theirs"); item }).collect();
            let report = client.post_with_key(&other_key, &format!("/{resource}/import"), &json!({ "items": changed })).await;
            assert_eq!(counts(&report.expect(200))[2..], [0, 0]);
        }
        assert_eq!(export_all(&client).await, before);
        let theirs = client.get_with_key(&other_key, &format!("/space/{space}/fetch")).await.expect(200);
        assert_eq!(theirs["name"], "theirs");
    }
}
