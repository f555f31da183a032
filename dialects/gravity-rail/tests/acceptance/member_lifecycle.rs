//! `/members/me`, making, archiving and deleting members, single agents, single workspaces.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn caller_finds_itself(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for (person, role) in [(&world.u, "user"), (&world.g, "manager")] {
            let me = world.get(person, "/members/me").await.expect(200);
            assert_eq!((&me["id"], &me["role"]), (&json!(person.number), &json!(role)));
            assert_eq!(world.get(person, &format!("/members/{}", person.uuid)).await.expect(200), me);
        }
        let unbound = world.server.a.create_key("*", None).await;
        let refusal = world.server.get(&world.path("/members/me")).bearer(&unbound).send().await;
        assert_eq!(refusal.expect(401)["code"], "unauthenticated");
    }

    async fn workspace_is_found_by_both_paths(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let id = &world.server.a.workspace;
        let listed = world.server.get("/api/v2/w").bearer(&world.u.token).send().await.expect(200);
        for path in ["w", "workspaces"] {
            let found = world.server.get(&format!("/api/v2/{path}/{id}")).bearer(&world.u.token).send().await.expect(200);
            assert_eq!((&found, &found["uuid"]), (&listed[0], &json!(id)));
            world.server.get(&format!("/api/v2/{path}/{}", world.server.b.workspace)).bearer(&world.server.a.key).send().await.expect(404);
            world.server.get(&format!("/api/v2/{path}/x")).bearer(&world.server.a.key).send().await.expect(404);
            world.server.get(&format!("/api/v2/{path}/{id}")).send().await.expect(401);
        }
    }

    async fn member_is_made_with_all_that_is_said_of_it(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({
            "name": " Mia ", "email": "Mia@Example.org", "phone": "+1 (500) 555-0150", "externalId": "crm-1", "notifyEmail": "notices@example.org", "locale": "de-AT",
            "dateOfBirth": "1990-02-28", "tosAccepted": true, "labels": ["vip", "new", "vip"], "data": { "size": 1.0 },
        });
        let made = world.post(&world.g, "/members", body).await.expect(200);
        assert_eq!(["name", "email", "phone", "externalId", "role", "locale"].map(|field| made[field].clone()), ["Mia", "Mia@example.org", "+15005550150", "crm-1", "user", "de-AT"].map(Value::from));
        assert_eq!((&made["labels"], &made["data"], &made["tosAccepted"]), (&json!(["new", "vip"]), &json!({ "size": 1.0 }), &json!(true)));
        assert_eq!(world.get(&world.g, &format!("/members/{}", made["id"])).await.expect(200), made);
        // Unlike signing up it finds nobody.
        let before = world.total("/members").await;
        for taken in [json!({ "email": "mia@example.org" }), json!({ "phone": "+15005550150" }), json!({ "externalId": "crm-1" })] {
            assert_eq!(world.post(&world.g, "/members", taken).await.expect(409)["code"], "conflict");
        }
        for (bad, field) in [
            (json!({}), "name"), (json!({ "name": " " }), "name"), (json!({ "name": "x".repeat(256) }), "name"), (json!({ "externalId": "x".repeat(256) }), "externalId"), (json!({ "email": "nobody" }), "email"), (json!({ "phone": "call me" }), "phone"),
            (json!({ "name": "x", "memberRoleId": 1 }), "memberRoleId"), (json!({ "name": "x", "labels": [""] }), "labels"), (json!({ "name": "x", "data": [] }), "data"),
            (json!({ "name": "x", "dateOfBirth": "1990-02-30" }), "dateOfBirth"), (json!({ "name": "x", "notifyEmail": "x" }), "notifyEmail"),
        ] {
            assert_eq!(world.post(&world.g, "/members", bad.clone()).await.expect(400)["errors"][0]["loc"][1], field, "{bad:.80}");
        }
        assert_eq!(world.total("/members").await, before);
        // Roles are given as everywhere.
        assert_eq!(world.post(&world.g, "/members", json!({ "name": "Ned", "memberRoleId": null })).await.expect(200)["role"], Value::Null);
        let clerk = world.server.create_signed_in_member("Clara", None, "members:write").await.1;
        let as_clerk = async |body: Value| world.server.post(&world.path("/members")).bearer(&clerk).json(&body).send().await;
        assert_eq!(as_clerk(json!({ "name": "Ned", "memberRoleId": 2 })).await.expect(403)["scope"], "admin:write");
        as_clerk(json!({ "name": "Ned", "memberRoleId": null })).await.expect(200);
        assert_eq!(world.post(&world.u, "/members", json!({ "name": "x" })).await.expect(403)["scope"], "members:write");
    }

    async fn member_is_archived_brought_back_and_deleted(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/members/{}", world.n.number);
        for _ in 0..2 {
            assert_eq!(world.post(&world.g, &format!("{path}/archive"), json!({})).await.expect(200)["isArchived"], true);
        }
        world.get(&world.n, "/members/me").await.expect(401);
        assert_eq!(world.post(&world.g, &format!("{path}/unarchive"), json!({})).await.expect(200)["isArchived"], false);
        // It signs in again: what was signed before its archiving is over.
        world.get(&world.n, "/members/me").await.expect(401);
        let owner = world.server.a.ctx();
        let key = parlor_model::member::MemberKey::Number(world.n.number);
        let found = parlor_engine::member::find(&world.server.engine, &owner, key).await.unwrap();
        let again = world.server.a.sign_in(&found.member.key).await;
        let own = world.server.get(&world.path("/members/me")).bearer(&again).send().await;
        assert_eq!(own.expect(200)["id"], world.n.number);
        // One with a role stays until that is taken away.
        assert_eq!(world.delete(&world.g, &path).await.expect(409)["code"], "conflict");
        world.put(&world.g, &path, json!({ "memberRoleId": null })).await.expect(200);
        assert_eq!(world.delete(&world.g, &path).await.status, 204);
        for gone in [world.get(&world.g, &path).await, world.delete(&world.g, &path).await, world.post(&world.g, &format!("{path}/archive"), json!({})).await] {
            gone.expect(404);
        }
        let other = format!("/members/{}", world.v.number);
        for reply in [world.delete(&world.u, &other).await, world.post(&world.u, &format!("{other}/archive"), json!({})).await, world.post(&world.u, &format!("{other}/unarchive"), json!({})).await] {
            assert_eq!(reply.expect(403)["scope"], "members:write");
        }
        // Nobody below it archives the owner.
        let owner = format!("/members/{}/archive", world.server.a.owner.number);
        world.post(&world.g, &owner, json!({})).await.expect(403);
    }

    async fn agent_is_found(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/agents/{}", world.agent);
        let found = world.get(&world.u, &path).await.expect(200);
        assert_eq!((&found["id"], &found["name"]), (&json!(world.agent), &json!("Ada")));
        assert_eq!(world.get(&world.g, &format!("/agents/{}", found["uuid"].as_str().unwrap())).await.expect(200), found);
        world.post(&world.g, &format!("{path}/archive"), json!({})).await.expect(200);
        assert_eq!(world.get(&world.u, &path).await.expect(200)["isArchived"], true);
        for nobody in [world.u.number, 900_000_001] {
            world.get(&world.g, &format!("/agents/{nobody}")).await.expect(404);
        }
        let clerk = world.server.create_signed_in_member("Clara", None, "members:write").await.1;
        let refusal = world.server.get(&world.path(&path)).bearer(&clerk).send().await;
        assert_eq!(refusal.expect(403)["scope"], "agents:read");
    }
}
