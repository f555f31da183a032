//! `GET /ws/chat`: from the offer of a socket to the first frame.
//!
//! Whatever is wrong, the socket is opened first and told then, because a browser sees nothing of a refused one.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{Engine, conversation, instance, key, member};
use parlor_gateway::Gateway;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::socket::{
    self, Handshake, HandshakeError, Session, SocketRequest, Utf8Bytes, WebSocket,
};
use parlor_kit::guard::OpenedSocket;
use parlor_kit::{App, Meta, Query, credential, ids as core, reply};
use parlor_model::conversation::{Conversation, ConversationKey, State as Life};
use parlor_model::error::{Credential, Denied, Kind};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::Role;
use parlor_model::participant::State as Membership;
use parlor_model::{Ctx, Error};
use serde_json::json;

use super::codec::Version;
use super::credential::{KeyCredential, SocketCredential, SocketRights};
use super::farewell::{Parameter, Refusal};
use super::talk::ChatTalk;
use super::verbs::{Speaker, Talker};
use super::words::{Established, Head, Resume, UserCreated, text};
use crate::limits::{self, TenantLimits};
use crate::message::speaker;
use crate::{Fail, ids, routes, token};

/// Bytes of a client's message, in one frame or in several: as many as a request's body may have, so that a socket
/// takes whatever text and metadata a request takes, however they are escaped.
const LONGEST: usize = 1024 * 1024;
/// Sockets of one user.
pub(crate) const SOCKETS: usize = 20;

/// Opens the socket. Checks in this order: key, number of requests, scope, values, chat, user, number of sockets.
pub(crate) async fn handle(
    State(app): State<App>,
    meta: Meta,
    headers: HeaderMap,
    query: Query,
    SocketRequest(handshake): SocketRequest,
) -> Result<Response, Fail> {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return Ok(not_opened(error)),
    };
    let gateway = Gateway::of(&app)?;
    let wanted = Wanted::read(&headers, &query);
    let opened = open(&app, &gateway, &meta, &wanted).await;
    let serve = opened.map(|session| |socket| session.serve(socket));
    Ok(answer(&app, &meta, &wanted, handshake, serve))
}

/// Counts a wrong key or token, which is refused on the open socket only.
fn note_refused(app: &App, meta: &Meta, wanted: &Wanted, refusal: &Refusal) {
    let shows_any = wanted.token.is_some() || wanted.secret.is_some();
    if shows_any && matches!(refusal, Refusal::Key | Refusal::Token) {
        let error = Error::unauthenticated(Credential::Key);
        app.guard.note_refusal(meta.address, &error);
    }
}

/// Takes the offer: the session is served, or the socket opened to be told why not.
pub(crate) fn answer<F, Fut>(
    app: &App,
    meta: &Meta,
    wanted: &Wanted,
    handshake: Handshake,
    serve: Result<F, Refusal>,
) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    match serve {
        Ok(serve) => {
            let mut response = socket::accept(handshake, LONGEST, serve);
            response.extensions_mut().insert(OpenedSocket);
            response
        }
        Err(refusal) => {
            note_refused(app, meta, wanted, &refusal);
            let farewell = refusal.farewell(app.engine.now(), wanted.chat.as_deref());
            socket::accept(handshake, LONGEST, |socket| {
                socket::refuse(socket, farewell)
            })
        }
    }
}

/// What stands in the headers, or else in the query.
pub(crate) struct Wanted {
    pub(crate) token: Option<String>,
    pub(crate) secret: Option<String>,
    pub(crate) user: Option<String>,
    chat: Option<String>,
    version: Option<String>,
    last_seq: Option<String>,
    epoch: Option<String>,
}

impl Wanted {
    pub(crate) fn read(headers: &HeaderMap, query: &Query) -> Self {
        let asked = |name: &str| query.get(name).map(str::to_owned);
        let either = |header: &str, name: &str| {
            let header = credential::header(headers, header).map(str::to_owned);
            header
                .or_else(|| asked(name))
                .filter(|text| !text.is_empty())
        };
        Self {
            token: asked("token").filter(|text| !text.is_empty()),
            secret: either("x-api-key", "api_key"),
            user: either("x-user-id", "user_id"),
            chat: either("x-chat-id", "chat_id"),
            version: asked("v"),
            last_seq: asked("last_seq"),
            epoch: asked("epoch"),
        }
    }

