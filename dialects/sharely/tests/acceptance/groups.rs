//! The groups of a space: listed, read, renamed, deleted.

use http::Method;
use parlor_engine::conversation;
use parlor_engine::import::import_batch;
use parlor_kit::ids::parse_uuid;
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::import::{ImportConversation, ImportRecord, ImportTimestamps};
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    TestSpace, UNKNOWN_ID, get_token, group_names, no_space_error, text, text_fields,
    versioned_request,
};

fn no_group_error() -> serde_json::Value {
    json!({ "error": "Error", "message": "Group not found" })
}

both! {
    async fn case_28_a_group_is_there_after_a_restart(server: TestServer) {
        let mut room = TestSpace::create(server).await;
        let group = room.create_group("Technical Support").await;
        room.server.restart().await;
        let path = format!("/group/{group}");
        let found = room.request(Method::GET, &path).send().await.expect(200);
        assert_eq!((text(&found, "id"), text(&found, "name")), (group.as_str(), "Technical Support"));
        let with_slash = room.request(Method::GET, &format!("{path}/")).send().await.expect(200);
        assert_eq!(with_slash, found);
    }

    async fn they_are_listed_oldest_first(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.create_group("Support").await;
        let group = room.create_group("Billing").await;
        room.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let reply = room.request(Method::GET, "/group").send().await;
        let list = reply.expect(200);
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (vec!["General", "Support", "Billing"], &json!(3)));
        let last = &list["groups"][2];
        assert_eq!((text(last, "id"), text(last, "type")), (group.as_str(), "PUBLIC"));
        assert!(list["groups"][1]["lastMessageAt"].is_null() && last["lastMessageAt"].is_string());
        let one = room.request(Method::GET, &format!("/group/{group}")).send().await.expect(200);
        assert_eq!(one, *last);
    }

    async fn groups_are_ordered_by_their_time_and_then_by_id(server: TestServer) {
        let room = TestSpace::create(server).await;
        room.create_group("Now").await;
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        let born = engine.now();
        // What a backup brings back is as old as it was, whatever its id says.
        let old = |name: &str, head: u32, back: u64| {
            let at = Some(born.saturating_sub(std::time::Duration::from_secs(back)));
            ImportRecord::Conversation(Box::new(ImportConversation {
                id: parse_uuid(&format!("{head:08x}-0000-4000-8000-000000000001")).unwrap(),
                title: Some(name.to_owned()),
                description: None,
                space: parse_uuid(&room.space),
                contact: None,
                model: None,
                responder: Default::default(),
                metadata: Default::default(),
                times: ImportTimestamps { created_at: at, updated_at: at },
            }))
        };
        let lines = vec![(1, old("Third", 3, 1_000)), (2, old("First", 9, 9_000)), (3, old("Second", 1, 1_000))];
        assert!(import_batch(engine, &ctx, lines).await.is_ok());
        let sorted = ["First", "Second", "Third", "General", "Now"];
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, sorted);
        let list = room.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (sorted.to_vec(), &json!(5)));
    }

    async fn any_number_of_groups_is_listed_in_pieces(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (engine, ctx) = (&room.server.engine, room.server.a.ctx());
        for number in 0..520 {
            let new = CreateConversation { space: parse_uuid(&room.space), title: Some(format!("{number}")), ..CreateConversation::new(ConversationKind::Group) };
            conversation::create(engine, &ctx, new).await.unwrap();
        }
        let list = room.request(Method::GET, "/group").send().await.expect(200);
        let wanted: Vec<String> = std::iter::once("General".to_owned()).chain((0..520).map(|number| number.to_string())).collect();
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (wanted.iter().map(String::as_str).collect(), &json!(521)));
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, wanted);
    }

    async fn a_new_name_is_kept(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let path = format!("/group/{group}");
        let renamed = room.request(Method::PUT, &path).json(&json!({ "name": " Billing " })).send().await.expect(200);
        let keys: Vec<_> = renamed.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "name", "groupName", "createdAt", "updatedAt"]);
        assert_eq!((text(&renamed, "name"), text(&renamed, "groupName")), ("Billing", "Billing"));
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General", "Billing"]);
        for body in [json!({ "name": 42 }), json!({ "name": "x".repeat(256) }), json!({ "name": "a\0b" })] {
            let reply = room.request(Method::PUT, &path).json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{body}");
        }
        let reply = room.request(Method::PUT, &path).header("content-type", "application/json").body("{bad").send().await;
        assert_eq!(reply.status, 400);
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General", "Billing"]);
    }

    async fn without_a_name_it_is_called_after_what_was_said(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let path = format!("/group/{group}");
        let asked = || room.request(Method::PUT, &path);
        // Nothing was said yet: the default, until somebody says something.
        assert_eq!(asked().json(&json!({})).send().await.expect(200)["groupName"], "General");
        room.save_message(&json!({ "message": "Good day", "type": "AI", "groupId": group })).await;
        room.save_message(&json!({ "message": "\nWhere is my parcel?\nIt is late.", "groupId": group })).await;
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await[1], "Where is my parcel?");
        room.save_message(&json!({ "message": "Another thing", "groupId": group })).await;
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await[1], "Where is my parcel?");
        // A given name gives way only when it is asked to.
        asked().json(&json!({ "name": "Parcels" })).send().await.expect(200);
        for body in [json!({ "groupId": group }), json!({ "name": null }), json!({ "name": "  " })] {
            asked().json(&json!({ "name": "Parcels" })).send().await.expect(200);
            assert_eq!(asked().json(&body).send().await.expect(200)["name"], "Where is my parcel?", "{body}");
        }
        assert_eq!(asked().send().await.expect(200)["name"], "Where is my parcel?");
    }

    async fn a_deleted_group_is_gone_and_the_first_one_stays(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        room.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let path = format!("/group/{group}");
        let reply = room.request(Method::DELETE, &path).send().await;
        assert_eq!((reply.status, reply.bytes.len(), reply.header("x-api-version")), (204, 0, "v1"));
        for method in [Method::GET, Method::DELETE, Method::PUT] {
            assert_eq!(room.request(method, &path).send().await.expect(404), no_group_error());
        }
        let messages = room.request(Method::GET, &format!("/message?groupId={group}")).send().await;
        assert_eq!(messages.expect(404), no_group_error());
        let list = room.request(Method::GET, "/group").send().await.expect(200);
        let general = text(&list["groups"][0], "id");
        let refused = room.request(Method::DELETE, &format!("/group/{general}")).send().await;
        assert_eq!(refused.expect(409), json!({ "error": "Conflict", "message": "Default group cannot be deleted" }));
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General"]);
    }

    async fn groups_of_other_spaces_are_unknown(server: TestServer) {
        let room = TestSpace::create(server).await;
        let (other, _) = room.create_other_space().await;
        let theirs = crate::fixtures::create_group(&room.server, &room.server.a, &room.token, &other, "Theirs").await;
        let foreign = get_token(&room.server, &room.server.b).await;
        let far = crate::fixtures::create_space(&room.server, &room.server.b, &foreign).await;
        let far = crate::fixtures::create_group(&room.server, &room.server.b, &foreign, &far, "Far").await;
        for id in [text(&theirs, "id"), text(&far, "id"), UNKNOWN_ID, "not-a-uuid"] {
            let path = format!("/group/{id}");
            for method in [Method::GET, Method::DELETE, Method::PUT] {
                assert_eq!(room.request(method, &path).send().await.expect(404), no_group_error(), "{id}");
            }
            let path = format!("/spaces/{UNKNOWN_ID}/group/{id}");
            let reply = versioned_request(&room.server, &room.server.a, &room.token, Method::GET, &path).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
        assert_eq!(group_names(&room.server, &room.server.a, &other).await, ["General", "Theirs"]);
    }

    async fn a_user_does_as_it_likes_at_home_and_nothing_elsewhere(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let (_, bob) = room.create_other_space().await;
        let path = format!("/group/{group}");
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let reply = room.request_as(&bob, method, &path).send().await;
            assert_eq!(reply.expect(403)["message"], "Token is not valid for this space");
        }
        room.request_as(&room.ada, Method::GET, &path).send().await.expect(200);
        let renamed = room.request_as(&room.ada, Method::PUT, &path).json(&json!({ "name": "Mine" })).send().await;
        assert_eq!(renamed.expect(200)["name"], "Mine");
        assert_eq!(room.request_as(&room.ada, Method::DELETE, &path).send().await.status, 204);
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General"]);
    }

    async fn scopes_are_asked_for(server: TestServer) {
        let room = TestSpace::create(server).await;
        let group = room.create_group("Support").await;
        let path = format!("/group/{group}");
        let reader = room.token_with_scopes("spaces:read,conversations:read").await;
        room.request_as(&reader, Method::GET, "/group").send().await.expect(200);
        room.request_as(&reader, Method::GET, &path).send().await.expect(200);
        for method in [Method::PUT, Method::DELETE] {
            let reply = room.request_as(&reader, method, &path).send().await;
            assert_eq!(reply.expect(403)["message"], "Missing scope conversations:write");
        }
        let writer = room.token_with_scopes("messages:write").await;
        for path in ["/group", path.as_str()] {
            assert_eq!(room.request_as(&writer, Method::GET, path).send().await.status, 403);
        }
        assert_eq!(group_names(&room.server, &room.server.a, &room.space).await, ["General", "Support"]);
    }
}
