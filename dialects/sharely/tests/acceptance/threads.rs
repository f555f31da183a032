//! Agent threads: made, listed, read, changed, deleted.

use std::time::Duration;

use http::Method;
use parlor_testkit::{TestRequest, both};
use serde_json::{Value, json};

use crate::fixtures::{TestSpace, UNKNOWN_ID, exchange_request, text, text_fields};

/// A request of the agent API: it names no organization.
fn agent_request(room: &TestSpace, token: &str, method: Method, path: &str) -> TestRequest {
    let path = format!("/v1/workspaces/{}/agent{path}", room.server.a.workspace);
    room.server.request(method, &path).bearer(token)
}

async fn create_thread(room: &TestSpace, token: &str, body: &Value) -> Value {
    let asked = agent_request(room, token, Method::POST, "/threads");
    asked.json(body).send().await.expect(201)
}

async fn list_threads(room: &TestSpace, token: &str, query: &str) -> Value {
    let asked = agent_request(room, token, Method::GET, &format!("/threads{query}"));
    asked.send().await.expect(200)
}

fn unknown_thread_error() -> Value {
    json!({ "error": "Error", "message": "Thread not found" })
}

both! {
    async fn a_thread_shows_what_it_was_given(server: TestServer) {
        let room = TestSpace::create(server).await;
        let body = json!({ "title": " Support ", "spaceId": room.space, "userId": "eve", "agentServerId": "server-1" });
        let reply = agent_request(&room, &room.token, Method::POST, "/threads").json(&body).send().await;
        let thread = reply.expect(201);
        assert_eq!(reply.header("x-api-version"), "v1");
        let keys: Vec<_> = thread.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "title", "status", "workspaceId", "spaceId", "userId", "temporalUserId", "agentServerId", "roleId",
            "lastMessageAt", "createdAt", "updatedAt", "deletedAt",
        ]);
        assert_eq!((text(&thread, "title"), text(&thread, "status"), text(&thread, "spaceId")), ("Support", "ACTIVE", room.space.as_str()));
        assert_eq!((text(&thread, "userId"), text(&thread, "agentServerId")), ("eve", "server-1"));
        assert_eq!(text(&thread, "workspaceId"), room.server.a.workspace);
        for key in ["roleId", "deletedAt", "lastMessageAt"] {
            assert!(thread[key].is_null(), "{key}");
        }
        let bare = create_thread(&room, &room.token, &json!({ "title": "Bare" })).await;
        for key in ["spaceId", "userId", "temporalUserId", "agentServerId"] {
            assert!(bare[key].is_null(), "{key}");
        }
        let path = format!("/threads/{}", text(&thread, "id"));
        let mut whole = agent_request(&room, &room.token, Method::GET, &path).send().await.expect(200);
        assert_eq!(whole.as_object_mut().unwrap().remove("messages"), Some(json!([])));
        assert_eq!(whole, thread);
        // It is one of its space's groups, and of no other.
        let groups = room.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!((text_fields(&groups["groups"], "name"), &groups["groups"][1]["type"]), (vec!["General", "Support"], &json!("THREAD")));
    }

    async fn whom_a_thread_is_for_is_shown_as_it_was_spelled(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (user, visitor) = ("5f0b0f0e-0000-4000-8000-00000000aaaa", "visitor-7");
        for (body, expected) in [
            (json!({ "userId": user, "temporalUserId": visitor }), [json!(user), json!(visitor)]),
            (json!({ "userId": " Eve@Example.org " }), [json!(" Eve@Example.org "), Value::Null]),
            (json!({ "temporalUserId": visitor }), [json!(visitor), json!(visitor)]),
        ] {
            let mut whole = body.clone();
            whole["title"] = json!("Talk");
            let thread = create_thread(&room, &room.token, &whole).await;
            let path = format!("/threads/{}", text(&thread, "id"));
            let read = agent_request(&room, &room.token, Method::GET, &path).send().await.expect(200);
            for shown in [&thread, &read] {
                for (field, value) in ["userId", "temporalUserId"].into_iter().zip(&expected) {
                    if body.get(field).is_some() {
                        assert_eq!(shown[field], *value, "{body}");
                    } else {
                        assert!(shown[field].is_string(), "{body}: the member is shown where nothing was said");
                    }
                }
            }
            agent_request(&room, &room.token, Method::DELETE, &path).send().await.expect(200);
        }
        // What its maker wrote finds it, and so does the member.
        let thread = create_thread(&room, &room.token, &json!({ "title": "Both", "userId": user, "temporalUserId": visitor })).await;
        for (query, found) in [
            (format!("?userId={user}"), true), (format!("?temporalUserId={visitor}"), true), (format!("?userId={user}&temporalUserId={visitor}"), true),
            (format!("?userId={user}&temporalUserId=nobody"), false), (format!("?userId={visitor}"), false),
        ] {
            let items = list_threads(&room, &room.token, &query).await["items"].clone();
            assert_eq!(items.as_array().unwrap().iter().any(|item| item["id"] == thread["id"]), found, "{query}");
        }
    }

    async fn a_thread_shows_the_role_it_was_made_for(server: TestServer) {
        let room = TestSpace::create(server).await;
        let mut roles = Vec::new();
        for name in ["sales", "guests"] {
            let asked = crate::fixtures::versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/role");
            let reply = asked.json(&json!({ "name": name, "customerRoleId": name })).send().await.expect(201);
            roles.push(reply["role"]["id"].clone());
        }
        let asked = exchange_request(&room.server, &room.server.a.workspace).header("x-api-key", &room.server.a.key);
        let reply = asked.json(&json!({ "customerRoleId": "sales" })).send().await.expect(200);
        let sales = text(&reply, "token");
        // The workspace asks no token for a role; what it carries is kept all the same.
        assert_eq!(create_thread(&room, sales, &json!({ "title": "a" })).await["roleId"], roles[0]);
        assert_eq!(create_thread(&room, sales, &json!({ "title": "a", "roleId": roles[0] })).await["roleId"], roles[0]);
        assert_eq!(create_thread(&room, &room.token, &json!({ "title": "a", "roleId": roles[1] })).await["roleId"], roles[1]);
        for (token, role, status) in [(sales, roles[1].clone(), 400), (&room.token, json!("x"), 400), (&room.token, json!(UNKNOWN_ID), 404)] {
            let body = json!({ "title": "none", "roleId": role });
            assert_eq!(agent_request(&room, token, Method::POST, "/threads").json(&body).send().await.status, status, "{body}");
        }
        assert_eq!(text_fields(&list_threads(&room, &room.token, "").await["items"], "title"), ["a", "a", "a"]);
    }

    async fn an_untitled_thread_is_no_second_general(server: TestServer) {
        let room = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/agent/threads", room.server.a.workspace);
        let asked = room.server.post(&path).bearer(&room.ada).json(&json!({ "spaceId": room.space }));
        asked.send().await.expect(201);
        let groups = room.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!(text_fields(&groups["groups"], "name"), ["General", "Thread"]);
        assert_eq!(text_fields(&groups["groups"], "type"), ["PUBLIC", "THREAD"]);
        let space = room.request(Method::GET, "").send().await.expect(200);
        assert_eq!(text_fields(&space["spaceGroupConversation"], "name"), ["General", "Thread"]);
        // The widget, which reads threads elsewhere, opens every group it is shown.
        room.save_message(&json!({ "message": "so that there is one" })).await;
        for family in ["spaces", "public-spaces"] {
            let shown = room.server.get(&format!("/{family}/{}", room.space)).bearer(&room.ada).send().await.expect(200);
            assert_eq!(text_fields(&shown["spaceGroupConversation"], "name"), ["General"]);
        }
    }

    async fn bad_input_makes_none(server: TestServer) {
        let room = TestSpace::create(server).await;
        let far = crate::fixtures::get_token(&room.server, &room.server.b).await;
        let far = crate::fixtures::create_space(&room.server, &room.server.b, &far).await;
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
            let reply = agent_request(&room, &room.token, Method::POST, "/threads").json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{:.60}", body.to_string());
        }
        for query in ["limit=0", "limit=51", "limit=x", "cursor=x", "spaceId=x", "userId=", &format!("cursor={UNKNOWN_ID}")] {
            let reply = agent_request(&room, &room.token, Method::GET, &format!("/threads?{query}")).send().await;
            assert_eq!(reply.status, 400, "{query}");
        }
        assert_eq!(list_threads(&room, &room.token, "").await, json!({ "items": [], "nextCursor": null, "hasMore": false }));
    }

    async fn what_changed_last_is_listed_first_page_by_page(server: TestServer) {
        let room = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..5 {
            room.server.clock.advance(Duration::from_secs(1));
            let thread = create_thread(&room, &room.token, &json!({ "title": number.to_string() })).await;
            ids.push(text(&thread, "id").to_owned());
        }
        room.create_group("No thread").await;
        room.server.clock.advance(Duration::from_secs(1));
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "hi" });
        agent_request(&room, &room.token, Method::POST, &format!("/threads/{}/messages", ids[1])).json(&message).send().await.expect(200);
        let mut seen = Vec::new();
        let mut query = "?limit=2".to_owned();
        loop {
            let page = list_threads(&room, &room.token, &query).await;
            seen.extend(text_fields(&page["items"], "title").into_iter().map(str::to_owned));
            if page["hasMore"] == false {
                assert!(page["nextCursor"].is_null());
                break;
            }
            query = format!("?limit=2&cursor={}", text(&page, "nextCursor"));
        }
        assert_eq!(seen, ["1", "4", "3", "2", "0"]);
    }

    async fn a_list_goes_on_where_it_was_though_its_last_thread_changed_or_vanished(server: TestServer) {
        let room = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..6 {
            // Pairs of one time.
            room.server.clock.advance(Duration::from_secs(number % 2));
            let thread = create_thread(&room, &room.token, &json!({ "title": number.to_string() })).await;
            ids.push(text(&thread, "id").to_owned());
        }
        let whole = text_fields(&list_threads(&room, &room.token, "?limit=50").await["items"], "title").join(" ");
        let first = list_threads(&room, &room.token, "?limit=2").await;
        let mut seen: Vec<String> = text_fields(&first["items"], "title").into_iter().map(str::to_owned).collect();
        room.server.clock.advance(Duration::from_secs(1));
        // The last one of the page changes, and would be the first of all now.
        let changed = &ids[seen[1].parse::<usize>().unwrap()];
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "hi" });
        agent_request(&room, &room.token, Method::POST, &format!("/threads/{changed}/messages")).json(&message).send().await.expect(200);
        let second = list_threads(&room, &room.token, &format!("?limit=2&cursor={}", text(&first, "nextCursor"))).await;
        let titles = text_fields(&second["items"], "title");
        seen.extend(titles.iter().map(|title| (*title).to_owned()));
        // The last one of this page vanishes.
        let gone = &ids[titles[1].parse::<usize>().unwrap()];
        let deleted = agent_request(&room, &room.token, Method::DELETE, &format!("/threads/{gone}")).send().await;
        assert!(deleted.status < 300);
        let third = list_threads(&room, &room.token, &format!("?limit=2&cursor={}", text(&second, "nextCursor"))).await;
        seen.extend(text_fields(&third["items"], "title").into_iter().map(str::to_owned));
        assert_eq!((seen.join(" "), &third["hasMore"]), (whole, &json!(false)));
    }

    async fn filters_leave_what_they_name(server: TestServer) {
        let room = TestSpace::create(server).await;
        create_thread(&room, &room.token, &json!({ "title": "a", "spaceId": room.space })).await;
        let eve = create_thread(&room, &room.token, &json!({ "title": "b", "userId": "eve" })).await;
        create_thread(&room, &room.token, &json!({ "title": "c", "temporalUserId": "visitor", "spaceId": room.space })).await;
        let eve = text(&eve, "temporalUserId");
        for (query, titles) in [
            (String::new(), vec!["c", "b", "a"]),
            (format!("?spaceId={}", room.space), vec!["c", "a"]),
            ("?userId=eve".to_owned(), vec!["b"]),
            (format!("?userId={eve}"), vec!["b"]),
            (format!("?userId=eve&temporalUserId={eve}"), vec!["b"]),
            ("?temporalUserId=visitor".to_owned(), vec!["c"]),
            (format!("?temporalUserId=visitor&spaceId={}", room.space), vec!["c"]),
            ("?userId=eve&temporalUserId=visitor".to_owned(), vec![]),
            ("?userId=nobody".to_owned(), vec![]),
            (format!("?spaceId={UNKNOWN_ID}"), vec![]),
        ] {
            let page = list_threads(&room, &room.token, &query).await;
            assert_eq!(text_fields(&page["items"], "title"), titles, "{query}");
        }
        // Asking has made nobody.
        let (ctx, nobody) = (room.server.a.ctx(), parlor_model::member::MemberKey::External("nobody".into()));
        let found = parlor_engine::member::find_number(&room.server.engine, &ctx, nobody).await;
        assert_eq!(found.unwrap(), None);
    }

    async fn it_is_changed_named_after_what_was_said_and_deleted(server: TestServer) {
        let room = TestSpace::create(server).await;
        let thread = create_thread(&room, &room.token, &json!({ "title": "Old" })).await;
        let path = format!("/threads/{}", text(&thread, "id"));
        let change = |body: Value| agent_request(&room, &room.token, Method::PUT, &path).json(&body).send();
        let changed = change(json!({ "title": "New", "status": "ARCHIVED" })).await.expect(200);
        assert_eq!((text(&changed, "title"), text(&changed, "status")), ("New", "ARCHIVED"));
        assert_eq!(change(json!({ "status": "ACTIVE" })).await.expect(200)["title"], "New");
        for body in [json!({ "title": 7 }), json!({ "title": "x".repeat(256) }), json!({ "status": "GONE" })] {
            assert_eq!(change(body).await.status, 400);
        }
        assert!(change(json!({})).await.expect(200)["title"].is_null(), "nothing was said yet");
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "How do I return this?\nIt broke." });
        agent_request(&room, &room.token, Method::POST, &format!("{path}/messages")).json(&message).send().await.expect(200);
        change(json!({ "title": "Given" })).await.expect(200);
        assert_eq!(change(json!({})).await.expect(200)["title"], "How do I return this?");
        let empty = agent_request(&room, &room.token, Method::PUT, &path).send().await.expect(200);
        assert_eq!(empty["title"], "How do I return this?");

        let gone = agent_request(&room, &room.token, Method::DELETE, &path).send().await.expect(200);
        assert_eq!(gone["id"], thread["id"]);
        assert!(text(&gone, "deletedAt").ends_with('Z'));
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(agent_request(&room, &room.token, method, &path).send().await.expect(404), unknown_thread_error());
        }
        assert_eq!(list_threads(&room, &room.token, "").await["items"], json!([]));
    }

    async fn a_user_sees_the_threads_of_its_own_space(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (bobs, bob) = room.create_other_space().await;
        let own = create_thread(&room, &room.ada, &json!({ "title": "Own" })).await;
        assert_eq!(text(&own, "spaceId"), room.space);
        let foreign = create_thread(&room, &room.token, &json!({ "title": "Bob's", "spaceId": bobs })).await;
        let free = create_thread(&room, &room.token, &json!({ "title": "Nobody's" })).await;
        let group = room.create_group("No thread").await;
        assert_eq!(text_fields(&list_threads(&room, &room.ada, "").await["items"], "title"), ["Own"]);
        assert_eq!(text_fields(&list_threads(&room, &bob, "").await["items"], "title"), ["Bob's"]);
        let elsewhere = agent_request(&room, &room.ada, Method::GET, &format!("/threads?spaceId={bobs}")).send().await;
        assert_eq!(elsewhere.expect(403)["message"], "Token is not valid for this space");
        let elsewhere = agent_request(&room, &room.ada, Method::POST, "/threads").json(&json!({ "title": "a", "spaceId": bobs })).send().await;
        assert_eq!(elsewhere.status, 403);
        for id in [text(&foreign, "id"), text(&free, "id"), group.as_str(), UNKNOWN_ID, "x"] {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let reply = agent_request(&room, &room.ada, method, &format!("/threads/{id}")).send().await;
                assert_eq!(reply.expect(404), unknown_thread_error(), "{id}");
            }
        }
        let path = format!("/threads/{}", text(&own, "id"));
        agent_request(&room, &room.ada, Method::PUT, &path).json(&json!({ "title": "Mine" })).send().await.expect(200);
        agent_request(&room, &room.ada, Method::DELETE, &path).send().await.expect(200);
        assert_eq!(text_fields(&list_threads(&room, &room.token, "").await["items"], "title"), ["Nobody's", "Bob's"]);
    }

    async fn where_roles_count_a_thread_is_its_roles(server: TestServer) {
        let room = TestSpace::create(server).await;
        let before = create_thread(&room, &room.token, &json!({ "title": "Before" })).await;
        let mut tokens = Vec::new();
        for name in ["sales", "guests"] {
            let body = json!({ "name": name, "customerRoleId": name });
            let asked = crate::fixtures::versioned_request(&room.server, &room.server.a, &room.token, Method::POST, "/role");
            asked.json(&body).send().await.expect(201);
            let asked = exchange_request(&room.server, &room.server.a.workspace).header("x-api-key", &room.server.a.key);
            let reply = asked.json(&json!({ "customerRoleId": name })).send().await.expect(200);
            tokens.push(text(&reply, "token").to_owned());
        }
        let rbac = |on: bool| {
            let asked = crate::fixtures::versioned_request(&room.server, &room.server.a, &room.token, Method::PUT, "/rbac-status");
            asked.json(&json!({ "rbacEnabled": on })).send()
        };
        rbac(true).await.expect(200);
        let path = format!("/threads/{}", text(&before, "id"));
        for (method, path) in [(Method::GET, "/threads"), (Method::POST, "/threads"), (Method::GET, path.as_str()), (Method::POST, "/rag")] {
            let reply = agent_request(&room, &room.token, method, path).json(&json!({ "title": "a", "text": "abc" })).send().await;
            let message = "A roleId is required: RBAC is active in this workspace";
            assert_eq!(reply.expect(401), json!({ "error": "Unauthorized", "message": message }));
        }
        // Groups do not ask.
        room.create_group("Support").await;
        let thread = create_thread(&room, &tokens[0], &json!({ "title": "Sales" })).await;
        assert!(thread["roleId"].is_string());
        let path = format!("/threads/{}", text(&thread, "id"));
        agent_request(&room, &tokens[0], Method::GET, &path).send().await.expect(200);
        assert_eq!(agent_request(&room, &tokens[1], Method::GET, &path).send().await.expect(404), unknown_thread_error());
        assert_eq!(text_fields(&list_threads(&room, &tokens[0], "").await["items"], "title"), ["Sales"]);
        assert_eq!(list_threads(&room, &tokens[1], "").await["items"], json!([]));
        rbac(false).await.expect(200);
        assert_eq!(text_fields(&list_threads(&room, &room.token, "").await["items"], "title"), ["Sales", "Before"]);
    }

    async fn without_the_version_the_title_may_be_absent(server: TestServer) {
        let room = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/agent/threads", room.server.a.workspace);
        let asked = room.server.post(&path).bearer(&room.ada).json(&json!({ "spaceId": room.space }));
        let thread = asked.send().await.expect(201);
        assert!(thread["title"].is_null());
        let one = format!("{path}/{}", text(&thread, "id"));
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "Good morning" });
        room.server.post(&format!("{one}/messages")).bearer(&room.ada).json(&message).send().await.expect(200);
        let whole = room.server.get(&one).bearer(&room.ada).send().await.expect(200);
        assert_eq!((text(&whole, "title"), &whole["messages"][0]["content"]), ("Good morning", &json!("Good morning")));
        let list = room.server.get(&path).bearer(&room.ada).send().await.expect(200);
        assert_eq!(text_fields(&list["items"], "title"), ["Good morning"]);
        for path in [format!("{one}/chat"), format!("/v1{one}/chat")] {
            let chat = room.server.post(&path).bearer(&room.ada).json(&json!({ "message": "hi" })).send().await;
            let (kind, frame) = (chat.header("content-type").to_owned(), chat.text());
            assert_eq!((chat.status, kind.as_str()), (200, "text/event-stream"));
            let payload = frame.strip_prefix("event: done\ndata: ").unwrap().trim_end();
            let payload: Value = serde_json::from_str(payload).unwrap();
            assert_eq!(payload["threadId"], thread["id"]);
            let bad = room.server.post(&path).bearer(&room.ada).json(&json!({})).send().await;
            assert_eq!(bad.status, 400);
        }
        let whole = room.server.get(&one).bearer(&room.ada).send().await.expect(200);
        assert_eq!(text_fields(&whole["messages"], "content"), ["Good morning", "hi", "hi"], "what nobody answers is kept");
        assert_eq!(text_fields(&whole["messages"], "role"), ["user"; 3]);
    }
}
