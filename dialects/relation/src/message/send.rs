//! `POST /api/v1/message/send`. The vendor's page api/message/send.
//!
//! A pair's channel is opened by the first message to somebody. A repeated `sendUuid` of the same sender in the same
//! channel stores nothing.

use std::collections::{BTreeSet, HashSet};

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::details::Details;
use parlor_model::member::Kind;
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
use crate::{Relation, Settings, ids};

/// Longest content, in characters.
const MAX_CONTENT: usize = 65_536;
/// Longest type.
const MAX_TYPE: usize = 32;
/// Longest id of the sender's own.
const MAX_SEND_UUID: usize = 256;
/// Members that one message mentions, at the most.
const MAX_MENTIONS: usize = 500;

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
    /// The message's id: digits.
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
    let body: SendRequest = typed(payload.object(MediaType::Any).await?)?;
    let form = body.checked()?;
    let key = body.channel(&app, &ctx).await?;
    let current = conversation::current(&app.engine, &ctx, key)
        .await
        .map_err(not_a_member)?;
    let quote = quote::checked(&app, &ctx, &current.conversation, body.quote_id.as_ref()).await?;
    let actor = ctx.member()?;
    let asked: HashSet<&str> = body
        .mentioned_user
        .iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let mentioned = current.participants.iter().filter(|one| {
        one.member.number != actor.number && asked.contains(one.member.handle.as_str())
    });
    let mentions: BTreeSet<i64> = mentioned.map(|one| one.member.number).collect();
    let role = match actor.kind {
        Kind::Assistant => Role::Assistant,
        Kind::Person | Kind::Contact => Role::User,
    };
    let number = ConversationKey::Number(current.conversation.number);
    let command = CreateMessage {
        form,
        details: Details {
            quote,
            ..Details::default()
        },
        mentions: mentions.into_iter().collect(),
        takes_part: true,
        client_id: body.send_uuid.filter(|id| !id.is_empty()),
        ..CreateMessage::new(number, Some(actor.number), role, body.content)
    };
    let sent = message::create(&app.engine, &ctx, command)
        .await
        .map_err(not_a_member)?;
    Ok(success(&SendResponse {
        id: sent.number.to_string(),
        channel_uuid: ids::channel(current.conversation.id),
    }))
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
        // Not by the name `type`: a channel's wrong type has a code of its own.
        let form = text::required(given, "message type", MAX_TYPE)?;
        Ok(Some(form.to_uppercase()).filter(|form| form != TEXT))
    }

    /// The channel to send to; a pair's is opened where there is none.
    async fn channel(&self, app: &App, ctx: &Ctx) -> Result<ConversationKey> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(uuid) = given(&self.channel_uuid) {
            return ids::channel_key(&uuid);
        }
        let Some(peer) = given(&self.to_relation_id) else {
            return Err(Error::invalid("channelUuid", "is required"));
        };
        let strict = app.section::<Settings>().strict_ids;
        let peer = named(app, ctx, &peer, strict).await?;
        let pair = conversation::direct(&app.engine, ctx, peer, false).await?;
        Ok(ConversationKey::Id(pair.id))
    }
}
