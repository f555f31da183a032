//! Event stream of a group.

use http::Method;
use parlor_engine::{api_key, conversation, message};
use parlor_kit::ids::parse_uuid;
use parlor_model::conversation::{ConversationKey, UpdateConversation};
use parlor_model::message::{MessageKey, UpdateMessage};
use parlor_model::redacted::Redacted;
use parlor_testkit::{SseClient, SseClientEvent, both};
use serde_json::{Value, json};

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, activate_space, bad_token_error, get_token_of_key, text,
};

fn events_path(test_space: &TestSpace, group: &str) -> String {
    let (workspace, space) = (&test_space.server.a.workspace, &test_space.space);
    format!("/v1/workspaces/{workspace}/spaces/{space}/group/{group}/events")
}

async fn open_stream(
    test_space: &TestSpace,
    token: &str,
    group: &str,
    after: Option<&str>,
) -> (SseClient, SseClientEvent) {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![
        ("authorization", bearer.as_str()),
        ("organizationid", test_space.server.a.organization.as_str()),
    ];
    headers.extend(after.map(|id| ("last-event-id", id)));
    let mut events = test_space
        .server
        .open_events(&events_path(test_space, group), &headers)
        .await;
    let first = events.next().await;
    assert_eq!(
        (first.name.as_str(), &first.data["groupId"]),
        ("stream.opened", &json!(group))
    );
    (events, first)
}

