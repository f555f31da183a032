//! `/api-keys` and `/roles`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn created_key_works_until_revoked(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let reply = setup.post(&setup.g, "/api-keys", json!({ "name": " Backend ", "scopes": ["chats:read", "read:members"], "expiresInDays": 90 })).await;
        assert_eq!(reply.header("cache-control"), "no-store");
        let created = reply.expect(200);
        let (secret, key) = (created["key"].as_str().unwrap(), &created["apiKey"]);
        assert!(secret.starts_with("sk-parlor-") && secret.ends_with(key["hint"].as_str().unwrap()));
        assert_eq!((&key["name"], &key["memberId"], &key["scopes"]), (&json!("Backend"), &json!(setup.g.number), &json!(["chats:read", "members:read"])));
        let path = format!("/api-keys/{}", key["uuid"].as_str().unwrap());
        let found = setup.get(&setup.g, &path).await.expect(200);
        assert_eq!(&found, key);
        assert!(!found.to_string().contains(secret));
        let call = async |path: &str| setup.server.get(&setup.path(path)).bearer(secret).send().await;
        call("/members").await.expect(200);
        assert_eq!(call("/phone-numbers").await.expect(403)["scope"], "phones:read");
        // Listed until it is revoked; also found by integer.
        assert!(field_values(&setup.get(&setup.g, "/api-keys?pageSize=100").await.expect(200), "id").contains(&key["id"]));
        assert_eq!(setup.delete(&setup.g, &format!("/api-keys/{}", key["id"])).await.status, 204);
        call("/members").await.expect(401);
        for gone in [setup.get(&setup.g, &path).await, setup.delete(&setup.g, &path).await, setup.get(&setup.g, "/api-keys/x").await] {
            gone.expect(404);
        }
        assert!(!field_values(&setup.get(&setup.g, "/api-keys?pageSize=100").await.expect(200), "id").contains(&key["id"]));
    }

    async fn key_expires_after_its_days(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let created = setup.post(&setup.g, "/api-keys", json!({ "expiresInDays": 1 })).await.expect(200);
        let call = async || setup.server.get(&setup.path("/members/me")).bearer(created["key"].as_str().unwrap()).send().await;
        assert_eq!(call().await.expect(200)["id"], setup.g.number);
        setup.server.clock.advance(std::time::Duration::from_secs(24 * 60 * 60));
        call().await.expect(401);
    }

    async fn key_scopes_beyond_creator_are_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for (reply, scope) in [(setup.get(&setup.u, "/api-keys").await, "admin:read"), (setup.post(&setup.u, "/api-keys", json!({})).await, "admin:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        let narrow = setup.server.a.create_key("admin:write,members:read", None).await;
        let make = async |body: Value| setup.server.post(&setup.path("/api-keys")).bearer(&narrow).json(&body).send().await;
        assert_eq!(make(json!({ "scopes": ["admin:write", "chats:read"] })).await.expect(403)["scope"], "chats:read");
        // By default a key has its creator's scopes and, like its creator, no member.
        let created = make(json!({})).await.expect(200);
        assert_eq!((&created["apiKey"]["scopes"], &created["apiKey"]["memberId"]), (&json!(["members:read", "admin:write"]), &Value::Null));
        // A member's key acts for the member; other members must be ones it may act for.
        let own = setup.post(&setup.g, "/api-keys", json!({})).await.expect(200);
        assert_eq!(own["apiKey"]["memberId"], setup.g.number);
        let for_u = setup.post(&setup.g, "/api-keys", json!({ "memberId": setup.u.uuid, "scopes": ["chats:read"] })).await.expect(200);
        assert_eq!(for_u["apiKey"]["memberId"], setup.u.number);
        assert_eq!(setup.post(&setup.g, "/api-keys", json!({ "memberId": setup.server.a.owner.number })).await.expect(403)["code"], "forbidden");
        setup.post(&setup.g, "/api-keys", json!({ "memberId": 900_000_001 })).await.expect(404);
    }

    async fn invalid_key_request_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.total("/api-keys").await;
        for (body, field) in [
            (json!({ "name": "x".repeat(256) }), "name"), (json!({ "name": 1 }), "name"), (json!({ "scopes": ["king:write"] }), "scopes"), (json!({ "scopes": "chats:read" }), "scopes"),
            (json!({ "expiresInDays": 0 }), "expiresInDays"), (json!({ "expiresInDays": 366 }), "expiresInDays"), (json!({ "memberId": "x" }), "memberId"),
        ] {
            assert_eq!(setup.post(&setup.g, "/api-keys", body).await.expect(400)["errors"][0]["loc"][1], field);
        }
        assert_eq!(setup.total("/api-keys").await, before);
    }

    async fn role_list_has_built_in_roles(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let roles = setup.get(&setup.g, "/roles").await.expect(200);
        assert_eq!((field_values(&roles, "id"), field_values(&roles, "name")), (vec![json!(1), json!(2), json!(3)], ["owner", "manager", "user"].map(Value::from).to_vec()));
        assert_eq!((&roles["total"], &roles["items"][2]["scopes"]), (&json!(3), &json!(["agents:read"])));
        let own = setup.get(&setup.u, "/members/me").await.expect(200);
        assert_eq!(own["memberRoleId"], roles["items"][2]["id"]);
        assert_eq!(setup.get(&setup.u, "/roles").await.expect(403)["scope"], "members:read");
    }

    async fn own_role_is_created_updated_and_deleted(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "name": "Night shift", "description": "After ten", "externalId": "night" });
        let created = setup.post(&setup.g, "/roles", body.clone()).await.expect(200);
        for field in ["name", "description", "externalId"] {
            assert_eq!(created[field], body[field], "{field}");
        }
        assert_eq!((&created["scopes"], &created["isBuiltIn"], &created["isGrantable"]), (&json!([]), &json!(false), &json!(false)));
        let (id, uuid) = (created["id"].as_i64().unwrap(), created["uuid"].as_str().unwrap().to_owned());
        assert!(id > 100, "no id of a role that members have");
        for name in [id.to_string(), uuid.clone()] {
            assert_eq!(setup.get(&setup.g, &format!("/roles/{name}")).await.expect(200), created);
        }
        let roles = setup.get(&setup.g, "/roles").await.expect(200);
        assert_eq!(roles["items"][3], created);
        assert_eq!(setup.get(&setup.g, "/roles/2").await.expect(200), roles["items"][1]);
        setup.post(&setup.g, "/roles", json!({ "name": "Other", "externalId": "night" })).await.expect(409);
        let path = format!("/roles/{id}");
        let changed = setup.put(&setup.g, &path, json!({ "name": "Late shift", "externalId": null })).await.expect(200);
        assert_eq!((&changed["name"], &changed["externalId"], &changed["description"]), (&json!("Late shift"), &json!(null), &json!("After ten")));
        for (method, path) in [("put", "/roles/1"), ("delete", "/roles/2")] {
            let reply = match method {
                "put" => setup.put(&setup.g, path, json!({ "name": "x" })).await,
                _ => setup.delete(&setup.g, path).await,
            };
            assert_eq!(reply.expect(400)["errors"][0]["loc"][1], "role");
        }
        assert_eq!(setup.post(&setup.u, "/roles", body).await.expect(403)["scope"], "admin:write");
        assert_eq!(setup.delete(&setup.g, &path).await.status, 204);
        assert_eq!(setup.delete(&setup.g, &path).await.status, 404);
        assert_eq!(setup.get(&setup.g, "/roles").await.expect(200)["total"], 3);
    }
}
