//! Members that act for themselves.

use parlor_engine::participant::list_own;
use parlor_engine::{conversation, member, message};
use parlor_model::Ctx;
use parlor_model::conversation::{
    ConversationKey, ConversationKind, CreateConversation, GroupProfile,
};
use parlor_model::conversation_list_item::{ConversationListItem, ListOwnConversations};
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_testkit::TestServer;

use crate::messages::user_message;

/// A member of tenant A without a workspace role.
pub(crate) struct TestMember {
    pub(crate) member: MemberRef,
    pub(crate) ctx: Ctx,
}

pub(crate) async fn create_test_member(server: &TestServer, name: &str) -> TestMember {
    let member = server.a.create_person(name, None, "").await;
    let ctx = member::context_by_id(
        &server.engine,
        server.a.workspace_ref,
        member.id,
        None,
        server.engine.random_uuid(),
    )
    .await
    .unwrap();
    TestMember { member, ctx }
}

impl TestMember {
    pub(crate) fn to_new_participant(&self) -> NewParticipant {
        NewParticipant {
            member: MemberKey::Id(self.member.id),
            role: ParticipantRole::Member,
        }
    }

    pub(crate) async fn create_group(
        &self,
        server: &TestServer,
        others: &[&Self],
        group_profile: GroupProfile,
    ) -> ConversationKey {
        let command = CreateConversation {
            title: Some("Team".to_owned()),
            participants: others
                .iter()
                .map(|other| other.to_new_participant())
                .collect(),
            group_profile,
            ..CreateConversation::new(ConversationKind::Group)
        };
        ConversationKey::Id(
            conversation::create(&server.engine, &self.ctx, command)
                .await
                .unwrap()
                .id,
        )
    }

    pub(crate) async fn send(&self, server: &TestServer, key: ConversationKey, text: &str) -> i64 {
        let mut command = user_message(key, text);
        command.author = Some(self.member.number);
        message::create(&server.engine, &self.ctx, command)
            .await
            .unwrap()
            .seq
    }

    pub(crate) async fn list_own(&self, server: &TestServer) -> Vec<ConversationListItem> {
        let filter = ListOwnConversations {
            limit: 100,
            ..ListOwnConversations::default()
        };
        list_own(&server.engine, &self.ctx, filter).await.unwrap()
    }
}
