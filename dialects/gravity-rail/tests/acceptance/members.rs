//! `/members`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::world::{EMAIL, PHONE, World, each};

both! {
    async fn members_are_listed_and_read(server: TestServer) {
        let world = World::of(server).await;
        let listed = world.get(&world.g, "/members?pageSize=100").await.expect(200);
        let ids = each(&listed, "id");
        for member in [world.u.number, world.v.number, world.agent, world.server.a.owner.number] {
            assert!(ids.contains(&json!(member)));
        }
        assert_eq!(world.get(&world.u, "/members").await.expect(403)["scope"], "members:read");
        let own = world.get(&world.v, &format!("/members/{}", world.v.uuid)).await.expect(200);
        assert_eq!((&own["id"], &own["email"], &own["phone"]), (&json!(world.v.number), &json!(EMAIL), &json!(PHONE)));
        assert_eq!((&own["memberType"], &own["role"], &own["memberRoleId"]), (&json!("human"), &json!("user"), &json!(3)));
        world.get(&world.v, &format!("/members/{}", world.u.number)).await.expect(403);
        world.get(&world.g, "/members/900000001").await.expect(404);
        let agent = world.get(&world.g, &format!("/members/{}", world.agent)).await.expect(200);
        assert_eq!((&agent["memberType"], &agent["role"]), (&json!("agent"), &Value::Null));
    }

    async fn members_are_changed(server: TestServer) {
        let world = World::of(server).await;
        let path = format!("/members/{}", world.n.number);
        let body = json!({ "name": " Nora N. ", "email": "nora@EXAMPLE.org", "phone": "+1 (500) 555-0199", "smsOptedOut": true, "memberRoleId": 2 });
        let changed = world.put(&world.g, &path, body).await.expect(200);
        assert_eq!(["name", "email", "phone", "role"].map(|field| changed[field].clone()), ["Nora N.", "nora@example.org", "+15005550199", "manager"].map(Value::from));
        assert_eq!((&changed["smsOptedOut"], &changed["emailOptedOut"]), (&json!(true), &json!(false)));
        let emptied = world.put(&world.g, &path, json!({ "phone": null, "email": "" })).await.expect(200);
        assert_eq!((&emptied["phone"], &emptied["email"], &emptied["name"]), (&Value::Null, &Value::Null, &json!("Nora N.")));
        for (body, field) in [(json!({ "email": "nobody" }), "email"), (json!({ "phone": "call me" }), "phone"), (json!({ "memberRoleId": 1 }), "memberRoleId"), (json!({ "scopes": ["king:write"] }), "scopes"), (json!({ "smsOptedOut": 1 }), "smsOptedOut")] {
            let refusal = world.put(&world.g, &path, body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"][1], field);
        }
        assert_eq!(world.put(&world.u, &path, json!({ "name": "x" })).await.expect(403)["scope"], "members:write");
        world.put(&world.g, "/members/900000001", json!({ "name": "x" })).await.expect(404);
    }

    async fn a_scope_is_granted_by_who_administers(server: TestServer) {
        let world = World::of(server).await;
        let clerk = world.server.signed_in("Clara", None, "members:write").await;
        let path = world.path(&format!("/members/{}", world.u.number));
        let body = json!({ "scopes": ["write:chats", "dm:admin"] });
        let refusal = world.server.put(&path).bearer(&clerk.1).json(&body).send().await.expect(403);
        assert_eq!(refusal["scope"], "admin:write");
        let changed = world.server.put(&path).bearer(&world.g.token).json(&body).send().await.expect(200);
        assert_eq!(changed["scopes"], json!(["chats:write", "dm:admin"]));
    }
}
