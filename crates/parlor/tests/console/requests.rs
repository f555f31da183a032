//! The page about requests: those of the own workspace, and why one was refused.

use parlor_testkit::both;
use serde_json::json;

use crate::visitor::{Visitor, create_key};

/// Returns the id of the newest request of a list.
fn newest(page: &str) -> &str {
    let (_, rest) = page
        .split_once("data-request=\"")
        .unwrap_or_else(|| panic!("no request: {page}"));
    rest.split('"').next().unwrap()
}

both! {
    async fn refused_request_is_explained_to_its_own_workspace(server: TestServer) {
        let (_, reader) = create_key(&server, "conversations:read".parse().unwrap()).await;
        let visitor = Visitor::sign_in(&server, &reader).await;
        assert_eq!(visitor.get("/console/requests").await.status, 403);

        let refused = server.post("/api/v1/chats/").header("x-api-key", &reader);
        refused.json(&json!({ "user_id": "ada" })).send().await.expect(403);
        let stranger = server.post("/api/v1/chats/").header("x-api-key", "sk-parlor-none");
        stranger.json(&json!({ "user_id": "ada" })).send().await.expect(401);

        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let page = owner.get("/console/requests?show=refused").await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("/api/v1/chats") && page.text.contains("403"), "{}", page.text);
        // Whose key nobody knows is of no workspace, and this server has two.
        assert!(!page.text.contains(">401<"), "{}", page.text);
        let path = format!("/console/requests/{}", newest(&page.text));
        let page = owner.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let scope = page.text.split("data-check=\"scope\"").nth(1).unwrap();
        let scope = scope.split("</tr>").next().unwrap();
        assert!(scope.contains("refused"), "{scope}");
        assert!(page.text.contains("id=\"remedy\""), "{}", page.text);

        let other = Visitor::sign_in(&server, &server.b.key).await;
        let list = other.get("/console/requests?show=refused").await.text;
        assert!(!list.contains(">403<"), "{list}");
        let (theirs, unknown) = (
            other.get(&path).await,
            other.get("/console/requests/01a22d1f-db14-7251-bfb1-19e7e180f3d0").await,
        );
        assert_eq!((theirs.status, unknown.status), (404, 404));
    }
}
