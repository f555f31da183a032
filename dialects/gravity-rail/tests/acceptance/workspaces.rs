//! `GET /api/v2/w`.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn workspaces_of_session_are_listed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for (bearer, member) in [(&setup.u.token, setup.u.number), (&setup.server.a.key, setup.server.a.owner.number)] {
            let found = setup.server.get("/api/v2/w").bearer(bearer).send().await.expect(200);
            assert_eq!(found.as_array().unwrap().len(), 1);
            assert_eq!((&found[0]["uuid"], &found[0]["memberId"]), (&json!(setup.server.a.workspace), &json!(member)));
            assert_eq!((&found[0]["name"], &found[0]["organizationUuid"]), (&json!("Tenant A"), &json!(setup.server.a.organization)));
        }
        // An unbound key lists workspaces, without a member.
        let unbound = setup.server.a.create_key("*", None).await;
        let found = setup.server.get("/api/v2/w").bearer(&unbound).send().await.expect(200);
        assert_eq!((&found[0]["uuid"], &found[0]["memberId"]), (&json!(setup.server.a.workspace), &json!(null)));
        for bearer in ["nonsense", "a.b.c"] {
            setup.server.get("/api/v2/w/").bearer(bearer).send().await.expect(401);
        }
        setup.server.get("/api/v2/w").send().await.expect(401);
    }
}
