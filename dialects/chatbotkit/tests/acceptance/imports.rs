//! Taking back what an export gave.

use crate::client::{Client, assert_error, cases, item_ids};
use parlor_testkit::{TestBackend, TestResponse, TestServer, backend};
use serde_json::{Value, json};

/// What an export gives as JSONL, oldest first.
async fn export_lines(client: &Client, path: &str) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    let request = client.get_request(&format!("{path}{join}order=asc"));
    let reply = request.header("accept", "application/jsonl").send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// Everything that can be exported, each with where it goes back.
async fn export_all(client: &Client) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (noun, query) in [
        ("contact", ""),
        ("space", ""),
        ("conversation", "?include=messages"),
    ] {
        all.push((
            noun,
            export_lines(client, &format!("/{noun}/export{query}")).await,
        ));
    }
    all
}

async fn import_lines(client: &Client, noun: &str, lines: &str) -> TestResponse {
    let request = client.post_request(&format!("/{noun}/import"));
    request
        .header("content-type", "application/jsonl")
        .body(lines)
        .send()
        .await
}

/// How many were imported, updated, unchanged and refused.
#[track_caller]
fn counts(report: &Value) -> [u64; 4] {
    ["imported", "updated", "unchanged", "failedCount"].map(|name| report[name].as_u64().unwrap())
}

/// Somebody's things in every shape that a record can have; gives how many contacts, spaces and lines of talk.
async fn create_records(client: &Client) -> [u64; 3] {
    let ada = client.create_contact(json!({ "fingerprint": "ada", "name": "Ada 😀", "email": "Ada@Example.ORG", "phone": "+1 500 555 0006", "nick": "a",
        "preferences": "mail", "description": "two\nlines", "verifiedAt": 1_735_725_600_123_i64, "meta": { "z": 1.50, "ключ": [null, 1e3] } })).await;
    client.create_contact(json!({ "name": "Nobody" })).await;
    // Made elsewhere: it has no fingerprint of its own.
    client.server.a.create_person("Bo", None, "").await;
    let full = client.create_space(json!({ "name": "=1+1, \"x\"", "description": "é", "contactId": ada, "alias": "full", "blueprintId": "bp", "meta": { "a": { "b": {} } } })).await;
    let bare = client.create_space(json!({})).await;
    let talk = json!({ "name": "Talk", "description": "D", "contactId": ada, "spaceId": full, "taskId": "t", "botId": "b", "model": "m/t=1", "backstory": "Be kind.",
        "datasetId": "d", "skillsetId": "s", "privacy": true, "moderation": false, "meta": { "n": 12345678901234567890_u64 },
        "messages": [{ "type": "backstory", "text": "You are kind." }, { "type": "user", "text": "Où? 😀", "name": "Ada", "description": "d", "meta": { "k": [1.0] } }] });
    let made = client.post("/conversation/create", &talk).await.expect(200);
    let talk = made["id"].as_str().unwrap().to_owned();
    for kind in [
        "bot",
        "reasoning",
        "context",
        "instruction",
        "activity",
        "checkpoint",
        "user",
    ] {
        let said = json!({ "type": kind, "text": format!("{kind} \"says\" \\ this\n") });
        client
            .post(&format!("/conversation/{talk}/message/create"), &said)
            .await
            .expect(200);
    }
    client
        .create("conversation", json!({ "spaceId": bare }))
        .await;
    // What changed after it was made has two times.
    client
        .update("space", &bare, json!({ "name": "later" }))
        .await;
    client
        .update("conversation", &talk, json!({ "meta": { "later": true } }))
        .await;
    [3, 2, 2 + 9]
}

