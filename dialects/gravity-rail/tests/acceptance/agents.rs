//! `/agents`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn agent_is_created_listed_and_archived(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let created = setup.post(&setup.g, "/agents", json!({ "name": "Bob", "description": "Books rooms" })).await.expect(200);
        assert_eq!((&created["memberId"], &created["isArchived"], &created["systemPrompt"]), (&created["id"], &json!(false), &Value::Null));
        // The role user may list agents and change none.
        let listed = setup.get(&setup.u, "/agents").await.expect(200);
        assert_eq!(field_values(&listed, "id"), [json!(setup.agent), created["id"].clone()]);
        assert_eq!(setup.post(&setup.u, "/agents", json!({ "name": "Eve" })).await.expect(403)["scope"], "agents:write");
        for bad in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(256) }), json!({ "name": 5 })] {
            setup.post(&setup.g, "/agents", bad).await.expect(400);
        }
        let path = format!("/agents/{}/archive", created["uuid"].as_str().unwrap());
        setup.post(&setup.u, &path, json!({})).await.expect(403);
        for _ in 0..2 {
            assert_eq!(setup.post(&setup.g, &path, json!({})).await.expect(200)["isArchived"], true);
        }
        assert_eq!(field_values(&setup.get(&setup.u, "/agents").await.expect(200), "id"), [json!(setup.agent)]);
        assert_eq!(field_values(&setup.get(&setup.u, "/agents?is_archived=true").await.expect(200), "id"), [created["id"].clone()]);
        // An archived agent starts no DM; existing DMs stay.
        let refused = setup.post(&setup.u, "/chats/dm", json!({ "memberId": created["id"] })).await.expect(404);
        assert_eq!(refused["detail"], "No such agent.");
        assert_eq!(setup.get(&setup.u, "/chats?chatType=dm").await.expect(200)["total"], 0);
        let dm = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        setup.post(&setup.g, &format!("/agents/{}/archive", setup.agent), json!({})).await.expect(200);
        assert_eq!(setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200)["id"], dm["id"]);
        setup.post(&setup.v, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(404);
        // A human is not found as an agent.
        setup.post(&setup.g, &format!("/agents/{}/archive", setup.v.number), json!({})).await.expect(404);
        setup.post(&setup.g, "/agents/x/archive", json!({})).await.expect(404);
    }

    async fn agent_is_changed_field_by_field(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/agents/{}", setup.agent);
        let first = json!({ "systemPrompt": "Be brief.", "chatModelId": " small ", "description": "Books rooms" });
        let changed = setup.put(&setup.g, &path, first).await.expect(200);
        assert_eq!((&changed["name"], &changed["systemPrompt"], &changed["chatModelId"]), (&json!("Ada"), &json!("Be brief."), &json!("small")));
        let changed = setup.put(&setup.g, &path, json!({ "name": "Bo", "chatModelId": null })).await.expect(200);
        assert_eq!((&changed["name"], &changed["systemPrompt"], &changed["chatModelId"]), (&json!("Bo"), &json!("Be brief."), &Value::Null));
        assert_eq!(setup.get(&setup.u, &path).await.expect(200), changed);
        for bad in [json!({ "name": " " }), json!({ "name": null, "systemPrompt": 5 }), json!({ "systemPrompt": "x".repeat(65_537) }), json!({ "chatModelId": "x".repeat(201) })] {
            setup.put(&setup.g, &path, bad).await.expect(400);
        }
        assert_eq!(setup.put(&setup.u, &path, json!({ "name": "Eve" })).await.expect(403)["scope"], "agents:write");
        for unknown in [setup.v.number, 999_999] {
            setup.put(&setup.g, &format!("/agents/{unknown}"), json!({ "name": "Eve" })).await.expect(404);
        }
        assert_eq!(setup.get(&setup.u, &path).await.expect(200), changed);
    }

    async fn agent_update_keeps_system_prompt(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let created = setup.post(&setup.g, "/agents", json!({ "name": "Bob", "systemPrompt": "Be brief.\nBe kind." })).await.expect(200);
        assert_eq!(created["systemPrompt"], "Be brief.\nBe kind.");
        let refused = setup.post(&setup.g, "/agents", json!({ "name": "x", "systemPrompt": "x".repeat(65_537) })).await.expect(400);
        assert_eq!(refused["errors"][0]["loc"], json!(["body", "systemPrompt"]));
        setup.server.restart().await;
        assert_eq!(field_values(&setup.get(&setup.g, "/agents").await.expect(200), "systemPrompt"), [Value::Null, created["systemPrompt"].clone()]);
        // Other updates keep it, and members do not show it.
        let member = format!("/members/{}", created["id"]);
        let changed = setup.put(&setup.g, &member, json!({ "name": "Rob" })).await.expect(200);
        assert!(!changed.to_string().contains("Be brief"));
        let archived = setup.post(&setup.g, &format!("/agents/{}/archive", created["id"]), json!({})).await.expect(200);
        assert_eq!((&archived["name"], &archived["systemPrompt"]), (&json!("Rob"), &created["systemPrompt"]));
    }
}
