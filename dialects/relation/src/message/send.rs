//! `POST /api/v1/message/send`. The vendor's page api/message/send.
//!
//! A pair's channel is opened by the first message to somebody. A repeated `sendUuid` of the same sender in the same
//! channel stores nothing.

use std::collections::HashSet;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::details::Details;
use parlor_model::error::Kind as ErrorKind;
use parlor_model::id::ConversationId;
use parlor_model::member::{Kind, MemberRef};
use parlor_model::message::{CreateMessage, Role};
use parlor_model::{Ctx, Error, Result, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::quote;
use super::refusal::not_a_member;
use crate::auth::Caller;
use crate::envelope::{answer, success};
use crate::message::info::TEXT;
use crate::people::named;
use crate::{Relation, Settings, error, ids};

/// Longest content, in characters.
const MAX_CONTENT: usize = 65_536;
/// Longest type.
const MAX_TYPE: usize = 32;
/// Longest id of the sender's own.
const MAX_SEND_UUID: usize = 256;
/// Members that one message mentions, at the most.
const MAX_MENTIONS: usize = 500;

/// How errors name the field `type`, as a channel's wrong type has a code of its own.
const MESSAGE_TYPE: &str = "message type";

/// The field that names a pair's other member.
const PEER: &str = "toRelationId";

/// What to say, and where: `channelUuid` or `toRelationId`; an empty one is as good as absent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendRequest {
    /// The channel; counts where both are given.
    #[schema(pattern = "^([0-9a-f]{32})?$")]
    channel_uuid: Option<String>,
    /// Somebody's relationId, or the wallet address of somebody who signed in: the channel of the pair.
    to_relation_id: Option<String>,
    /// `TEXT` unless told otherwise, `CARD`, or a word of one's own: 1 to 32 characters.
    #[schema(max_length = 32, pattern = r"[^\s\x85]")]
    r#type: Option<String>,
    /// 1 to 65,536 characters.
    #[schema(min_length = 1, max_length = 65_536)]
    content: String,
    /// The sender's own id of the message, at most 256 characters: makes sending repeatable.
    #[schema(max_length = 256)]
    send_uuid: Option<String>,
    /// The id of a message of the same channel, or of what the system tells in it, as digits or as an integer. `null`, 0
    /// and an empty text quote nothing.
    #[schema(value_type = Option<ids::QuoteId>)]
    quote_id: Option<Value>,
    /// relationIds; those who are not in the channel do not matter.
    #[schema(max_items = 500)]
    mentioned_user: Option<Vec<String>>,
}

/// Where the message went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendResponse {
    /// The message's id: one to 19 digits.
    id: String,
    /// 32 hex digits.
    channel_uuid: String,
}

answer!(
    /// The answer of a message that was sent.
    SendAnswer,
    SendResponse
);

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let map = payload.object(MediaType::Any).await?;
    let body: SendRequest = typed(map).map_err(|error| match error.kind() {
        ErrorKind::Invalid { field, .. } if field == error::TYPE => {
            error::in_field(error, MESSAGE_TYPE)
        }
        _ => error,
    })?;
    let form = body.checked()?;
    let channel = body.channel(&app, &ctx).await?;
    let actor = ctx.member()?;
    let role = match actor.kind {
        Kind::Assistant => Role::Assistant,
        Kind::Person | Kind::Contact => Role::User,
    };
    let command = CreateMessage {
        form,
        details: Details {
            quote: channel.quote,
            ..Details::default()
        },
        mentions: channel.mentions,
        takes_part: true,
        client_id: body.send_uuid.filter(|id| !id.is_empty()),
        ..CreateMessage::new(channel.key, Some(actor.number), role, body.content)
    };
    // The last that may fail: what is stored is answered with success.
    let sent = message::create(&app.engine, &ctx, command)
        .await
        .map_err(not_a_member)?;
    Ok(success(&SendResponse {
        id: sent.number.to_string(),
        channel_uuid: ids::channel(channel.id),
    }))
}

/// Where a message goes, and what of the body was read with a view to that.
struct Destination {
    key: ConversationKey,
    id: ConversationId,
    quote: Option<i64>,
    mentions: Vec<i64>,
}

impl SendRequest {
    /// Whether the texts are within bounds; gives the type in capitals, where it is not the plain one.
    fn checked(&self) -> Result<Option<String>> {
        if self.content.is_empty() {
            return Err(Error::invalid("content", "must not be empty"));
        }
        text::limit(&self.content, "content", MAX_CONTENT)?;
        if let Some(send_uuid) = &self.send_uuid {
            text::limit(send_uuid, "sendUuid", MAX_SEND_UUID)?;
        }
        if self.mentioned_user.as_ref().map_or(0, Vec::len) > MAX_MENTIONS {
            return Err(Error::invalid("mentionedUser", "must be at most 500"));
        }
        let given = self.r#type.as_deref().unwrap_or(TEXT);
        let form = text::required(given, MESSAGE_TYPE, MAX_TYPE)?;
        Ok(Some(form.to_uppercase()).filter(|form| form != TEXT))
    }

    /// The channel to send to; a pair's is opened where there is none, after everything else was found good.
    async fn channel(&self, app: &App, ctx: &Ctx) -> Result<Destination> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(uuid) = given(&self.channel_uuid) {
            return self.named_channel(app, ctx, &uuid).await;
        }
        let Some(peer) = given(&self.to_relation_id) else {
            return Err(Error::invalid("channelUuid", "is required"));
        };
        self.pair(app, ctx, &peer).await
    }

    async fn named_channel(&self, app: &App, ctx: &Ctx, uuid: &str) -> Result<Destination> {
        let current = conversation::current(&app.engine, ctx, ids::channel_key(uuid)?)
            .await
            .map_err(not_a_member)?;
        let channel = &current.conversation;
        let quote = quote::checked(app, ctx, Some(channel), self.quote_id.as_ref()).await?;
        let members = current.participants.iter().map(|one| &one.member);
        Ok(Destination {
            key: ConversationKey::Number(channel.number),
            id: channel.id,
            quote,
            mentions: self.mentions(ctx, members),
        })
    }

    async fn pair(&self, app: &App, ctx: &Ctx, peer: &str) -> Result<Destination> {
        let strict = app.section::<Settings>().strict_ids;
        let peer = named(app, ctx, (PEER, peer), strict)
            .await?
            .ok_or_else(|| Error::invalid(PEER, "must be somebody's"))?;
        let quote = match &self.quote_id {
            None => None,
            Some(quote_id) => {
                let found = conversation::find_direct(&app.engine, ctx, peer.clone()).await?;
                let channel = match found {
                    Some(key) => Some(conversation::find(&app.engine, ctx, key).await?),
                    None => None,
                };
                quote::checked(app, ctx, channel.as_ref(), Some(quote_id)).await?
            }
        };
        let pair = conversation::direct(&app.engine, ctx, peer, false)
            .await
            .map_err(|error| error::in_field(error, PEER))?;
        Ok(Destination {
            key: ConversationKey::Number(pair.number),
            id: pair.id,
            quote,
            mentions: self.mentions(ctx, [&pair.peer]),
        })
    }

    /// The numbers of the members that it mentions, without the sender.
    fn mentions<'m>(
        &self,
        ctx: &Ctx,
        members: impl IntoIterator<Item = &'m MemberRef>,
    ) -> Vec<i64> {
        let asked: HashSet<&str> = self
            .mentioned_user
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let mentioned = members
            .into_iter()
            .filter(|one| !ctx.is_actor(one.number) && asked.contains(one.handle.as_str()));
        mentioned.map(|one| one.number).collect()
    }
}