cases! {
    async fn an_empty_server_becomes_the_same_to_the_byte(client: Client) {
        let sizes = create_records(&client).await;
        let before = export_all(&client).await;
        assert_eq!(before.iter().map(|(_, lines)| lines.lines().count() as u64).collect::<Vec<_>>(), sizes);
        let fresh = client.with_empty_server().await;
        for ((noun, lines), size) in before.iter().zip(sizes) {
            let report = import_lines(&fresh, noun, lines).await.expect(200);
            assert_eq!(report, json!({ "imported": size, "updated": 0, "unchanged": 0, "failedCount": 0, "failed": [] }));
        }
        assert_eq!(export_all(&fresh).await, before);
        // The newest first as well, and as JSON.
        for noun in ["contact", "space", "conversation"] {
            for accept in ["application/json", "text/csv"] {
                let path = format!("/{noun}/export");
                let there = fresh.get_request(&path).header("accept", accept).send().await;
                let here = client.get_request(&path).header("accept", accept).send().await;
                // A place in a list is nothing that a backup knows.
                let rows = |text: &str| text.split("\"cursor\"").next().unwrap_or_default().to_owned();
                assert_eq!(rows(&there.text()), rows(&here.text()), "{noun} as {accept}");
            }
        }
        // Again, there and here: nothing changes.
        for side in [&fresh, &client] {
            for ((noun, lines), size) in before.iter().zip(sizes) {
                let report = import_lines(side, noun, lines).await.expect(200);
                assert_eq!(counts(&report), [0, 0, size, 0], "{report}");
            }
            assert_eq!(export_all(side).await, before);
        }
    }

    async fn the_newest_first_events_and_documents_are_taken_too(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let fresh = client.with_empty_server().await;
        let export = client.get("/contact/export").await;
        let report = fresh.post_request("/contact/import").header("content-type", "application/json; charset=utf-8").body(export.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [3, 0, 0, 0]);
        let events = client.get_request("/space/list").header("accept", "application/jsonl").send().await;
        let report = fresh.post_request("/space/import").header("content-type", "application/x-ndjson").body(events.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [2, 0, 0, 0]);
        let lines = client.get_request("/conversation/export?include=messages").header("accept", "application/jsonl").send().await;
        let report = fresh.post_request("/conversation/import").body(lines.bytes).send().await;
        assert_eq!(counts(&report.expect(200)), [11, 0, 0, 0]);
        assert_eq!(export_all(&fresh).await, before);
        // Said twice, the last word counts.
        let request = fresh.post_request("/space/import").header("content-type", "application/json").header("content-type", "application/jsonl");
        assert_eq!(counts(&request.body(before[1].1.as_str()).send().await.expect(200)), [0, 0, 2, 0]);
        for bad in ["text/csv", "multipart/form-data; boundary=x"] {
            let reply = fresh.post_request("/space/import").header("content-type", bad).body("{}").send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
    }

    async fn a_line_that_differs_changes_what_is_there(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        // Meanwhile everything becomes different.
        for noun in ["contact", "space", "conversation"] {
            for id in item_ids(&client.get(&format!("/{noun}/list")).await.expect(200)) {
                client.update(noun, &id, json!({ "name": "changed", "description": "changed", "meta": { "changed": true }, "contactId": null, "spaceId": null, "botId": "changed", "alias": null })).await;
            }
        }
        let talk = item_ids(&client.get("/conversation/export?order=asc").await.expect(200)).swap_remove(0);
        let messages = item_ids(&client.get(&format!("/conversation/{talk}/message/list")).await.expect(200));
        for id in &messages {
            client.post(&format!("/conversation/{talk}/message/{id}/update"), &json!({ "type": "context", "text": "changed", "name": "changed" })).await.expect(200);
        }
        assert_ne!(export_all(&client).await, before);
        for (noun, lines) in &before {
            let report = import_lines(&client, noun, lines).await.expect(200);
            let [imported, updated, unchanged, failed] = counts(&report);
            assert_eq!((imported, updated + unchanged, failed), (0, lines.lines().count() as u64, 0), "{report}");
            assert!(updated > 0);
        }
        // What was said is as it was; that it was edited since is remembered by its conversation alone.
        let after = export_all(&client).await;
        assert_eq!(after[..2], before[..2]);
        let report = import_lines(&client, "conversation", &before[2].1).await.expect(200);
        assert_eq!(counts(&report)[0], 0);
        assert_eq!(export_all(&client).await, before);
    }

    async fn a_bad_line_is_refused_alone(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "taken" })).await;
        let space = client.create_space(json!({ "alias": "taken" })).await;
        let home = client.create("conversation", json!({})).await;
        let said = client.post(&format!("/conversation/{home}/send"), &json!({ "text": "x" })).await.expect(200);
        let message = said["id"].as_str().unwrap();
        let old = |prefix: &str, n: u32| format!("{prefix}01hv{n:022}");
        let future = |prefix: &str| format!("{prefix}7zzzzzzzzzzzzzzzzzzzzzzzzz");
        let twin = |prefix: &str, id: &str| format!("{prefix}{}", id.split_once('_').unwrap().1);
        let at = "2024-04-01T00:00:00.000Z";
        let bad: Vec<(&str, Value, &str, &str)> = vec![
            ("space", json!([]), "object", "BAD_REQUEST"),
            ("space", json!({ "name": "x" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": 5 }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": "space_123" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": "space_00000000000000000000000000" }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": contact }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": future("space_") }), "id", "BAD_REQUEST"),
            ("space", json!({ "id": twin("space_", &contact) }), "id", "CONFLICT"),
            ("space", json!({ "id": twin("space_", &home) }), "id", "CONFLICT"),
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
            ("conversation", json!({ "id": twin("conversation_", &space) }), "id", "CONFLICT"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": old("conversation_", 9), "type": "user", "text": "x" }), "conversation", "NOT_FOUND"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": home, "type": "shout", "text": "x" }), "type", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": home, "type": "user" }), "text", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": home, "type": "user", "text": "x".repeat(65_537) }), "text", "BAD_REQUEST"),
            ("conversation", json!({ "id": old("message_", 1), "conversationId": home, "type": "user", "text": "x", "createdAt": "2999-01-01T00:00:00.000Z" }), "createdAt", "BAD_REQUEST"),
            ("conversation", json!({ "id": "message_00000000000000000000000000", "conversationId": home, "type": "user", "text": "x" }), "id", "BAD_REQUEST"),
        ];
        let before = export_all(&client).await;
        for (noun, line, word, code) in &bad {
            let report = import_lines(&client, noun, &line.to_string()).await.expect(200);
            assert_eq!(counts(&report), [0, 0, 0, 1], "{line} {report}");
            let told = &report["failed"][0];
            assert_eq!((&told["line"], &told["code"]), (&json!(1), &json!(code)), "{line} {report}");
            assert!(told["message"].as_str().unwrap().contains(word), "{line} {report}");
        }
        assert_eq!(export_all(&client).await, before);
        // A message of one conversation is not taken from it by another's.
        let other = client.create("conversation", json!({})).await;
        let stolen = json!({ "id": message, "conversationId": other, "type": "user", "text": "stolen" });
        let report = import_lines(&client, "conversation", &stolen.to_string()).await.expect(200);
        assert_eq!((&report["failed"][0]["code"], counts(&report)[3]), (&json!("CONFLICT"), 1));
        // Good ones among bad ones are taken, and told apart by their lines.
        let lines = format!("{{\"id\":\"{}\"}}\n\nnonsense\n{{\"id\":\"{}\",\"name\":\"x\"}}\r\n{{}}", old("space_", 1), old("space_", 2));
        let report = import_lines(&client, "space", &lines).await.expect(200);
        assert_eq!(counts(&report), [2, 0, 0, 2]);
        let told: Vec<_> = report["failed"].as_array().unwrap().iter().map(|told| &told["line"]).collect();
        assert_eq!(told, [3, 5]);
        let first = client.fetch("space", &old("space_", 1)).await;
        // Without times of its own it was made when its id was.
        assert_eq!((first["createdAt"].as_str().map(|at| &at[..4]), &first["updatedAt"]), (Some("2024"), &first["createdAt"]));
        assert_eq!(first["meta"], json!({}));
    }

    async fn the_last_moment_of_the_year_9999_comes_back_wherever_it_is_given(client: Client) {
        const LAST: &str = "9999-12-31T23:59:59.999Z";
        let id = client.create_contact(json!({ "fingerprint": "f", "verifiedAt": LAST })).await;
        assert_eq!(client.fetch("contact", &id).await["verifiedAt"], LAST);
        // What is shown is taken back: by an update, and by an import of an export.
        client.update("contact", &id, json!({ "name": "Ada", "verifiedAt": LAST })).await;
        assert_eq!(client.fetch("contact", &id).await["verifiedAt"], LAST);
        let lines = export_lines(&client, "/contact/export").await;
        assert!(lines.contains(LAST), "{lines}");
        let again = import_lines(&client, "contact", &lines).await.expect(200);
        assert_eq!(counts(&again), [0, 0, 1, 0], "{again}");
        let beyond = json!({ "verifiedAt": "9999-12-31T23:59:59-00:01" });
        assert_error(&client.post(&format!("/contact/{id}/update"), &beyond).await, 400, "BAD_REQUEST");
    }

    async fn only_the_first_hundred_refusals_are_told(client: Client) {
        let lines = "{}\n".repeat(1_234);
        let report = import_lines(&client, "contact", &lines).await.expect(200);
        assert_eq!(counts(&report), [0, 0, 0, 1_234]);
        let told = report["failed"].as_array().unwrap();
        assert_eq!((told.len(), &told[99]["line"]), (100, &json!(100)));
    }

    async fn a_body_that_is_no_backup_is_refused_whole(client: Client) {
        for body in ["", "5", "[]", "{}", "{\"items\":5}", "{\"items\":[", "{\"item\":[{}]}", "nonsense"] {
            let reply = client.post_request("/space/import").header("content-type", "application/json").body(body).send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        for body in ["", "\n\n"] {
            assert_eq!(counts(&import_lines(&client, "space", body).await.expect(200)), [0; 4]);
        }
        // What came before the bad end is stored, and the report says where it ended.
        let body = "{\"items\":[{\"id\":\"space_01hv0000000000000000000001\"},{\"id\":\"spa";
        let reply = client.post_request("/space/import").header("content-type", "application/json").body(body).send().await;
        let report = reply.expect(200);
        assert_eq!((counts(&report), &report["failed"][0]["line"]), ([1, 0, 0, 1], &json!(2)));
        assert_eq!(client.count("space").await, 1);
    }

    async fn other_accounts_are_as_unknown_as_nobody(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let stranger = client.server.b.key.clone();
        // What refers to the other account's is refused as what refers to nobody's.
        let contact = item_ids(&client.get("/contact/list").await.expect(200)).swap_remove(0);
        let space = item_ids(&client.get("/space/list").await.expect(200)).swap_remove(0);
        let home = item_ids(&client.get("/conversation/list").await.expect(200)).swap_remove(0);
        let nobody = |id: &str| format!("{}01hv0000000000000000000001", &id[..=id.find('_').unwrap()]);
        let line = |id: &str| match id.split_once('_').unwrap().0 {
            "contact" => ("space", json!({ "id": "space_01hv0000000000000000000002", "contactId": id })),
            "space" => ("conversation", json!({ "id": "conversation_01hv0000000000000000000002", "spaceId": id })),
            _ => ("conversation", json!({ "id": "message_01hv0000000000000000000002", "conversationId": id, "type": "user", "text": "x" })),
        };
        for id in [&contact, &space, &home] {
            let mut told = Vec::new();
            for id in [id.clone(), nobody(id)] {
                let (noun, line) = line(&id);
                let report = client.post_with_key(&stranger, &format!("/{noun}/import"), &json!({ "items": [line] })).await;
                let report = report.expect(200);
                assert_eq!(report["failed"][0]["code"], "NOT_FOUND");
                told.push(report);
            }
            assert_eq!(told[0], told[1]);
        }
        // The whole backup becomes the stranger's own, in the stranger's account; nothing here is touched.
        for (noun, lines) in &before {
            let items: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let report = client.post_with_key(&stranger, &format!("/{noun}/import"), &json!({ "items": items })).await;
            assert_eq!(counts(&report.expect(200))[1..], [0, 0, 0]);
            let changed: Vec<Value> = items.into_iter().map(|mut item| { item["name"] = json!("theirs"); item }).collect();
            let report = client.post_with_key(&stranger, &format!("/{noun}/import"), &json!({ "items": changed })).await;
            assert_eq!(counts(&report.expect(200))[2..], [0, 0]);
        }
        assert_eq!(export_all(&client).await, before);
        let theirs = client.get_with_key(&stranger, &format!("/space/{space}/fetch")).await.expect(200);
        assert_eq!(theirs["name"], "theirs");
    }

    async fn life_goes_on_after_an_import(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let mut fresh = client.with_empty_server().await;
        for (noun, lines) in &before {
            import_lines(&fresh, noun, lines).await.expect(200);
        }
        fresh.server.restart().await;
        assert_eq!(export_all(&fresh).await, before);
        // New rows are newer than all that came back, whatever the clock says after the restart.
        let last = item_ids(&fresh.get("/space/list").await.expect(200)).swap_remove(0);
        let made = fresh.create_space(json!({})).await;
        assert!(made > last);
        let talk = item_ids(&fresh.get("/conversation/export?order=asc").await.expect(200)).swap_remove(0);
        fresh.post(&format!("/conversation/{talk}/send"), &json!({ "text": "new" })).await.expect(200);
        let page = fresh.get(&format!("/conversation/{talk}/message/list")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[9]["text"]), (10, &json!("new")));
        let record = fresh.fetch("conversation", &talk).await;
        assert!(record["updatedAt"].as_str() >= items[9]["createdAt"].as_str());
        // The same fingerprint is the same contact.
        let ada = fresh.create_contact(json!({ "fingerprint": "ada" })).await;
        assert_eq!(fresh.fetch("contact", &ada).await["name"], "Ada 😀");
    }

    async fn the_same_backup_from_two_sides_at_once(client: Client) {
        create_records(&client).await;
        let before = export_all(&client).await;
        let fresh = client.with_empty_server().await;
        for (noun, lines) in &before {
            let mut running = tokio::task::JoinSet::new();
            for _ in 0..6 {
                let request = fresh.post_request(&format!("/{noun}/import")).body(lines.as_str());
                running.spawn(request.send());
            }
            let mut made = 0;
            while let Some(reply) = running.join_next().await {
                let [imported, _, unchanged, failed] = counts(&reply.unwrap().expect(200));
                assert_eq!((imported + unchanged, failed), (lines.lines().count() as u64, 0));
                made += imported;
            }
            assert_eq!(made, lines.lines().count() as u64);
        }
        assert_eq!(export_all(&fresh).await, before);
    }
}

