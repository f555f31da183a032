//! Creating, reading, changing and deleting agent threads.

use http::Method;
use parlor_testkit::{TestRequest, both};
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, UNKNOWN_ID, exchange_request, text, text_fields};

/// Request of the agent API, without the organization header.
pub(crate) fn agent_request(
    test_space: &TestSpace,
    token: &str,
    method: Method,
    path: &str,
) -> TestRequest {
    let path = format!(
        "/v1/workspaces/{}/agent{path}",
        test_space.server.a.workspace
    );
    test_space.server.request(method, &path).bearer(token)
}

pub(crate) async fn create_thread(test_space: &TestSpace, token: &str, body: &Value) -> Value {
    let request = agent_request(test_space, token, Method::POST, "/threads");
    request.json(body).send().await.expect(201)
}

pub(crate) async fn list_threads(test_space: &TestSpace, token: &str, query: &str) -> Value {
    let request = agent_request(test_space, token, Method::GET, &format!("/threads{query}"));
    request.send().await.expect(200)
}

fn unknown_thread_error() -> Value {
    json!({ "error": "Error", "message": "Thread not found" })
}

both! {
    async fn thread_has_all_given_fields(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let body = json!({ "title": " Support ", "spaceId": test_space.space, "userId": "eve", "agentServerId": "server-1" });
        let reply = agent_request(&test_space, &test_space.token, Method::POST, "/threads").json(&body).send().await;
        let thread = reply.expect(201);
        assert_eq!(reply.header("x-api-version"), "v1");
        let keys: Vec<_> = thread.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "title", "status", "workspaceId", "spaceId", "userId", "temporalUserId", "agentServerId", "roleId",
            "lastMessageAt", "createdAt", "updatedAt", "deletedAt",
        ]);
        assert_eq!((text(&thread, "title"), text(&thread, "status"), text(&thread, "spaceId")), ("Support", "ACTIVE", test_space.space.as_str()));
        assert_eq!((text(&thread, "userId"), text(&thread, "agentServerId")), ("eve", "server-1"));
        assert_eq!(text(&thread, "workspaceId"), test_space.server.a.workspace);
        for key in ["roleId", "deletedAt", "lastMessageAt"] {
            assert!(thread[key].is_null(), "{key}");
        }
        let bare = create_thread(&test_space, &test_space.token, &json!({ "title": "Bare" })).await;
        for key in ["spaceId", "userId", "temporalUserId", "agentServerId"] {
            assert!(bare[key].is_null(), "{key}");
        }
        let path = format!("/threads/{}", text(&thread, "id"));
        let mut details = agent_request(&test_space, &test_space.token, Method::GET, &path).send().await.expect(200);
        assert_eq!(details.as_object_mut().unwrap().remove("messages"), Some(json!([])));
        assert_eq!(details, thread);
        // The thread is listed among the groups of its space.
        let groups = test_space.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!((text_fields(&groups["groups"], "name"), &groups["groups"][1]["type"]), (vec!["General", "Support"], &json!("THREAD")));
    }

    async fn subject_is_returned_as_spelled(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (user, visitor) = ("5f0b0f0e-0000-4000-8000-00000000aaaa", "visitor-7");
        for (body, expected) in [
            (json!({ "userId": user, "temporalUserId": visitor }), [json!(user), json!(visitor)]),
            (json!({ "userId": " Eve@Example.org " }), [json!(" Eve@Example.org "), Value::Null]),
            (json!({ "temporalUserId": visitor }), [json!(visitor), json!(visitor)]),
        ] {
            let mut details = body.clone();
            details["title"] = json!("Talk");
            let thread = create_thread(&test_space, &test_space.token, &details).await;
            let path = format!("/threads/{}", text(&thread, "id"));
            let read = agent_request(&test_space, &test_space.token, Method::GET, &path).send().await.expect(200);
            for rendered in [&thread, &read] {
                for (field, value) in ["userId", "temporalUserId"].into_iter().zip(&expected) {
                    if body.get(field).is_some() {
                        assert_eq!(rendered[field], *value, "{body}");
                    } else {
                        assert!(rendered[field].is_string(), "{body}: the member is shown where nothing was said");
                    }
                }
            }
            agent_request(&test_space, &test_space.token, Method::DELETE, &path).send().await.expect(200);
        }
        // The list filter accepts the spelling and the member's id.
        let thread = create_thread(&test_space, &test_space.token, &json!({ "title": "Both", "userId": user, "temporalUserId": visitor })).await;
        for (query, found) in [
            (format!("?userId={user}"), true), (format!("?temporalUserId={visitor}"), true), (format!("?userId={user}&temporalUserId={visitor}"), true),
            (format!("?userId={user}&temporalUserId=nobody"), false), (format!("?userId={visitor}"), false),
        ] {
            let items = list_threads(&test_space, &test_space.token, &query).await["items"].clone();
            assert_eq!(items.as_array().unwrap().iter().any(|item| item["id"] == thread["id"]), found, "{query}");
        }
    }

    async fn thread_has_role_of_token(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let mut roles = Vec::new();
        for name in ["sales", "guests"] {
            let request = crate::fixtures::versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/role");
            let reply = request.json(&json!({ "name": name, "customerRoleId": name })).send().await.expect(201);
            roles.push(reply["role"]["id"].clone());
        }
        let request = exchange_request(&test_space.server, &test_space.server.a.workspace).header("x-api-key", &test_space.server.a.key);
        let reply = request.json(&json!({ "customerRoleId": "sales" })).send().await.expect(200);
        let sales = text(&reply, "token");
        // The token's role is stored although the workspace requires none.
        assert_eq!(create_thread(&test_space, sales, &json!({ "title": "a" })).await["roleId"], roles[0]);
        assert_eq!(create_thread(&test_space, sales, &json!({ "title": "a", "roleId": roles[0] })).await["roleId"], roles[0]);
        assert_eq!(create_thread(&test_space, &test_space.token, &json!({ "title": "a", "roleId": roles[1] })).await["roleId"], roles[1]);
        for (token, role, status) in [(sales, roles[1].clone(), 400), (&test_space.token, json!("x"), 400), (&test_space.token, json!(UNKNOWN_ID), 404)] {
            let body = json!({ "title": "none", "roleId": role });
            assert_eq!(agent_request(&test_space, token, Method::POST, "/threads").json(&body).send().await.status, status, "{body}");
        }
        assert_eq!(text_fields(&list_threads(&test_space, &test_space.token, "").await["items"], "title"), ["a", "a", "a"]);
    }

    async fn untitled_thread_has_default_thread_name(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/agent/threads", test_space.server.a.workspace);
        let request = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({ "spaceId": test_space.space }));
        request.send().await.expect(201);
        let groups = test_space.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!(text_fields(&groups["groups"], "name"), ["General", "Thread"]);
        assert_eq!(text_fields(&groups["groups"], "type"), ["PUBLIC", "THREAD"]);
        let space = test_space.request(Method::GET, "").send().await.expect(200);
        assert_eq!(text_fields(&space["spaceGroupConversation"], "name"), ["General", "Thread"]);
        // The widget's list contains no threads, since it opens every listed group.
        test_space.save_message(&json!({ "message": "so that there is one" })).await;
        for family in ["spaces", "public-spaces"] {
            let rendered = test_space.server.get(&format!("/{family}/{}", test_space.space)).bearer(&test_space.ada).send().await.expect(200);
            assert_eq!(text_fields(&rendered["spaceGroupConversation"], "name"), ["General"]);
        }
    }

    async fn invalid_body_creates_no_thread(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let far = crate::fixtures::get_token(&test_space.server, &test_space.server.b).await;
        let far = crate::fixtures::create_space(&test_space.server, &test_space.server.b, &far).await;
        for body in [
            json!({}),
            json!({ "title": " " }),
            json!({ "title": null }),
            json!({ "title": 7 }),
            json!({ "title": "x".repeat(256) }),
            json!({ "title": "a", "spaceId": "x" }),
            json!({ "title": "a", "spaceId": UNKNOWN_ID }),
            json!({ "title": "a", "spaceId": far }),
            json!({ "title": "a", "userId": "" }),
            json!({ "title": "a", "temporalUserId": "x".repeat(256) }),
            json!({ "title": "a", "agentServerId": 7 }),
            json!({ "title": "a", "agentServerId": "x".repeat(256) }),
        ] {
            let reply = agent_request(&test_space, &test_space.token, Method::POST, "/threads").json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{:.60}", body.to_string());
        }
        for query in ["limit=0", "limit=51", "limit=x", "cursor=x", "spaceId=x", "userId=", &format!("cursor={UNKNOWN_ID}")] {
            let reply = agent_request(&test_space, &test_space.token, Method::GET, &format!("/threads?{query}")).send().await;
            assert_eq!(reply.status, 400, "{query}");
        }
        assert_eq!(list_threads(&test_space, &test_space.token, "").await, json!({ "items": [], "nextCursor": null, "hasMore": false }));
    }

    async fn thread_is_changed_titled_and_deleted(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let thread = create_thread(&test_space, &test_space.token, &json!({ "title": "Old" })).await;
        let path = format!("/threads/{}", text(&thread, "id"));
        let change = |body: Value| agent_request(&test_space, &test_space.token, Method::PUT, &path).json(&body).send();
        let changed = change(json!({ "title": "New", "status": "ARCHIVED" })).await.expect(200);
        assert_eq!((text(&changed, "title"), text(&changed, "status")), ("New", "ARCHIVED"));
        assert_eq!(change(json!({ "status": "ACTIVE" })).await.expect(200)["title"], "New");
        for body in [json!({ "title": 7 }), json!({ "title": "x".repeat(256) }), json!({ "status": "GONE" })] {
            assert_eq!(change(body).await.status, 400);
        }
        assert!(change(json!({})).await.expect(200)["title"].is_null(), "nothing was said yet");
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "How do I return this?\nIt broke." });
        agent_request(&test_space, &test_space.token, Method::POST, &format!("{path}/messages")).json(&message).send().await.expect(200);
        change(json!({ "title": "Given" })).await.expect(200);
        assert_eq!(change(json!({})).await.expect(200)["title"], "How do I return this?");
        let empty = agent_request(&test_space, &test_space.token, Method::PUT, &path).send().await.expect(200);
        assert_eq!(empty["title"], "How do I return this?");

        let gone = agent_request(&test_space, &test_space.token, Method::DELETE, &path).send().await.expect(200);
        assert_eq!(gone["id"], thread["id"]);
        assert!(text(&gone, "deletedAt").ends_with('Z'));
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(agent_request(&test_space, &test_space.token, method, &path).send().await.expect(404), unknown_thread_error());
        }
        assert_eq!(list_threads(&test_space, &test_space.token, "").await["items"], json!([]));
    }

    async fn user_sees_threads_of_own_space(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (bobs, bob) = test_space.create_other_space().await;
        let own = create_thread(&test_space, &test_space.ada, &json!({ "title": "Own" })).await;
        assert_eq!(text(&own, "spaceId"), test_space.space);
        let foreign = create_thread(&test_space, &test_space.token, &json!({ "title": "Bob's", "spaceId": bobs })).await;
        let free = create_thread(&test_space, &test_space.token, &json!({ "title": "Nobody's" })).await;
        let group = test_space.create_group("No thread").await;
        assert_eq!(text_fields(&list_threads(&test_space, &test_space.ada, "").await["items"], "title"), ["Own"]);
        assert_eq!(text_fields(&list_threads(&test_space, &bob, "").await["items"], "title"), ["Bob's"]);
        let elsewhere = agent_request(&test_space, &test_space.ada, Method::GET, &format!("/threads?spaceId={bobs}")).send().await;
        assert_eq!(elsewhere.expect(403)["message"], "Token is not valid for this space");
        let elsewhere = agent_request(&test_space, &test_space.ada, Method::POST, "/threads").json(&json!({ "title": "a", "spaceId": bobs })).send().await;
        assert_eq!(elsewhere.status, 403);
        for id in [text(&foreign, "id"), text(&free, "id"), group.as_str(), UNKNOWN_ID, "x"] {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let reply = agent_request(&test_space, &test_space.ada, method, &format!("/threads/{id}")).send().await;
                assert_eq!(reply.expect(404), unknown_thread_error(), "{id}");
            }
        }
        let path = format!("/threads/{}", text(&own, "id"));
        agent_request(&test_space, &test_space.ada, Method::PUT, &path).json(&json!({ "title": "Mine" })).send().await.expect(200);
        agent_request(&test_space, &test_space.ada, Method::DELETE, &path).send().await.expect(200);
        assert_eq!(text_fields(&list_threads(&test_space, &test_space.token, "").await["items"], "title"), ["Nobody's", "Bob's"]);
    }

    async fn required_role_limits_threads_to_role(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let before = create_thread(&test_space, &test_space.token, &json!({ "title": "Before" })).await;
        let mut tokens = Vec::new();
        for name in ["sales", "guests"] {
            let body = json!({ "name": name, "customerRoleId": name });
            let request = crate::fixtures::versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, "/role");
            request.json(&body).send().await.expect(201);
            let request = exchange_request(&test_space.server, &test_space.server.a.workspace).header("x-api-key", &test_space.server.a.key);
            let reply = request.json(&json!({ "customerRoleId": name })).send().await.expect(200);
            tokens.push(text(&reply, "token").to_owned());
        }
        let rbac = |on: bool| {
            let request = crate::fixtures::versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::PUT, "/rbac-status");
            request.json(&json!({ "rbacEnabled": on })).send()
        };
        rbac(true).await.expect(200);
        let path = format!("/threads/{}", text(&before, "id"));
        for (method, path) in [(Method::GET, "/threads"), (Method::POST, "/threads"), (Method::GET, path.as_str()), (Method::POST, "/rag")] {
            let reply = agent_request(&test_space, &test_space.token, method, path).json(&json!({ "title": "a", "text": "abc" })).send().await;
            let message = "A roleId is required: RBAC is active in this workspace";
            assert_eq!(reply.expect(401), json!({ "error": "Unauthorized", "message": message }));
        }
        // Groups require no role.
        test_space.create_group("Support").await;
        let thread = create_thread(&test_space, &tokens[0], &json!({ "title": "Sales" })).await;
        assert!(thread["roleId"].is_string());
        let path = format!("/threads/{}", text(&thread, "id"));
        agent_request(&test_space, &tokens[0], Method::GET, &path).send().await.expect(200);
        assert_eq!(agent_request(&test_space, &tokens[1], Method::GET, &path).send().await.expect(404), unknown_thread_error());
        assert_eq!(text_fields(&list_threads(&test_space, &tokens[0], "").await["items"], "title"), ["Sales"]);
        assert_eq!(list_threads(&test_space, &tokens[1], "").await["items"], json!([]));
        rbac(false).await.expect(200);
        assert_eq!(text_fields(&list_threads(&test_space, &test_space.token, "").await["items"], "title"), ["Sales", "Before"]);
    }

    async fn unversioned_create_accepts_absent_title(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/agent/threads", test_space.server.a.workspace);
        let request = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({ "spaceId": test_space.space }));
        let thread = request.send().await.expect(201);
        assert!(thread["title"].is_null());
        let one = format!("{path}/{}", text(&thread, "id"));
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "Good morning" });
        test_space.server.post(&format!("{one}/messages")).bearer(&test_space.ada).json(&message).send().await.expect(200);
        let details = test_space.server.get(&one).bearer(&test_space.ada).send().await.expect(200);
        assert_eq!((text(&details, "title"), &details["messages"][0]["content"]), ("Good morning", &json!("Good morning")));
        let list = test_space.server.get(&path).bearer(&test_space.ada).send().await.expect(200);
        assert_eq!(text_fields(&list["items"], "title"), ["Good morning"]);
        for path in [format!("{one}/chat"), format!("/v1{one}/chat")] {
            let chat = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({ "message": "hi" })).send().await;
            let (kind, frame) = (chat.header("content-type").to_owned(), chat.text());
            assert_eq!((chat.status, kind.as_str()), (200, "text/event-stream"));
            let payload = frame.strip_prefix("event: done\ndata: ").unwrap().trim_end();
            let payload: Value = serde_json::from_str(payload).unwrap();
            assert_eq!(payload["threadId"], thread["id"]);
            let bad = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({})).send().await;
            assert_eq!(bad.status, 400);
        }
        let details = test_space.server.get(&one).bearer(&test_space.ada).send().await.expect(200);
        assert_eq!(text_fields(&details["messages"], "content"), ["Good morning", "hi", "hi"], "what nobody answers is kept");
        assert_eq!(text_fields(&details["messages"], "role"), ["user"; 3]);
    }
}
