//! Saving and listing messages of a group.

use std::collections::HashSet;

use http::Method;
use parlor_engine::{conversation, message};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::conversation::{ConversationKey, UpdateConversation};
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::rating::{RateMessage, Rating};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, no_space_error, text, text_fields, versioned_request,
};

const CLIENT_CHOSEN_ID: &str = "0192aaaa-bbbb-4ccc-8ddd-eeeeffff0007";

fn group_key(id: &str) -> ConversationKey {
    ConversationKey::Id(parse_uuid(id).unwrap())
}

both! {
    async fn case_26_message_is_in_its_group_only(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let stored = test_space.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let saved = test_space.list_messages(&format!("?groupId={group}")).await;
        assert_eq!(saved, json!([stored]));
        assert_eq!(text(&saved[0], "type"), "USER");
        assert_eq!(test_space.list_messages("").await, json!([]));
    }

    async fn case_27_group_of_another_space_is_unknown(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (other, _) = test_space.create_other_space().await;
        let theirs = crate::fixtures::create_group(&test_space.server, &test_space.server.a, &test_space.token, &other, "Theirs").await;
        let unknown = json!({ "error": "Error", "message": "Group not found" });
        for id in [text(&theirs, "id"), UNKNOWN_ID] {
            let reply = test_space.request(Method::GET, &format!("/message?groupId={id}")).send().await;
            assert_eq!(reply.expect(404), unknown, "{id}");
            let reply = test_space.request(Method::POST, "/message").json(&json!({ "message": "hi", "groupId": id })).send().await;
            assert_eq!(reply.expect(404), unknown, "{id}");
        }
        for query in ["groupId=support", "groupId=", "before=x", "after=7", "limit=0", "limit=201", "limit=x"] {
            let reply = test_space.request(Method::GET, &format!("/message?{query}")).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{query}");
        }
    }

    async fn message_has_all_saved_fields(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let body = json!({
            "message": "See there", "type": "AI", "content": "A longer answer",
            "sources": ["https://example.org/a"],
            "sourcesMetadata": [{ "title": "A", "url": "https://example.org/a" }],
        });
        let stored = test_space.save_message(&body).await;
        let keys: Vec<_> = stored.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "type", "message", "content", "temporalUserId", "sources", "sourcesMetadata", "thumbUp", "thumbDown",
            "user", "groupId", "createdAt",
        ]);
        for key in ["message", "type", "content", "sources", "sourcesMetadata"] {
            assert_eq!(stored[key], body[key], "{key}");
        }
        for key in ["temporalUserId", "user"] {
            assert!(stored[key].is_null(), "an answer is nobody's");
        }
        assert_eq!((&stored["thumbUp"], &stored["thumbDown"]), (&json!(false), &json!(false)));
        let without_role = test_space.save_message(&json!({ "newMessage": "hi", "customerIdString": "ada" })).await;
        assert_eq!((&without_role["message"], &without_role["type"]), (&json!("hi"), &json!("USER")));
        assert_eq!((&without_role["sources"], &without_role["content"]), (&Value::Null, &Value::Null));
        assert_eq!((text(&without_role["user"], "name"), &without_role["user"]["id"]), ("ada", &without_role["temporalUserId"]));
        assert_eq!(test_space.list_messages("").await, json!([stored, without_role]));
    }

    async fn author_is_token_user_or_named_user(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let owner = format_uuid(test_space.server.a.owner.id);
        assert_eq!(test_space.save_message(&json!({ "message": "one" })).await["temporalUserId"], owner);
        let ada = test_space.save_message(&json!({ "message": "two", "customerIdString": "ada" })).await;
        let id = text(&ada, "temporalUserId").to_owned();
        assert_eq!(test_space.save_message(&json!({ "message": "three", "userId": id })).await["user"]["name"], "ada");
        // An unknown user is created.
        assert_eq!(test_space.save_message(&json!({ "message": "four", "customerIdString": "eve" })).await["user"]["name"], "eve");
        // Ada may not name another author.
        let request = |body: Value| test_space.request_as(&test_space.ada, Method::POST, "/message").json(&body).send();
        assert_eq!(request(json!({ "message": "five" })).await.expect(200)["temporalUserId"], id);
        request(json!({ "message": "six", "customerIdString": "ada" })).await.expect(200);
        for other in ["eve", "stranger"] {
            assert_eq!(request(json!({ "message": "no", "customerIdString": other })).await.status, 403);
        }
        // An unbound key has no author.
        let nobody = test_space.token_with_scopes("conversations:read,messages:write,conversations:write").await;
        let stored = test_space.request_as(&nobody, Method::POST, "/message").json(&json!({ "message": "seven" })).send().await;
        assert!(stored.expect(200)["user"].is_null());
        assert_eq!(text_fields(&test_space.list_messages("").await, "message"), ["one", "two", "three", "four", "five", "six", "seven"]);
    }

    async fn invalid_body_stores_nothing(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.save_message(&json!({ "message": "kept" })).await;
        for body in [
            json!({}),
            json!({ "message": "" }),
            json!({ "message": " \n\u{3000}" }),
            json!({ "newMessage": "\t" }),
            json!({ "message": null }),
            json!({ "message": 7 }),
            json!({ "message": "a\0b" }),
            json!({ "message": "x".repeat(65_537) }),
            json!({ "message": "a", "newMessage": "b" }),
            json!({ "message": "a", "type": "BOT" }),
            json!({ "message": "a", "type": "user" }),
            json!({ "message": "a", "groupId": "support" }),
            json!({ "message": "a", "content": 7 }),
            json!({ "message": "a", "sources": "https://example.org" }),
            json!({ "message": "a", "sources": [7] }),
            json!({ "message": "a", "sourcesMetadata": ["x"] }),
            json!({ "message": "a", "userId": "ada" }),
            json!({ "message": "a", "userId": UNKNOWN_ID, "customerIdString": "ada" }),
            json!({ "message": "a", "customerIdString": " " }),
            json!({ "message": "a", "id": "one" }),
        ] {
            let reply = test_space.request(Method::POST, "/message").json(&body).send().await;
            assert_eq!(reply.status, 400, "{:.100}", body.to_string());
            // An unknown space is reported first.
            let path = format!("/spaces/{UNKNOWN_ID}/message");
            let reply = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::POST, &path).json(&body).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
        let long = "é".repeat(65_536);
        test_space.save_message(&json!({ "message": long })).await;
        assert_eq!(text_fields(&test_space.list_messages("").await, "message"), ["kept", long.as_str()]);
    }

    async fn client_id_makes_save_idempotent(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let body = json!({ "message": "once", "id": CLIENT_CHOSEN_ID });
        let first = test_space.save_message(&body).await;
        assert_eq!(text(&first, "id"), CLIENT_CHOSEN_ID);
        assert_eq!(test_space.save_message(&body).await, first);
        let other = test_space.request(Method::POST, "/message").json(&json!({ "message": "twice", "id": CLIENT_CHOSEN_ID })).send().await;
        assert_eq!(other.expect(409)["error"], "Conflict");
        let group = test_space.create_group("Support").await;
        let elsewhere = json!({ "message": "once", "id": CLIENT_CHOSEN_ID, "groupId": group });
        assert_eq!(test_space.request(Method::POST, "/message").json(&elsewhere).send().await.status, 403);
        assert_eq!(test_space.list_messages("").await, json!([first]));
        assert_eq!(test_space.list_messages(&format!("?groupId={group}")).await, json!([]));
        // Another tenant may use the same id.
        let token = crate::fixtures::get_token(&test_space.server, &test_space.server.b).await;
        let space = crate::fixtures::create_space(&test_space.server, &test_space.server.b, &token).await;
        let path = format!("/spaces/{space}/message");
        versioned_request(&test_space.server, &test_space.server.b, &token, Method::POST, &path).json(&body).send().await.expect(200);
    }

    async fn pages_run_in_both_directions(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..7 {
            let stored = test_space.save_message(&json!({ "message": number.to_string() })).await;
            ids.push(text(&stored, "id").to_owned());
        }
        let page = async |query: String| {
            let reply = test_space.request(Method::GET, &format!("/message?{query}")).send().await.expect(200);
            let texts: String = text_fields(&reply["messages"], "message").concat();
            (texts, reply["hasMore"].clone())
        };
        assert_eq!(page(String::new()).await, ("0123456".into(), Value::Null));
        assert_eq!(page("limit=3".into()).await, ("456".into(), json!(true)));
        assert_eq!(page(format!("limit=3&before={}", ids[4])).await, ("123".into(), json!(true)));
        assert_eq!(page(format!("limit=3&before={}", ids[1])).await, ("0".into(), json!(false)));
        assert_eq!(page(format!("limit=3&after={}", ids[1])).await, ("234".into(), json!(true)));
        assert_eq!(page(format!("limit=3&after={}", ids[4])).await, ("56".into(), json!(false)));
        assert_eq!(page(format!("after={}&before={}", ids[1], ids[5])).await, ("234".into(), Value::Null));
        let unknown = test_space.request(Method::GET, &format!("/message?before={UNKNOWN_ID}")).send().await;
        assert_eq!(unknown.expect(404)["message"], "Message not found");
    }

    async fn list_contains_conversational_messages_and_ratings(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let (key, ctx, engine) = (group_key(&group), test_space.server.a.ctx(), &test_space.server.engine);
        for role in [MessageRole::System, MessageRole::Tool, MessageRole::Context, MessageRole::User, MessageRole::Assistant] {
            let command = CreateMessage::new(key, None, role, role.as_str());
            let created = message::create(engine, &ctx, command).await.unwrap();
            if role == MessageRole::Assistant {
                let good = RateMessage { rating: Some(Rating::Up), comment: None };
                message::rate(engine, &ctx, key, MessageKey::Id(created.id), good).await.unwrap();
            }
        }
        let retitled = UpdateConversation { title: Some(Some("Renamed".to_owned())), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, retitled).await.unwrap();
        let saved = test_space.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((text_fields(&saved, "type"), text_fields(&saved, "message")), (vec!["USER", "AI"], vec!["user", "assistant"]));
        assert_eq!((&saved[1]["thumbUp"], &saved[1]["thumbDown"]), (&json!(true), &json!(false)));
        assert_eq!(saved[0]["thumbUp"], false);
    }

    async fn first_message_creates_default_group(server: TestServer) {
        let mut test_space = TestSpace::create(server).await;
        let space = parlor_engine::space::create(&test_space.server.engine, &test_space.server.a.ctx(), Default::default()).await.unwrap();
        test_space.space = format_uuid(space);
        assert_eq!(test_space.list_messages("").await, json!([]));
        assert!(crate::fixtures::group_names(&test_space.server, &test_space.server.a, &test_space.space).await.is_empty());
        let tasks: Vec<_> = (0..8)
            .map(|number| test_space.request(Method::POST, "/message").json(&json!({ "message": number.to_string() })).send())
            .map(tokio::spawn)
            .collect();
        let mut groups = HashSet::new();
        for task in tasks {
            groups.insert(task.await.unwrap().expect(200)["groupId"].to_string());
        }
        assert_eq!(groups.len(), 1);
        assert_eq!(crate::fixtures::group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General"]);
        assert_eq!(test_space.list_messages("").await.as_array().unwrap().len(), 8);
    }

    async fn user_token_reads_and_writes_own_space_only(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.save_message(&json!({ "message": "hi" })).await;
        let read = test_space.request_as(&test_space.ada, Method::GET, "/message").send().await.expect(200);
        assert_eq!(text_fields(&read["messages"], "message"), ["hi"]);
        let (_, bob) = test_space.create_other_space().await;
        for reply in [
            test_space.request_as(&bob, Method::GET, "/message").send().await,
            test_space.request_as(&bob, Method::POST, "/message").json(&json!({ "message": "no" })).send().await,
        ] {
            assert_eq!(reply.expect(403)["message"], "Token is not valid for this space");
        }
        let reader = test_space.token_with_scopes("conversations:read").await;
        let refused = test_space.request_as(&reader, Method::POST, "/message").json(&json!({ "message": "no" })).send().await;
        assert_eq!(refused.status, 403);
        test_space.request_as(&reader, Method::GET, "/message").send().await.expect(200);
        let other = test_space.token_with_scopes("spaces:read").await;
        let refused = test_space.request_as(&other, Method::GET, "/message").send().await;
        assert_eq!(refused.expect(403)["message"], "Missing scope conversations:read");
        assert_eq!(text_fields(&test_space.list_messages("").await, "message"), ["hi"]);
    }
}
