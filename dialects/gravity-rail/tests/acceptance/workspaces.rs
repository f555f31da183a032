//! `GET /api/v2/w`.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn the_workspaces_a_session_opens(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for (bearer, member) in [(&world.u.token, world.u.number), (&world.server.a.key, world.server.a.owner.number)] {
            let found = world.server.get("/api/v2/w").bearer(bearer).send().await.expect(200);
            assert_eq!(found.as_array().unwrap().len(), 1);
            assert_eq!((&found[0]["uuid"], &found[0]["memberId"]), (&json!(world.server.a.workspace), &json!(member)));
            assert_eq!((&found[0]["name"], &found[0]["organizationUuid"]), (&json!("Tenant A"), &json!(world.server.a.organization)));
        }
        // A key that is bound to no member reads as well, and is nobody there.
        let unbound = world.server.a.create_key("*", None).await;
        let found = world.server.get("/api/v2/w").bearer(&unbound).send().await.expect(200);
        assert_eq!((&found[0]["uuid"], &found[0]["memberId"]), (&json!(world.server.a.workspace), &json!(null)));
        for bearer in ["nonsense", "a.b.c"] {
            world.server.get("/api/v2/w/").bearer(bearer).send().await.expect(401);
        }
        world.server.get("/api/v2/w").send().await.expect(401);
    }
}
