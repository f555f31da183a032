//! Messages of a group: kept and read.

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
    async fn case_26_a_message_is_in_its_group_alone(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let kept = room.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let said = room.list_messages(&format!("?groupId={group}")).await;
        assert_eq!(said, json!([kept]));
        assert_eq!(text(&said[0], "type"), "USER");
        assert_eq!(room.list_messages("").await, json!([]));
    }

    async fn case_27_a_group_of_another_space_is_unknown(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (other, _) = room.create_other_space().await;
        let theirs = crate::fixtures::create_group(&room.server, &room.server.a, &room.token, &other, "Theirs").await;
        let unknown = json!({ "error": "Error", "message": "Group not found" });
        for id in [text(&theirs, "id"), UNKNOWN_ID] {
            let reply = room.request(Method::GET, &format!("/message?groupId={id}")).send().await;
            assert_eq!(reply.expect(404), unknown, "{id}");
            let reply = room.request(Method::POST, "/message").json(&json!({ "message": "hi", "groupId": id })).send().await;
            assert_eq!(reply.expect(404), unknown, "{id}");
        }
        for query in ["groupId=support", "groupId=", "before=x", "after=7", "limit=0", "limit=201", "limit=x"] {
            let reply = room.request(Method::GET, &format!("/message?{query}")).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{query}");
        }
    }

    async fn a_message_shows_all_it_was_given(server: TestServer) {
        let room = TestSpace::create(server).await;
        let body = json!({
            "message": "See there", "type": "AI", "content": "A longer answer",
            "sources": ["https://example.org/a"],
            "sourcesMetadata": [{ "title": "A", "url": "https://example.org/a" }],
        });
        let kept = room.save_message(&body).await;
        let keys: Vec<_> = kept.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, [
            "id", "type", "message", "content", "temporalUserId", "sources", "sourcesMetadata", "thumbUp", "thumbDown",
            "user", "groupId", "createdAt",
        ]);
        for key in ["message", "type", "content", "sources", "sourcesMetadata"] {
            assert_eq!(kept[key], body[key], "{key}");
        }
        for key in ["temporalUserId", "user"] {
            assert!(kept[key].is_null(), "an answer is nobody's");
        }
        assert_eq!((&kept["thumbUp"], &kept["thumbDown"]), (&json!(false), &json!(false)));
        let plain = room.save_message(&json!({ "newMessage": "hi", "customerIdString": "ada" })).await;
        assert_eq!((&plain["message"], &plain["type"]), (&json!("hi"), &json!("USER")));
        assert_eq!((&plain["sources"], &plain["content"]), (&Value::Null, &Value::Null));
        assert_eq!((text(&plain["user"], "name"), &plain["user"]["id"]), ("ada", &plain["temporalUserId"]));
        assert_eq!(room.list_messages("").await, json!([kept, plain]));
    }

    async fn its_writer_is_the_tokens_user_or_whom_it_names(server: TestServer) {
        let room = TestSpace::create(server).await;
        let owner = format_uuid(room.server.a.owner.id);
        assert_eq!(room.save_message(&json!({ "message": "one" })).await["temporalUserId"], owner);
        let ada = room.save_message(&json!({ "message": "two", "customerIdString": "ada" })).await;
        let id = text(&ada, "temporalUserId").to_owned();
        assert_eq!(room.save_message(&json!({ "message": "three", "userId": id })).await["user"]["name"], "ada");
        // Somebody nobody knew is made.
        assert_eq!(room.save_message(&json!({ "message": "four", "customerIdString": "eve" })).await["user"]["name"], "eve");
        // Ada speaks for herself and for nobody else.
        let asked = |body: Value| room.request_as(&room.ada, Method::POST, "/message").json(&body).send();
        assert_eq!(asked(json!({ "message": "five" })).await.expect(200)["temporalUserId"], id);
        asked(json!({ "message": "six", "customerIdString": "ada" })).await.expect(200);
        for other in ["eve", "stranger"] {
            assert_eq!(asked(json!({ "message": "no", "customerIdString": other })).await.status, 403);
        }
        // A key that acts for nobody is nobody.
        let nobody = room.token_with_scopes("conversations:read,messages:write,conversations:write").await;
        let kept = room.request_as(&nobody, Method::POST, "/message").json(&json!({ "message": "seven" })).send().await;
        assert!(kept.expect(200)["user"].is_null());
        assert_eq!(text_fields(&room.list_messages("").await, "message"), ["one", "two", "three", "four", "five", "six", "seven"]);
    }

    async fn bad_input_changes_nothing(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.save_message(&json!({ "message": "kept" })).await;
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
            let reply = room.request(Method::POST, "/message").json(&body).send().await;
            assert_eq!(reply.status, 400, "{:.100}", body.to_string());
            // A space that is not there is the graver fault.
            let path = format!("/spaces/{UNKNOWN_ID}/message");
            let reply = versioned_request(&room.server, &room.server.a, &room.token, Method::POST, &path).json(&body).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
        let long = "é".repeat(65_536);
        room.save_message(&json!({ "message": long })).await;
        assert_eq!(text_fields(&room.list_messages("").await, "message"), ["kept", long.as_str()]);
    }

    async fn an_id_of_ones_own_makes_it_repeatable(server: TestServer) {
        let room = TestSpace::create(server).await;
        let body = json!({ "message": "once", "id": CLIENT_CHOSEN_ID });
        let first = room.save_message(&body).await;
        assert_eq!(text(&first, "id"), CLIENT_CHOSEN_ID);
        assert_eq!(room.save_message(&body).await, first);
        let other = room.request(Method::POST, "/message").json(&json!({ "message": "twice", "id": CLIENT_CHOSEN_ID })).send().await;
        assert_eq!(other.expect(409)["error"], "Conflict");
        let group = room.create_group("Support").await;
        let elsewhere = json!({ "message": "once", "id": CLIENT_CHOSEN_ID, "groupId": group });
        assert_eq!(room.request(Method::POST, "/message").json(&elsewhere).send().await.status, 403);
        assert_eq!(room.list_messages("").await, json!([first]));
        assert_eq!(room.list_messages(&format!("?groupId={group}")).await, json!([]));
        // Another tenant may choose the same.
        let token = crate::fixtures::get_token(&room.server, &room.server.b).await;
        let space = crate::fixtures::create_space(&room.server, &room.server.b, &token).await;
        let path = format!("/spaces/{space}/message");
        versioned_request(&room.server, &room.server.b, &token, Method::POST, &path).json(&body).send().await.expect(200);
    }

    async fn pages_go_both_ways(server: TestServer) {
        let room = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..7 {
            let kept = room.save_message(&json!({ "message": number.to_string() })).await;
            ids.push(text(&kept, "id").to_owned());
        }
        let page = async |query: String| {
            let reply = room.request(Method::GET, &format!("/message?{query}")).send().await.expect(200);
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
        let unknown = room.request(Method::GET, &format!("/message?before={UNKNOWN_ID}")).send().await;
        assert_eq!(unknown.expect(404)["message"], "Message not found");
    }

    async fn only_what_was_said_is_shown_and_ratings_with_it(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let (key, ctx, engine) = (group_key(&group), room.server.a.ctx(), &room.server.engine);
        for role in [MessageRole::System, MessageRole::Tool, MessageRole::Context, MessageRole::User, MessageRole::Assistant] {
            let command = CreateMessage::new(key, None, role, role.as_str());
            let made = message::create(engine, &ctx, command).await.unwrap();
            if role == MessageRole::Assistant {
                let good = RateMessage { rating: Some(Rating::Up), comment: None };
                message::rate(engine, &ctx, key, MessageKey::Id(made.id), good).await.unwrap();
            }
        }
        let retitled = UpdateConversation { title: Some(Some("Renamed".to_owned())), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, retitled).await.unwrap();
        let said = room.list_messages(&format!("?groupId={group}")).await;
        assert_eq!((text_fields(&said, "type"), text_fields(&said, "message")), (vec!["USER", "AI"], vec!["user", "assistant"]));
        assert_eq!((&said[1]["thumbUp"], &said[1]["thumbDown"]), (&json!(true), &json!(false)));
        assert_eq!(said[0]["thumbUp"], false);
    }

    async fn a_space_made_elsewhere_gets_its_first_group_when_somebody_speaks(server: TestServer) {
        let mut room = TestSpace::create(server).await;
        let space = parlor_engine::space::create(&room.server.engine, &room.server.a.ctx(), Default::default()).await.unwrap();
        room.space = format_uuid(space);
        assert_eq!(room.list_messages("").await, json!([]));
        assert!(crate::fixtures::group_names(&room.server, &room.server.a, &room.space).await.is_empty());
        let tasks: Vec<_> = (0..8)
            .map(|number| room.request(Method::POST, "/message").json(&json!({ "message": number.to_string() })).send())
            .map(tokio::spawn)
            .collect();
        let mut groups = HashSet::new();
        for task in tasks {
            groups.insert(task.await.unwrap().expect(200)["groupId"].to_string());
        }
        assert_eq!(groups.len(), 1);
        assert_eq!(crate::fixtures::group_names(&room.server, &room.server.a, &room.space).await, ["General"]);
        assert_eq!(room.list_messages("").await.as_array().unwrap().len(), 8);
    }

    async fn a_user_reads_and_speaks_at_home_only(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.save_message(&json!({ "message": "hi" })).await;
        let read = room.request_as(&room.ada, Method::GET, "/message").send().await.expect(200);
        assert_eq!(text_fields(&read["messages"], "message"), ["hi"]);
        let (_, bob) = room.create_other_space().await;
        for reply in [
            room.request_as(&bob, Method::GET, "/message").send().await,
            room.request_as(&bob, Method::POST, "/message").json(&json!({ "message": "no" })).send().await,
        ] {
            assert_eq!(reply.expect(403)["message"], "Token is not valid for this space");
        }
        let reader = room.token_with_scopes("conversations:read").await;
        let refused = room.request_as(&reader, Method::POST, "/message").json(&json!({ "message": "no" })).send().await;
        assert_eq!(refused.status, 403);
        room.request_as(&reader, Method::GET, "/message").send().await.expect(200);
        let other = room.token_with_scopes("spaces:read").await;
        let refused = room.request_as(&other, Method::GET, "/message").send().await;
        assert_eq!(refused.expect(403)["message"], "Missing scope conversations:read");
        assert_eq!(text_fields(&room.list_messages("").await, "message"), ["hi"]);
    }
}
