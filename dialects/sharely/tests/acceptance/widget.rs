//! What the browser widget calls.

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestRequest, TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, bad_token_error, get_token, group_names, no_space_error, space_path,
    text, text_fields, versioned_request,
};
use crate::token::{decode_part, token_parts};

/// A request below Ada's space, without version and organization.
fn widget_request(room: &TestSpace, token: &str, method: Method, path: &str) -> TestRequest {
    let path = format!("/spaces/{}{path}", room.space);
    room.server.request(method, &path).bearer(token)
}

async fn store_answer(room: &TestSpace, group: &str) -> String {
    let body = json!({ "message": "Seven days", "type": "AI", "groupId": group });
    text(&room.save_message(&body).await, "id").to_owned()
}

both! {
    async fn a_token_says_what_it_is_good_for(server: TestServer) {
        let room = TestSpace::create(server).await;
        let asked = |token: &str| room.server.post("/spaces/validate-temporal-token").bearer(token).send();
        let valid = asked(&room.ada).await.expect(200);
        assert_eq!((text(&valid, "spaceId"), &valid["temporalUserId"]), (room.space.as_str(), &decode_part(token_parts(&room.ada)[1])["sub"]));
        assert_eq!(asked(&room.token).await.expect(200), json!({ "spaceId": null, "temporalUserId": null }));
        for bad in ["garbage", "null", "a.b.c", &format!("{}x", room.ada), &room.server.a.key] {
            assert_eq!(asked(bad).await.expect(401), bad_token_error(), "{bad}");
        }
        let member = room.server.a.sign_in(&room.server.a.owner).await;
        assert_eq!(asked(&member).await.expect(401), bad_token_error());
        let nothing = room.server.post("/spaces/validate-temporal-token").send().await;
        assert_eq!(nothing.expect(401), bad_token_error());
        room.server.clock.advance(std::time::Duration::from_secs(86_400 + 31));
        assert_eq!(asked(&room.ada).await.expect(401), bad_token_error());
    }

    async fn a_space_is_shown_to_those_it_is_open_to(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (other, bob) = room.create_other_space().await;
        let versioned = room.server.get(&space_path(&room.server.a, &room.space)).bearer(&room.ada).send().await.expect(200);
        for family in ["spaces", "public-spaces"] {
            let asked = |token: &str, space: &str| room.server.get(&format!("/{family}/{space}")).bearer(token).send();
            for token in [&room.ada, &room.token] {
                let mut shown = asked(token, &room.space).await.expect(200);
                assert_eq!(shown["spaceGroupConversation"], json!([]), "nothing was said yet");
                shown["spaceGroupConversation"] = versioned["spaceGroupConversation"].clone();
                assert_eq!(shown, versioned);
            }
            assert_eq!(asked(&room.ada, &other).await.expect(403)["message"], "Token is not valid for this space");
            assert_eq!(asked(&bob, &room.space).await.status, 403);
            let foreign = get_token(&room.server, &room.server.b).await;
            for space in [room.space.as_str(), UNKNOWN_ID, "x"] {
                assert_eq!(asked(&foreign, space).await.expect(404), no_space_error());
            }
            let nobody = room.server.get(&format!("/{family}/{}", room.space)).send().await;
            assert_eq!(nobody.expect(401), bad_token_error());
        }
    }

    async fn groups_are_shown_as_the_widget_reads_them(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (old, new, empty) = (room.create_group("Old").await, room.create_group("New").await, room.create_group("Empty").await);
        for (group, said) in [(&new, "first"), (&old, "second"), (&old, "third")] {
            room.save_message(&json!({ "message": said, "groupId": group })).await;
        }
        let thread = json!({ "spaceId": room.space });
        let path = format!("/workspaces/{}/agent/threads", room.server.a.workspace);
        room.server.post(&path).bearer(&room.ada).json(&thread).send().await.expect(201);
        let shown = async || {
            let path = format!("/spaces/{}", room.space);
            room.server.get(&path).bearer(&room.ada).send().await.expect(200)["spaceGroupConversation"].clone()
        };
        let groups = shown().await;
        // What was spoken in last, or made last, comes first; neither the silent first group nor the thread is there.
        assert_eq!(text_fields(&groups, "id"), [old.as_str(), new.as_str(), empty.as_str()]);
        assert_eq!(text_fields(&groups, "type"), ["SPACE"; 3]);
        assert_eq!(groups[2]["lastMessageAt"], groups[2]["createdAt"]);
        let several: Vec<&Value> = groups.as_array().unwrap().iter().map(|group| &group["hasMoreThanOneMessage"]).collect();
        assert_eq!(several, [&json!(true), &json!(false), &json!(false)]);
        room.save_message(&json!({ "message": "in the first one" })).await;
        assert_eq!(text_fields(&shown().await, "name"), ["General", "Old", "New", "Empty"]);
        // The documented path has them all, oldest first.
        let names = group_names(&room.server, &room.server.a, &room.space).await;
        assert_eq!(names, ["General", "Old", "New", "Empty", "Thread"]);
    }

    async fn a_greeting_makes_the_group_to_talk_in(server: TestServer) {
        let room = TestSpace::create(server).await;
        let own = "Hello! What would you like to know?";
        for query in ["", "?saveMessage=false", "?languageId=en"] {
            let plain = widget_request(&room, &room.ada, Method::GET, &format!("/greeting{query}")).send().await.expect(200);
            assert_eq!(plain, json!({ "greeting": { "content": own, "questions": [], "group": null } }));
        }
        let change = json!({ "greeting": "Good day", "greetingQuestions": ["Where is it?", "Who are you?"] });
        versioned_request(&room.server, &room.server.a, &room.token, Method::PUT, "").json(&change).send().await.expect(200);
        let greeted = widget_request(&room, &room.ada, Method::GET, "/greeting?saveMessage=true").send().await.expect(200);
        let group = text(&greeted["greeting"]["group"], "id");
        let questions = json!([{ "id": "1", "content": "Where is it?" }, { "id": "2", "content": "Who are you?" }]);
        assert_eq!((&greeted["greeting"]["content"], &greeted["greeting"]["questions"]), (&json!("Good day"), &questions));
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General", "General"]);
        // What the widget showed is what was said first.
        let said = room.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((text_fields(&said, "message"), text_fields(&said, "type")), (vec!["Good day"], vec!["AI"]));
        room.save_message(&json!({ "message": "Where is it?", "groupId": group })).await;
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General", "Where is it?"]);
        let (_, bob) = room.create_other_space().await;
        for query in ["", "?saveMessage=true"] {
            assert_eq!(widget_request(&room, &bob, Method::GET, &format!("/greeting{query}")).send().await.status, 403);
        }
        // A key needs what the writing takes.
        let reader = room.token_with_scopes("conversations:read").await;
        widget_request(&room, &reader, Method::GET, "/greeting").send().await.expect(200);
        for scopes in ["conversations:read", "conversations:write", "conversations:read,messages:write"] {
            let weak = room.token_with_scopes(scopes).await;
            assert_eq!(widget_request(&room, &weak, Method::GET, "/greeting?saveMessage=true").send().await.status, 403, "{scopes}");
        }
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await.len(), 2);
    }

    async fn messages_come_newest_first(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        for said in ["one", "two", "three"] {
            room.save_message(&json!({ "message": said, "groupId": group })).await;
        }
        let list = widget_request(&room, &room.ada, Method::GET, &format!("/messages?groupId={group}&languageId=en")).send().await.expect(200);
        assert_eq!(text_fields(&list["messages"], "message"), ["three", "two", "one"]);
        assert_eq!(list["messages"][0]["thumbSignals"], json!([]));
        let first = widget_request(&room, &room.ada, Method::GET, "/messages").send().await.expect(200);
        assert_eq!(first, json!({ "messages": [] }));
        for (query, status) in [("x".to_owned(), 400), (UNKNOWN_ID.to_owned(), 404)] {
            let reply = widget_request(&room, &room.ada, Method::GET, &format!("/messages?groupId={query}")).send().await;
            assert_eq!(reply.status, status);
        }
    }

    async fn what_nobody_answers_is_kept_and_answered_with_nothing(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let asked = |body: Value| widget_request(&room, &room.ada, Method::POST, "/messages?languageId=en").json(&body).send();
        for body in [json!({ "newMessage": "Hello", "groupId": group }), json!({ "newMessage": "Hello again" })] {
            let reply = asked(body).await;
            assert_eq!((reply.status, reply.text().as_str()), (200, ""));
            assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        }
        let said = room.list_messages(&format!("?groupId={group}")).await;
        let ada = decode_part(token_parts(&room.ada)[1])["sub"].clone();
        assert_eq!((text_fields(&said, "message"), &said[0]["type"], &said[0]["temporalUserId"]), (vec!["Hello"], &json!("USER"), &ada));
        for body in [json!({}), json!({ "newMessage": "" }), json!({ "newMessage": " \n" }), json!({ "newMessage": "a", "groupId": "x" }), json!({ "newMessage": "x".repeat(65_537) })] {
            assert_eq!(asked(body).await.status, 400);
        }
        assert_eq!(asked(json!({ "newMessage": "a", "groupId": UNKNOWN_ID })).await.status, 404);
        let (_, bob) = room.create_other_space().await;
        let foreign = widget_request(&room, &bob, Method::POST, "/messages").json(&json!({ "newMessage": "a" })).send().await;
        assert_eq!(foreign.status, 403);
        let weak = room.token_with_scopes("conversations:read").await;
        let weak = widget_request(&room, &weak, Method::POST, "/messages").json(&json!({ "newMessage": "a" })).send().await;
        assert_eq!(weak.expect(403)["message"], "Missing scope messages:write");
        assert_eq!(text_fields(&room.list_messages("").await, "message"), ["Hello again"]);
    }

    async fn a_thumb_is_set_turned_and_taken_back(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let message = store_answer(&room, &group).await;
        let signal = |kind: &str, feedback: Value| json!([{ "thumbType": kind, "feedback": feedback }]);
        let bare = |signals: &Value| {
            let of = |signal: &Value| json!({ "thumbType": signal["thumbType"], "feedback": signal["feedback"] });
            Value::Array(signals.as_array().unwrap().iter().map(of).collect())
        };
        let thumb = async |kind: &str| {
            let body = json!({ "spaceConversationId": message, "thumbType": kind, "groupId": group });
            let reply = widget_request(&room, &room.ada, Method::POST, "/thumb-signal").json(&body).send().await.expect(200);
            let said = room.list_messages(&format!("?groupId={group}")).await;
            let shown = (said[0]["thumbUp"] == true, said[0]["thumbDown"] == true);
            (bare(&reply["thumbSignals"]), shown)
        };
        assert_eq!(thumb("THUMB_UP").await, (signal("THUMB_UP", Value::Null), (true, false)));
        assert_eq!(thumb("THUMB_DOWN").await, (signal("THUMB_DOWN", Value::Null), (false, true)));
        // Why: of a signal that is there.
        let body = json!({ "feedback": "Too slow", "spaceConversationId": message, "groupId": group });
        let path = format!("/thumb-signal/{message}/feedback");
        let told = widget_request(&room, &room.ada, Method::POST, &path).json(&body).send().await.expect(200);
        assert_eq!(bare(&told["thumbSignals"]), signal("THUMB_DOWN", json!("Too slow")));
        let own = format!("/thumb-signal/{}/feedback", text(&told["thumbSignals"][0], "id"));
        let again = widget_request(&room, &room.ada, Method::POST, &own).json(&body).send().await.expect(200);
        assert_eq!(again, told, "a signal has an id of its own");
        let list = widget_request(&room, &room.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
        assert_eq!(list["messages"][0]["thumbSignals"], told["thumbSignals"]);
        assert_eq!(thumb("THUMB_DOWN").await, (json!([]), (false, false)));
        assert_eq!(widget_request(&room, &room.ada, Method::POST, &path).json(&body).send().await.status, 404);
    }

    async fn each_reader_has_a_thumb_of_its_own(server: TestServer) {
        let mut room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let message = store_answer(&room, &group).await;
        let body = |kind: &str| json!({ "spaceConversationId": message, "thumbType": kind, "groupId": group });
        let rate = async |token: &str, kind: &str| widget_request(&room, token, Method::POST, "/thumb-signal").json(&body(kind)).send().await.expect(200)["thumbSignals"].clone();
        let thumbs = async |token: &str| {
            let list = widget_request(&room, token, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
            let first = list["messages"][0].clone();
            (first["thumbUp"] == true, first["thumbDown"] == true)
        };
        // Whoever holds the key acts for the owner.
        assert_eq!(text_fields(&rate(&room.token, "THUMB_DOWN").await, "thumbType"), ["THUMB_DOWN"]);
        assert_eq!(thumbs(&room.ada).await, (false, false), "Ada thinks nothing yet");
        let both = rate(&room.ada, "THUMB_UP").await;
        assert_eq!(text_fields(&both, "thumbType"), ["THUMB_DOWN", "THUMB_UP"], "one's own comes last");
        assert_ne!(both[0]["id"], both[1]["id"]);
        assert_ne!(both[0]["user"]["id"], both[1]["user"]["id"]);
        assert_eq!(both[1]["temporalUserId"], both[1]["user"]["id"]);
        assert_eq!((thumbs(&room.ada).await, thumbs(&room.token).await), ((true, false), (true, false)), "the newest, where no user asks");
        assert_eq!(text_fields(&rate(&room.token, "THUMB_UP").await, "thumbType"), ["THUMB_UP", "THUMB_UP"], "a turned thumb is still one");
        // Nobody explains another's.
        let why = json!({ "feedback": "Mine", "spaceConversationId": message, "groupId": group });
        let path = format!("/thumb-signal/{}/feedback", text(&both[0], "id"));
        assert_eq!(widget_request(&room, &room.ada, Method::POST, &path).json(&why).send().await.status, 404);
        // Taking one back leaves the other, on a restart too.
        assert_eq!(text_fields(&rate(&room.ada, "THUMB_UP").await, "thumbType"), ["THUMB_UP"]);
        room.server.restart().await;
        let list = widget_request(&room, &room.ada, Method::GET, &format!("/messages?groupId={group}")).send().await.expect(200);
        assert_eq!((text_fields(&list["messages"][0]["thumbSignals"], "thumbType"), &list["messages"][0]["thumbUp"]), (vec!["THUMB_UP"], &json!(false)));
    }

    async fn only_answers_of_the_group_are_rated(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let message = store_answer(&room, &group).await;
        let question = room.save_message(&json!({ "message": "Why?", "groupId": group })).await;
        let (_, bob) = room.create_other_space().await;
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
            let reply = widget_request(&room, &room.ada, Method::POST, "/thumb-signal").json(&body).send().await;
            assert_eq!(reply.status, status, "{body}");
        }
        let good = body(&json!(message), &json!(group), "THUMB_UP");
        assert_eq!(widget_request(&room, &bob, Method::POST, "/thumb-signal").json(&good).send().await.status, 403);
        let said = room.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((&said[0]["thumbUp"], &said[0]["thumbDown"]), (&json!(false), &json!(false)));
    }

    async fn groups_are_renamed_and_deleted_and_events_heard(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        room.save_message(&json!({ "message": "Where is it?", "groupId": group })).await;
        let path = format!("/groups/{group}");
        let renamed = widget_request(&room, &room.ada, Method::PUT, &path).json(&json!({ "groupId": group, "name": "Mine" })).send().await;
        assert_eq!(renamed.expect(200), json!({ "groupName": "Mine" }));
        let named = widget_request(&room, &room.ada, Method::PUT, &path).json(&json!({ "groupId": group })).send().await;
        assert_eq!(named.expect(200), json!({ "groupName": "Where is it?" }));
        let (_, bob) = room.create_other_space().await;
        assert_eq!(widget_request(&room, &bob, Method::DELETE, &path).send().await.status, 403);
        assert_eq!(widget_request(&room, &room.ada, Method::DELETE, &path).send().await.status, 204);
        assert_eq!(widget_request(&room, &room.ada, Method::DELETE, &path).send().await.status, 404);
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General"]);
        let heard = widget_request(&room, &room.ada, Method::POST, "/event").json(&json!({ "type": "OPENED", "metadata": { "a": 1 } })).send().await;
        assert_eq!(heard.expect(200), json!({ "success": true }));
        for bad in [json!({}), json!({ "type": 7 }), json!({ "type": "a", "metadata": [] })] {
            assert_eq!(widget_request(&room, &room.ada, Method::POST, "/event").json(&bad).send().await.status, 400);
        }
        assert_eq!(widget_request(&room, &bob, Method::POST, "/event").json(&json!({ "type": "a" })).send().await.status, 403);
    }

    async fn a_visitor_gets_a_space_from_those_who_may_give_one(server: TestServer) {
        let room = TestSpace::create(server).await;
        let path = format!("/workspaces/{}/spaces", room.server.a.workspace);
        let body = json!({ "customSource": "WEB_CONTROL" });
        let first = room.server.post(&path).header("x-api-key", &room.server.a.key).json(&body).send().await.expect(200);
        let second = room.server.post(&path).bearer(&room.token).json(&body).send().await.expect(200);
        assert_ne!((&first["id"], &first["temporalUserId"]), (&second["id"], &second["temporalUserId"]));
        let own = room.server.get(&format!("/public-spaces/{}", text(&first, "id"))).bearer(text(&first, "token")).send().await;
        assert_eq!(own.expect(200)["hosts"][0]["host"]["id"], first["temporalUserId"]);
        // A user by name has one space.
        let named = json!({ "externalUserId": "ada" });
        let ada = room.server.post(&path).bearer(&room.token).json(&named).send().await.expect(200);
        assert_eq!(text(&ada, "id"), room.space);
        for body in [&body, &named, &json!({})] {
            let again = room.server.post(&path).bearer(&room.ada).json(body).send().await.expect(200);
            assert_eq!((&again["id"], &again["temporalUserId"]), (&ada["id"], &ada["temporalUserId"]));
        }
        let other = room.server.post(&path).bearer(&room.ada).json(&json!({ "externalUserId": "bob" })).send().await;
        assert_eq!(other.status, 403);
        for bad in [json!({ "externalUserId": " " }), json!({ "externalUserId": 7 }), json!({ "externalUserId": "x".repeat(256) })] {
            assert_eq!(room.server.post(&path).bearer(&room.token).json(&bad).send().await.status, 400);
        }
        for request in [room.server.post(&path), room.server.post(&path).bearer("null"), room.server.post(&path).header("x-api-key", &room.server.b.key)] {
            assert_eq!(request.json(&body).send().await.status, 401);
        }
        let weak = room.server.a.create_key("spaces:read", None).await;
        assert_eq!(room.server.post(&path).header("x-api-key", &weak).json(&body).send().await.status, 403);
    }
}

#[test]
fn nobody_in_particular_gets_a_space_where_the_operator_says_so() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let section = json!({ "anonymous_spaces": true });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        let path = format!("/workspaces/{}/spaces", server.a.workspace);
        let made = server.post(&path).json(&json!({})).send().await.expect(200);
        let (space, token) = (text(&made, "id"), text(&made, "token"));
        let own = server.get(&format!("/spaces/{space}")).bearer(token);
        own.send().await.expect(200);
        let other = server.post(&path).bearer("null").send().await.expect(200);
        let other = text(&other, "id");
        let foreign = server.get(&format!("/spaces/{other}")).bearer(token);
        assert_eq!(foreign.send().await.status, 403);
        // A name is not taken on trust, a bad credential is still bad, and another workspace is another.
        let named = json!({ "externalUserId": "ada" });
        assert_eq!(server.post(&path).json(&named).send().await.status, 401);
        let bad = server.post(&path).bearer("garbage").json(&json!({}));
        assert_eq!(bad.send().await.status, 401);
        let unknown = format!("/workspaces/{UNKNOWN_ID}/spaces");
        let unknown = server.post(&unknown).json(&json!({})).send().await;
        assert_eq!(unknown.expect(404)["message"], "Workspace not found");
    });
}