both! {
    async fn group_changes_yield_documented_events(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let (mut events, first) = open_stream(&test_space, &test_space.token, &group, None).await;
        let (mut adas, _) = open_stream(&test_space, &test_space.ada, &group, None).await;
        assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(false), &json!(0)));
        let stored = test_space.save_message(&json!({ "message": "one\ntwo", "type": "AI", "sources": ["https://example.org"], "groupId": group })).await;
        for events in [&mut events, &mut adas] {
            let saved = events.next().await;
            assert_eq!((saved.name.as_str(), &saved.data), ("message.created", &stored));
        }
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        let target = ConversationKey::Id(parse_uuid(&group).unwrap());
        let id = MessageKey::Id(parse_uuid(text(&stored, "id")).unwrap());
        let edit = UpdateMessage { text: Some(Redacted("three".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, target, id, edit).await.unwrap();
        let saved = events.next().await;
        assert_eq!((saved.name.as_str(), &saved.data["message"], &saved.data["id"]), ("message.updated", &json!("three"), &stored["id"]));
        message::delete(engine, &ctx, target, id).await.unwrap();
        let saved = events.next().await;
        assert_eq!((saved.name.as_str(), &saved.data), ("message.deleted", &json!({ "groupId": group, "id": stored["id"] })));
        let renamed = test_space.request(Method::PUT, &format!("/group/{group}")).json(&json!({ "name": "Billing" }));
        renamed.send().await.expect(200);
        let saved = events.next().await;
        assert_eq!((saved.name.as_str(), &saved.data["name"]), ("group.updated", &json!("Billing")));
        // Messages of another group are not delivered: the next event is of this group.
        test_space.save_message(&json!({ "message": "elsewhere" })).await;
        test_space.save_message(&json!({ "message": "here", "groupId": group })).await;
        assert_eq!(events.next().await.data["message"], "here");
    }

    async fn ratings_are_part_of_message_events(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let answer = test_space.save_message(&json!({ "message": "Seven days", "type": "AI", "groupId": group })).await;
        let thumb = json!({ "spaceConversationId": answer["id"], "thumbType": "THUMB_DOWN", "groupId": group });
        let path = format!("/spaces/{}/thumb-signal", test_space.space);
        test_space.server.post(&path).bearer(&test_space.ada).json(&thumb).send().await.expect(200);
        let (mut events, _) = open_stream(&test_space, &test_space.token, &group, Some("0")).await;
        let saved = events.next().await;
        assert_eq!((saved.name.as_str(), &saved.data["thumbUp"], &saved.data["thumbDown"]), ("message.created", &json!(false), &json!(true)));
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        let target = ConversationKey::Id(parse_uuid(&group).unwrap());
        let id = MessageKey::Id(parse_uuid(text(&answer, "id")).unwrap());
        let edit = UpdateMessage { text: Some(Redacted("Eight days".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, target, id, edit).await.unwrap();
        // The event contains the message as it is now, with the later edit.
        let saved = events.next().await;
        assert_eq!((saved.name.as_str(), &saved.data["message"], &saved.data["thumbDown"]), ("message.updated", &json!("Eight days"), &json!(true)));
    }

    async fn stream_resumes_after_last_event_id(server: TestServer) {
        let mut test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let (mut events, first) = open_stream(&test_space, &test_space.token, &group, None).await;
        let say = async |test_space: &TestSpace, word: &str| test_space.save_message(&json!({ "message": word, "groupId": group })).await;
        say(&test_space, "heard").await;
        let received = events.next().await;
        drop(events);
        say(&test_space, "missed 0").await;
        say(&test_space, "missed 1").await;
        test_space.server.restart().await;
        let (mut events, again) = open_stream(&test_space, &test_space.token, &group, Some(&received.id)).await;
        assert_eq!((&again.data["resumed"], &again.data["replayed"]), (&json!(true), &json!(2)));
        say(&test_space, "live").await;
        for word in ["missed 0", "missed 1", "live"] {
            assert_eq!(events.next().await.data["message"], word);
        }
        let (mut all, _) = open_stream(&test_space, &test_space.token, &group, Some("0")).await;
        for word in ["heard", "missed 0", "missed 1", "live"] {
            assert_eq!(all.next().await.data["message"], word);
        }
        let other = format!("{}:1", "f".repeat(32));
        for (void, reason) in [
            (other.as_str(), "UNKNOWN_EPOCH"),
            ("no position", "INVALID_POSITION"),
            ("1", "INVALID_POSITION"),
        ] {
            let (_, now) = open_stream(&test_space, &test_space.token, &group, Some(void)).await;
            assert_eq!((&now.data["resumed"], &now.data["reason"]), (&json!(false), &json!(reason)));
            assert_ne!(now.id, first.id);
        }
    }

    async fn unauthorized_stream_is_rejected(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let (_, bob) = test_space.create_other_space().await;
        let ask = async |token: &str, group: &str| {
            let request = test_space.request_as(token, Method::GET, &format!("/group/{group}/events"));
            request.send().await
        };
        assert_eq!(ask("nonsense", &group).await.expect(401), bad_token_error());
        assert_eq!(ask(&bob, &group).await.expect(403)["message"], "Token is not valid for this space");
        let unknown = json!({ "error": "Error", "message": "Group not found" });
        assert_eq!(ask(&test_space.token, UNKNOWN_ID).await.expect(404), unknown);
        assert_eq!(ask(&test_space.token, "nonsense").await.expect(404), unknown);
        let b = crate::fixtures::get_token(&test_space.server, &test_space.server.b).await;
        let space = crate::fixtures::create_space(&test_space.server, &test_space.server.b, &b).await;
        let theirs = crate::fixtures::create_group(&test_space.server, &test_space.server.b, &b, &space, "Theirs").await;
        assert_eq!(ask(&test_space.token, text(&theirs, "id")).await.expect(404), unknown);
        let narrow = test_space.server.a.create_key("spaces:read", None).await;
        let narrow = get_token_of_key(&test_space.server, &test_space.server.a, &narrow).await;
        assert_eq!(ask(&narrow, &group).await.expect(403)["error"], "Forbidden");
        let unnamed = test_space.server.get(&events_path(&test_space, &group)).bearer(&test_space.token).send().await;
        assert_eq!(unnamed.status, 400);
    }

    async fn stream_ends_with_its_credential_or_group(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let server = &test_space.server;
        let secret = server.a.create_key("spaces:write,conversations:write", None).await;
        let token = get_token_of_key(server, &server.a, &secret).await;
        let (gone, moved, stored) = (test_space.create_group("Gone").await, test_space.create_group("Moved").await, test_space.create_group("Kept").await);
        let ada = activate_space(server, &server.a, &token, "ada").await;
        let (mut by_key, _) = open_stream(&test_space, &token, &stored, None).await;
        let (mut by_user, _) = open_stream(&test_space, text(&ada, "token"), &stored, None).await;
        let (mut of_gone, _) = open_stream(&test_space, &test_space.token, &gone, None).await;
        let (mut of_moved, _) = open_stream(&test_space, &test_space.token, &moved, None).await;
        let deleted = test_space.request(Method::DELETE, &format!("/group/{gone}")).send().await;
        assert_eq!(deleted.status, 204);
        let keys = api_key::list(&server.engine, &server.a.ctx()).await.unwrap();
        let id = keys.into_iter().find(|key| key.name.as_deref() == Some("another")).unwrap().id;
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        let away = UpdateConversation { space: Some(None), ..UpdateConversation::default() };
        let target = ConversationKey::Id(parse_uuid(&moved).unwrap());
        conversation::update(&server.engine, &server.a.ctx(), target, away).await.unwrap();
        for (events, error) in [
            (&mut of_gone, "Error"),
            (&mut of_moved, "Error"),
            (&mut by_key, "Unauthorized"),
            (&mut by_user, "Unauthorized"),
        ] {
            let last: SseClientEvent = events.next().await;
            assert_eq!((last.name.as_str(), text(&last.data, "error")), ("stream.ended", error));
            assert_eq!(events.try_next().await, None);
        }
        let _: Value = test_space.save_message(&json!({ "message": "still there", "groupId": stored })).await;
    }
}
