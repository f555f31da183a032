//! `/workflows` and their versions.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn workflows_are_made_and_changed(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let made = world.post(&world.g, "/workflows", json!({ "name": "Intake" })).await.expect(200);
        assert_eq!((&made["slug"], &made["tasks"], &made["activeVersionNumber"]), (&json!("intake-2"), &json!([]), &Value::Null));
        world.post(&world.g, "/workflows", json!({ "name": "Another", "slug": "intake" })).await.expect(409);
        let path = format!("/workflows/{}", made["uuid"].as_str().unwrap());
        let body = json!({ "name": "Renamed", "agentMemberId": world.agent, "defaultInboxId": world.inbox, "tasks": [{ "step": 1 }] });
        let changed = world.put(&world.g, &path, body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&changed[field], value);
        }
        assert_eq!(changed["slug"], "intake-2");
        assert_eq!(world.get(&world.g, &format!("/workflows/{}", made["id"])).await.expect(200), changed);
        assert_eq!(world.put(&world.g, &path, json!({ "defaultInboxId": null })).await.expect(200)["defaultInboxId"], Value::Null);
        world.put(&world.g, &path, json!({ "slug": "intake" })).await.expect(409);
        for (body, status) in [
            (json!({ "slug": "Bad Slug" }), 400), (json!({ "name": " " }), 400), (json!({ "tasks": [1] }), 400), (json!({ "tasks": {} }), 400),
            (json!({ "agentMemberId": world.v.number }), 400), (json!({ "agentMemberId": 900_000_001 }), 404), (json!({ "defaultPhoneNumberId": 900_000_001 }), 404), (json!({ "defaultInboxId": 900_000_001 }), 404),
        ] {
            world.put(&world.g, &path, body).await.expect(status);
        }
        let body = json!({ "description": "Asks who calls.", "openingMessage": "Hello!\nWho is calling?" });
        let described = world.put(&world.g, &path, body.clone()).await.expect(200);
        let renamed = world.put(&world.g, &path, json!({ "name": "Reception" })).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!([&described[field], &renamed[field]], [value, value]);
            assert_eq!(world.put(&world.g, &path, json!({ field: null })).await.expect(200)[field], Value::Null);
            let refusal = world.put(&world.g, &path, json!({ field: "x".repeat(10_001) })).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", field]));
        }
        world.put(&world.g, &path, json!({ "isArchived": true })).await.expect(200);
        assert_eq!(field_values(&world.get(&world.g, "/workflows").await.expect(200), "id"), [json!(world.workflow)]);
        assert_eq!(field_values(&world.get(&world.g, "/workflows?isArchived=true").await.expect(200), "id"), [made["id"].clone()]);
        for (reply, scope) in [(world.get(&world.u, "/workflows").await, "workflows:read"), (world.post(&world.u, "/workflows", json!({ "name": "x" })).await, "workflows:write"), (world.put(&world.u, &path, json!({})).await, "workflows:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        world.get(&world.g, "/workflows/900000001").await.expect(404);
    }

    async fn versions_are_published_and_never_change(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let base = format!("/workflows/{}/versions", world.workflow_uuid);
        let listed = world.get(&world.g, &base).await.expect(200);
        assert_eq!((field_values(&listed, "versionNumber"), field_values(&listed, "note")), (vec![json!(2), json!(1)], vec![json!("the second"), json!("the first")]));
        assert_eq!(field_values(&listed, "isActive"), [true, false]);
        let active = world.get(&world.g, &format!("{base}/active")).await.expect(200);
        assert_eq!((&active["versionNumber"], &active["publishedByMemberId"]), (&json!(2), &json!(world.g.number)));
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "name": "Changed", "tasks": [{ "name": "Greet" }] })).await.expect(200);
        let second = world.get(&world.g, &format!("{base}/2")).await.expect(200);
        assert_eq!((&second["name"], second["tasks"].as_array().unwrap().len()), (&json!("Intake"), 2));
        let diff = world.get(&world.g, &format!("{base}/diff?from_version=2&to_version=0")).await.expect(200);
        assert_eq!(diff["changes"], json!([
            { "field": "name", "from": "Intake", "to": "Changed" },
            { "field": "tasks[1]", "from": { "name": "Ask" }, "to": null },
        ]));
        let none = world.get(&world.g, &format!("{base}/diff?from_version=1&to_version=2")).await.expect(200);
        assert_eq!(none["changes"], json!([]));
        let patch = |note: Value| world.server.patch(&world.path(&format!("{base}/1"))).bearer(&world.g.token).json(&json!({ "note": note })).send();
        assert_eq!(patch(json!("better said")).await.expect(200)["note"], "better said");
        assert_eq!(patch(Value::Null).await.expect(200)["note"], Value::Null);
        patch(json!("x".repeat(2_001))).await.expect(400);
        world.post(&world.g, &format!("{base}/1/deactivate"), json!({})).await.expect(200);
        assert_eq!(world.get(&world.g, &format!("{base}/active")).await.expect(200)["versionNumber"], 2);
        assert_eq!(world.post(&world.g, &format!("{base}/2/deactivate"), json!({})).await.expect(200)["isActive"], false);
        world.get(&world.g, &format!("{base}/active")).await.expect(404);
        for absent in ["99", "0", "x"] {
            world.get(&world.g, &format!("{base}/{absent}")).await.expect(404);
            world.post(&world.g, &format!("{base}/{absent}/activate"), json!({})).await.expect(404);
        }
        for (query, status) in [("", 400), ("?from_version=1", 400), ("?from_version=-1&to_version=1", 400), ("?from_version=1&to_version=99", 404)] {
            world.get(&world.g, &format!("{base}/diff{query}")).await.expect(status);
        }
        world.get(&world.u, &base).await.expect(403);
        world.post(&world.u, &base, json!({})).await.expect(403);
    }

    async fn a_version_has_ids_and_freezes_every_field(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let body = json!({ "name": "Desk", "description": "Asks.", "openingMessage": "Hello!" });
        let flow = world.post(&world.g, "/workflows", body.clone()).await.expect(200);
        let base = format!("/workflows/{}/versions", flow["id"]);
        let made = world.post(&world.g, &base, json!({})).await.expect(200);
        world.put(&world.g, &format!("/workflows/{}", flow["id"]), json!({ "openingMessage": "Hi!" })).await.expect(200);
        let second = world.post(&world.g, &base, json!({})).await.expect(200);
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&made[field], value);
        }
        let elsewhere = world.get(&world.g, &format!("/workflows/{}/versions", world.workflow)).await.expect(200);
        let mut ids = field_values(&elsewhere, "id");
        ids.extend([made["id"].clone(), second["id"].clone()]);
        let distinct: std::collections::BTreeSet<i64> = ids.iter().map(|id| id.as_i64().unwrap()).collect();
        assert!(distinct.len() == 4 && distinct.first() > Some(&0));
        assert!(made["uuid"].as_str().unwrap().len() == 36 && made["uuid"] != second["uuid"]);
        assert_eq!((&made["workflowId"], &second["openingMessage"]), (&flow["id"], &json!("Hi!")));
        let diff = world.get(&world.g, &format!("{base}/diff?from_version=1&to_version=2")).await.expect(200);
        assert_eq!(diff["changes"], json!([{ "field": "openingMessage", "from": "Hello!", "to": "Hi!" }]));
        world.server.restart().await;
        assert_eq!(world.get(&world.g, &format!("{base}/1")).await.expect(200), made);
    }

    async fn parallel_publications_count_on(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/workflows/{}/versions", world.workflow);
        let mut calls = parlor_testkit::tokio::task::JoinSet::new();
        for _ in 0..10 {
            let request = world.post_request(&world.g, &path, &json!({}));
            calls.spawn(async move { request.send().await.expect(200)["versionNumber"].as_i64().unwrap() });
        }
        let mut numbers = calls.join_all().await;
        numbers.sort_unstable();
        assert_eq!(numbers, (3..=12).collect::<Vec<i64>>());
    }
}
