//! Authenticates a connection to a chat's socket, and makes its user a participant.

use parlor_engine::{Engine, api_key, conversation, member};
use parlor_kit::{AppState, RequestMeta, ids as core};
use parlor_model::Error;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::MessageRole;
use parlor_model::participant::ParticipantState;

use crate::disconnect::{ConnectError, RequiredParameter};
use crate::documented::{READ_SCOPE, SEND_SCOPE};
use crate::handshake::{ConnectParams, authorize, to_connect_error, to_token_connect_error};
use crate::message::sender;
use crate::socket_credential::{KeyCredential, SocketCredential, SocketRights};
use crate::{ids, token};

/// Who connects, and to which chat.
pub(super) struct ConnectIdentity {
    pub(super) identity: ConnectUser,
    pub(super) user_id: String,
    pub(super) chat: ConversationId,
}

/// A user whose socket this is.
pub(super) struct ConnectUser {
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) member: MemberRef,
    /// Whether this connection created the user.
    pub(super) is_new: bool,
}

/// By the token alone, which says everything, or by the tenant's key and what stands beside it.
pub(super) async fn authenticate(
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
        Some(_) => READ_SCOPE,
        None => {
            // A chat that the key may not see is as unknown as none, and makes nobody.
            let seen =
                conversation::find_header(&app.engine, &key, ConversationKey::Id(chat)).await;
            seen.map_err(failed)?;
            SEND_SCOPE
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

/// The chat, in which the user takes part from now on unless it did before. Who left or was removed is brought back by
/// nothing of its own: for it the chat is as unknown as none.
pub(super) async fn find_or_join_chat(
    engine: &Engine,
    identity: &ConnectUser,
    chat: ConversationId,
) -> Result<Conversation, ConnectError> {
    let failed = |error: Error| to_connect_error(&error);
    let (own, key) = (&identity.rights.user, ConversationKey::Id(chat));
    let standing = conversation::find_membership(engine, own, key).await;
    let standing = standing.map_err(failed)?;
    let found = standing.conversation;
    if found.state != ConversationState::Active {
        return Err(ConnectError::ChatClosed);
    }
    match standing.own_participant.map(|own| own.state) {
        Some(ParticipantState::Joined) => Ok(found),
        Some(ParticipantState::Left | ParticipantState::Removed) => Err(ConnectError::ChatNotFound),
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
