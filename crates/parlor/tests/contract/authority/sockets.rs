//! Rights of sockets: what opens them, which actions they allow, and what ends them within a second.

use std::time::Duration;

use parlor_engine::member;
use parlor_model::access::WorkspaceRole;
use parlor_model::member::{MemberKey, UpdateMember};
use parlor_testkit::{TestServer, TestSocket, both};
use serde_json::{Value, json};

use super::report::FailureReport;
use super::{KeyHolder, all_scopes, all_scopes_except};
use crate::fixtures::{FixtureEntities, create_fixtures};

/// The deadline of one second, doubled for a busy machine.
pub(super) const REVOCATION_TIMEOUT: Duration = Duration::from_secs(2);

/// The way in which a socket is opened for a user of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocketOpening {
    /// The vendor's own protocol, which can only send messages.
    FirstVersionByKey,
    ChatByKey,
    ChatByToken,
    LiveByKey,
    LiveByToken,
}

pub(super) const OPENINGS: [SocketOpening; 5] = [
    SocketOpening::FirstVersionByKey,
    SocketOpening::ChatByKey,
    SocketOpening::ChatByToken,
    SocketOpening::LiveByKey,
    SocketOpening::LiveByToken,
];

impl SocketOpening {
    /// The path with its query, or the refusal of the token that it needs.
    pub(super) async fn path(
        self,
        server: &TestServer,
        key: &str,
        user: &str,
        chat: &str,
    ) -> Option<String> {
        let made = |path: String, body: Value| {
            let request = server.post(&path).header("X-API-Key", key).json(&body);
            async move {
                let reply = request.send().await;
                assert!(reply.status < 500, "{}", reply.text());
                let token = reply.status == 201;
                token.then(|| reply.json()["token"].as_str().unwrap().to_owned())
            }
        };
        Some(match self {
            Self::FirstVersionByKey => {
                format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=1")
            }
            Self::ChatByKey => format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}&v=2"),
            Self::LiveByKey => format!("/live?api_key={key}&user_id={user}"),
            Self::ChatByToken => {
                let body = json!({ "user_id": user });
                let token = made(format!("/api/v1/chats/{chat}/tokens"), body).await?;
                format!("/ws/chat?token={token}&v=2")
            }
            Self::LiveByToken => {
                let token = made(format!("/api/v1/users/{user}/tokens"), json!({})).await?;
                format!("/live?token={token}")
            }
        })
    }

    const fn is_token(self) -> bool {
        matches!(self, Self::ChatByToken | Self::LiveByToken)
    }

    /// The actions besides sending.
    const fn reads_history(self) -> bool {
        !matches!(self, Self::FirstVersionByKey)
    }

    pub(super) const fn is_live(self) -> bool {
        matches!(self, Self::LiveByKey | Self::LiveByToken)
    }
}

/// Opens a socket, waits for its greeting and subscribes to the chat; `None` if it was refused.
pub(super) async fn open_socket(
    server: &TestServer,
    opening: SocketOpening,
    path: Option<&str>,
    chat: &str,
) -> Option<TestSocket> {
    let mut socket = server.open_socket(path?, &[]).await;
    if socket.next_or_end().await?["event_type"] != "connection_established" {
        return None;
    }
    if opening.is_live() {
        let frame = json!({ "action": "subscribe", "conversation": chat });
        socket.send(&frame).await;
        let frame = next_frame_of(&mut socket, &["subscribed", "error"]).await?;
        if frame["event_type"] != "subscribed" {
            return None;
        }
    }
    Some(socket)
}

/// The next frame of one of these types; `None` if the socket ends before.
pub(super) async fn next_frame_of(socket: &mut TestSocket, kinds: &[&str]) -> Option<Value> {
    loop {
        let frame = socket.next_or_end().await?;
        if kinds.iter().any(|kind| frame["event_type"] == *kind) {
            return Some(frame);
        }
    }
}

