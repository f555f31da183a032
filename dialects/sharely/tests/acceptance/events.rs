//! A group as a stream of events.

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

fn events_path(room: &TestSpace, group: &str) -> String {
    let (workspace, space) = (&room.server.a.workspace, &room.space);
    format!("/v1/workspaces/{workspace}/spaces/{space}/group/{group}/events")
}

async fn open_stream(
    room: &TestSpace,
    token: &str,
    group: &str,
    after: Option<&str>,
) -> (SseClient, SseClientEvent) {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![
        ("authorization", bearer.as_str()),
        ("organizationid", room.server.a.organization.as_str()),
    ];
    headers.extend(after.map(|id| ("last-event-id", id)));
    let mut events = room
        .server
        .open_events(&events_path(room, group), &headers)
        .await;
    let first = events.next().await;
    assert_eq!(
        (first.name.as_str(), &first.data["groupId"]),
        ("stream.opened", &json!(group))
    );
    (events, first)
}

both! {
    async fn what_happens_in_a_group_comes_in_its_words(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let (mut events, first) = open_stream(&room, &room.token, &group, None).await;
        let (mut adas, _) = open_stream(&room, &room.ada, &group, None).await;
        assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(false), &json!(0)));
        let kept = room.save_message(&json!({ "message": "one\ntwo", "type": "AI", "sources": ["https://example.org"], "groupId": group })).await;
        for events in [&mut events, &mut adas] {
            let said = events.next().await;
            assert_eq!((said.name.as_str(), &said.data), ("message.created", &kept));
        }
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        let place = ConversationKey::Id(parse_uuid(&group).unwrap());
        let id = MessageKey::Id(parse_uuid(text(&kept, "id")).unwrap());
        let edit = UpdateMessage { text: Some(Redacted("three".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, place, id, edit).await.unwrap();
        let said = events.next().await;
        assert_eq!((said.name.as_str(), &said.data["message"], &said.data["id"]), ("message.updated", &json!("three"), &kept["id"]));
        message::delete(engine, &ctx, place, id).await.unwrap();
        let said = events.next().await;
        assert_eq!((said.name.as_str(), &said.data), ("message.deleted", &json!({ "groupId": group, "id": kept["id"] })));
        let renamed = room.request(Method::PUT, &format!("/group/{group}")).json(&json!({ "name": "Billing" }));
        renamed.send().await.expect(200);
        let said = events.next().await;
        assert_eq!((said.name.as_str(), &said.data["name"]), ("group.updated", &json!("Billing")));
        // Another group's words are not heard here: the next is this one's.
        room.save_message(&json!({ "message": "elsewhere" })).await;
        room.save_message(&json!({ "message": "here", "groupId": group })).await;
        assert_eq!(events.next().await.data["message"], "here");
    }

    async fn what_readers_think_of_an_answer_is_shown_with_it(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let answer = room.save_message(&json!({ "message": "Seven days", "type": "AI", "groupId": group })).await;
        let thumb = json!({ "spaceConversationId": answer["id"], "thumbType": "THUMB_DOWN", "groupId": group });
        let path = format!("/spaces/{}/thumb-signal", room.space);
        room.server.post(&path).bearer(&room.ada).json(&thumb).send().await.expect(200);
        let (mut events, _) = open_stream(&room, &room.token, &group, Some("0")).await;
        let said = events.next().await;
        assert_eq!((said.name.as_str(), &said.data["thumbUp"], &said.data["thumbDown"]), ("message.created", &json!(false), &json!(true)));
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        let place = ConversationKey::Id(parse_uuid(&group).unwrap());
        let id = MessageKey::Id(parse_uuid(text(&answer, "id")).unwrap());
        let edit = UpdateMessage { text: Some(Redacted("Eight days".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, place, id, edit).await.unwrap();
        // The stream tells it from the log as it reads now, the edit behind it.
        let said = events.next().await;
        assert_eq!((said.name.as_str(), &said.data["message"], &said.data["thumbDown"]), ("message.updated", &json!("Eight days"), &json!(true)));
    }

    async fn it_goes_on_after_the_last_event_a_reader_has(server: TestServer) {
        let mut room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let (mut events, first) = open_stream(&room, &room.token, &group, None).await;
        let say = async |room: &TestSpace, word: &str| room.save_message(&json!({ "message": word, "groupId": group })).await;
        say(&room, "heard").await;
        let heard = events.next().await;
        drop(events);
        say(&room, "missed 0").await;
        say(&room, "missed 1").await;
        room.server.restart().await;
        let (mut events, again) = open_stream(&room, &room.token, &group, Some(&heard.id)).await;
        assert_eq!((&again.data["resumed"], &again.data["replayed"]), (&json!(true), &json!(2)));
        say(&room, "live").await;
        for word in ["missed 0", "missed 1", "live"] {
            assert_eq!(events.next().await.data["message"], word);
        }
        let (mut all, _) = open_stream(&room, &room.token, &group, Some("0")).await;
        for word in ["heard", "missed 0", "missed 1", "live"] {
            assert_eq!(all.next().await.data["message"], word);
        }
        let other = format!("{}:1", "f".repeat(32));
        for (void, reason) in [
            (other.as_str(), "UNKNOWN_EPOCH"),
            ("no position", "INVALID_POSITION"),
            ("1", "INVALID_POSITION"),
        ] {
            let (_, now) = open_stream(&room, &room.token, &group, Some(void)).await;
            assert_eq!((&now.data["resumed"], &now.data["reason"]), (&json!(false), &json!(reason)));
            assert_ne!(now.id, first.id);
        }
    }

    async fn who_may_not_read_is_refused_as_elsewhere(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let (_, bob) = room.create_other_space().await;
        let ask = async |token: &str, group: &str| {
            let request = room.request_as(token, Method::GET, &format!("/group/{group}/events"));
            request.send().await
        };
        assert_eq!(ask("nonsense", &group).await.expect(401), bad_token_error());
        assert_eq!(ask(&bob, &group).await.expect(403)["message"], "Token is not valid for this space");
        let unknown = json!({ "error": "Error", "message": "Group not found" });
        assert_eq!(ask(&room.token, UNKNOWN_ID).await.expect(404), unknown);
        assert_eq!(ask(&room.token, "nonsense").await.expect(404), unknown);
        let b = crate::fixtures::get_token(&room.server, &room.server.b).await;
        let space = crate::fixtures::create_space(&room.server, &room.server.b, &b).await;
        let theirs = crate::fixtures::create_group(&room.server, &room.server.b, &b, &space, "Theirs").await;
        assert_eq!(ask(&room.token, text(&theirs, "id")).await.expect(404), unknown);
        let narrow = room.server.a.create_key("spaces:read", None).await;
        let narrow = get_token_of_key(&room.server, &room.server.a, &narrow).await;
        assert_eq!(ask(&narrow, &group).await.expect(403)["error"], "Forbidden");
        let unnamed = room.server.get(&events_path(&room, &group)).bearer(&room.token).send().await;
        assert_eq!(unnamed.status, 400);
    }

    async fn a_stream_ends_with_what_it_rests_on(server: TestServer) {
        let room = TestSpace::create(server).await;
        let server = &room.server;
        let secret = server.a.create_key("spaces:write,conversations:write", None).await;
        let token = get_token_of_key(server, &server.a, &secret).await;
        let (gone, moved, kept) = (room.create_group("Gone").await, room.create_group("Moved").await, room.create_group("Kept").await);
        let ada = activate_space(server, &server.a, &token, "ada").await;
        let (mut by_key, _) = open_stream(&room, &token, &kept, None).await;
        let (mut by_user, _) = open_stream(&room, text(&ada, "token"), &kept, None).await;
        let (mut of_gone, _) = open_stream(&room, &room.token, &gone, None).await;
        let (mut of_moved, _) = open_stream(&room, &room.token, &moved, None).await;
        let deleted = room.request(Method::DELETE, &format!("/group/{gone}")).send().await;
        assert_eq!(deleted.status, 204);
        let keys = api_key::list(&server.engine, &server.a.ctx()).await.unwrap();
        let id = keys.into_iter().find(|key| key.name.as_deref() == Some("another")).unwrap().id;
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        let away = UpdateConversation { space: Some(None), ..UpdateConversation::default() };
        let place = ConversationKey::Id(parse_uuid(&moved).unwrap());
        conversation::update(&server.engine, &server.a.ctx(), place, away).await.unwrap();
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
        let _: Value = room.save_message(&json!({ "message": "still there", "groupId": kept })).await;
    }
}
