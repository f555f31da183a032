//! One conversation: what is said in it, its log, and who has seen what. It is live, and a visitor may answer in it, and
//! take it over from its assistant.

mod hold;
mod item_view;
mod log;
mod reply;
mod saw;
mod transcript;
mod window;

use axum::Router;
use axum::routing::{get, post};
use parlor_engine::conversation::{self, ConversationDetails};
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::conversation::{ConversationKey, ConversationKind, ConversationState};
use parlor_model::error::EntityKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

pub(crate) use self::item_view::ItemView;
use crate::text::{kind_word, member_name};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/console/conversations/{id}", get(transcript::handle))
        .route("/console/conversations/{id}/items", get(window::handle))
        .route("/console/conversations/{id}/log", get(log::handle))
        .route("/console/conversations/{id}/saw", get(saw::handle))
        .route("/console/conversations/{id}/reply", post(reply::handle))
        .route("/console/conversations/{id}/hold", post(hold::handle))
}

/// What the head of each view of a conversation shows.
pub(super) struct ConversationHead {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kind: &'static str,
    pub(super) people: usize,
    pub(super) last_seq: i64,
    /// Whether it has an assistant that answers, or would if it were not held.
    pub(super) has_assistant: bool,
    /// Whether a person holds it, so that the assistant is silent.
    pub(super) is_held: bool,
    pub(super) needs_answer: bool,
    pub(super) is_closed: bool,
    /// Whether the visitor may take it over; the engine decides.
    pub(super) may_hold: bool,
    /// View that is shown.
    pub(super) view: &'static str,
}

impl ConversationHead {
    pub(super) fn new(details: &ConversationDetails, ctx: &Ctx, view: &'static str) -> Self {
        let found = &details.conversation;
        let names: Vec<String> = details
            .participants
            .iter()
            .take(3)
            .map(|participant| member_name(&participant.member))
            .collect();
        Self {
            id: ids::format_uuid(found.id),
            title: found
                .title
                .clone()
                .unwrap_or_else(|| match names.is_empty() {
                    true => "Untitled".to_owned(),
                    false => names.join(", "),
                }),
            kind: kind_word(found.kind, found.service.medium),
            people: details.participants.len(),
            last_seq: found.last_seq,
            has_assistant: found.service.assistant_enabled
                && found.kind != ConversationKind::Direct,
            is_held: found.service.paused,
            needs_answer: found.service.needs_response,
            is_closed: found.state == ConversationState::Closed,
            may_hold: ctx.allows(Scope::write(Resource::Conversations)),
            view,
        }
    }
}

/// Parses the id of a conversation in a path.
///
/// # Errors
/// `NotFound` for another text.
pub(super) fn parse_key(params: &PathParams) -> Result<ConversationKey> {
    ids::parse_uuid(params.get("id"))
        .map(ConversationKey::Id)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))
}

/// Finds a conversation that the visitor may read.
pub(super) async fn find(
    app: &AppState,
    ctx: &Ctx,
    key: ConversationKey,
) -> Result<ConversationDetails> {
    conversation::find_with_details(&app.engine, ctx, key).await
}
