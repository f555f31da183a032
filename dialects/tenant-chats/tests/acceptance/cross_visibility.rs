//! Conversations of other dialects in this one.

use parlor_engine::{conversation, member};
use parlor_model::conversation::{
    ConversationKey, ConversationKind, ConversationState, CreateConversation, UpdateConversation,
};
use parlor_model::member::MemberKey;
use parlor_testkit::both;
use serde_json::json;

use crate::requests::{AsTenantA, get_json};

both! {
    async fn groups_are_chats_with_this_dialects_defaults(server: TestServer) {
        let ctx = server.a.ctx();
        let group = CreateConversation {
            subject: Some(MemberKey::External("u1".into())),
            ..CreateConversation::new(ConversationKind::Group)
        };
        let created = conversation::create(&server.engine, &ctx, group).await.unwrap();
        let path = format!("/api/v1/chats/{}", parlor_kit::ids::format_uuid(created.id));
        let chat = get_json(&server, &path).await;
        assert_eq!((&chat["user_id"], &chat["status"]), (&json!("u1"), &json!("active")));
        let minute = parlor_kit::time::format_iso(created.at)[..16].replace('T', " ");
        assert_eq!(chat["title"], format!("Chat {minute}"));
        assert_eq!(get_json(&server, "/api/v1/chats/user/u1").await["chats"][0]["id"], chat["id"]);
        for state in [ConversationState::Archived, ConversationState::Closed] {
            let change = UpdateConversation { state: Some(state), ..UpdateConversation::default() };
            conversation::update(&server.engine, &ctx, ConversationKey::Id(created.id), change).await.unwrap();
            assert_eq!(get_json(&server, &path).await["status"], "closed");
        }
        assert_eq!(server.delete(&path).by_a(&server).send().await.status, 200, "a closed chat can be deleted");
    }

    async fn conversation_without_subject_and_owner_has_no_user(server: TestServer) {
        let ctx = server.a.ctx();
        let created = conversation::create(&server.engine, &ctx, CreateConversation::new(ConversationKind::Group)).await.unwrap();
        let path = format!("/api/v1/chats/{}", parlor_kit::ids::format_uuid(created.id));
        assert_eq!(get_json(&server, &path).await["user_id"], "");
    }

    async fn chat_of_a_deleted_user_belongs_to_its_owner(server: TestServer) {
        let chat = crate::requests::create_chat(&server, json!({ "user_id": "u1" })).await;
        let ctx = server.a.ctx();
        let user = member::find(&server.engine, &ctx, MemberKey::External("u1".into())).await.unwrap();
        member::delete(&server.engine, &ctx, user.member.key.id).await.unwrap();
        let owner = parlor_kit::ids::format_uuid(server.a.owner.id);
        assert_eq!(get_json(&server, &crate::requests::path_of_chat(&chat)).await["user_id"], owner, "its maker's");
        assert_eq!(get_json(&server, "/api/v1/chats/user/u1").await["total"], 0);
    }

    async fn direct_conversations_stay_private(server: TestServer) {
        let one = server.a.create_person("One", None, "").await;
        let two = server.a.create_person("Two", None, "").await;
        let mut ctx = server.a.ctx();
        let acting = member::context_by_handle(&server.engine, ctx.workspace, &one.handle, 0, None, ctx.request).await.unwrap();
        ctx.actor = acting.actor;
        let created = conversation::find_or_create_direct(&server.engine, &ctx, MemberKey::Id(two.id), false).await.unwrap();
        let path = format!("/api/v1/chats/{}", parlor_kit::ids::format_uuid(created.id));
        // The first key acts for the owner, which does not participate.
        let reply = server.get(&path).by_a(&server).send().await;
        assert_eq!(reply.expect(404)["error_code"], "CHAT_NOT_FOUND");
        let listed = get_json(&server, &format!("/api/v1/chats/user/{}", parlor_kit::ids::format_uuid(one.id))).await;
        assert_eq!(listed["total"], 0);
        // An unbound key with the scope reads it, but only by id.
        for (scopes, status) in [("conversations:admin", 404), ("conversations:read,dm:read", 200)] {
            let key = server.a.create_key(scopes, None).await;
            assert_eq!(server.get(&path).header("X-API-Key", key).send().await.status, status);
        }
    }
}
