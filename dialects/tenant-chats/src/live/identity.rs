//! Who connects to a socket of many conversations.

use parlor_engine::{api_key, member};
use parlor_kit::{AppState, RequestMeta};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};

use crate::actions::SocketUser;
use crate::disconnect::ConnectError;
use crate::documented::SEND_SCOPE;
use crate::handshake::{ConnectParams, authorize, to_connect_error, to_token_connect_error};
use crate::ids;
use crate::socket_credential::{KeyCredential, SocketCredential, SocketRights};
use crate::token;

/// Somebody who may open one.
pub(super) struct LiveIdentity {
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) user: Option<SocketUser>,
    /// The user was made just now.
    pub(super) is_new: bool,
}

impl LiveIdentity {
    /// By a user's token, or by a key with the user it acts for. A key that names nobody acts for its own member, or for
    /// nobody. Acting for somebody else asks for `messages:write`.
    pub(super) async fn authenticate(
        app: &AppState,
        meta: &RequestMeta,
        wanted: &ConnectParams,
    ) -> Result<Self, ConnectError> {
        match &wanted.token {
            Some(token) => authenticate_token(app, meta, wanted, token).await,
            None => authenticate_key(app, meta, wanted).await,
        }
    }
}

async fn authenticate_token(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
    token: &str,
) -> Result<LiveIdentity, ConnectError> {
    let opened = token::verify(app, token, meta.request_id).await;
    let opened = opened.map_err(|error| to_token_connect_error(&error))?;
    // One for a single chat opens that chat's own socket only.
    if opened.chat.is_some() {
        return Err(ConnectError::InvalidToken);
    }
    let differs = |asked: &String| *asked != opened.user;
    if wanted.user.as_ref().is_some_and(differs) {
        return Err(ConnectError::Forbidden);
    }
    authorize(app, &opened.rights.key, meta)?;
    Ok(LiveIdentity {
        rights: opened.rights,
        credential: opened.credential,
        user: Some(SocketUser {
            member: opened.member,
            user_id: opened.user,
        }),
        is_new: false,
    })
}

async fn authenticate_key(
    app: &AppState,
    meta: &RequestMeta,
    wanted: &ConnectParams,
) -> Result<LiveIdentity, ConnectError> {
    let engine = &app.engine;
    let secret = wanted.secret.clone().ok_or(ConnectError::InvalidKey)?;
    let authenticated = api_key::authenticate(engine, &secret, meta.request_id).await;
    let key = authenticated.map_err(|error| to_connect_error(&error))?;
    authorize(app, &key, meta)?;
    let credential = |user| SocketCredential {
        key: KeyCredential::Secret(secret),
        user,
    };
    let named = match (&wanted.user, key.actor) {
        (Some(user), _) => ids::parse_user_id(user).map_err(|_| ConnectError::InvalidParameters)?,
        (None, Some(actor)) => MemberKey::Id(actor.id),
        (None, None) => {
            // Without it such a key could tell known ids from unknown ones, and see nothing else.
            let all = Scope::read(Resource::Conversations);
            key.require(all).map_err(|_| ConnectError::Forbidden)?;
            return Ok(LiveIdentity {
                rights: SocketRights { key, user: key },
                credential: credential(None),
                user: None,
                is_new: false,
            });
        }
    };
    let met = member::find_or_create(engine, &key, named, SEND_SCOPE).await;
    let met = met.map_err(|error| to_connect_error(&error))?;
    let id = met.member.id;
    let own = member::context_by_id(engine, key.workspace, id, None, meta.request_id).await;
    let own = own.map_err(|_| ConnectError::Forbidden)?;
    Ok(LiveIdentity {
        rights: SocketRights {
            key,
            user: own.restrict_to(&key),
        },
        credential: credential(Some(id)),
        user: Some(SocketUser {
            user_id: wanted
                .user
                .clone()
                .unwrap_or_else(|| ids::format_user_id(&met.member)),
            member: met.member,
        }),
        is_new: met.is_new,
    })
}
