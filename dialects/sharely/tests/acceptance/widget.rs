//! Endpoints of the browser widget.

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestRequest, TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, bad_token_error, get_token, group_names, no_space_error, space_path,
    text, text_fields, versioned_request,
};
use crate::token::{decode_part, token_parts};

/// Request below Ada's space, without version and organization header.
pub(crate) fn widget_request(
    test_space: &TestSpace,
    token: &str,
    method: Method,
    path: &str,
) -> TestRequest {
    let path = format!("/spaces/{}{path}", test_space.space);
    test_space.server.request(method, &path).bearer(token)
}

async fn store_answer(test_space: &TestSpace, group: &str) -> String {
    let body = json!({ "message": "Seven days", "type": "AI", "groupId": group });
    text(&test_space.save_message(&body).await, "id").to_owned()
}

both! {
    async fn token_validation_returns_space_and_user(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let request = |token: &str| test_space.server.post("/spaces/validate-temporal-token").bearer(token).send();
        let valid = request(&test_space.ada).await.expect(200);
        assert_eq!((text(&valid, "spaceId"), &valid["temporalUserId"]), (test_space.space.as_str(), &decode_part(token_parts(&test_space.ada)[1])["sub"]));
        assert_eq!(request(&test_space.token).await.expect(200), json!({ "spaceId": null, "temporalUserId": null }));
        for bad in ["garbage", "null", "a.b.c", &format!("{}x", test_space.ada), &test_space.server.a.key] {
            assert_eq!(request(bad).await.expect(401), bad_token_error(), "{bad}");
        }
        let member = test_space.server.a.sign_in(&test_space.server.a.owner).await;
        assert_eq!(request(&member).await.expect(401), bad_token_error());
        let nothing = test_space.server.post("/spaces/validate-temporal-token").send().await;
        assert_eq!(nothing.expect(401), bad_token_error());
        test_space.server.clock.advance(std::time::Duration::from_secs(86_400 + 31));
        assert_eq!(request(&test_space.ada).await.expect(401), bad_token_error());
    }

    async fn space_requires_token_of_space(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (other, bob) = test_space.create_other_space().await;
        let versioned = test_space.server.get(&space_path(&test_space.server.a, &test_space.space)).bearer(&test_space.ada).send().await.expect(200);
        for family in ["spaces", "public-spaces"] {
            let request = |token: &str, space: &str| test_space.server.get(&format!("/{family}/{space}")).bearer(token).send();
            for token in [&test_space.ada, &test_space.token] {
                let mut rendered = request(token, &test_space.space).await.expect(200);
                assert_eq!(rendered["spaceGroupConversation"], json!([]), "nothing was said yet");
                rendered["spaceGroupConversation"] = versioned["spaceGroupConversation"].clone();
                assert_eq!(rendered, versioned);
            }
            assert_eq!(request(&test_space.ada, &other).await.expect(403)["message"], "Token is not valid for this space");
            assert_eq!(request(&bob, &test_space.space).await.status, 403);
            let foreign = get_token(&test_space.server, &test_space.server.b).await;
            for space in [test_space.space.as_str(), UNKNOWN_ID, "x"] {
                assert_eq!(request(&foreign, space).await.expect(404), no_space_error());
            }
            let nobody = test_space.server.get(&format!("/{family}/{}", test_space.space)).send().await;
            assert_eq!(nobody.expect(401), bad_token_error());
        }
    }

    async fn groups_have_widget_form(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (old, new, empty) = (test_space.create_group("Old").await, test_space.create_group("New").await, test_space.create_group("Empty").await);
        for (group, saved) in [(&new, "first"), (&old, "second"), (&old, "third")] {
            test_space.save_message(&json!({ "message": saved, "groupId": group })).await;
        }
        let thread = json!({ "spaceId": test_space.space });
        let path = format!("/workspaces/{}/agent/threads", test_space.server.a.workspace);
        test_space.server.post(&path).bearer(&test_space.ada).json(&thread).send().await.expect(201);
        let rendered = async || {
            let path = format!("/spaces/{}", test_space.space);
            test_space.server.get(&path).bearer(&test_space.ada).send().await.expect(200)["spaceGroupConversation"].clone()
        };
        let groups = rendered().await;
        // Most recent activity first; the empty default group and the thread are missing.
        assert_eq!(text_fields(&groups, "id"), [old.as_str(), new.as_str(), empty.as_str()]);
        assert_eq!(text_fields(&groups, "type"), ["SPACE"; 3]);
        assert_eq!(groups[2]["lastMessageAt"], groups[2]["createdAt"]);
        let several: Vec<&Value> = groups.as_array().unwrap().iter().map(|group| &group["hasMoreThanOneMessage"]).collect();
        assert_eq!(several, [&json!(true), &json!(false), &json!(false)]);
        test_space.save_message(&json!({ "message": "in the first one" })).await;
        assert_eq!(text_fields(&rendered().await, "name"), ["General", "Old", "New", "Empty"]);
        // The documented path lists all groups, oldest first.
        let names = group_names(&test_space.server, &test_space.server.a, &test_space.space).await;
        assert_eq!(names, ["General", "Old", "New", "Empty", "Thread"]);
    }

    async fn greeting_creates_group(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let own = "Hello! What would you like to know?";
        for query in ["", "?saveMessage=false", "?languageId=en"] {
            let without_role = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/greeting{query}")).send().await.expect(200);
            assert_eq!(without_role, json!({ "greeting": { "content": own, "questions": [], "group": null } }));
        }
        let change = json!({ "greeting": "Good day", "greetingQuestions": ["Where is it?", "Who are you?"] });
        versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::PUT, "").json(&change).send().await.expect(200);
        let greeting = widget_request(&test_space, &test_space.ada, Method::GET, "/greeting?saveMessage=true").send().await.expect(200);
        let group = text(&greeting["greeting"]["group"], "id");
        let questions = json!([{ "id": "1", "content": "Where is it?" }, { "id": "2", "content": "Who are you?" }]);
        assert_eq!((&greeting["greeting"]["content"], &greeting["greeting"]["questions"]), (&json!("Good day"), &questions));
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General", "General"]);
        // The greeting is the first message.
        let saved = test_space.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((text_fields(&saved, "message"), text_fields(&saved, "type")), (vec!["Good day"], vec!["AI"]));
        test_space.save_message(&json!({ "message": "Where is it?", "groupId": group })).await;
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General", "Where is it?"]);
        let (_, bob) = test_space.create_other_space().await;
        for query in ["", "?saveMessage=true"] {
            assert_eq!(widget_request(&test_space, &bob, Method::GET, &format!("/greeting{query}")).send().await.status, 403);
        }
        // A key needs the scopes for writing.
        let reader = test_space.token_with_scopes("conversations:read").await;
        widget_request(&test_space, &reader, Method::GET, "/greeting").send().await.expect(200);
        for scopes in ["conversations:read", "conversations:write", "conversations:read,messages:write"] {
            let limited_token = test_space.token_with_scopes(scopes).await;
            assert_eq!(widget_request(&test_space, &limited_token, Method::GET, "/greeting?saveMessage=true").send().await.status, 403, "{scopes}");
        }
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await.len(), 2);
    }

    async fn messages_are_listed_newest_first(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        for saved in ["one", "two", "three"] {
            test_space.save_message(&json!({ "message": saved, "groupId": group })).await;
        }
        let list = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={group}&languageId=en")).send().await.expect(200);
        assert_eq!(text_fields(&list["messages"], "message"), ["three", "two", "one"]);
        assert_eq!(list["messages"][0]["thumbSignals"], json!([]));
        let first = widget_request(&test_space, &test_space.ada, Method::GET, "/messages").send().await.expect(200);
        assert_eq!(first, json!({ "messages": [] }));
        for (query, status) in [("x".to_owned(), 400), (UNKNOWN_ID.to_owned(), 404)] {
            let reply = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={query}")).send().await;
            assert_eq!(reply.status, status);
        }
    }

    async fn sent_message_is_stored_with_empty_response(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let request = |body: Value| widget_request(&test_space, &test_space.ada, Method::POST, "/messages?languageId=en").json(&body).send();
        for body in [json!({ "newMessage": "Hello", "groupId": group }), json!({ "newMessage": "Hello again" })] {
            let reply = request(body).await;
            assert_eq!((reply.status, reply.text().as_str()), (200, ""));
            assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        }
        let saved = test_space.list_messages(&format!("?groupId={group}")).await;
        let ada = decode_part(token_parts(&test_space.ada)[1])["sub"].clone();
        assert_eq!((text_fields(&saved, "message"), &saved[0]["type"], &saved[0]["temporalUserId"]), (vec!["Hello"], &json!("USER"), &ada));
        for body in [json!({}), json!({ "newMessage": "" }), json!({ "newMessage": " \n" }), json!({ "newMessage": "a", "groupId": "x" }), json!({ "newMessage": "x".repeat(65_537) })] {
            assert_eq!(request(body).await.status, 400);
        }
        assert_eq!(request(json!({ "newMessage": "a", "groupId": UNKNOWN_ID })).await.status, 404);
        let (_, bob) = test_space.create_other_space().await;
        let foreign = widget_request(&test_space, &bob, Method::POST, "/messages").json(&json!({ "newMessage": "a" })).send().await;
        assert_eq!(foreign.status, 403);
        let limited_token = test_space.token_with_scopes("conversations:read").await;
        let limited_token = widget_request(&test_space, &limited_token, Method::POST, "/messages").json(&json!({ "newMessage": "a" })).send().await;
        assert_eq!(limited_token.expect(403)["message"], "Missing scope messages:write");
        assert_eq!(text_fields(&test_space.list_messages("").await, "message"), ["Hello again"]);
    }

    async fn thumb_is_set_changed_and_removed(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let message = store_answer(&test_space, &group).await;
        let signal = |kind: &str, feedback: Value| json!([{ "thumbType": kind, "feedback": feedback }]);
        let bare = |signals: &Value| {
            let of = |signal: &Value| json!({ "thumbType": signal["thumbType"], "feedback": signal["feedback"] });
            Value::Array(signals.as_array().unwrap().iter().map(of).collect())
        };
        let thumb = async |kind: &str| {
            let body = json!({ "spaceConversationId": message, "thumbType": kind, "groupId": group });
            let reply = widget_request(&test_space, &test_space.ada, Method::POST, "/thumb-signal").json(&body).send().await.expect(200);
            let saved = test_space.list_messages(&format!("?groupId={group}")).await;
            let rendered = (saved[0]["thumbUp"] == true, saved[0]["thumbDown"] == true);
            (bare(&reply["thumbSignals"]), rendered)
        };
        assert_eq!(thumb("THUMB_UP").await, (signal("THUMB_UP", Value::Null), (true, false)));
        assert_eq!(thumb("THUMB_DOWN").await, (signal("THUMB_DOWN", Value::Null), (false, true)));
        // Feedback requires an existing signal.
        let body = json!({ "feedback": "Too slow", "spaceConversationId": message, "groupId": group });
        let path = format!("/thumb-signal/{message}/feedback");
        let with_feedback = widget_request(&test_space, &test_space.ada, Method::POST, &path).json(&body).send().await.expect(200);
        assert_eq!(bare(&with_feedback["thumbSignals"]), signal("THUMB_DOWN", json!("Too slow")));
        let own = format!("/thumb-signal/{}/feedback", text(&with_feedback["thumbSignals"][0], "id"));
        let again = widget_request(&test_space, &test_space.ada, Method::POST, &own).json(&body).send().await.expect(200);
        assert_eq!(again, with_feedback, "a signal has an id of its own");
        let list = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
        assert_eq!(list["messages"][0]["thumbSignals"], with_feedback["thumbSignals"]);
        assert_eq!(thumb("THUMB_DOWN").await, (json!([]), (false, false)));
        assert_eq!(widget_request(&test_space, &test_space.ada, Method::POST, &path).json(&body).send().await.status, 404);
    }

    async fn each_member_has_own_thumb(server: TestServer) {
        let mut test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let message = store_answer(&test_space, &group).await;
        let body = |kind: &str| json!({ "spaceConversationId": message, "thumbType": kind, "groupId": group });
        let rate = async |token: &str, kind: &str| widget_request(&test_space, token, Method::POST, "/thumb-signal").json(&body(kind)).send().await.expect(200)["thumbSignals"].clone();
        let thumbs = async |token: &str| {
            let list = widget_request(&test_space, token, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
            let first = list["messages"][0].clone();
            (first["thumbUp"] == true, first["thumbDown"] == true)
        };
        // The key acts for the owner.
        assert_eq!(text_fields(&rate(&test_space.token, "THUMB_DOWN").await, "thumbType"), ["THUMB_DOWN"]);
        assert_eq!(thumbs(&test_space.ada).await, (false, false), "Ada thinks nothing yet");
        let both = rate(&test_space.ada, "THUMB_UP").await;
        assert_eq!(text_fields(&both, "thumbType"), ["THUMB_DOWN", "THUMB_UP"], "one's own comes last");
        assert_ne!(both[0]["id"], both[1]["id"]);
        assert_ne!(both[0]["user"]["id"], both[1]["user"]["id"]);
        assert_eq!(both[1]["temporalUserId"], both[1]["user"]["id"]);
        assert_eq!((thumbs(&test_space.ada).await, thumbs(&test_space.token).await), ((true, false), (true, false)), "the newest, where no user asks");
        assert_eq!(text_fields(&rate(&test_space.token, "THUMB_UP").await, "thumbType"), ["THUMB_UP", "THUMB_UP"], "a turned thumb is still one");
        // Feedback to another member's signal is rejected.
        let feedback = json!({ "feedback": "Mine", "spaceConversationId": message, "groupId": group });
        let path = format!("/thumb-signal/{}/feedback", text(&both[0], "id"));
        assert_eq!(widget_request(&test_space, &test_space.ada, Method::POST, &path).json(&feedback).send().await.status, 404);
        // Removing one signal keeps the other, also after a restart.
        assert_eq!(text_fields(&rate(&test_space.ada, "THUMB_UP").await, "thumbType"), ["THUMB_UP"]);
        test_space.server.restart().await;
        let list = widget_request(&test_space, &test_space.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
        assert_eq!((text_fields(&list["messages"][0]["thumbSignals"], "thumbType"), &list["messages"][0]["thumbUp"]), (vec!["THUMB_UP"], &json!(false)));
    }

    async fn only_answers_of_group_are_rated(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let message = store_answer(&test_space, &group).await;
        let question = test_space.save_message(&json!({ "message": "Why?", "groupId": group })).await;
        let (_, bob) = test_space.create_other_space().await;
        let body = |id: &Value, group: &Value, kind: &str| json!({ "spaceConversationId": id, "thumbType": kind, "groupId": group });
        for (body, status) in [
            (body(&json!(message), &Value::Null, "THUMB_UP"), 404),
            (body(&json!(message), &json!(UNKNOWN_ID), "THUMB_UP"), 404),
            (body(&json!(UNKNOWN_ID), &json!(group), "THUMB_UP"), 404),
            (body(&question["id"], &json!(group), "THUMB_UP"), 400),
            (body(&json!("x"), &json!(group), "THUMB_UP"), 400),
            (body(&json!(message), &json!("x"), "THUMB_UP"), 400),
            (body(&json!(message), &json!(group), "UP"), 400),
            (json!({}), 400),
        ] {
            let reply = widget_request(&test_space, &test_space.ada, Method::POST, "/thumb-signal").json(&body).send().await;
            assert_eq!(reply.status, status, "{body}");
        }
        let good = body(&json!(message), &json!(group), "THUMB_UP");
        assert_eq!(widget_request(&test_space, &bob, Method::POST, "/thumb-signal").json(&good).send().await.status, 403);
        let saved = test_space.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((&saved[0]["thumbUp"], &saved[0]["thumbDown"]), (&json!(false), &json!(false)));
    }

    async fn groups_are_renamed_and_deleted_and_events_accepted(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        test_space.save_message(&json!({ "message": "Where is it?", "groupId": group })).await;
        let path = format!("/groups/{group}");
        let renamed = widget_request(&test_space, &test_space.ada, Method::PUT, &path).json(&json!({ "groupId": group, "name": "Mine" })).send().await;
        assert_eq!(renamed.expect(200), json!({ "groupName": "Mine" }));
        let name_response = widget_request(&test_space, &test_space.ada, Method::PUT, &path).json(&json!({ "groupId": group })).send().await;
        assert_eq!(name_response.expect(200), json!({ "groupName": "Where is it?" }));
        let (_, bob) = test_space.create_other_space().await;
        assert_eq!(widget_request(&test_space, &bob, Method::DELETE, &path).send().await.status, 403);
        assert_eq!(widget_request(&test_space, &test_space.ada, Method::DELETE, &path).send().await.status, 204);
        assert_eq!(widget_request(&test_space, &test_space.ada, Method::DELETE, &path).send().await.status, 404);
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General"]);
        let received = widget_request(&test_space, &test_space.ada, Method::POST, "/event").json(&json!({ "type": "OPENED", "metadata": { "a": 1 } })).send().await;
        assert_eq!(received.expect(200), json!({ "success": true }));
        for bad in [json!({}), json!({ "type": 7 }), json!({ "type": "a", "metadata": [] })] {
            assert_eq!(widget_request(&test_space, &test_space.ada, Method::POST, "/event").json(&bad).send().await.status, 400);
        }
        assert_eq!(widget_request(&test_space, &bob, Method::POST, "/event").json(&json!({ "type": "a" })).send().await.status, 403);
    }

    async fn visitor_space_requires_scope(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/spaces", test_space.server.a.workspace);
        let body = json!({ "customSource": "WEB_CONTROL" });
        let first = test_space.server.post(&path).header("x-api-key", &test_space.server.a.key).json(&body).send().await.expect(200);
        let second = test_space.server.post(&path).bearer(&test_space.token).json(&body).send().await.expect(200);
        assert_ne!((&first["id"], &first["temporalUserId"]), (&second["id"], &second["temporalUserId"]));
        let own = test_space.server.get(&format!("/public-spaces/{}", text(&first, "id"))).bearer(text(&first, "token")).send().await;
        assert_eq!(own.expect(200)["hosts"][0]["host"]["id"], first["temporalUserId"]);
        // A named user has one space.
        let renamed = json!({ "externalUserId": "ada" });
        let ada = test_space.server.post(&path).bearer(&test_space.token).json(&renamed).send().await.expect(200);
        assert_eq!(text(&ada, "id"), test_space.space);
        for body in [&body, &renamed, &json!({})] {
            let again = test_space.server.post(&path).bearer(&test_space.ada).json(body).send().await.expect(200);
            assert_eq!((&again["id"], &again["temporalUserId"]), (&ada["id"], &ada["temporalUserId"]));
        }
        let other = test_space.server.post(&path).bearer(&test_space.ada).json(&json!({ "externalUserId": "bob" })).send().await;
        assert_eq!(other.status, 403);
        for bad in [json!({ "externalUserId": " " }), json!({ "externalUserId": 7 }), json!({ "externalUserId": "x".repeat(256) })] {
            assert_eq!(test_space.server.post(&path).bearer(&test_space.token).json(&bad).send().await.status, 400);
        }
        for request in [test_space.server.post(&path), test_space.server.post(&path).bearer("null"), test_space.server.post(&path).header("x-api-key", &test_space.server.b.key)] {
            assert_eq!(request.json(&body).send().await.status, 401);
        }
        let limited_token = test_space.server.a.create_key("spaces:read", None).await;
        assert_eq!(test_space.server.post(&path).header("x-api-key", &limited_token).json(&body).send().await.status, 403);
    }
}

#[test]
fn anonymous_visitor_gets_space_if_configured() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let section = json!({ "anonymous_spaces": true });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        let path = format!("/workspaces/{}/spaces", server.a.workspace);
        let created = server.post(&path).json(&json!({})).send().await.expect(200);
        let (space, token) = (text(&created, "id"), text(&created, "token"));
        let own = server.get(&format!("/spaces/{space}")).bearer(token);
        own.send().await.expect(200);
        let other = server.post(&path).bearer("null").send().await.expect(200);
        let other = text(&other, "id");
        let foreign = server.get(&format!("/spaces/{other}")).bearer(token);
        assert_eq!(foreign.send().await.status, 403);
        // A named user, an invalid credential and another workspace are rejected.
        let renamed = json!({ "externalUserId": "ada" });
        assert_eq!(server.post(&path).json(&renamed).send().await.status, 401);
        let bad = server.post(&path).bearer("garbage").json(&json!({}));
        assert_eq!(bad.send().await.status, 401);
        let unknown = format!("/workspaces/{UNKNOWN_ID}/spaces");
        let unknown = server.post(&unknown).json(&json!({})).send().await;
        assert_eq!(unknown.expect(404)["message"], "Workspace not found");
    });
}
