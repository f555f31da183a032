//! Behaviour of every endpoint: trailing slashes, methods, unknown paths, CORS, logging.

use http::Method;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    activate_request, create_group_request, create_space, exchange_request, get_token, group_names,
    group_path, space_path,
};

both! {
    async fn trailing_slash_is_accepted(server: TestServer) {
        let a = &server.a;
        let exchanged = server
            .post(&format!("/workspaces/{}/generate-access-key-token/", a.workspace))
            .header("x-api-key", &a.key)
            .send()
            .await;
        let token = exchanged.expect(200)["token"].as_str().unwrap().to_owned();
        let created = server
            .put(&format!("/workspaces/{}/activate-or-retrieve-user-space/", a.workspace))
            .bearer(&token)
            .header("organizationid", &a.organization)
            .json(&json!({ "customerIdString": "ada" }))
            .send()
            .await;
        let space = created.expect(200)["spaceId"].as_str().unwrap().to_owned();
        let grouped = server
            .post(&format!("{}/", group_path(a, &space)))
            .bearer(&token)
            .header("organizationid", &a.organization)
            .json(&json!({}))
            .send()
            .await;
        grouped.expect(200);
        let details = server.get(&format!("{}/", space_path(a, &space))).bearer(&token).send().await;
        details.expect(200);
    }

    async fn wrong_method_lists_allowed_methods(server: TestServer) {
        let a = &server.a;
        for (method, path, allow) in [
            (Method::GET, format!("/workspaces/{}/generate-access-key-token", a.workspace), "POST"),
            (Method::POST, format!("/workspaces/{}/activate-or-retrieve-user-space", a.workspace), "PUT"),
            (Method::DELETE, space_path(a, "x"), "GET, HEAD"),
            (Method::PUT, group_path(a, "x"), "POST, GET, HEAD"),
        ] {
            let reply = server.request(method, &path).send().await;
            let body = json!({ "error": "Method Not Allowed", "message": "Method Not Allowed" });
            assert_eq!(reply.expect(405), body, "{path}");
            assert_eq!((reply.header("allow"), reply.header("x-api-version")), (allow, "v1"));
        }
    }

    async fn unknown_path_has_dialect_error(server: TestServer) {
        for path in ["/v1/workspaces/x/nothing", "/workspaces/x/nothing", "/spaces/x/nothing", "/public-spaces/x/nothing"] {
            let reply = server.get(path).send().await;
            assert_eq!(reply.expect(404)["error"], "Error", "{path}");
            assert_eq!(reply.header("x-api-version"), "v1");
            assert!(!reply.header("x-request-id").is_empty());
        }
    }

    async fn cors_preflight_is_allowed(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let request = server
            .request(Method::OPTIONS, &group_path(&server.a, &space))
            .header("origin", "https://app.example.org")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,organizationid,content-type,x-api-key")
            .send()
            .await;
        assert_eq!(request.status, 200);
        let allowed = request.header("access-control-allow-headers").to_lowercase();
        for name in ["authorization", "organizationid", "content-type", "x-api-key"] {
            assert!(allowed.contains(name), "{allowed}");
        }
        let reply = create_group_request(&server, &server.a, &token, &space).header("origin", "https://app.example.org").send().await;
        let exposed = reply.header("access-control-expose-headers").to_lowercase();
        assert!(exposed.contains("x-api-version") && exposed.contains("x-request-id"), "{exposed}");
        let head = server.request(Method::HEAD, &space_path(&server.a, &space)).bearer(&token).send().await;
        assert_eq!((head.status, head.bytes.len()), (200, 0));
    }

    async fn private_data_is_not_logged(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let created = activate_request(&server, &server.a, &token)
            .json(&json!({ "customerIdString": "quiet@example.org" }))
            .send()
            .await
            .expect(200);
        let space = created["spaceId"].as_str().unwrap();
        create_group_request(&server, &server.a, &token, space).json(&json!({ "name": "Hushed matter" })).send().await.expect(200);
        create_group_request(&server, &server.a, &token, space).json(&json!({ "name": ["Hushed matter"] })).send().await;
        exchange_request(&server, &server.a.workspace).header("x-api-key", "sk-parlor-hushed").send().await;
        assert_eq!(group_names(&server, &server.a, space).await, ["General", "Hushed matter"]);
        let log = server.logs();
        assert!(log.contains("generate-access-key-token"), "the journal is empty");
        for secret in ["quiet@example.org", "Hushed", "hushed", &token, &server.a.key, created["token"].as_str().unwrap()] {
            assert!(!log.contains(secret), "{secret}");
        }
    }
}
