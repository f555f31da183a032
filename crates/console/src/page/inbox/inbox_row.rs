//! A conversation in the list.

use parlor_engine::conversation::ConversationDetails;
use parlor_engine::{Engine, log, message};
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::log::LogItem;
use serde::Serialize;

use crate::text::{TimeText, kind_word, member_name};

/// Length of a preview, in characters.
const PREVIEW_CHARS: usize = 120;

/// A conversation in the list.
#[derive(Debug, Serialize)]
pub(super) struct InboxRow {
    pub(super) id: String,
    pub(super) title: String,
    /// What it is: a group, a chat over text messages.
    pub(super) kind: &'static str,
    pub(super) people: usize,
    pub(super) at: TimeText,
    pub(super) seq: i64,
    pub(super) unread: i64,
    /// What needs attention, in words.
    pub(super) state: &'static str,
    /// Beginning of the newest message.
    pub(super) last: String,
}

impl InboxRow {
    pub(super) fn new(details: &ConversationDetails, last: String) -> Self {
        let found = &details.conversation;
        let names: Vec<String> = details
            .participants
            .iter()
            .take(3)
            .map(|participant| member_name(&participant.member))
            .collect();
        let untitled = match names.is_empty() {
            true => "Untitled".to_owned(),
            false => names.join(", "),
        };
        let at = found.last_message_at.unwrap_or(found.created_at);
        Self {
            id: ids::format_uuid(found.id),
            title: found.title.clone().unwrap_or(untitled),
            kind: kind_word(found.kind, found.service.medium),
            people: details.participants.len(),
            at: TimeText::new(at),
            seq: found.last_seq,
            unread: details.unread,
            state: match found.state {
                ConversationState::Closed => "closed",
                ConversationState::Archived => "archived",
                ConversationState::Active if found.service.needs_response => "waits for an answer",
                ConversationState::Active if found.service.paused => "held by a person",
                ConversationState::Active => "",
            },
            last,
        }
    }
}

/// Returns the beginning of the newest message of each conversation; empty where there is none that the visitor may read.
pub(super) async fn last_texts(
    engine: &Engine,
    ctx: &Ctx,
    found: &[ConversationDetails],
) -> Vec<String> {
    let mut texts = Vec::with_capacity(found.len());
    for details in found {
        let conversation = &details.conversation;
        let key = ConversationKey::Number(conversation.number);
        let items = match conversation.last_message_seq {
            Some(seq) => log::read_items(engine, ctx, key, seq - 1, 1).await,
            None => Ok(Vec::new()),
        };
        let text = match items.unwrap_or_default().into_iter().next() {
            Some(LogItem::Message(message)) => {
                let line = message.text.as_str().replace(['\n', '\r', '\t'], " ");
                let name = message.author.as_ref().map(member_name);
                let name = name.unwrap_or_else(|| message.role.as_str().to_owned());
                format!("{name}: {}", message::truncate_text(&line, PREVIEW_CHARS))
            }
            _ => String::new(),
        };
        texts.push(text);
    }
    texts
}
