//! Changes that end an event stream or Relation's socket within a second. `scope` tests which scopes open a stream,
//! with all other routes.

use parlor_engine::message;
use parlor_model::access::WorkspaceRole;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::message::{CreateMessage, MessageRole as As};
use parlor_testkit::{TestServer, both};

use super::connection::{Opener, TELLINGS, Telling};
use super::report::FailureReport;
use super::socket_opening::SocketFixture;
use super::socket_revocation::{REVOCATIONS, SocketRevocation, find_member};
use super::{KeyHolder, all_scopes};
use crate::fixtures::{FixtureEntities, create_fixtures};

/// Sends a message with rights that have not ended.
pub(super) async fn send_message(server: &TestServer, chat: uuid::Uuid, text: &str) {
    let ctx = server.a.ctx();
    let key = ConversationKey::Id(ConversationId::new(chat));
    let author = Some(server.a.owner.number);
    let message_request = CreateMessage::new(key, author, As::User, text);
    message::create(&server.engine, &ctx, message_request)
        .await
        .unwrap();
}

/// Returns whether the connection depends on what has ended.
fn concerns(end: SocketRevocation, telling: Telling) -> bool {
    match end {
        SocketRevocation::KeyRevoked
        | SocketRevocation::KeysMemberArchived
        | SocketRevocation::KeysMemberDeleted
        | SocketRevocation::KeysMemberLowered => !telling.is_users(),
        SocketRevocation::UserDeleted
        | SocketRevocation::UserArchived
        | SocketRevocation::UserRemoved
        | SocketRevocation::TokensRevoked => telling.is_users(),
    }
}

async fn opener(
    server: &TestServer,
    holder: &KeyHolder,
    entities: &FixtureEntities,
    fixture: &SocketFixture,
) -> Opener {
    let user = find_member(server, fixture).await;
    Opener {
        key: holder.key.clone(),
        session: Opener::session(server, &holder.key, None).await,
        token: server.a.sign_in(&user).await,
        space: SpaceId::new(entities["space"].uuid),
        chat: fixture.chat.clone(),
    }
}

both! {
    async fn ended_right_closes_stream(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        for end in REVOCATIONS {
            let holder = match end {
                SocketRevocation::KeysMemberDeleted => KeyHolder::new(server, None, &all_scopes()).await,
                _ => KeyHolder::new(server, Some(WorkspaceRole::Manager), "").await,
            };
            let entities = create_fixtures(server, &server.a).await;
            let fixture = SocketFixture::new(&entities);
            let opener = opener(server, &holder, &entities, &fixture).await;
            let chat = entities["conversation"].uuid;
            let mut open = Vec::new();
            for telling in TELLINGS {
                let connection = opener.open(server, telling).await;
                open.push((telling, connection.unwrap_or_else(|| panic!("{telling:?} before {end:?}"))));
            }
            send_message(server, chat, "said-before").await;
            for (telling, connection) in &mut open {
                assert!(connection.tells("said-before").await, "{telling:?} before {end:?}");
            }
            end.apply(server, &holder, &fixture, &entities).await;
            // The socket of all channels only loses this channel.
            let keeps = |telling| telling == Telling::ChannelsByUser && end == SocketRevocation::UserRemoved;
            for (telling, connection) in &mut open {
                let what = format!("{telling:?} after {end:?}");
                if concerns(end, *telling) && !keeps(*telling) && !connection.ends().await {
                    report.add(what, "goes on".to_owned());
                }
            }
            send_message(server, chat, "said-after").await;
            for (telling, connection) in &mut open {
                let what = format!("{telling:?} after {end:?}");
                if !concerns(end, *telling) {
                    if !connection.tells("said-after").await {
                        report.add(what, "has ended, or is silent".to_owned());
                    }
                    continue;
                }
                if keeps(*telling) {
                    connection.ends().await;
                }
                if !connection.received(&["said-after"]).is_empty() {
                    report.add(format!("{what}: what is said then"), "is told".to_owned());
                }
                if !keeps(*telling)
                    && let Some(mut again) = opener.open(server, *telling).await
                    && (*telling != Telling::ChannelsByUser || !again.ends().await)
                {
                    report.add(format!("{what}: again"), "opened".to_owned());
                }
            }
        }
        report.assert_empty();
    }
}
