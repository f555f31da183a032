//! Endpoints of the widget's search and browse tabs, which return empty results.

use http::Method;
use parlor_engine::space;
use parlor_model::member::MemberKind;
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, bad_token_error, get_token, get_token_of_key, text_fields,
};

/// Returns every request with its expected response.
fn all_calls(test_space: &TestSpace) -> Vec<(Method, String, Option<Value>, Value)> {
    let below = |path: &str| format!("/workspaces/{}{path}", test_space.server.a.workspace);
    let get = |path: String| (Method::GET, path, None, json!([]));
    let query = json!({ "text": "refund", "includeDescription": true, "topK": 30, "tags": null, "languageId": "en" });
    vec![
        get(below("/tags")),
        get(below("/workflows")),
        get(below(&format!(
            "/workflows/{UNKNOWN_ID}/progress?messageId={UNKNOWN_ID}&messageFrom=SPACE"
        ))),
        get(below(&format!(
            "/workflows/{UNKNOWN_ID}/progress-by-group?groupId={UNKNOWN_ID}&messageFrom=SPACE"
        ))),
        get(below("/category-navigation-private?languageId=en")),
        get(format!("/goals/spaces/{}", test_space.space)),
        get(format!(
            "/goals/spaces/{}/threads?groupId={UNKNOWN_ID}",
            test_space.space
        )),
        (
            Method::POST,
            below("/knowledge/query"),
            Some(query),
            json!([]),
        ),
        (
            Method::POST,
            below("/knowledge/query-title"),
            Some(json!({ "value": "refund" })),
            json!([]),
        ),
        (
            Method::POST,
            below("/category-navigation-private/knowledge"),
            Some(json!({ "categories": [UNKNOWN_ID] })),
            json!([]),
        ),
        (
            Method::GET,
            format!("/knowledges-content-key/{UNKNOWN_ID}?pageNumber=1"),
            None,
            json!({ "url": null }),
        ),
    ]
}

both! {
    async fn knowledge_endpoints_return_empty_lists(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let foreign = get_token(&test_space.server, &test_space.server.b).await;
        let limited_token = test_space.token_with_scopes("spaces:read").await;
        for (method, path, body, answer) in all_calls(&test_space) {
            let call = async |token: &str| {
                let request = test_space.server.request(method.clone(), &path).bearer(token);
                match &body {
                    Some(body) => request.json(body).send().await,
                    None => request.send().await,
                }
            };
            for token in [&test_space.ada, &test_space.token] {
                assert_eq!(call(token).await.expect(200), answer, "{path}");
            }
            assert_eq!(call("garbage").await.expect(401), bad_token_error());
            assert_eq!(call(&limited_token).await.expect(403)["message"], "Missing scope conversations:read", "{path}");
            // Paths without a workspace or space are empty for every token.
            if !path.starts_with("/knowledges-content-key") {
                assert!([401, 404].contains(&call(&foreign).await.status), "{path}");
            }
            if body.is_some() {
                let bad = test_space.server.request(method.clone(), &path).bearer(&test_space.ada).json(&json!({})).send().await;
                assert_eq!(bad.status, 400, "{path}");
            }
        }
        let (_, bob) = test_space.create_other_space().await;
        let goals = test_space.server.get(&format!("/goals/spaces/{}", test_space.space)).bearer(&bob).send().await;
        assert_eq!(goals.status, 403);
        let unknown = test_space.server.get(&format!("/goals/spaces/{UNKNOWN_ID}/outcome")).bearer(&test_space.ada).send().await;
        assert_eq!(unknown.expect(404)["message"], "Not found");
        // No route starts a goal.
        let goal = format!("/goals/{UNKNOWN_ID}/spaces/{}", test_space.space);
        for path in [format!("{goal}/start-thread"), format!("{goal}/threads/{UNKNOWN_ID}"), format!("{goal}/threads/{UNKNOWN_ID}/outcome")] {
            let call = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({ "newMessage": "Hello" })).send().await;
            assert_eq!(call.expect(404), json!({ "error": "Error", "message": "Not found" }), "{path}");
        }
    }

    async fn space_list_contains_own_spaces_only(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.create_other_space().await;
        let workspace = test_space.server.a.workspace.as_str();
        let query = |workspace: &str| format!("/spaces?roles=[%22GUEST%22]&sortBy=desc&lastMessageSortBy=true&workspaces=[%22{workspace}%22]");
        let listed = async |token: &str, query: &str| test_space.server.get(query).bearer(token).send().await;
        let own = listed(&test_space.ada, &query(workspace)).await.expect(200);
        assert_eq!(own.as_array().unwrap().len(), 1);
        assert_eq!((&own[0]["id"], &own[0]["status"]), (&json!(test_space.space), &json!("ACTIVE")));
        assert_eq!(listed(&test_space.ada, "/spaces").await.expect(200), own);
        // A key's token does not list the spaces of users, because the widget would open the first.
        assert_eq!(listed(&test_space.token, &query(workspace)).await.expect(200), json!([]));
        let nobodys = test_space.token_with_scopes("spaces:read").await;
        assert_eq!(listed(&nobodys, &query(workspace)).await.expect(200), json!([]));
        assert_eq!(listed(&test_space.ada, &query(UNKNOWN_ID)).await.expect(200), json!([]));
        for bad in ["/spaces?roles=GUEST", "/spaces?workspaces=[7]", "/spaces?roles={}"] {
            assert_eq!(listed(&test_space.ada, bad).await.status, 400, "{bad}");
        }
        let limited_token = test_space.token_with_scopes("conversations:read").await;
        assert_eq!(listed(&limited_token, &query(workspace)).await.expect(403)["message"], "Missing scope spaces:read");
        assert_eq!(listed("garbage", "/spaces").await.expect(401), bad_token_error());
        // Only spaces whose guest is the key's member.
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        let contact = test_space.server.a.create_member(MemberKind::Contact, "Grace", None, "spaces:read").await;
        for name in ["First", "Second"] {
            let guest = Some(ContactRef::Id(contact.id));
            let new = CreateSpace { name: Some(name.to_owned()), contact: guest, ..CreateSpace::default() };
            space::create(engine, &ctx, new).await.unwrap();
        }
        let key = test_space.server.a.create_key("spaces:read", Some(&contact)).await;
        let guest = get_token_of_key(&test_space.server, &test_space.server.a, &key).await;
        let mine = listed(&guest, &query(workspace)).await.expect(200);
        assert_eq!(text_fields(&mine, "name"), ["Second", "First"]);
        let hosts = format!("/spaces?roles=[%22HOST%22]&workspaces=[%22{workspace}%22]");
        assert_eq!(listed(&guest, &hosts).await.expect(200), json!([]));
    }
}
