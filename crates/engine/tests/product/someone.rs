//! Members who act for themselves.

use parlor_engine::participant::mine;
use parlor_engine::{conversation, member, message};
use parlor_model::Ctx;
use parlor_model::conversation::{Card, ConversationKey, CreateConversation, Kind as What};
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::overview::{Overview, OverviewFilter};
use parlor_model::participant::{NewParticipant, Role};
use parlor_testkit::TestServer;

use crate::messages::say;

/// Somebody of tenant A without a role.
pub(crate) struct Someone {
    pub(crate) who: MemberRef,
    pub(crate) ctx: Ctx,
}

pub(crate) async fn someone(server: &TestServer, name: &str) -> Someone {
    let who = server.a.person(name, None, "").await;
    let ctx = member::act_by_id(
        &server.engine,
        server.a.place,
        who.id,
        None,
        server.engine.random_uuid(),
    )
    .await
    .unwrap();
    Someone { who, ctx }
}

impl Someone {
    pub(crate) fn named(&self) -> NewParticipant {
        NewParticipant {
            who: MemberKey::Id(self.who.id),
            role: Role::Member,
        }
    }

    pub(crate) async fn group(
        &self,
        server: &TestServer,
        others: &[&Self],
        card: Card,
    ) -> ConversationKey {
        let command = CreateConversation {
            title: Some("Team".to_owned()),
            participants: others.iter().map(|other| other.named()).collect(),
            card,
            ..CreateConversation::of(What::Group)
        };
        ConversationKey::Id(
            conversation::create(&server.engine, &self.ctx, command)
                .await
                .unwrap()
                .id,
        )
    }

    pub(crate) async fn says(&self, server: &TestServer, key: ConversationKey, text: &str) -> i64 {
        let mut command = say(key, text);
        command.author = Some(self.who.number);
        message::create(&server.engine, &self.ctx, command)
            .await
            .unwrap()
            .seq
    }

    pub(crate) async fn list(&self, server: &TestServer) -> Vec<Overview> {
        let filter = OverviewFilter {
            limit: 100,
            ..OverviewFilter::default()
        };
        mine(&server.engine, &self.ctx, filter).await.unwrap()
    }
}
