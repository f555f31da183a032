//! `GET /ws/chat`: from the offer of a socket to the first frame.
//!
//! Whatever is wrong, the socket is opened first and told then, because a browser sees nothing of a refused one.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{Engine, api_key, conversation, instance, member, membership};
use parlor_gateway::Gateway;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::socket::{
    self, Handshake, HandshakeError, SocketRequest, SocketSession, Utf8Bytes, WebSocket,
};
use parlor_kit::client_address_limiter::SocketOpened;
use parlor_kit::{AppState, QueryParams, RequestMeta, credential, ids as core, response};
use parlor_model::conversation::{Conversation, ConversationKey, ConversationState as Life};
use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::MessageRole;
use parlor_model::participant::ParticipantState as Membership;
use parlor_model::{Ctx, Error};
use serde_json::json;

use super::actions::{ConversationActions, SocketUser};
use super::credential::{KeyCredential, SocketCredential, SocketRights};
use super::disconnect::{ConnectError, RequiredParameter};
use super::encoder::ProtocolVersion;
use super::protocol::ChatProtocol;
use super::server_frames::{EstablishedFrame, FrameHead, ResumeInfo, UserCreatedFrame, to_text};
use crate::limits::{self, TenantLimits};
use crate::message::sender;
use crate::{HandlerError, ids, routes, token};

/// Bytes of a client's message, in one frame or in several: as many as a request's body may have, so that a socket
/// takes whatever text and metadata a request takes, however they are escaped.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Sockets of one user.
pub(crate) const MAX_SOCKETS_PER_USER: usize = 20;

/// Opens the socket. Checks in this order: key, number of requests, scope, values, chat, user, number of sockets.
pub(crate) async fn handle(
    State(app): State<AppState>,
    meta: RequestMeta,
    headers: HeaderMap,
    query: QueryParams,
    SocketRequest(handshake): SocketRequest,
) -> Result<Response, HandlerError> {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return Ok(handshake_error_response(error)),
    };
    let gateway = Gateway::from_app(&app)?;
    let wanted = ConnectParams::from_request(&headers, &query);
    let opened = create_session(&app, &gateway, &meta, &wanted).await;
    let serve = opened.map(|session| |socket| session.run(socket));
    Ok(upgrade_or_reject(&app, &meta, &wanted, handshake, serve))
}

/// Counts a wrong key or token, which is refused on the open socket only.
fn record_refusal(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
    refusal: &ConnectError,
) {
    let shows_any = wanted.token.is_some() || wanted.secret.is_some();
    if shows_any
        && matches!(
            refusal,
            ConnectError::InvalidKey | ConnectError::InvalidToken
        )
    {
        let error = Error::unauthenticated(CredentialReason::Key);
        app.address_limiter.record_rejected(meta.address, &error);
    }
}

/// Takes the offer: the session is served, or the socket opened to be told why not.
pub(crate) fn upgrade_or_reject<F, Fut>(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
    handshake: Handshake,
    serve: Result<F, ConnectError>,
) -> Response
where
    F: FnOnce(WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    match serve {
        Ok(serve) => {
            let mut response = socket::upgrade(handshake, MAX_MESSAGE_BYTES, serve);
            response.extensions_mut().insert(SocketOpened);
            response
        }
        Err(refusal) => {
            record_refusal(app, meta, wanted, &refusal);
            let farewell = refusal.to_disconnect(app.engine.now(), wanted.chat.as_deref());
            socket::upgrade(handshake, MAX_MESSAGE_BYTES, |socket| {
                socket::reject(socket, farewell)
            })
        }
    }
}

/// What stands in the headers, or else in the query.
pub(crate) struct ConnectParams {
    pub(crate) token: Option<String>,
    pub(crate) secret: Option<String>,
    pub(crate) user: Option<String>,
    chat: Option<String>,
    version: Option<String>,
    last_seq: Option<String>,
    epoch: Option<String>,
}

impl ConnectParams {
    pub(crate) fn from_request(headers: &HeaderMap, query: &QueryParams) -> Self {
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

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        match self.version.as_deref() {
            None | Some("1") => Some(ProtocolVersion::One),
            Some("2") => Some(ProtocolVersion::Two),
            Some(_) => None,
        }
    }
}

