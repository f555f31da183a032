//! Entities made through one dialect are visible in the others: the same rows in other formats.

use http::Method;
use parlor_engine::member;
use parlor_kit::ids::{format_prefixed, format_uuid};
use parlor_model::conversation::{ConversationKind, ConversationState};
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::member::{CreateMember, MemberKey, MemberKind as Of};
use parlor_model::message::MessageRole;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures;
use crate::tenant_view::{TenantView, parse_prefixed_id, parse_uuid, user_id};

both! {
    async fn a_group_of_sharely(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let space = tenant.create_space().await;
        let path = format!("/v1/workspaces/{{w}}/spaces/{space}/group");
        let made = tenant.sharely(Method::POST, &path, Some(json!({ "name": "Quarterly" }))).await.expect(200);
        let id = parse_uuid(&made["id"]);
        let row = tenant.conversation_row(id).await;
        assert_eq!((row.title.as_deref(), row.space.map(parlor_model::Id::uuid)), (Some("Quarterly"), Some(space)));
        assert_eq!(row.owner.as_ref().unwrap().number, tenant.server.a.owner.number);
        tenant.assert_shown_everywhere(id).await;
    }

    async fn a_channel_of_relation(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let peer = "dhkyq-sqaaa-aaaaj-sgz3q-cai";
        let body = json!({ "name": "Hikers", "type": "G", "members": [peer, "qddyo-3aaaa-aaaaj-allxa-cai"] });
        let made = tenant.relation(Method::POST, "create", Some(body)).await.expect(200);
        let id = parse_uuid(&made["data"]["channelUuid"]);
        tenant.assert_shown_everywhere(id).await;
        // Each of its members finds it as a user of the tenant.
        let ctx = tenant.server.a.ctx();
        let found = member::find(&tenant.server.engine, &ctx, MemberKey::Handle(peer.into())).await.unwrap();
        assert_eq!(tenant.listed_chat_ids(&user_id(&found.member.key)).await, [id.to_string()]);
        for state in [ConversationState::Archived, ConversationState::Closed, ConversationState::Active] {
            tenant.set_state(id, state).await;
            tenant.assert_shown_everywhere(id).await;
        }
    }

    async fn a_pair_of_relation(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let body = json!({ "type": "P", "members": ["dhkyq-sqaaa-aaaaj-sgz3q-cai"] });
        let made = tenant.relation(Method::POST, "create", Some(body.clone())).await.expect(200);
        let again = tenant.relation(Method::POST, "create", Some(body)).await.expect(200);
        assert_eq!(made, again, "one conversation a pair");
        let id = parse_uuid(&made["data"]["channelUuid"]);
        let row = tenant.conversation_row(id).await;
        assert_eq!(row.kind, ConversationKind::Direct);
        tenant.assert_shown_as_channel(&row).await;
        // Each of the two gets it by id and in no list; any other caller does not get it at all.
        tenant.assert_shown_as_chat(&row).await;
        let stranger = tenant.server.a.create_key("*", Some(&tenant.server.a.create_person("Manager", Some(parlor_model::access::WorkspaceRole::Manager), "").await)).await;
        let path = format!("/api/v1/chats/{id}");
        let unknown = "/api/v1/chats/00000000-0000-4000-8000-000000000000";
        let refused = tenant.server.get(&path).header("x-api-key", &stranger).send().await;
        let nothing = tenant.server.get(unknown).header("x-api-key", &stranger).send().await;
        assert_eq!((refused.status, refused.bytes), (404, nothing.bytes));
    }

    async fn a_chat_of_gravity_rail(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let member = tenant.server.a.create_person("Ada", None, "").await;
        for body in [
            json!({ "channel": "web-chat", "title": "Intake", "memberId": member.number }),
            json!({ "channel": "phone-sms", "assistantEnabled": false }),
            json!({ "channel": "web-chat" }),
        ] {
            let made = tenant.gravity_rail(Method::POST, "chats", Some(body)).await.expect(200);
            let id = parse_uuid(&made["uuid"]);
            tenant.assert_shown_everywhere(id).await;
            let change = json!({ "metadata": { "stage": "late", "n": [1.50, null] }, "archived": true });
            tenant.gravity_rail(Method::PUT, &format!("chats/{id}"), Some(change)).await.expect(200);
            tenant.assert_shown_everywhere(id).await;
        }
        assert_eq!(tenant.listed_chat_ids(&format_uuid(member.id)).await.len(), 1);
    }

    async fn a_dm_is_a_pairs_channel_whoever_asked_first(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let first = tenant.server.a.create_person("First", None, "").await;
        let dm = tenant.gravity_rail(Method::POST, "chats/dm", Some(json!({ "memberId": first.number }))).await.expect(200);
        let body = json!({ "type": "P", "members": [first.handle] });
        let channel = tenant.relation(Method::POST, "create", Some(body)).await.expect(200);
        assert_eq!(parse_uuid(&channel["data"]["channelUuid"]), parse_uuid(&dm["uuid"]));
        let second = tenant.server.a.create_person("Second", None, "").await;
        let body = json!({ "type": "P", "members": [second.handle] });
        let channel = tenant.relation(Method::POST, "create", Some(body)).await.expect(200);
        let dm = tenant.gravity_rail(Method::POST, "chats/dm", Some(json!({ "memberId": second.number }))).await.expect(200);
        assert_eq!(parse_uuid(&channel["data"]["channelUuid"]), parse_uuid(&dm["uuid"]));
        let row = tenant.conversation_row(parse_uuid(&dm["uuid"])).await;
        tenant.assert_shown_as_rail_chat(&row).await;
        tenant.assert_shown_as_channel(&row).await;
        tenant.assert_shown_as_chat(&row).await;
    }

    async fn a_conversation_of_chatbotkit(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let space = tenant.create_space().await;
        let contact = tenant.chatbotkit(Method::POST, "contact/create", Some(json!({ "name": "Zoë" }))).await.expect(200);
        let space = format_prefixed("space_", SpaceId::new(space));
        for body in [
            json!({ "name": "Parcel", "spaceId": space, "contactId": contact["id"], "meta": { "n": 1.50, "deep": { "a": [null] } } }),
            json!({ "contactId": contact["id"] }),
            json!({ "spaceId": space }),
            json!({}),
        ] {
            let made = tenant.chatbotkit(Method::POST, "conversation/create", Some(body)).await.expect(200);
            tenant.assert_shown_everywhere(parse_prefixed_id(&made["id"], "conversation_")).await;
        }
        // A contact without an external id has its own id among the tenant's users.
        let contact = parse_prefixed_id(&contact["id"], "contact_").to_string();
        assert_eq!(tenant.listed_chat_ids(&contact).await.len(), 2);
    }

    async fn a_tenants_chat(server: TestServer) {
        let tenant = TenantView::new(server).await;
        for body in [
            json!({ "user_id": "customer-7", "title": "Help", "metadata": { "desk": "returns", "n": 12345678901234567890123_u128.to_string() } }),
            json!({ "user_id": "customer-7" }),
        ] {
            let made = tenant.tenant_chats(Method::POST, "", Some(body)).await.expect(201);
            let id = parse_uuid(&made["id"]);
            let row = tenant.conversation_row(id).await;
            assert_eq!(row.kind, ConversationKind::Chat);
            tenant.assert_shown_everywhere(id).await;
        }
        assert_eq!(tenant.listed_chat_ids("customer-7").await.len(), 2);
    }

    async fn one_person_under_one_customer_id(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let made = tenant.tenant_chats(Method::POST, "", Some(json!({ "user_id": "customer-7" }))).await.expect(201);
        let user = tenant.conversation_row(parse_uuid(&made["id"])).await.subject.unwrap();
        // The same text names the same member where it opens a space.
        let path = "/workspaces/{w}/activate-or-retrieve-user-space";
        let activated = tenant.sharely(Method::PUT, path, Some(json!({ "customerIdString": "customer-7" }))).await.expect(200);
        let path = format!("/v1/workspaces/{{w}}/spaces/{}", activated["spaceId"].as_str().unwrap());
        let space = tenant.sharely(Method::GET, &path, None).await.expect(200);
        assert_eq!(space["hosts"][0]["host"]["id"], format_uuid(user.id));
        // That member is a contact too.
        let path = format!("contact/{}/fetch", format_prefixed("contact_", user.id));
        tenant.chatbotkit(Method::GET, &path, None).await.expect(200);
        // The other tenant's user of that name is another member.
        let theirs = tenant.server.get("/api/v1/chats/user/customer-7").header("x-api-key", &tenant.server.b.key).send().await;
        assert_eq!(theirs.expect(200)["total"], 0);
    }

    async fn messages_are_the_same_everywhere(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let made = tenant.relation(Method::POST, "create", Some(json!({ "name": "Hikers", "type": "G" }))).await.expect(200);
        let id = parse_uuid(&made["data"]["channelUuid"]);
        tenant.append_message(id, MessageRole::User, "Where are we?").await;
        tenant.append_message(id, MessageRole::Context, "nobody said this").await;
        tenant.append_message(id, MessageRole::Assistant, "On the ridge.").await;
        let page = tenant.tenant_chats(Method::GET, &format!("{id}/messages"), None).await.expect(200);
        let messages: Vec<_> = page["messages"].as_array().unwrap().iter().map(|message| (&message["sender_role"], &message["content"])).collect();
        assert_eq!(messages, [(&json!("user"), &json!("Where are we?")), (&json!("assistant"), &json!("On the ridge."))]);
        assert_eq!(page["messages"][0]["sender_id"], format_uuid(tenant.server.a.owner.id));
        let chat = tenant.tenant_chats(Method::GET, &id.to_string(), None).await.expect(200);
        assert_eq!((&chat["message_count"], &chat["title"]), (&json!(2), &json!("Hikers")), "a given title stays");
    }

    async fn entity_deleted_in_one_dialect_is_gone_in_all(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let space = tenant.create_space().await;
        let path = format!("/v1/workspaces/{{w}}/spaces/{space}/group");
        let made = tenant.sharely(Method::POST, &path, Some(json!({}))).await.expect(200);
        let id = parse_uuid(&made["id"]);
        tenant.append_message(id, MessageRole::User, "hello").await;
        tenant.assert_shown_everywhere(id).await;
        tenant.tenant_chats(Method::DELETE, &id.to_string(), None).await.expect(200);
        assert_eq!(tenant.tenant_chats(Method::GET, &id.to_string(), None).await.status, 404);
        let path = format!("conversation/{}/fetch", format_prefixed("conversation_", ConversationId::new(id)));
        assert_eq!(tenant.chatbotkit(Method::GET, &path, None).await.status, 404);
        let path = format!("info?channelUuid={}", id.simple());
        assert_eq!(tenant.relation(Method::GET, &path, None).await.expect(200)["code"], "10112");
        let path = format!("/v1/workspaces/{{w}}/spaces/{space}");
        let found = tenant.sharely(Method::GET, &path, None).await.expect(200);
        let groups = found["spaceGroupConversation"].as_array().unwrap();
        assert!(groups.iter().all(|group| group["id"] != id.to_string()));
    }

    async fn assistants_are_not_contacts(server: TestServer) {
        let tenant = TenantView::new(server).await;
        let ctx = fixtures::owner_context(&tenant.server, &tenant.server.a).await;
        let agent = member::create(&tenant.server.engine, &ctx, CreateMember::new(Of::Assistant)).await.unwrap();
        for id in [agent.id, tenant.server.a.owner.id] {
            let path = format!("contact/{}/fetch", format_prefixed("contact_", id));
            assert_eq!(tenant.chatbotkit(Method::GET, &path, None).await.status, 404);
        }
    }
}
