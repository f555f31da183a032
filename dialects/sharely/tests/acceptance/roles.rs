//! Roles, tokens with a role, and the role requirement.

use http::Method;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, activate_request, bad_token_error, exchange_request, get_token, text,
    text_fields, versioned_request,
};
use crate::token::{decode_part, token_parts};

/// Creates a role of tenant A.
async fn create_role(test_space: &TestSpace, body: &Value) -> Value {
    let request = versioned_request(
        &test_space.server,
        &test_space.server.a,
        &test_space.token,
        Method::POST,
        "/role",
    );
    request.json(body).send().await.expect(201)["role"].clone()
}

fn no_role_error() -> Value {
    json!({ "error": "Error", "message": "Role not found" })
}

both! {
    async fn roles_are_created_listed_changed_and_deleted(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let ask = |method, path: &str| versioned_request(&test_space.server, &test_space.server.a, &test_space.token, method, path);
        let none = ask(Method::GET, "/role").send().await.expect(200);
        assert_eq!(none, json!({ "roles": [], "total": 0 }));
        let body = json!({ "name": " Sales ", "description": "They sell", "customerRoleId": "sales" });
        let reply = ask(Method::POST, "/role").json(&body).send().await;
        let worked = reply.expect(201);
        assert_eq!(reply.header("x-api-version"), "v1");
        let role = &worked["role"];
        let keys: Vec<_> = role.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["id", "name", "description", "customerRoleId", "createdAt", "updatedAt"]);
        assert_eq!((text(role, "name"), text(role, "customerRoleId")), ("Sales", "sales"));
        assert_eq!(text(&worked, "workflowId").len(), 36);
        let bare = create_role(&test_space, &json!({ "name": "Guests" })).await;
        assert!(bare["description"].is_null() && bare["customerRoleId"].is_null());
        let path = format!("/role/{}", text(role, "id"));
        assert_eq!(ask(Method::GET, &path).send().await.expect(200), *role);
        let list = ask(Method::GET, "/role").send().await.expect(200);
        assert_eq!((text_fields(&list["roles"], "name"), &list["total"]), (vec!["Sales", "Guests"], &json!(2)));

        let changed = ask(Method::PUT, &path).json(&json!({ "name": "Sellers", "description": null })).send().await.expect(200);
        let changed = &changed["role"];
        assert_eq!((text(changed, "name"), &changed["description"]), ("Sellers", &Value::Null));
        assert_eq!((&changed["customerRoleId"], &changed["createdAt"]), (&json!("sales"), &role["createdAt"]));
        let same = ask(Method::PUT, &path).json(&json!({ "customerRoleId": "sales" })).send().await.expect(200);
        assert_eq!(same["role"]["customerRoleId"], "sales");
        let gone = ask(Method::DELETE, &path).send().await.expect(200);
        assert!(gone["workflowId"].is_string() && gone["message"].is_string());
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(ask(method, &path).send().await.expect(404), no_role_error());
        }
        assert_eq!(ask(Method::GET, "/role").send().await.expect(200)["total"], 1);
    }

    async fn invalid_body_and_existing_id_change_nothing(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let ask = |method, path: &str| versioned_request(&test_space.server, &test_space.server.a, &test_space.token, method, path);
        create_role(&test_space, &json!({ "name": "Sales", "customerRoleId": "sales" })).await;
        let other = create_role(&test_space, &json!({ "name": "Guests" })).await;
        let path = format!("/role/{}", text(&other, "id"));
        for body in [
            json!({ "name": "" }),
            json!({ "name": "  " }),
            json!({ "name": 7 }),
            json!({ "name": "x".repeat(256) }),
            json!({ "name": "a", "description": "x".repeat(1_001) }),
            json!({ "name": "a", "customerRoleId": "a b!" }),
            json!({ "name": "a", "customerRoleId": "" }),
            json!({ "name": "a", "customerRoleId": "x".repeat(256) }),
        ] {
            for request in [ask(Method::POST, "/role"), ask(Method::PUT, &path)] {
                assert_eq!(request.json(&body).send().await.expect(400)["error"], "Validation Error", "{:.60}", body.to_string());
            }
        }
        assert_eq!(ask(Method::POST, "/role").json(&json!({})).send().await.expect(400)["message"], "name is required");
        let taken = json!({ "error": "Conflict", "message": "customerRoleId already exists" });
        let again = json!({ "name": "Again", "customerRoleId": "sales" });
        for request in [ask(Method::POST, "/role"), ask(Method::PUT, &path)] {
            assert_eq!(request.json(&again).send().await.expect(409), taken);
        }
        let list = ask(Method::GET, "/role").send().await.expect(200);
        assert_eq!(text_fields(&list["roles"], "name"), ["Sales", "Guests"]);
    }

    async fn concurrent_equal_roles_create_one(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let tasks: Vec<_> = (0..50)
            .map(|_| versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/role"))
            .map(|ask| tokio::spawn(ask.json(&json!({ "name": "Sales", "customerRoleId": "sales" })).send()))
            .collect();
        let mut statuses = Vec::new();
        for task in tasks {
            statuses.push(task.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, [409; 49].as_slice()));
    }

    async fn foreign_role_is_unknown_and_scopes_are_required(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let role = create_role(&test_space, &json!({ "name": "Sales", "customerRoleId": "sales" })).await;
        let path = format!("/role/{}", text(&role, "id"));
        let foreign = get_token(&test_space.server, &test_space.server.b).await;
        for path in [path.as_str(), "/role/x", &format!("/role/{UNKNOWN_ID}")] {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let request = versioned_request(&test_space.server, &test_space.server.b, &foreign, method, path);
                assert_eq!(request.send().await.expect(404), no_role_error());
            }
        }
        // Another workspace may use the same id.
        let request = versioned_request(&test_space.server, &test_space.server.b, &foreign, Method::POST, "/role");
        request.json(&json!({ "name": "Sales", "customerRoleId": "sales" })).send().await.expect(201);
        let limited_token = test_space.token_with_scopes("conversations:admin,spaces:admin").await;
        for (method, path, scope) in [
            (Method::GET, "/role", "admin:read"),
            (Method::GET, path.as_str(), "admin:read"),
            (Method::POST, "/role", "admin:write"),
            (Method::PUT, path.as_str(), "admin:write"),
            (Method::DELETE, path.as_str(), "admin:write"),
            (Method::PUT, "/rbac-status", "admin:write"),
        ] {
            let body = json!({ "name": "Mine", "rbacEnabled": true });
            let request = |token: &str| versioned_request(&test_space.server, &test_space.server.a, token, method.clone(), path).json(&body).send();
            assert_eq!(request(&limited_token).await.expect(403)["message"], format!("Missing scope {scope}"));
            assert_eq!(request(&test_space.ada).await.expect(403)["message"], "Token is not valid for this space");
        }
        let still = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, &path).send().await;
        assert_eq!(still.expect(200), role);
    }

    async fn token_carries_role_of_exchange(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let sales = create_role(&test_space, &json!({ "name": "Sales", "customerRoleId": "sales" })).await;
        let guests = create_role(&test_space, &json!({ "name": "Guests" })).await;
        let (sales, guests) = (text(&sales, "id"), text(&guests, "id"));
        let exchanged = async |body: Value| {
            let request = exchange_request(&test_space.server, &test_space.server.a.workspace).header("x-api-key", &test_space.server.a.key);
            let reply = request.json(&body).send().await.expect(200);
            text(&reply, "token").to_owned()
        };
        let carried = |token: &str| decode_part(token_parts(token)[1])["user_metadata"].clone();
        for body in [json!({ "roleId": sales }), json!({ "customerRoleId": "sales" })] {
            let token = exchanged(body).await;
            assert_eq!(carried(&token), json!({ "roleId": sales, "customerRoleId": "sales" }));
        }
        assert_eq!(carried(&exchanged(json!({ "roleId": guests })).await), json!({ "roleId": guests }));
        for body in [json!({ "roleId": UNKNOWN_ID }), json!({ "customerRoleId": "nobody" })] {
            let request = exchange_request(&test_space.server, &test_space.server.a.workspace).header("x-api-key", &test_space.server.a.key);
            assert_eq!(request.json(&body).send().await.expect(404), no_role_error());
            let request = exchange_request(&test_space.server, &test_space.server.b.workspace).header("x-api-key", &test_space.server.b.key);
            assert_eq!(request.json(&json!({ "roleId": sales })).send().await.expect(404), no_role_error());
        }

        // A user's token has the body's role, otherwise the caller's; the two must not differ.
        let token = exchanged(json!({ "roleId": sales })).await;
        let request = |token: &str, role: Value| {
            let mut body = json!({ "customerIdString": "ada" });
            body["roleId"] = role;
            activate_request(&test_space.server, &test_space.server.a, token).json(&body).send()
        };
        let user = async |token: &str, role: Value| carried(text(&request(token, role).await.expect(200), "token"));
        assert_eq!(user(&token, Value::Null).await["roleId"], sales);
        assert_eq!(user(&token, json!(sales)).await["roleId"], sales);
        assert_eq!(user(&test_space.token, json!(guests)).await["roleId"], guests);
        assert_eq!(user(&test_space.token, Value::Null).await, json!({}));
        assert_eq!(request(&token, json!(guests)).await.status, 400);

        // Deleting a role invalidates its tokens only.
        let path = format!("/role/{sales}");
        versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::DELETE, &path).send().await.expect(200);
        assert_eq!(versioned_request(&test_space.server, &test_space.server.a, &token, Method::GET, "/role").send().await.expect(401), bad_token_error());
        versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, "/role").send().await.expect(200);
    }

    async fn role_requirement_has_two_fields(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let request = |body: Value| {
            versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::PUT, "/rbac-status").json(&body).send()
        };
        let on = json!({ "rbacEnabled": true, "rbacStatus": "ACTIVE" });
        let off = json!({ "rbacEnabled": false, "rbacStatus": "INACTIVE" });
        for (body, set) in [
            (json!({ "rbacEnabled": true }), &on),
            (json!({ "rbacStatus": "INACTIVE" }), &off),
            (json!({ "rbacStatus": "ACTIVE" }), &on),
            (json!({ "rbacEnabled": false, "rbacStatus": "INACTIVE" }), &off),
        ] {
            assert_eq!(request(body).await.expect(200), *set);
        }
        for body in [
            json!({}),
            json!({ "rbacEnabled": "yes" }),
            json!({ "rbacStatus": "active" }),
            json!({ "rbacEnabled": true, "rbacStatus": "INACTIVE" }),
        ] {
            assert_eq!(request(body).await.status, 400);
        }
        let threads = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, "/agent/threads").send().await;
        threads.expect(200);
    }
}
