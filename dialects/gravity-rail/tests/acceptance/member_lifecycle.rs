//! `/members/me`; creating, archiving and deleting members; one agent; one workspace.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn caller_gets_its_own_member(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for (person, role) in [(&setup.u, "user"), (&setup.g, "manager")] {
            let me = setup.get(person, "/members/me").await.expect(200);
            assert_eq!((&me["id"], &me["role"]), (&json!(person.number), &json!(role)));
            assert_eq!(setup.get(person, &format!("/members/{}", person.uuid)).await.expect(200), me);
        }
        let unbound = setup.server.a.create_key("*", None).await;
        let refusal = setup.server.get(&setup.path("/members/me")).bearer(&unbound).send().await;
        assert_eq!(refusal.expect(401)["code"], "unauthenticated");
    }

    async fn workspace_is_found_by_both_paths(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let id = &setup.server.a.workspace;
        let listed = setup.server.get("/api/v2/w").bearer(&setup.u.token).send().await.expect(200);
        for path in ["w", "workspaces"] {
            let found = setup.server.get(&format!("/api/v2/{path}/{id}")).bearer(&setup.u.token).send().await.expect(200);
            assert_eq!((&found, &found["uuid"]), (&listed[0], &json!(id)));
            setup.server.get(&format!("/api/v2/{path}/{}", setup.server.b.workspace)).bearer(&setup.server.a.key).send().await.expect(404);
            setup.server.get(&format!("/api/v2/{path}/x")).bearer(&setup.server.a.key).send().await.expect(404);
            setup.server.get(&format!("/api/v2/{path}/{id}")).send().await.expect(401);
        }
    }

    async fn member_is_created_with_every_field(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({
            "name": " Mia ", "email": "Mia@Example.org", "phone": "+1 (500) 555-0150", "externalId": "crm-1", "notifyEmail": "notices@example.org", "locale": "de-AT",
            "dateOfBirth": "1990-02-28", "tosAccepted": true, "labels": ["vip", "new", "vip"], "data": { "size": 1.0 },
        });
        let created = setup.post(&setup.g, "/members", body).await.expect(200);
        assert_eq!(["name", "email", "phone", "externalId", "role", "locale"].map(|field| created[field].clone()), ["Mia", "Mia@example.org", "+15005550150", "crm-1", "user", "de-AT"].map(Value::from));
        assert_eq!((&created["labels"], &created["data"], &created["tosAccepted"]), (&json!(["new", "vip"]), &json!({ "size": 1.0 }), &json!(true)));
        assert_eq!(setup.get(&setup.g, &format!("/members/{}", created["id"])).await.expect(200), created);
        // Unlike sign-up it finds no existing member.
        let before = setup.total("/members").await;
        for taken in [json!({ "email": "mia@example.org" }), json!({ "phone": "+15005550150" }), json!({ "externalId": "crm-1" })] {
            assert_eq!(setup.post(&setup.g, "/members", taken).await.expect(409)["code"], "conflict");
        }
        for (bad, field) in [
            (json!({}), "name"), (json!({ "name": " " }), "name"), (json!({ "name": "x".repeat(256) }), "name"), (json!({ "externalId": "x".repeat(256) }), "externalId"), (json!({ "email": "nobody" }), "email"), (json!({ "phone": "call me" }), "phone"),
            (json!({ "name": "x", "memberRoleId": 1 }), "memberRoleId"), (json!({ "name": "x", "labels": [""] }), "labels"), (json!({ "name": "x", "data": [] }), "data"),
            (json!({ "name": "x", "dateOfBirth": "1990-02-30" }), "dateOfBirth"), (json!({ "name": "x", "notifyEmail": "x" }), "notifyEmail"),
        ] {
            assert_eq!(setup.post(&setup.g, "/members", bad.clone()).await.expect(400)["errors"][0]["loc"][1], field, "{bad:.80}");
        }
        assert_eq!(setup.total("/members").await, before);
        // Roles follow the common rules.
        assert_eq!(setup.post(&setup.g, "/members", json!({ "name": "Ned", "memberRoleId": null })).await.expect(200)["role"], Value::Null);
        let clerk = setup.server.create_signed_in_member("Clara", None, "members:write").await.1;
        let as_clerk = async |body: Value| setup.server.post(&setup.path("/members")).bearer(&clerk).json(&body).send().await;
        assert_eq!(as_clerk(json!({ "name": "Ned", "memberRoleId": 2 })).await.expect(403)["scope"], "admin:write");
        as_clerk(json!({ "name": "Ned", "memberRoleId": null })).await.expect(200);
        assert_eq!(setup.post(&setup.u, "/members", json!({ "name": "x" })).await.expect(403)["scope"], "members:write");
    }

    async fn member_is_archived_restored_and_deleted(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/members/{}", setup.n.number);
        for _ in 0..2 {
            assert_eq!(setup.post(&setup.g, &format!("{path}/archive"), json!({})).await.expect(200)["isArchived"], true);
        }
        setup.get(&setup.n, "/members/me").await.expect(401);
        assert_eq!(setup.post(&setup.g, &format!("{path}/unarchive"), json!({})).await.expect(200)["isArchived"], false);
        // Tokens issued before archiving stay invalid; a new sign-in works.
        setup.get(&setup.n, "/members/me").await.expect(401);
        let owner = setup.server.a.ctx();
        let key = parlor_model::member::MemberKey::Number(setup.n.number);
        let found = parlor_engine::member::find(&setup.server.engine, &owner, key).await.unwrap();
        let again = setup.server.a.sign_in(&found.member.key).await;
        let own = setup.server.get(&setup.path("/members/me")).bearer(&again).send().await;
        assert_eq!(own.expect(200)["id"], setup.n.number);
        // A member with a role cannot be deleted before the role is removed.
        assert_eq!(setup.delete(&setup.g, &path).await.expect(409)["code"], "conflict");
        setup.put(&setup.g, &path, json!({ "memberRoleId": null })).await.expect(200);
        assert_eq!(setup.delete(&setup.g, &path).await.status, 204);
        for gone in [setup.get(&setup.g, &path).await, setup.delete(&setup.g, &path).await, setup.post(&setup.g, &format!("{path}/archive"), json!({})).await] {
            gone.expect(404);
        }
        let other = format!("/members/{}", setup.v.number);
        for reply in [setup.delete(&setup.u, &other).await, setup.post(&setup.u, &format!("{other}/archive"), json!({})).await, setup.post(&setup.u, &format!("{other}/unarchive"), json!({})).await] {
            assert_eq!(reply.expect(403)["scope"], "members:write");
        }
        // Only the owner may archive the owner.
        let owner = format!("/members/{}/archive", setup.server.a.owner.number);
        setup.post(&setup.g, &owner, json!({})).await.expect(403);
    }

    async fn agent_is_found_by_id(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/agents/{}", setup.agent);
        let found = setup.get(&setup.u, &path).await.expect(200);
        assert_eq!((&found["id"], &found["name"]), (&json!(setup.agent), &json!("Ada")));
        assert_eq!(setup.get(&setup.g, &format!("/agents/{}", found["uuid"].as_str().unwrap())).await.expect(200), found);
        setup.post(&setup.g, &format!("{path}/archive"), json!({})).await.expect(200);
        assert_eq!(setup.get(&setup.u, &path).await.expect(200)["isArchived"], true);
        for nobody in [setup.u.number, 900_000_001] {
            setup.get(&setup.g, &format!("/agents/{nobody}")).await.expect(404);
        }
        let clerk = setup.server.create_signed_in_member("Clara", None, "members:write").await.1;
        let refusal = setup.server.get(&setup.path(&path)).bearer(&clerk).send().await;
        assert_eq!(refusal.expect(403)["scope"], "agents:read");
    }
}