/// Spaces of a backup: far more than fits into other bodies.
fn space_lines(count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{{\"id\":\"space_01hv{n:022}\",\"name\":\"{n} {}\",\"meta\":{{}},\"createdAt\":\"2024-04-01T00:00:00.000Z\",\"updatedAt\":\"2024-04-01T00:00:00.{:03}Z\"}}\n",
            "x".repeat(150),
            n % 1_000
        )
    };
    (0..count).map(line).collect()
}

#[test]
fn a_long_body_is_taken_and_one_over_the_limit_is_not() {
    for which in [TestBackend::Sqlite, TestBackend::Postgres] {
        backend::block_on(async {
            let server = TestServer::start_with(which, |options| {
                let section = json!({ "import_body_limit": 4 << 20 });
                options
                    .dialect_settings
                    .insert("chatbotkit".to_owned(), section);
            })
            .await;
            let client = Client::new(server, "/api/v1");
            let lines = space_lines(10_000);
            assert!(lines.len() > 2 << 20);
            let report = import_lines(&client, "space", &lines).await.expect(200);
            assert_eq!(counts(&report), [10_000, 0, 0, 0]);
            assert_eq!(export_lines(&client, "/space/export").await, lines);
            let report = import_lines(&client, "space", &lines).await.expect(200);
            assert_eq!(counts(&report), [0, 0, 10_000, 0]);
            let reply = import_lines(&client, "space", &space_lines(20_000)).await;
            assert_error(&reply, 413, "CONTENT_TOO_LARGE");
            assert_eq!(client.count("space").await, 10_000);
        });
    }
}

