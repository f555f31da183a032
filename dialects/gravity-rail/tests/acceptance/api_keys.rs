//! `/api-keys` and `/roles`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn key_is_shown_once_works_and_ends(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let reply = world.post(&world.g, "/api-keys", json!({ "name": " Backend ", "scopes": ["chats:read", "read:members"], "expiresInDays": 90 })).await;
        assert_eq!(reply.header("cache-control"), "no-store");
        let made = reply.expect(200);
        let (secret, key) = (made["key"].as_str().unwrap(), &made["apiKey"]);
        assert!(secret.starts_with("sk-parlor-") && secret.ends_with(key["hint"].as_str().unwrap()));
        assert_eq!((&key["name"], &key["memberId"], &key["scopes"]), (&json!("Backend"), &json!(world.g.number), &json!(["chats:read", "members:read"])));
        let path = format!("/api-keys/{}", key["uuid"].as_str().unwrap());
        let found = world.get(&world.g, &path).await.expect(200);
        assert_eq!(&found, key);
        assert!(!found.to_string().contains(secret));
        let call = async |path: &str| world.server.get(&world.path(path)).bearer(secret).send().await;
        call("/members").await.expect(200);
        assert_eq!(call("/phone-numbers").await.expect(403)["scope"], "phones:read");
        // In lists until it is revoked; by integer as well.
        assert!(field_values(&world.get(&world.g, "/api-keys?pageSize=100").await.expect(200), "id").contains(&key["id"]));
        assert_eq!(world.delete(&world.g, &format!("/api-keys/{}", key["id"])).await.status, 204);
        call("/members").await.expect(401);
        for gone in [world.get(&world.g, &path).await, world.delete(&world.g, &path).await, world.get(&world.g, "/api-keys/x").await] {
            gone.expect(404);
        }
        assert!(!field_values(&world.get(&world.g, "/api-keys?pageSize=100").await.expect(200), "id").contains(&key["id"]));
    }

    async fn key_ends_when_its_days_are_over(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let made = world.post(&world.g, "/api-keys", json!({ "expiresInDays": 1 })).await.expect(200);
        let call = async || world.server.get(&world.path("/members/me")).bearer(made["key"].as_str().unwrap()).send().await;
        assert_eq!(call().await.expect(200)["id"], world.g.number);
        world.server.clock.advance(std::time::Duration::from_secs(24 * 60 * 60));
        call().await.expect(401);
    }

    async fn key_can_do_nothing_that_its_maker_cannot(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for (reply, scope) in [(world.get(&world.u, "/api-keys").await, "admin:read"), (world.post(&world.u, "/api-keys", json!({})).await, "admin:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        let narrow = world.server.a.create_key("admin:write,members:read", None).await;
        let make = async |body: Value| world.server.post(&world.path("/api-keys")).bearer(&narrow).json(&body).send().await;
        assert_eq!(make(json!({ "scopes": ["admin:write", "chats:read"] })).await.expect(403)["scope"], "chats:read");
        // Everything that its maker may, where nothing is asked for; and nobody's, as its maker is.
        let made = make(json!({})).await.expect(200);
        assert_eq!((&made["apiKey"]["scopes"], &made["apiKey"]["memberId"]), (&json!(["members:read", "admin:write"]), &Value::Null));
        // A member's key acts for the member, and for others only whom it may act for.
        let own = world.post(&world.g, "/api-keys", json!({})).await.expect(200);
        assert_eq!(own["apiKey"]["memberId"], world.g.number);
        let for_u = world.post(&world.g, "/api-keys", json!({ "memberId": world.u.uuid, "scopes": ["chats:read"] })).await.expect(200);
        assert_eq!(for_u["apiKey"]["memberId"], world.u.number);
        assert_eq!(world.post(&world.g, "/api-keys", json!({ "memberId": world.server.a.owner.number })).await.expect(403)["code"], "forbidden");
        world.post(&world.g, "/api-keys", json!({ "memberId": 900_000_001 })).await.expect(404);
    }

    async fn key_that_cannot_be_is_refused(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.total("/api-keys").await;
        for (body, field) in [
            (json!({ "name": "x".repeat(256) }), "name"), (json!({ "name": 1 }), "name"), (json!({ "scopes": ["king:write"] }), "scopes"), (json!({ "scopes": "chats:read" }), "scopes"),
            (json!({ "expiresInDays": 0 }), "expiresInDays"), (json!({ "expiresInDays": 366 }), "expiresInDays"), (json!({ "memberId": "x" }), "memberId"),
        ] {
            assert_eq!(world.post(&world.g, "/api-keys", body).await.expect(400)["errors"][0]["loc"][1], field);
        }
        assert_eq!(world.total("/api-keys").await, before);
    }

    async fn roles_are_those_that_members_have(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let roles = world.get(&world.g, "/roles").await.expect(200);
        assert_eq!((field_values(&roles, "id"), field_values(&roles, "name")), (vec![json!(1), json!(2), json!(3)], ["owner", "manager", "user"].map(Value::from).to_vec()));
        assert_eq!((&roles["total"], &roles["items"][2]["scopes"]), (&json!(3), &json!(["agents:read"])));
        let own = world.get(&world.u, "/members/me").await.expect(200);
        assert_eq!(own["memberRoleId"], roles["items"][2]["id"]);
        assert_eq!(world.get(&world.u, "/roles").await.expect(403)["scope"], "members:read");
    }

    async fn roles_of_the_workspaces_own_are_kept_changed_and_deleted(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "name": "Night shift", "description": "After ten", "externalId": "night" });
        let made = world.post(&world.g, "/roles", body.clone()).await.expect(200);
        for field in ["name", "description", "externalId"] {
            assert_eq!(made[field], body[field], "{field}");
        }
        assert_eq!((&made["scopes"], &made["isBuiltIn"], &made["isGrantable"]), (&json!([]), &json!(false), &json!(false)));
        let (id, uuid) = (made["id"].as_i64().unwrap(), made["uuid"].as_str().unwrap().to_owned());
        assert!(id > 100, "no id of a role that members have");
        for name in [id.to_string(), uuid.clone()] {
            assert_eq!(world.get(&world.g, &format!("/roles/{name}")).await.expect(200), made);
        }
        let roles = world.get(&world.g, "/roles").await.expect(200);
        assert_eq!(roles["items"][3], made);
        assert_eq!(world.get(&world.g, "/roles/2").await.expect(200), roles["items"][1]);
        world.post(&world.g, "/roles", json!({ "name": "Other", "externalId": "night" })).await.expect(409);
        let path = format!("/roles/{id}");
        let changed = world.put(&world.g, &path, json!({ "name": "Late shift", "externalId": null })).await.expect(200);
        assert_eq!((&changed["name"], &changed["externalId"], &changed["description"]), (&json!("Late shift"), &json!(null), &json!("After ten")));
        for (method, path) in [("put", "/roles/1"), ("delete", "/roles/2")] {
            let reply = match method {
                "put" => world.put(&world.g, path, json!({ "name": "x" })).await,
                _ => world.delete(&world.g, path).await,
            };
            assert_eq!(reply.expect(400)["errors"][0]["loc"][1], "role");
        }
        assert_eq!(world.post(&world.u, "/roles", body).await.expect(403)["scope"], "admin:write");
        assert_eq!(world.delete(&world.g, &path).await.status, 204);
        assert_eq!(world.delete(&world.g, &path).await.status, 404);
        assert_eq!(world.get(&world.g, "/roles").await.expect(200)["total"], 3);
    }
}