/// The answers to an action where it is granted and where it is refused.
async fn perform_action(
    socket: &mut TestSocket,
    opening: SocketOpening,
    chat: &str,
    action: &str,
) -> bool {
    let (mut frame, good) = match action {
        "send" => (
            json!({ "action": "send", "content": "Hello" }),
            "message_received",
        ),
        "history" => (json!({ "action": "history", "limit": 5 }), "history"),
        _ => (json!({ "action": "list" }), "list_started"),
    };
    if opening.is_live() && action != "list" {
        frame["conversation"] = json!(chat);
    }
    socket.send(&frame).await;
    let answer = next_frame_of(socket, &[good, "error"]).await;
    answer.is_some_and(|answer| answer["event_type"] == good)
}

pub(super) struct SocketFixture {
    pub(super) chat: String,
    pub(super) user: String,
}

impl SocketFixture {
    pub(super) fn new(things: &FixtureEntities) -> Self {
        Self {
            chat: things["conversation"].uuid.hyphenated().to_string(),
            user: things["user"].text.clone(),
        }
    }
}

both! {
    async fn sockets_ask_for_their_scopes(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        let place = SocketFixture::new(&create_fixtures(server, &server.a).await);
        let owner = server.a.owner.id.uuid().hyphenated().to_string();
        let (read, write) = ("messages:read".parse().unwrap(), "messages:write".parse().unwrap());
        let everything = all_scopes();
        // Scopes, whether the socket opens, whether a message may be sent on it.
        let cases = [
            (everything.clone(), place.user.clone(), true, true),
            (all_scopes_except(read), place.user.clone(), false, false),
            (all_scopes_except(write), place.user.clone(), true, false),
            ("messages:write".to_owned(), place.user.clone(), true, true),
            // Acting for a member with a workspace role needs `admin:write`.
            (all_scopes_except("admin:write".parse().unwrap()), owner, false, false),
        ];
        for (scopes, user, opens, says) in cases {
            let key = server.a.create_key(&scopes, None).await;
            for opening in OPENINGS {
                // Issuing a token needs `messages:write`, and so does acting for another member on the multiplexed
                // socket.
                let opens = opens && (says || matches!(opening, SocketOpening::ChatByKey | SocketOpening::FirstVersionByKey));
                let path = opening.path(server, &key, &user, &place.chat).await;
                let what = format!("{opening:?} for {user:.8} with {scopes}");
                if opening.is_token() && path.is_some() && !opens {
                    report.add(format!("{what}: a token"), "was made".to_owned());
                }
                let socket = open_socket(server, opening, path.as_deref(), &place.chat).await;
                if socket.is_some() != opens {
                    report.add(what, format!("opened: {}", socket.is_some()));
                    continue;
                }
                let Some(mut socket) = socket else { continue };
                for (action, may) in [("history", opening.reads_history()), ("send", says)] {
                    if perform_action(&mut socket, opening, &place.chat, action).await != may {
                        report.add(format!("{what}: {action}"), format!("done: {}", !may));
                    }
                }
            }
        }
        report.assert_empty();
    }
}

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
        place: &SocketFixture,
        things: &FixtureEntities,
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
                let user = MemberKey::External(place.user.clone());
                let ctx = server.a.ctx();
                member::revoke_tokens(&server.engine, &ctx, user)
                    .await
                    .unwrap();
            }
            Self::UserDeleted => {
                // The contact route deletes the member without requiring that its sockets are closed first.
                let contact = user_id(server, place).await;
                let path = format!("/api/v1/contact/{contact}/delete");
                let request = server.post(&path).bearer(root).json(&json!({}));
                request.send().await.expect(200);
            }
            Self::UserArchived | Self::UserRemoved => {
                let base = format!("/api/v2/w/{}", server.a.workspace);
                let number = conversation_number(server, place).await;
                let request = if self == Self::UserArchived {
                    let request = server.put(&format!("{base}/members/{number}"));
                    request.json(&json!({ "isArchived": true }))
                } else {
                    let chat = things["conversation"].number;
                    server.delete(&format!("{base}/chats/{chat}/participants/{number}"))
                };
                let reply = request.bearer(root).send().await;
                assert!(reply.status < 300, "{self:?}: {}", reply.text());
            }
        }
    }
}