async fn create_session(
    app: &AppState,
    gateway: &std::sync::Arc<Gateway>,
    meta: &RequestMeta,
    wanted: &ConnectParams,
) -> Result<Box<SocketSession<ChatProtocol>>, ConnectError> {
    let engine = &app.engine;
    let ConnectIdentity {
        identity,
        user_id,
        chat,
    } = authenticate(app, meta, wanted).await?;
    let version = wanted
        .protocol_version()
        .ok_or(ConnectError::InvalidParameters)?;
    let (found, who) = (
        find_or_join_chat(engine, &identity, chat).await?,
        identity.member.clone(),
    );
    let (ctx, is_new) = (identity.rights.user, identity.is_new);
    let seat = gateway
        .connections
        .acquire(ctx.ws(), found.number, who.number, MAX_SOCKETS_PER_USER)
        .ok_or(ConnectError::TooManyConnections)?;
    let limits = TenantLimits::from_app(app);
    let seat = limits.within_tenant_limit(seat, ctx.ws());
    let seat = seat.ok_or(ConnectError::TooManyTenantConnections)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| to_connect_error(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let resume = resume_point(wanted, version, &epoch, found.last_seq);
    let now = engine.now();
    let mut greeting: Vec<Utf8Bytes> = vec![to_text(&EstablishedFrame::new(
        now,
        &user_id,
        found.id,
        ctx.workspace.id,
        (version == ProtocolVersion::Two).then(|| ResumeInfo {
            connection_id: connection.hyphenated().to_string(),
            protocol: 2,
            seq: found.last_seq,
            epoch,
            resumed: resume.resumed,
            replayed: resume.replay_count(),
            reason: resume.reason(),
            ping_interval_ms: u64::try_from(gateway.timeouts.ping_interval.as_millis())
                .unwrap_or(u64::MAX),
        }),
    ))];
    if is_new {
        greeting.push(to_text(&UserCreatedFrame {
            head: FrameHead::new("user_created", now),
            user_id: &user_id,
        }));
    }
    Ok(Box::new(SocketSession {
        gateway: gateway.clone(),
        ctx,
        key_ctx: identity.rights.key,
        conversation: found.number,
        member: who.clone(),
        connection_id: connection,
        permit: seat,
        after_seq: resume.after,
        initial_frames: greeting,
        protocol: ChatProtocol {
            engine: engine.clone(),
            rights: identity.rights,
            credential: identity.credential,
            version,
            invalid_frames: 0,
            actions: ConversationActions::new(
                engine.clone(),
                ctx,
                connection,
                (found.number, found.id),
                Some(SocketUser {
                    member: who,
                    user_id,
                }),
            )
            .with_key(identity.rights.key)
            .with_quota(limits.connection_quota(app)),
        },
    }))
}

/// Who connects, and to which chat.
struct ConnectIdentity {
    identity: ConnectUser,
    user_id: String,
    chat: ConversationId,
}

/// A user whose socket this is.
struct ConnectUser {
    rights: SocketRights,
    credential: SocketCredential,
    member: MemberRef,
    /// The user was made just now.
    is_new: bool,
}

/// By the token alone, which says everything, or by the tenant's key and what stands beside it.
async fn authenticate(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
) -> Result<ConnectIdentity, ConnectError> {
    let failed = |error: Error| to_connect_error(&error);
    if let Some(token) = &wanted.token {
        let opened = token::verify(app, token, meta.request_id).await;
        let opened = opened.map_err(|error| to_token_connect_error(&error))?;
        // One for all chats of a user opens the socket for many only.
        let chat = opened.chat.ok_or(ConnectError::InvalidToken)?;
        let differs =
            |asked: &Option<String>, has: &str| asked.as_ref().is_some_and(|text| text != has);
        if differs(&wanted.user, &opened.user) || differs(&wanted.chat, &core::format_uuid(chat)) {
            return Err(ConnectError::Forbidden);
        }
        authorize(app, &opened.rights.key, meta)?;
        return Ok(ConnectIdentity {
            identity: ConnectUser {
                rights: opened.rights,
                credential: opened.credential,
                member: opened.member,
                is_new: false,
            },
            user_id: opened.user,
            chat,
        });
    }
    let secret = wanted.secret.clone().ok_or(ConnectError::InvalidKey)?;
    let authenticated = api_key::authenticate(&app.engine, &secret, meta.request_id).await;
    let key = authenticated.map_err(failed)?;
    authorize(app, &key, meta)?;
    let user_id = wanted
        .user
        .clone()
        .ok_or(ConnectError::MissingParameter(RequiredParameter::User))?;
    let chat = wanted
        .chat
        .as_deref()
        .ok_or(ConnectError::MissingParameter(RequiredParameter::Chat))?;
    let chat = core::parse_uuid(chat).ok_or(ConnectError::InvalidParameters)?;
    let named = ids::parse_user_id(&user_id).map_err(|_| ConnectError::InvalidParameters)?;
    let known = member::find_number(&app.engine, &key, named.clone()).await;
    let scope = match known.map_err(failed)? {
        Some(_) => routes::READ_SCOPE,
        None => {
            // A chat that the key may not see is as unknown as none, and makes nobody.
            let seen =
                conversation::find_header(&app.engine, &key, ConversationKey::Id(chat)).await;
            seen.map_err(failed)?;
            routes::SEND_SCOPE
        }
    };
    let met = member::find_or_create(&app.engine, &key, named, scope).await;
    let met = met.map_err(failed)?;
    let id = met.member.id;
    let own = member::context_by_id(&app.engine, key.workspace, id, None, meta.request_id).await;
    let own = own.map_err(|_| ConnectError::Forbidden)?;
    Ok(ConnectIdentity {
        identity: ConnectUser {
            rights: SocketRights {
                key,
                user: own.restrict_to(&key),
            },
            credential: SocketCredential {
                key: KeyCredential::Secret(secret),
                user: Some(id),
            },
            member: met.member,
            is_new: met.is_new,
        },
        user_id,
        chat,
    })
}

/// What a token that is none is told.
pub(crate) fn to_token_connect_error(error: &Error) -> ConnectError {
    match to_connect_error(error) {
        ConnectError::InvalidKey => ConnectError::InvalidToken,
        other => other,
    }
}

/// The chat, in which the user takes part from now on unless it did before. Who left or was removed is brought back by
/// nothing of its own: for it the chat is as unknown as none.
async fn find_or_join_chat(
    engine: &Engine,
    identity: &ConnectUser,
    chat: ConversationId,
) -> Result<Conversation, ConnectError> {
    let failed = |error: Error| to_connect_error(&error);
    let (own, key) = (&identity.rights.user, ConversationKey::Id(chat));
    let standing = membership::find_membership(engine, own, key).await;
    let standing = standing.map_err(failed)?;
    let found = standing.conversation;
    if found.state != Life::Active {
        return Err(ConnectError::ChatClosed);
    }
    match standing.own_participant.map(|own| own.state) {
        Some(Membership::Joined) => Ok(found),
        Some(Membership::Left | Membership::Removed) => Err(ConnectError::ChatNotFound),
        None => {
            let named = MemberKey::Id(identity.member.id);
            let by = &identity.rights.key;
            let joined = sender::resolve_sender(
                engine,
                by,
                &found.to_header(),
                Some(named),
                MessageRole::User,
            )
            .await;
            joined.map_err(failed)?;
            conversation::find(engine, own, key).await.map_err(failed)
        }
    }
}

/// As every request: counted, and allowed to do what it asks for.
pub(crate) fn authorize(app: &AppState, ctx: &Ctx, meta: &RequestMeta) -> Result<(), ConnectError> {
    let counted = limits::count_request(app, ctx, meta);
    let admitted = counted.and_then(|()| ctx.require(routes::READ_SCOPE));
    admitted.map_err(|error| to_connect_error(&error))
}

/// Where a connection takes up the log. A text that is no position is told as such.
fn resume_point(
    wanted: &ConnectParams,
    version: ProtocolVersion,
    epoch: &str,
    head: i64,
) -> ResumePoint {
    let last = wanted.last_seq.as_deref();
    match last.filter(|_| version == ProtocolVersion::Two) {
        None => ResumePoint::live(head),
        Some(last) => {
            ResumePoint::resolve_in_epoch(head, last.parse().ok(), wanted.epoch.as_deref(), epoch)
        }
    }
}

pub(crate) fn to_connect_error(error: &Error) -> ConnectError {
    match error.kind() {
        ErrorKind::Unauthenticated(_) => ConnectError::InvalidKey,
        ErrorKind::NotFound(_) => ConnectError::ChatNotFound,
        ErrorKind::Invalid { .. } => ConnectError::InvalidParameters,
        ErrorKind::Forbidden(
            ForbiddenReason::NotParticipant | ForbiddenReason::Left | ForbiddenReason::Removed,
        ) => ConnectError::ChatNotFound,
        ErrorKind::Forbidden(_) | ErrorKind::Conflict(_) => ConnectError::Forbidden,
        ErrorKind::RateLimited { .. } => ConnectError::RateLimited,
        _ => {
            tracing::warn!(?error, "a socket was refused");
            ConnectError::Internal
        }
    }
}

/// For a plain GET, or a handshake that the protocol refuses.
pub(crate) fn handshake_error_response(error: HandshakeError) -> Response {
    let word = match error {
        HandshakeError::NotWebSocket | HandshakeError::UnsupportedVersion => "UPGRADE_REQUIRED",
        HandshakeError::InvalidKey => "INVALID_REQUEST",
    };
    let body = json!({ "detail": error.message(), "error_code": word });
    let mut response = response::json(error.status(), &body);
    error.add_headers(response.headers_mut());
    response
}
