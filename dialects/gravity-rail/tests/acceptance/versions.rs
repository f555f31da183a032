//! `/workflows` and their versions.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn workflow_is_created_and_updated(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let created = setup.post(&setup.g, "/workflows", json!({ "name": "Intake" })).await.expect(200);
        assert_eq!((&created["slug"], &created["tasks"], &created["activeVersionNumber"]), (&json!("intake-2"), &json!([]), &Value::Null));
        setup.post(&setup.g, "/workflows", json!({ "name": "Another", "slug": "intake" })).await.expect(409);
        let path = format!("/workflows/{}", created["uuid"].as_str().unwrap());
        let body = json!({ "name": "Renamed", "agentMemberId": setup.agent, "defaultInboxId": setup.inbox, "tasks": [{ "step": 1 }] });
        let changed = setup.put(&setup.g, &path, body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&changed[field], value);
        }
        assert_eq!(changed["slug"], "intake-2");
        assert_eq!(setup.get(&setup.g, &format!("/workflows/{}", created["id"])).await.expect(200), changed);
        assert_eq!(setup.put(&setup.g, &path, json!({ "defaultInboxId": null })).await.expect(200)["defaultInboxId"], Value::Null);
        setup.put(&setup.g, &path, json!({ "slug": "intake" })).await.expect(409);
        for (body, status) in [
            (json!({ "slug": "Bad Slug" }), 400), (json!({ "name": " " }), 400), (json!({ "tasks": [1] }), 400), (json!({ "tasks": {} }), 400),
            (json!({ "agentMemberId": setup.v.number }), 400), (json!({ "agentMemberId": 900_000_001 }), 404), (json!({ "defaultPhoneNumberId": 900_000_001 }), 404), (json!({ "defaultInboxId": 900_000_001 }), 404),
        ] {
            setup.put(&setup.g, &path, body).await.expect(status);
        }
        let body = json!({ "description": "Asks who calls.", "openingMessage": "Hello!\nWho is calling?" });
        let described = setup.put(&setup.g, &path, body.clone()).await.expect(200);
        let renamed = setup.put(&setup.g, &path, json!({ "name": "Reception" })).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!([&described[field], &renamed[field]], [value, value]);
            assert_eq!(setup.put(&setup.g, &path, json!({ field: null })).await.expect(200)[field], Value::Null);
            let refusal = setup.put(&setup.g, &path, json!({ field: "x".repeat(10_001) })).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", field]));
        }
        setup.put(&setup.g, &path, json!({ "isArchived": true })).await.expect(200);
        assert_eq!(field_values(&setup.get(&setup.g, "/workflows").await.expect(200), "id"), [json!(setup.workflow)]);
        assert_eq!(field_values(&setup.get(&setup.g, "/workflows?isArchived=true").await.expect(200), "id"), [created["id"].clone()]);
        for (reply, scope) in [(setup.get(&setup.u, "/workflows").await, "workflows:read"), (setup.post(&setup.u, "/workflows", json!({ "name": "x" })).await, "workflows:write"), (setup.put(&setup.u, &path, json!({})).await, "workflows:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        setup.get(&setup.g, "/workflows/900000001").await.expect(404);
    }

    async fn published_version_is_immutable(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let base = format!("/workflows/{}/versions", setup.workflow_uuid);
        let listed = setup.get(&setup.g, &base).await.expect(200);
        assert_eq!((field_values(&listed, "versionNumber"), field_values(&listed, "note")), (vec![json!(2), json!(1)], vec![json!("the second"), json!("the first")]));
        assert_eq!(field_values(&listed, "isActive"), [true, false]);
        let active = setup.get(&setup.g, &format!("{base}/active")).await.expect(200);
        assert_eq!((&active["versionNumber"], &active["publishedByMemberId"]), (&json!(2), &json!(setup.g.number)));
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "name": "Changed", "tasks": [{ "name": "Greet" }] })).await.expect(200);
        let second = setup.get(&setup.g, &format!("{base}/2")).await.expect(200);
        assert_eq!((&second["name"], second["tasks"].as_array().unwrap().len()), (&json!("Intake"), 2));
        let diff = setup.get(&setup.g, &format!("{base}/diff?from_version=2&to_version=0")).await.expect(200);
        assert_eq!(diff["changes"], json!([
            { "field": "name", "from": "Intake", "to": "Changed" },
            { "field": "tasks[1]", "from": { "name": "Ask" }, "to": null },
        ]));
        let none = setup.get(&setup.g, &format!("{base}/diff?from_version=1&to_version=2")).await.expect(200);
        assert_eq!(none["changes"], json!([]));
        let patch = |note: Value| setup.server.patch(&setup.path(&format!("{base}/1"))).bearer(&setup.g.token).json(&json!({ "note": note })).send();
        assert_eq!(patch(json!("better said")).await.expect(200)["note"], "better said");
        assert_eq!(patch(Value::Null).await.expect(200)["note"], Value::Null);
        patch(json!("x".repeat(2_001))).await.expect(400);
        setup.post(&setup.g, &format!("{base}/1/deactivate"), json!({})).await.expect(200);
        assert_eq!(setup.get(&setup.g, &format!("{base}/active")).await.expect(200)["versionNumber"], 2);
        assert_eq!(setup.post(&setup.g, &format!("{base}/2/deactivate"), json!({})).await.expect(200)["isActive"], false);
        setup.get(&setup.g, &format!("{base}/active")).await.expect(404);
        for absent in ["99", "0", "x"] {
            setup.get(&setup.g, &format!("{base}/{absent}")).await.expect(404);
            setup.post(&setup.g, &format!("{base}/{absent}/activate"), json!({})).await.expect(404);
        }
        for (query, status) in [("", 400), ("?from_version=1", 400), ("?from_version=-1&to_version=1", 400), ("?from_version=1&to_version=99", 404)] {
            setup.get(&setup.g, &format!("{base}/diff{query}")).await.expect(status);
        }
        setup.get(&setup.u, &base).await.expect(403);
        setup.post(&setup.u, &base, json!({})).await.expect(403);
    }

    async fn version_snapshots_every_field(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let body = json!({ "name": "Desk", "description": "Asks.", "openingMessage": "Hello!" });
        let flow = setup.post(&setup.g, "/workflows", body.clone()).await.expect(200);
        let base = format!("/workflows/{}/versions", flow["id"]);
        let created = setup.post(&setup.g, &base, json!({})).await.expect(200);
        setup.put(&setup.g, &format!("/workflows/{}", flow["id"]), json!({ "openingMessage": "Hi!" })).await.expect(200);
        let second = setup.post(&setup.g, &base, json!({})).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&created[field], value);
        }
        let elsewhere = setup.get(&setup.g, &format!("/workflows/{}/versions", setup.workflow)).await.expect(200);
        let mut ids = field_values(&elsewhere, "id");
        ids.extend([created["id"].clone(), second["id"].clone()]);
        let distinct: std::collections::BTreeSet<i64> = ids.iter().map(|id| id.as_i64().unwrap()).collect();
        assert!(distinct.len() == 4 && distinct.first() > Some(&0));
        assert!(created["uuid"].as_str().unwrap().len() == 36 && created["uuid"] != second["uuid"]);
        assert_eq!((&created["workflowId"], &second["openingMessage"]), (&flow["id"], &json!("Hi!")));
        let diff = setup.get(&setup.g, &format!("{base}/diff?from_version=1&to_version=2")).await.expect(200);
        assert_eq!(diff["changes"], json!([{ "field": "openingMessage", "from": "Hello!", "to": "Hi!" }]));
        setup.server.restart().await;
        assert_eq!(setup.get(&setup.g, &format!("{base}/1")).await.expect(200), created);
    }

    async fn concurrent_publications_have_consecutive_numbers(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/workflows/{}/versions", setup.workflow);
        let mut calls = parlor_testkit::tokio::task::JoinSet::new();
        for _ in 0..10 {
            let request = setup.post_request(&setup.g, &path, &json!({}));
            calls.spawn(async move { request.send().await.expect(200)["versionNumber"].as_i64().unwrap() });
        }
        let mut numbers = calls.join_all().await;
        numbers.sort_unstable();
        assert_eq!(numbers, (3..=12).collect::<Vec<i64>>());
    }
}