impl SocketRevocation {
    /// Whether an opening depends on what has ended: a key is not a token.
    fn affects(self, opening: SocketOpening) -> bool {
        self != Self::TokensRevoked || opening.is_token()
    }

    /// The openings that must fail from here on. A key that may manage members adds a removed user again and creates a
    /// deleted one anew; a key that may only read and send does neither.
    async fn reconnect(
        self,
        server: &TestServer,
        opening: SocketOpening,
        path: String,
        place: &SocketFixture,
    ) -> Option<String> {
        match (self, opening) {
            (Self::UserDeleted, _) if !opening.is_token() => None,
            // The user only lost this conversation, so only this one must not open.
            (Self::UserRemoved, _) if !opening.is_token() => {
                let key = server.a.create_key(SEND_SCOPES, None).await;
                opening.path(server, &key, &place.user, &place.chat).await
            }
            _ => Some(path),
        }
    }
}

/// Scopes to read and send, but not to manage members.
const SEND_SCOPES: &str = "conversations:read,messages:write";

pub(super) async fn find_member(
    server: &TestServer,
    place: &SocketFixture,
) -> parlor_model::member::MemberRef {
    let key = MemberKey::External(place.user.clone());
    let found = member::find(&server.engine, &server.a.ctx(), key).await;
    found.unwrap().member.key
}

async fn user_id(server: &TestServer, place: &SocketFixture) -> String {
    let id = find_member(server, place).await.id.uuid();
    parlor_kit::ids::format_prefixed("contact_", parlor_model::id::ConversationId::new(id))
}

async fn conversation_number(server: &TestServer, place: &SocketFixture) -> i64 {
    find_member(server, place).await.number
}

both! {
    async fn what_a_socket_rests_on_ends_and_so_does_it(server: TestServer) {
        let server = &server;
        let mut report = FailureReport::default();
        for end in REVOCATIONS {
            let holder = match end {
                SocketRevocation::KeysMemberDeleted => KeyHolder::new(server, None, &all_scopes()).await,
                _ => KeyHolder::new(server, Some(WorkspaceRole::Manager), "").await,
            };
            let things = create_fixtures(server, &server.a).await;
            let place = SocketFixture::new(&things);
            let mut open = Vec::new();
            for opening in OPENINGS {
                let path = opening.path(server, &holder.key, &place.user, &place.chat).await.unwrap();
                let socket = open_socket(server, opening, Some(&path), &place.chat).await;
                let mut socket = socket.unwrap_or_else(|| panic!("{opening:?} before {end:?}"));
                assert!(perform_action(&mut socket, opening, &place.chat, "send").await, "{opening:?}");
                open.push((opening, path, socket));
            }
            end.apply(server, &holder, &place, &things).await;
            for (opening, path, mut socket) in open {
                let what = format!("{opening:?} after {end:?}");
                if !end.affects(opening) {
                    if !perform_action(&mut socket, opening, &place.chat, "send").await {
                        report.add(what, "ended, or refuses".to_owned());
                    }
                    continue;
                }
                // The multiplexed socket only loses the one conversation.
                let keeps = opening.is_live() && end == SocketRevocation::UserRemoved;
                let over = async {
                    while let Some(frame) = socket.next_or_end().await {
                        if keeps && frame["event_type"] == "unsubscribed" {
                            break;
                        }
                    }
                };
                if tokio::time::timeout(REVOCATION_TIMEOUT, over).await.is_err() {
                    report.add(what.clone(), "goes on".to_owned());
                    if perform_action(&mut socket, opening, &place.chat, "send").await {
                        report.add(format!("{what}: send"), "is taken".to_owned());
                    }
                }
                let path = end.reconnect(server, opening, path, &place).await;
                if let Some(path) = path
                    && open_socket(server, opening, Some(&path), &place.chat).await.is_some()
                {
                    report.add(format!("{what}: again"), "opened".to_owned());
                }
            }
        }
        report.assert_empty();
    }
}
