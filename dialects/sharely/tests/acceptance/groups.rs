//! Listing, reading, renaming and deleting the groups of a space.

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
        let mut test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Technical Support").await;
        test_space.server.restart().await;
        let path = format!("/group/{group}");
        let found = test_space.request(Method::GET, &path).send().await.expect(200);
        assert_eq!((text(&found, "id"), text(&found, "name")), (group.as_str(), "Technical Support"));
        let with_slash = test_space.request(Method::GET, &format!("{path}/")).send().await.expect(200);
        assert_eq!(with_slash, found);
    }

    async fn groups_are_listed_oldest_first(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.create_group("Support").await;
        let group = test_space.create_group("Billing").await;
        test_space.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let reply = test_space.request(Method::GET, "/group").send().await;
        let list = reply.expect(200);
        assert_eq!(reply.header("x-api-version"), "v1");
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (vec!["General", "Support", "Billing"], &json!(3)));
        let last = &list["groups"][2];
        assert_eq!((text(last, "id"), text(last, "type")), (group.as_str(), "PUBLIC"));
        assert!(list["groups"][1]["lastMessageAt"].is_null() && last["lastMessageAt"].is_string());
        let one = test_space.request(Method::GET, &format!("/group/{group}")).send().await.expect(200);
        assert_eq!(one, *last);
    }

    async fn groups_are_ordered_by_time_then_id(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        test_space.create_group("Now").await;
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        let born = engine.now();
        // Imported groups keep their creation time, independent of their id.
        let old = |name: &str, head: u32, back: u64| {
            let at = Some(born.saturating_sub(std::time::Duration::from_secs(back)));
            ImportRecord::Conversation(Box::new(ImportConversation {
                id: parse_uuid(&format!("{head:08x}-0000-4000-8000-000000000001")).unwrap(),
                title: Some(name.to_owned()),
                description: None,
                space: parse_uuid(&test_space.space),
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
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, sorted);
        let list = test_space.request(Method::GET, "/group").send().await.expect(200);
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (sorted.to_vec(), &json!(5)));
    }

    async fn many_groups_are_streamed_in_batches(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (engine, ctx) = (&test_space.server.engine, test_space.server.a.ctx());
        for number in 0..520 {
            let new = CreateConversation { space: parse_uuid(&test_space.space), title: Some(format!("{number}")), ..CreateConversation::new(ConversationKind::Group) };
            conversation::create(engine, &ctx, new).await.unwrap();
        }
        let list = test_space.request(Method::GET, "/group").send().await.expect(200);
        let wanted: Vec<String> = std::iter::once("General".to_owned()).chain((0..520).map(|number| number.to_string())).collect();
        assert_eq!((text_fields(&list["groups"], "name"), &list["total"]), (wanted.iter().map(String::as_str).collect(), &json!(521)));
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, wanted);
    }

    async fn new_name_is_stored(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let path = format!("/group/{group}");
        let renamed = test_space.request(Method::PUT, &path).json(&json!({ "name": " Billing " })).send().await.expect(200);
        let keys: Vec<_> = renamed.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "name", "groupName", "createdAt", "updatedAt"]);
        assert_eq!((text(&renamed, "name"), text(&renamed, "groupName")), ("Billing", "Billing"));
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General", "Billing"]);
        for body in [json!({ "name": 42 }), json!({ "name": "x".repeat(256) }), json!({ "name": "a\0b" })] {
            let reply = test_space.request(Method::PUT, &path).json(&body).send().await;
            assert_eq!(reply.expect(400)["error"], "Validation Error", "{body}");
        }
        let reply = test_space.request(Method::PUT, &path).header("content-type", "application/json").body("{bad").send().await;
        assert_eq!(reply.status, 400);
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General", "Billing"]);
    }

    async fn rename_without_name_generates_title(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let path = format!("/group/{group}");
        let request = || test_space.request(Method::PUT, &path);
        // Without messages the default name is shown until the first message.
        assert_eq!(request().json(&json!({})).send().await.expect(200)["groupName"], "General");
        test_space.save_message(&json!({ "message": "Good day", "type": "AI", "groupId": group })).await;
        test_space.save_message(&json!({ "message": "\nWhere is my parcel?\nIt is late.", "groupId": group })).await;
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await[1], "Where is my parcel?");
        test_space.save_message(&json!({ "message": "Another thing", "groupId": group })).await;
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await[1], "Where is my parcel?");
        // An explicit name is replaced only by an explicit rename.
        request().json(&json!({ "name": "Parcels" })).send().await.expect(200);
        for body in [json!({ "groupId": group }), json!({ "name": null }), json!({ "name": "  " })] {
            request().json(&json!({ "name": "Parcels" })).send().await.expect(200);
            assert_eq!(request().json(&body).send().await.expect(200)["name"], "Where is my parcel?", "{body}");
        }
        assert_eq!(request().send().await.expect(200)["name"], "Where is my parcel?");
    }

    async fn deleted_group_is_unknown_and_default_group_stays(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        test_space.save_message(&json!({ "message": "hi", "groupId": group })).await;
        let path = format!("/group/{group}");
        let reply = test_space.request(Method::DELETE, &path).send().await;
        assert_eq!((reply.status, reply.bytes.len(), reply.header("x-api-version")), (204, 0, "v1"));
        for method in [Method::GET, Method::DELETE, Method::PUT] {
            assert_eq!(test_space.request(method, &path).send().await.expect(404), no_group_error());
        }
        let messages = test_space.request(Method::GET, &format!("/message?groupId={group}")).send().await;
        assert_eq!(messages.expect(404), no_group_error());
        let list = test_space.request(Method::GET, "/group").send().await.expect(200);
        let general = text(&list["groups"][0], "id");
        let refused = test_space.request(Method::DELETE, &format!("/group/{general}")).send().await;
        assert_eq!(refused.expect(409), json!({ "error": "Conflict", "message": "Default group cannot be deleted" }));
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General"]);
    }

    async fn group_of_another_space_is_unknown(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let (other, _) = test_space.create_other_space().await;
        let theirs = crate::fixtures::create_group(&test_space.server, &test_space.server.a, &test_space.token, &other, "Theirs").await;
        let foreign = get_token(&test_space.server, &test_space.server.b).await;
        let far = crate::fixtures::create_space(&test_space.server, &test_space.server.b, &foreign).await;
        let far = crate::fixtures::create_group(&test_space.server, &test_space.server.b, &foreign, &far, "Far").await;
        for id in [text(&theirs, "id"), text(&far, "id"), UNKNOWN_ID, "not-a-uuid"] {
            let path = format!("/group/{id}");
            for method in [Method::GET, Method::DELETE, Method::PUT] {
                assert_eq!(test_space.request(method, &path).send().await.expect(404), no_group_error(), "{id}");
            }
            let path = format!("/spaces/{UNKNOWN_ID}/group/{id}");
            let reply = versioned_request(&test_space.server, &test_space.server.a, &test_space.token, Method::GET, &path).send().await;
            assert_eq!(reply.expect(404), no_space_error());
        }
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &other).await, ["General", "Theirs"]);
    }

    async fn user_token_is_limited_to_own_space(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let (_, bob) = test_space.create_other_space().await;
        let path = format!("/group/{group}");
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let reply = test_space.request_as(&bob, method, &path).send().await;
            assert_eq!(reply.expect(403)["message"], "Token is not valid for this space");
        }
        test_space.request_as(&test_space.ada, Method::GET, &path).send().await.expect(200);
        let renamed = test_space.request_as(&test_space.ada, Method::PUT, &path).json(&json!({ "name": "Mine" })).send().await;
        assert_eq!(renamed.expect(200)["name"], "Mine");
        assert_eq!(test_space.request_as(&test_space.ada, Method::DELETE, &path).send().await.status, 204);
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General"]);
    }

    async fn group_endpoints_require_scopes(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let group = test_space.create_group("Support").await;
        let path = format!("/group/{group}");
        let reader = test_space.token_with_scopes("spaces:read,conversations:read").await;
        test_space.request_as(&reader, Method::GET, "/group").send().await.expect(200);
        test_space.request_as(&reader, Method::GET, &path).send().await.expect(200);
        for method in [Method::PUT, Method::DELETE] {
            let reply = test_space.request_as(&reader, method, &path).send().await;
            assert_eq!(reply.expect(403)["message"], "Missing scope conversations:write");
        }
        let writer = test_space.token_with_scopes("messages:write").await;
        for path in ["/group", path.as_str()] {
            assert_eq!(test_space.request_as(&writer, Method::GET, path).send().await.status, 403);
        }
        assert_eq!(group_names(&test_space.server, &test_space.server.a, &test_space.space).await, ["General", "Support"]);
    }
}
