//! `GET /api/v1/channel/{info,members,isAdmin}`: case 36, and visibility.

use parlor_engine::conversation;
use parlor_kit::ids;
use parlor_model::access::WorkspaceRole;
use parlor_model::conversation::{
    ConversationKey, ConversationKind, ConversationState, CreateConversation, UpdateConversation,
};
use parlor_model::member::MemberKey;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    INFO_PATH, IS_ADMIN_PATH, MEMBERS_PATH, TestMember, create_member, create_three_members,
    response_code, response_data,
};

const READ_PATHS: [&str; 3] = [INFO_PATH, MEMBERS_PATH, IS_ADMIN_PATH];

both! {
    async fn case_36_unknown_channel_is_a_parameter_error(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let channel = ada.group(&server, &[]).await;
        let dashed = format!("{}-{}", &channel[..8], &channel[8..]);
        let upper = format!("A{}", &channel[1..]);
        let unknown = "0123456789abcdef0123456789abcdef";
        for path in READ_PATHS {
            for bad in ["", "x", "null", unknown, &dashed, &upper, &channel[1..], &format!("{channel}0")] {
                assert_eq!(response_code(&ada.get(&server, path, bad).await), "10112", "{path} {bad}");
            }
            let absent = ada.with_credentials(&server, server.get(path)).send().await;
            assert_eq!(response_code(&absent), "10112");
        }
    }

    async fn case_36_another_tenants_channel_is_unknown(server: TestServer) {
        let stranger = server.b.create_person("Eve", Some(WorkspaceRole::Owner), "").await;
        let token = server.b.sign_in(&stranger).await;
        let body = json!({ "name": "theirs", "type": "G" });
        let theirs = server.post("/api/v1/channel/create").header("ApiKey", &server.b.key);
        let theirs = response_data(&theirs.bearer(token).json(&body).send().await);
        let theirs = theirs["channelUuid"].as_str().unwrap();
        let owner = TestMember { id: server.a.owner.handle.clone(), token: server.a.sign_in(&server.a.owner).await };
        for path in READ_PATHS {
            let reply = owner.get(&server, path, theirs).await;
            let unknown = owner.get(&server, path, "0123456789abcdef0123456789abcdef").await;
            assert_eq!((response_code(&reply).as_str(), &reply.bytes), ("10112", &unknown.bytes));
        }
    }

    async fn only_participants_see_a_channel_whatever_their_scopes(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let owner = TestMember { id: server.a.owner.handle.clone(), token: server.a.sign_in(&server.a.owner).await };
        let group = ada.group(&server, &[&bob]).await;
        let pair = ada.channel(&server, &json!({ "type": "P", "members": [bob.id] })).await;
        for channel in [&group, &pair] {
            for outsider in [&cleo, &owner] {
                assert_eq!(response_code(&outsider.get(&server, INFO_PATH, channel).await), "13108");
                assert_eq!(response_code(&outsider.get(&server, MEMBERS_PATH, channel).await), "13108");
                assert_eq!(response_data(&outsider.get(&server, IS_ADMIN_PATH, channel).await), json!(false));
            }
            assert_eq!(response_code(&bob.get(&server, INFO_PATH, channel).await), "0");
            assert_eq!(response_data(&ada.get(&server, IS_ADMIN_PATH, channel).await), json!(true));
            assert_eq!(response_data(&bob.get(&server, IS_ADMIN_PATH, channel).await), json!(false));
        }
    }

    async fn closed_channel_is_dismissed_for_all_members(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let channel = ada.group(&server, &[&bob]).await;
        let key = ConversationKey::Id(ids::parse_hex(&channel).unwrap());
        let close = UpdateConversation { state: Some(ConversationState::Closed), ..UpdateConversation::default() };
        conversation::update(&server.engine, &server.a.ctx(), key, close).await.unwrap();
        for person in [&ada, &bob, &cleo] {
            assert_eq!(response_code(&person.get(&server, INFO_PATH, &channel).await), "13104");
            assert_eq!(response_code(&person.get(&server, MEMBERS_PATH, &channel).await), "13104");
        }
        assert_eq!(response_data(&ada.get(&server, IS_ADMIN_PATH, &channel).await), json!(true));
    }

    async fn untitled_conversation_is_named_after_its_members(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let mut command = CreateConversation::new(ConversationKind::Chat);
        command.subject = Some(MemberKey::Handle(ada.id.clone()));
        let alone = conversation::create(&server.engine, &server.a.ctx(), command.clone()).await.unwrap();
        let info = response_data(&ada.get(&server, INFO_PATH, &ids::format_hex(alone.id)).await);
        assert_eq!((&info["name"], &info["type"]), (&json!("Ada"), &json!("G")));
        // An unbound key created the channel, so it has no admin.
        assert_eq!(response_data(&ada.get(&server, IS_ADMIN_PATH, &ids::format_hex(alone.id)).await), json!(false));
        command.participants = vec![parlor_model::participant::NewParticipant {
            member: MemberKey::Handle(bob.id.clone()),
            role: parlor_model::participant::ParticipantRole::Contributor,
        }];
        let two = conversation::create(&server.engine, &server.a.ctx(), command).await.unwrap();
        assert_eq!(response_data(&ada.get(&server, INFO_PATH, &ids::format_hex(two.id)).await)["name"], "Bob");
    }

    async fn channel_is_an_ordinary_conversation(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let channel = ada.group(&server, &[&bob]).await;
        let key = ConversationKey::Id(ids::parse_hex(&channel).unwrap());
        let whole = conversation::find_with_details(&server.engine, &server.a.ctx(), key).await.unwrap();
        assert_eq!(whole.conversation.kind, ConversationKind::Group);
        assert_eq!(whole.conversation.title.as_deref(), Some("team"));
        assert_eq!(whole.conversation.owner.unwrap().handle, ada.id);
        assert_eq!(whole.participants.len(), 2);
    }
}