#[test]
fn a_client_that_goes_leaves_whole_batches_and_may_come_again() {
    for which in [TestBackend::Sqlite, TestBackend::Postgres] {
        backend::block_on(async {
            let client = Client::new(TestServer::start(which).await, "/v1");
            let lines = space_lines(5_000);
            let half = &lines.as_bytes()[..lines.len() / 2];
            send_partial_body(&client, lines.len(), half).await;
            let mut there = 0;
            for _ in 0..2_000 {
                there = client.count("space").await;
                if there > 0 {
                    break;
                }
            }
            assert!(there > 0 && there < 5_000, "{there}");
            let report = import_lines(&client, "space", &lines).await.expect(200);
            let [imported, updated, unchanged, failed] = counts(&report);
            assert_eq!((imported + unchanged, updated, failed), (5_000, 0, 0));
            assert!(unchanged as usize >= there);
            assert_eq!(export_lines(&client, "/space/export").await, lines);
        });
    }
}

/// Promises a body of a length, sends a part of it, and is gone.
async fn send_partial_body(client: &Client, length: usize, part: &[u8]) {
    use tokio::io::AsyncWriteExt;
    let address = client.server.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/space/import HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/jsonl\r\nContent-Length: {length}\r\n\r\n",
        client.server.a.key
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(part).await.unwrap();
    socket.shutdown().await.unwrap();
}