    fn version(&self) -> Option<Version> {
        match self.version.as_deref() {
            None | Some("1") => Some(Version::One),
            Some("2") => Some(Version::Two),
            Some(_) => None,
        }
    }
}

async fn open(
    app: &App,
    gateway: &std::sync::Arc<Gateway>,
    meta: &Meta,
    wanted: &Wanted,
) -> Result<Box<Session<ChatTalk>>, Refusal> {
    let engine = &app.engine;
    let Shown {
        identity,
        user_id,
        chat,
    } = show(app, meta, wanted).await?;
    let version = wanted.version().ok_or(Refusal::Parameters)?;
    let (found, who) = (find(engine, &identity, chat).await?, identity.who.clone());
    let (ctx, is_new) = (identity.rights.user, identity.is_new);
    let seat = gateway
        .seats
        .take(ctx.ws(), found.number, who.number, SOCKETS)
        .ok_or(Refusal::Crowded)?;
    let limits = TenantLimits::of(app);
    let seat = limits.seat(seat, ctx.ws());
    let seat = seat.ok_or(Refusal::TenantCrowded)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| refusal(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let resume = resume(wanted, version, &epoch, found.last_seq);
    let now = engine.now();
    let mut greeting: Vec<Utf8Bytes> = vec![text(&Established::new(
        now,
        &user_id,
        found.id,
        ctx.workspace.id,
        (version == Version::Two).then(|| Resume {
            connection_id: connection.hyphenated().to_string(),
            protocol: 2,
            seq: found.last_seq,
            epoch,
            resumed: resume.resumed,
            replayed: resume.replayed(),
            reason: resume.reason(),
            ping_interval_ms: u64::try_from(gateway.pace.ping.as_millis()).unwrap_or(u64::MAX),
        }),
    ))];
    if is_new {
        greeting.push(text(&UserCreated {
            head: Head::new("user_created", now),
            user_id: &user_id,
        }));
    }
    Ok(Box::new(Session {
        gateway: gateway.clone(),
        ctx,
        key: identity.rights.key,
        conversation: found.number,
        who: who.clone(),
        connection,
        seat,
        after: resume.after,
        greeting,
        talk: ChatTalk {
            engine: engine.clone(),
            rights: identity.rights,
            credential: identity.credential,
            version,
            mistakes: 0,
            talker: Talker::new(
                engine.clone(),
                ctx,
                connection,
                (found.number, found.id),
                Some(Speaker {
                    member: who,
                    user_id,
                }),
            )
            .by(identity.rights.key)
            .limited(limits.connection(app)),
        },
    }))
}

/// Who connects, and to which chat.
struct Shown {
    identity: Identity,
    user_id: String,
    chat: ConversationId,
}

/// A user whose socket this is.
struct Identity {
    rights: SocketRights,
    credential: SocketCredential,
    who: MemberRef,
    /// The user was made just now.
    is_new: bool,
}

/// By the token alone, which says everything, or by the tenant's key and what stands beside it.
async fn show(app: &App, meta: &Meta, wanted: &Wanted) -> Result<Shown, Refusal> {
    let failed = |error: Error| refusal(&error);
    if let Some(token) = &wanted.token {
        let opened = token::open(app, token, meta.request).await;
        let opened = opened.map_err(|error| token_refusal(&error))?;
        // One for all chats of a user opens the socket for many only.
        let chat = opened.chat.ok_or(Refusal::Token)?;
        let differs =
            |asked: &Option<String>, has: &str| asked.as_ref().is_some_and(|text| text != has);
        if differs(&wanted.user, &opened.user) || differs(&wanted.chat, &core::dashed(chat)) {
            return Err(Refusal::Forbidden);
        }
        admit(app, &opened.rights.key, meta)?;
        return Ok(Shown {
            identity: Identity {
                rights: opened.rights,
                credential: opened.credential,
                who: opened.member,
                is_new: false,
            },
            user_id: opened.user,
            chat,
        });
    }
    let secret = wanted.secret.clone().ok_or(Refusal::Key)?;
    let authenticated = key::authenticate(&app.engine, &secret, meta.request).await;
    let key = authenticated.map_err(failed)?;
    admit(app, &key, meta)?;
    let user_id = wanted
        .user
        .clone()
        .ok_or(Refusal::Missing(Parameter::User))?;
    let chat = wanted
        .chat
        .as_deref()
        .ok_or(Refusal::Missing(Parameter::Chat))?;
    let chat = core::parse_dashed(chat).ok_or(Refusal::Parameters)?;
    let named = ids::user(&user_id).map_err(|_| Refusal::Parameters)?;
    let known = member::number(&app.engine, &key, named.clone()).await;
    let scope = match known.map_err(failed)? {
        Some(_) => routes::LISTEN,
        None => {
            // A chat that the key may not see is as unknown as none, and makes nobody.
            let seen = conversation::outline(&app.engine, &key, ConversationKey::Id(chat)).await;
            seen.map_err(failed)?;
            routes::SAY
        }
    };
    let met = member::meet(&app.engine, &key, named, scope).await;
    let met = met.map_err(failed)?;
    let id = met.member.id;
    let own = member::act_by_id(&app.engine, key.workspace, id, None, meta.request).await;
    let own = own.map_err(|_| Refusal::Forbidden)?;
    Ok(Shown {
        identity: Identity {
            rights: SocketRights {
                key,
                user: own.narrowed(&key),
            },
            credential: SocketCredential {
                key: KeyCredential::Secret(secret),
                user: Some(id),
            },
            who: met.member,
            is_new: met.is_new,
        },
        user_id,
        chat,
    })
}

/// What a token that is none is told.
pub(crate) fn token_refusal(error: &Error) -> Refusal {
    match refusal(error) {
        Refusal::Key => Refusal::Token,
        other => other,
    }
}

/// The chat, in which the user takes part from now on unless it did before. Who left or was removed is brought back by
/// nothing of its own: for it the chat is as unknown as none.
async fn find(
    engine: &Engine,
    identity: &Identity,
    chat: ConversationId,
) -> Result<Conversation, Refusal> {
    let failed = |error: Error| refusal(&error);
    let (own, key) = (&identity.rights.user, ConversationKey::Id(chat));
    let standing = conversation::standing(engine, own, key).await;
    let standing = standing.map_err(failed)?;
    let found = standing.conversation;
    if found.state != Life::Active {
        return Err(Refusal::Closed);
    }
    match standing.own.map(|own| own.state) {
        Some(Membership::Joined) => Ok(found),
        Some(Membership::Left | Membership::Removed) => Err(Refusal::Chat),
        None => {
            let named = MemberKey::Id(identity.who.id);
            let by = &identity.rights.key;
            let joined = speaker::of(engine, by, &found.outline(), Some(named), Role::User).await;
            joined.map_err(failed)?;
            conversation::find(engine, own, key).await.map_err(failed)
        }
    }
}

/// As every request: counted, and allowed to do what it asks for.
pub(crate) fn admit(app: &App, ctx: &Ctx, meta: &Meta) -> Result<(), Refusal> {
    let counted = limits::admit(app, ctx, meta);
    let admitted = counted.and_then(|()| ctx.require(routes::LISTEN));
    admitted.map_err(|error| refusal(&error))
}

/// Where a connection takes up the log. A text that is no position is told as such.
fn resume(wanted: &Wanted, version: Version, epoch: &str, head: i64) -> ResumePoint {
    let last = wanted.last_seq.as_deref();
    match last.filter(|_| version == Version::Two) {
        None => ResumePoint::now(head),
        Some(last) => ResumePoint::find_in(head, last.parse().ok(), wanted.epoch.as_deref(), epoch),
    }
}

pub(crate) fn refusal(error: &Error) -> Refusal {
    match error.kind() {
        Kind::Unauthenticated(_) => Refusal::Key,
        Kind::NotFound(_) => Refusal::Chat,
        Kind::Invalid { .. } => Refusal::Parameters,
        Kind::Forbidden(Denied::NotParticipant | Denied::Left | Denied::Removed) => Refusal::Chat,
        Kind::Forbidden(_) | Kind::Conflict(_) => Refusal::Forbidden,
        Kind::RateLimited { .. } => Refusal::Limited,
        _ => {
            tracing::warn!(?error, "a socket was refused");
            Refusal::Broken
        }
    }
}

/// For a plain GET, or a handshake that the protocol refuses.
pub(crate) fn not_opened(error: HandshakeError) -> Response {
    let word = match error {
        HandshakeError::NotWebSocket | HandshakeError::Version => "UPGRADE_REQUIRED",
        HandshakeError::Key => "INVALID_REQUEST",
    };
    let body = json!({ "detail": error.message(), "error_code": word });
    let mut response = reply::json(error.status(), &body);
    error.headers(response.headers_mut());
    response
}
