//! Revocations that end a socket, and the openings that they forbid.

use std::time::Duration;

use parlor_engine::member;
use parlor_kit::ids::format_prefixed;
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef, UpdateMember};
use parlor_testkit::TestServer;
use serde_json::json;

use super::KeyHolder;
use super::socket_opening::{SocketFixture, SocketOpening};
use crate::fixtures::FixtureEntities;

/// The deadline of one second, doubled for a busy machine.
pub(super) const REVOCATION_TIMEOUT: Duration = Duration::from_secs(2);

/// A revocation that ends a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocketRevocation {
    KeyRevoked,
    KeysMemberArchived,
    KeysMemberDeleted,
    KeysMemberLowered,
    UserDeleted,
    UserArchived,
    UserRemoved,
    TokensRevoked,
}

pub(super) const REVOCATIONS: [SocketRevocation; 8] = [
    SocketRevocation::KeyRevoked,
    SocketRevocation::KeysMemberArchived,
    SocketRevocation::KeysMemberDeleted,
    SocketRevocation::KeysMemberLowered,
    SocketRevocation::UserDeleted,
    SocketRevocation::UserArchived,
    SocketRevocation::UserRemoved,
    SocketRevocation::TokensRevoked,
];

impl SocketRevocation {
    pub(super) async fn apply(
        self,
        server: &TestServer,
        holder: &KeyHolder,
        fixture: &SocketFixture,
        entities: &FixtureEntities,
    ) {
        let archived = UpdateMember {
            archived: Some(true),
            ..UpdateMember::default()
        };
        let lowered = UpdateMember {
            role: Some(None),
            ..UpdateMember::default()
        };
        let root = &server.a.key;
        match self {
            Self::KeyRevoked => server.a.revoke_key(holder.key_id).await,
            Self::KeysMemberArchived => server.a.update_member(&holder.member, archived).await,
            Self::KeysMemberLowered => server.a.update_member(&holder.member, lowered).await,
            Self::KeysMemberDeleted => server.a.delete_member(&holder.member).await,
            Self::TokensRevoked => {
                let user = MemberKey::External(fixture.user.clone());
                let ctx = server.a.ctx();
                member::revoke_tokens(&server.engine, &ctx, user)
                    .await
                    .unwrap();
            }
            Self::UserDeleted => {
                // The contact route deletes the member without requiring that its sockets are closed first.
                let contact = contact_id(server, fixture).await;
                let path = format!("/api/v1/contact/{contact}/delete");
                let request = server.post(&path).bearer(root).json(&json!({}));
                request.send().await.expect(200);
            }
            Self::UserArchived | Self::UserRemoved => {
                let base = format!("/api/v2/w/{}", server.a.workspace);
                let number = member_number(server, fixture).await;
                let request = if self == Self::UserArchived {
                    let request = server.put(&format!("{base}/members/{number}"));
                    request.json(&json!({ "isArchived": true }))
                } else {
                    let chat = entities["conversation"].number;
                    server.delete(&format!("{base}/chats/{chat}/participants/{number}"))
                };
                let reply = request.bearer(root).send().await;
                assert!(reply.status < 300, "{self:?}: {}", reply.text());
            }
        }
    }

    /// Whether an opening depends on what has ended: a key is not a token.
    pub(super) fn affects(self, opening: SocketOpening) -> bool {
        self != Self::TokensRevoked || opening.is_token()
    }

    /// The path that must not open a socket from here on, if any. A key that may manage members adds a removed user again and creates a
    /// deleted one anew; a key that may only read and send does neither.
    pub(super) async fn reconnect(
        self,
        server: &TestServer,
        opening: SocketOpening,
        path: String,
        fixture: &SocketFixture,
    ) -> Option<String> {
        match (self, opening) {
            (Self::UserDeleted, _) if !opening.is_token() => None,
            // The user only lost this conversation, so only this one must not open.
            (Self::UserRemoved, _) if !opening.is_token() => {
                let key = server.a.create_key(SEND_SCOPES, None).await;
                opening
                    .path(server, &key, &fixture.user, &fixture.chat)
                    .await
            }
            _ => Some(path),
        }
    }
}

/// Scopes to read and send, but not to manage members.
const SEND_SCOPES: &str = "conversations:read,messages:write";

/// The member of the socket's user.
pub(super) async fn find_member(server: &TestServer, fixture: &SocketFixture) -> MemberRef {
    let key = MemberKey::External(fixture.user.clone());
    let found = member::find(&server.engine, &server.a.ctx(), key).await;
    found.unwrap().member.key
}

async fn contact_id(server: &TestServer, fixture: &SocketFixture) -> String {
    let id = find_member(server, fixture).await.id.uuid();
    format_prefixed("contact_", ConversationId::new(id))
}

async fn member_number(server: &TestServer, fixture: &SocketFixture) -> i64 {
    find_member(server, fixture).await.number
}
