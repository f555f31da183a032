//! `/agents`.

use parlor_testkit::both;
use serde_json::json;

use crate::world::{World, each};

both! {
    async fn agents_are_made_listed_and_archived(server: TestServer) {
        let world = World::of(server).await;
        let made = world.post(&world.g, "/agents", json!({ "name": "Bob", "description": "Books rooms" })).await.expect(200);
        assert_eq!((&made["memberId"], &made["isArchived"]), (&made["id"], &json!(false)));
        // The role of a user shows the agents, and nothing more of them.
        let listed = world.get(&world.u, "/agents").await.expect(200);
        assert_eq!(each(&listed, "id"), [json!(world.agent), made["id"].clone()]);
        assert_eq!(world.post(&world.u, "/agents", json!({ "name": "Eve" })).await.expect(403)["scope"], "agents:write");
        for bad in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(256) }), json!({ "name": 5 })] {
            world.post(&world.g, "/agents", bad).await.expect(400);
        }
        let path = format!("/agents/{}/archive", made["uuid"].as_str().unwrap());
        world.post(&world.u, &path, json!({})).await.expect(403);
        for _ in 0..2 {
            assert_eq!(world.post(&world.g, &path, json!({})).await.expect(200)["isArchived"], true);
        }
        assert_eq!(each(&world.get(&world.u, "/agents").await.expect(200), "id"), [json!(world.agent)]);
        assert_eq!(each(&world.get(&world.u, "/agents?is_archived=true").await.expect(200), "id"), [made["id"].clone()]);
        // A human is no agent.
        world.post(&world.g, &format!("/agents/{}/archive", world.v.number), json!({})).await.expect(404);
        world.post(&world.g, "/agents/x/archive", json!({})).await.expect(404);
    }
}
