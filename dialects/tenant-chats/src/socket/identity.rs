//! Authenticates a connection to a chat's socket, and makes its user a participant.

use parlor_engine::{Engine, api_key, conversation, member};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::{AppState, RequestMeta};
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

/// The user of a connection, and the chat it opens.
pub(super) struct ConnectIdentity {
    pub(super) identity: ConnectUser,
    /// The user's id as the customer sent it.
    pub(super) user_id: String,
    pub(super) chat: ConversationId,
}

/// The user of a connection, with its rights.
pub(super) struct ConnectUser {
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) member: MemberRef,
    /// Whether this connection created the user.
    pub(super) is_new: bool,
}

/// Authenticates by a token, which determines user and chat, or by the tenant's key with the parameters for user and chat.
/// A key creates an unknown user.
///
/// # Errors
/// The reason why the connection is refused.
pub(super) async fn authenticate(
    app: &AppState,
    meta: &RequestMeta,
    params: &ConnectParams,
) -> Result<ConnectIdentity, ConnectError> {
    let failed = |error: Error| to_connect_error(&error);
    if let Some(token) = &params.token {
        let grant = token::verify(app, token, meta.request_id).await;
        let grant = grant.map_err(|error| to_token_connect_error(&error))?;
        // A token for all chats of a user opens only `/live`.
        let chat = grant.chat.ok_or(ConnectError::InvalidToken)?;
        let differs =
            |param: &Option<String>, own: &str| param.as_ref().is_some_and(|text| text != own);
        if differs(&params.user, &grant.user_id) || differs(&params.chat, &format_uuid(chat)) {
            return Err(ConnectError::Forbidden);
        }
        authorize(app, &grant.rights.key, meta)?;
        return Ok(ConnectIdentity {
            identity: ConnectUser {
                rights: grant.rights,
                credential: grant.credential,
                member: grant.member,
                is_new: false,
            },
            user_id: grant.user_id,
            chat,
        });
    }
    let secret = params.secret.clone().ok_or(ConnectError::InvalidKey)?;
    let authenticated = api_key::authenticate(&app.engine, &secret, meta.request_id).await;
    let key = authenticated.map_err(failed)?;
    authorize(app, &key, meta)?;
    let user_id = params
        .user
        .clone()
        .ok_or(ConnectError::MissingParameter(RequiredParameter::User))?;
    let chat = params
        .chat
        .as_deref()
        .ok_or(ConnectError::MissingParameter(RequiredParameter::Chat))?;
    let chat = parse_uuid(chat).ok_or(ConnectError::InvalidParameters)?;
    let member = ids::parse_user_id(&user_id).map_err(|_| ConnectError::InvalidParameters)?;
    let number = member::find_number(&app.engine, &key, member.clone()).await;
    let scope = match number.map_err(failed)? {
        Some(_) => READ_SCOPE,
        None => {
            // No user is created for a chat that does not exist or that the key may not see.
            let header =
                conversation::find_header(&app.engine, &key, ConversationKey::Id(chat)).await;
            header.map_err(failed)?;
            SEND_SCOPE
        }
    };
    let user = member::find_or_create(&app.engine, &key, member, scope).await;
    let user = user.map_err(failed)?;
    let id = user.member.id;
    let user_ctx =
        member::context_by_id(&app.engine, key.workspace, id, None, meta.request_id).await;
    let user_ctx = user_ctx.map_err(|_| ConnectError::Forbidden)?;
    Ok(ConnectIdentity {
        identity: ConnectUser {
            rights: SocketRights {
                key,
                user: user_ctx.restrict_to(&key),
            },
            credential: SocketCredential {
                key: KeyCredential::Secret(secret),
                user: Some(id),
            },
            member: user.member,
            is_new: user.is_new,
        },
        user_id,
        chat,
    })
}

/// Finds the chat and adds the user as a participant if it never was one. To a user that left or was removed the chat is
/// unknown: connecting does not bring it back.
///
/// # Errors
/// `ChatNotFound`, `ChatClosed` or `Forbidden`.
pub(super) async fn find_or_join_chat(
    engine: &Engine,
    identity: &ConnectUser,
    chat: ConversationId,
) -> Result<Conversation, ConnectError> {
    let failed = |error: Error| to_connect_error(&error);
    let (ctx, key) = (&identity.rights.user, ConversationKey::Id(chat));
    let membership = conversation::find_membership(engine, ctx, key).await;
    let membership = membership.map_err(failed)?;
    let chat = membership.conversation;
    if chat.state != ConversationState::Active {
        return Err(ConnectError::ChatClosed);
    }
    match membership.own_participant.map(|own| own.state) {
        Some(ParticipantState::Joined) => Ok(chat),
        Some(ParticipantState::Left | ParticipantState::Removed) => Err(ConnectError::ChatNotFound),
        None => {
            let member = MemberKey::Id(identity.member.id);
            let key_ctx = &identity.rights.key;
            let joined = sender::resolve_sender(
                engine,
                key_ctx,
                &chat.to_header(),
                Some(member),
                MessageRole::User,
            )
            .await;
            joined.map_err(failed)?;
            conversation::find(engine, ctx, key).await.map_err(failed)
        }
    }
}
