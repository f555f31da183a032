//! What the widget's tabs to search and to browse ask for: there is no store of knowledge, and the answers say so.

use http::Method;
use parlor_engine::space;
use parlor_model::member::MemberKind;
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, bad_token_error, get_token, get_token_of_key, text_fields,
};

/// Every call, with the answer it has.
fn all_calls(room: &TestSpace) -> Vec<(Method, String, Option<Value>, Value)> {
    let below = |path: &str| format!("/workspaces/{}{path}", room.server.a.workspace);
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
        get(format!("/goals/spaces/{}", room.space)),
        get(format!(
            "/goals/spaces/{}/threads?groupId={UNKNOWN_ID}",
            room.space
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
    async fn there_is_nothing_to_search_or_to_browse(server: TestServer) {
        let room = TestSpace::create(server).await;
        let foreign = get_token(&room.server, &room.server.b).await;
        let weak = room.token_with_scopes("spaces:read").await;
        for (method, path, body, answer) in all_calls(&room) {
            let asked = async |token: &str| {
                let request = room.server.request(method.clone(), &path).bearer(token);
                match &body {
                    Some(body) => request.json(body).send().await,
                    None => request.send().await,
                }
            };
            for token in [&room.ada, &room.token] {
                assert_eq!(asked(token).await.expect(200), answer, "{path}");
            }
            assert_eq!(asked("garbage").await.expect(401), bad_token_error());
            assert_eq!(asked(&weak).await.expect(403)["message"], "Missing scope conversations:read", "{path}");
            // What names no workspace and no space is as empty for everybody.
            if !path.starts_with("/knowledges-content-key") {
                assert!([401, 404].contains(&asked(&foreign).await.status), "{path}");
            }
            if body.is_some() {
                let bad = room.server.request(method.clone(), &path).bearer(&room.ada).json(&json!({})).send().await;
                assert_eq!(bad.status, 400, "{path}");
            }
        }
        let (_, bob) = room.create_other_space().await;
        let goals = room.server.get(&format!("/goals/spaces/{}", room.space)).bearer(&bob).send().await;
        assert_eq!(goals.status, 403);
        let unknown = room.server.get(&format!("/goals/spaces/{UNKNOWN_ID}/outcome")).bearer(&room.ada).send().await;
        assert_eq!(unknown.expect(404)["message"], "Not found");
        // There is no goal to start.
        let goal = format!("/goals/{UNKNOWN_ID}/spaces/{}", room.space);
        for path in [format!("{goal}/start-thread"), format!("{goal}/threads/{UNKNOWN_ID}"), format!("{goal}/threads/{UNKNOWN_ID}/outcome")] {
            let asked = room.server.post(&path).bearer(&room.ada).json(&json!({ "newMessage": "Hello" })).send().await;
            assert_eq!(asked.expect(404), json!({ "error": "Error", "message": "Not found" }), "{path}");
        }
    }

    async fn spaces_are_listed_to_whom_they_belong(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.create_other_space().await;
        let workspace = room.server.a.workspace.as_str();
        let query = |workspace: &str| format!("/spaces?roles=[%22GUEST%22]&sortBy=desc&lastMessageSortBy=true&workspaces=[%22{workspace}%22]");
        let listed = async |token: &str, query: &str| room.server.get(query).bearer(token).send().await;
        let own = listed(&room.ada, &query(workspace)).await.expect(200);
        assert_eq!(own.as_array().unwrap().len(), 1);
        assert_eq!((&own[0]["id"], &own[0]["status"]), (&json!(room.space), &json!("ACTIVE")));
        assert_eq!(listed(&room.ada, "/spaces").await.expect(200), own);
        // Whoever holds the key does not get everybody's: the widget opens the first it sees.
        assert_eq!(listed(&room.token, &query(workspace)).await.expect(200), json!([]));
        let nobodys = room.token_with_scopes("spaces:read").await;
        assert_eq!(listed(&nobodys, &query(workspace)).await.expect(200), json!([]));
        assert_eq!(listed(&room.ada, &query(UNKNOWN_ID)).await.expect(200), json!([]));
        for bad in ["/spaces?roles=GUEST", "/spaces?workspaces=[7]", "/spaces?roles={}"] {
            assert_eq!(listed(&room.ada, bad).await.status, 400, "{bad}");
        }
        let weak = room.token_with_scopes("conversations:read").await;
        assert_eq!(listed(&weak, &query(workspace)).await.expect(403)["message"], "Missing scope spaces:read");
        assert_eq!(listed("garbage", "/spaces").await.expect(401), bad_token_error());
        // Those in which the member that a key acts for is the guest, and no others.
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        let contact = room.server.a.create_member(MemberKind::Contact, "Grace", None, "spaces:read").await;
        for name in ["First", "Second"] {
            let guest = Some(ContactRef::Id(contact.id));
            let new = CreateSpace { name: Some(name.to_owned()), contact: guest, ..CreateSpace::default() };
            space::create(engine, &ctx, new).await.unwrap();
        }
        let key = room.server.a.create_key("spaces:read", Some(&contact)).await;
        let guest = get_token_of_key(&room.server, &room.server.a, &key).await;
        let mine = listed(&guest, &query(workspace)).await.expect(200);
        assert_eq!(text_fields(&mine, "name"), ["Second", "First"]);
        let hosts = format!("/spaces?roles=[%22HOST%22]&workspaces=[%22{workspace}%22]");
        assert_eq!(listed(&guest, &hosts).await.expect(200), json!([]));
    }
}
