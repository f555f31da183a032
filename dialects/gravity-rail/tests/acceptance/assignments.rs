//! `/assignments`.

use parlor_testkit::both;
use serde_json::json;

use crate::world::{World, each};

both! {
    async fn ones_own_without_a_scope_others_with_one(server: TestServer) {
        let world = World::of(server).await;
        let body = |member: i64| json!({ "channel": "web-chat", "workflowId": world.workflow, "memberId": member });
        let own = world.chat(&world.g, body(world.u.number)).await;
        let other = world.chat(&world.g, body(world.v.number)).await;
        let (own, other) = (&own["assignmentId"], &other["assignmentId"]);
        assert_eq!(each(&world.get(&world.u, "/assignments").await.expect(200), "id"), vec![own.clone()]);
        assert_eq!(each(&world.get(&world.g, "/assignments").await.expect(200), "id"), [other.clone(), own.clone()]);
        assert_eq!(each(&world.get(&world.g, &format!("/assignments?sortOrder=asc&workflowId={}", world.workflow_uuid)).await.expect(200), "id"), [own.clone(), other.clone()]);
        assert_eq!(each(&world.get(&world.g, &format!("/assignments?memberId={}", world.v.uuid)).await.expect(200), "id"), vec![other.clone()]);
        assert_eq!(world.get(&world.u, &format!("/assignments?memberId={}", world.v.number)).await.expect(403)["scope"], "assignments:read");
        world.get(&world.u, &format!("/assignments/{own}")).await.expect(200);
        world.get(&world.u, &format!("/assignments/{other}")).await.expect(403);
        world.get(&world.u, "/assignments/900000001").await.expect(404);
        world.post(&world.u, &format!("/assignments/{other}/cancel"), json!({})).await.expect(403);
        for _ in 0..2 {
            let cancelled = world.post(&world.u, &format!("/assignments/{own}/cancel"), json!({})).await.expect(200);
            assert_eq!(cancelled["status"], "cancelled");
        }
        assert_eq!(each(&world.get(&world.g, "/assignments?status=cancelled").await.expect(200), "id"), vec![own.clone()]);
        for bad in ["status=gone", "sortBy=name", "memberId=x", "pageSize=0"] {
            world.get(&world.g, &format!("/assignments?{bad}")).await.expect(400);
        }
    }
}
