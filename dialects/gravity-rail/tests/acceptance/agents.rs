//! `/agents`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn agents_are_made_listed_and_archived(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let made = world.post(&world.g, "/agents", json!({ "name": "Bob", "description": "Books rooms" })).await.expect(200);
        assert_eq!((&made["memberId"], &made["isArchived"], &made["systemPrompt"]), (&made["id"], &json!(false), &Value::Null));
        // The role of a user shows the agents, and nothing more of them.
        let listed = world.get(&world.u, "/agents").await.expect(200);
        assert_eq!(field_values(&listed, "id"), [json!(world.agent), made["id"].clone()]);
        assert_eq!(world.post(&world.u, "/agents", json!({ "name": "Eve" })).await.expect(403)["scope"], "agents:write");
        for bad in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(256) }), json!({ "name": 5 })] {
            world.post(&world.g, "/agents", bad).await.expect(400);
        }
        let path = format!("/agents/{}/archive", made["uuid"].as_str().unwrap());
        world.post(&world.u, &path, json!({})).await.expect(403);
        for _ in 0..2 {
            assert_eq!(world.post(&world.g, &path, json!({})).await.expect(200)["isArchived"], true);
        }
        assert_eq!(field_values(&world.get(&world.u, "/agents").await.expect(200), "id"), [json!(world.agent)]);
        assert_eq!(field_values(&world.get(&world.u, "/agents?is_archived=true").await.expect(200), "id"), [made["id"].clone()]);
        // It starts nothing with anybody any more; what was begun with another one before stays.
        let refused = world.post(&world.u, "/chats/dm", json!({ "memberId": made["id"] })).await.expect(404);
        assert_eq!(refused["detail"], "No such agent.");
        assert_eq!(world.get(&world.u, "/chats?chatType=dm").await.expect(200)["total"], 0);
        let dm = world.post(&world.u, "/chats/dm", json!({ "memberId": world.agent })).await.expect(200);
        world.post(&world.g, &format!("/agents/{}/archive", world.agent), json!({})).await.expect(200);
        assert_eq!(world.post(&world.u, "/chats/dm", json!({ "memberId": world.agent })).await.expect(200)["id"], dm["id"]);
        world.post(&world.v, "/chats/dm", json!({ "memberId": world.agent })).await.expect(404);
        // A human is no agent.
        world.post(&world.g, &format!("/agents/{}/archive", world.v.number), json!({})).await.expect(404);
        world.post(&world.g, "/agents/x/archive", json!({})).await.expect(404);
    }

    async fn an_agent_keeps_its_system_prompt(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let made = world.post(&world.g, "/agents", json!({ "name": "Bob", "systemPrompt": "Be brief.\nBe kind." })).await.expect(200);
        assert_eq!(made["systemPrompt"], "Be brief.\nBe kind.");
        let refused = world.post(&world.g, "/agents", json!({ "name": "x", "systemPrompt": "x".repeat(65_537) })).await.expect(400);
        assert_eq!(refused["errors"][0]["loc"], json!(["body", "systemPrompt"]));
        world.server.restart().await;
        assert_eq!(field_values(&world.get(&world.g, "/agents").await.expect(200), "systemPrompt"), [Value::Null, made["systemPrompt"].clone()]);
        // Other changes leave it, and nobody reads it as a member.
        let member = format!("/members/{}", made["id"]);
        let changed = world.put(&world.g, &member, json!({ "name": "Rob" })).await.expect(200);
        assert!(!changed.to_string().contains("Be brief"));
        let archived = world.post(&world.g, &format!("/agents/{}/archive", made["id"]), json!({})).await.expect(200);
        assert_eq!((&archived["name"], &archived["systemPrompt"]), (&json!("Rob"), &made["systemPrompt"]));
    }
}
