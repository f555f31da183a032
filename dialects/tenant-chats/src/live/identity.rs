//! Authenticates a connection to `/live`.

use parlor_engine::{api_key, member};
use parlor_kit::{AppState, RequestMeta};
use parlor_model::member::MemberKey;

use crate::actions::SocketUser;
use crate::disconnect::ConnectError;
use crate::documented::{CHATS_READ_SCOPE, SEND_SCOPE};
use crate::handshake::{ConnectParams, authorize, to_connect_error, to_token_connect_error};
use crate::ids;
use crate::socket_credential::{KeyCredential, SocketCredential, SocketRights};
use crate::token;

/// The user of a connection, with its rights.
pub(super) struct LiveIdentity {
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) user: Option<SocketUser>,
    /// Whether this connection created the user.
    pub(super) is_new: bool,
}

impl LiveIdentity {
    /// Authenticates by a user's token, or by a key with an optional user. Without a user, a key acts for its own member; an
    /// unbound key may only read, and requires `conversations:read`. Acting for another member requires `messages:write`.
    ///
    /// # Errors
    /// The reason why the connection is refused.
    pub(super) async fn authenticate(
        app: &AppState,
        meta: &RequestMeta,
        params: &ConnectParams,
    ) -> Result<Self, ConnectError> {
        match &params.token {
            Some(token) => authenticate_token(app, meta, params, token).await,
            None => authenticate_key(app, meta, params).await,
        }
    }
}

async fn authenticate_token(
    app: &AppState,
    meta: &RequestMeta,
    params: &ConnectParams,
    token: &str,
) -> Result<LiveIdentity, ConnectError> {
    let grant = token::verify(app, token, meta.request_id).await;
    let grant = grant.map_err(|error| to_token_connect_error(&error))?;
    // A token for a single chat opens only that chat's socket.
    if grant.chat.is_some() {
        return Err(ConnectError::InvalidToken);
    }
    let differs = |user_id: &String| *user_id != grant.user_id;
    if params.user.as_ref().is_some_and(differs) {
        return Err(ConnectError::Forbidden);
    }
    authorize(app, &grant.rights.key, meta)?;
    Ok(LiveIdentity {
        rights: grant.rights,
        credential: grant.credential,
        user: Some(SocketUser {
            member: grant.member,
            user_id: grant.user_id,
        }),
        is_new: false,
    })
}

async fn authenticate_key(
    app: &AppState,
    meta: &RequestMeta,
    params: &ConnectParams,
) -> Result<LiveIdentity, ConnectError> {
    let engine = &app.engine;
    let secret = params.secret.clone().ok_or(ConnectError::InvalidKey)?;
    let authenticated = api_key::authenticate(engine, &secret, meta.request_id).await;
    let key = authenticated.map_err(|error| to_connect_error(&error))?;
    authorize(app, &key, meta)?;
    let credential = |user| SocketCredential {
        key: KeyCredential::Secret(secret),
        user,
    };
    let member = match (&params.user, key.actor) {
        (Some(user), _) => ids::parse_user_id(user).map_err(|_| ConnectError::InvalidParameters)?,
        (None, Some(actor)) => MemberKey::Id(actor.id),
        (None, None) => {
            // Without the scope such a key could read nothing, but could learn which ids exist.
            key.require(CHATS_READ_SCOPE)
                .map_err(|_| ConnectError::Forbidden)?;
            return Ok(LiveIdentity {
                rights: SocketRights { key, user: key },
                credential: credential(None),
                user: None,
                is_new: false,
            });
        }
    };
    let user = member::find_or_create(engine, &key, member, SEND_SCOPE).await;
    let user = user.map_err(|error| to_connect_error(&error))?;
    let id = user.member.id;
    let user_ctx = member::context_by_id(engine, key.workspace, id, None, meta.request_id).await;
    let user_ctx = user_ctx.map_err(|_| ConnectError::Forbidden)?;
    Ok(LiveIdentity {
        rights: SocketRights {
            key,
            user: user_ctx.restrict_to(&key),
        },
        credential: credential(Some(id)),
        user: Some(SocketUser {
            user_id: params
                .user
                .clone()
                .unwrap_or_else(|| ids::format_user_id(&user.member)),
            member: user.member,
        }),
        is_new: user.is_new,
    })
}
