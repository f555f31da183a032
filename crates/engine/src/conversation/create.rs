//! Creates a conversation.

use std::time::Duration;

use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::error::EntityKind;
use parlor_model::id::ConversationId;
use parlor_model::idempotency::{IdempotencyRequest, IdempotentResponse};
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::participant::ParticipantRole;
use parlor_model::{Ctx, Error, Result, Timestamp, limit, text};
use parlor_store::Tx;
use parlor_store::repo::outbox::EventQueue;
use parlor_store::repo::{conversation as repo, log, participant, space};
use serde_json::json;

use super::text_limits::check_new;
use crate::{Engine, authority, idempotency, member, outbox};

/// A conversation that was just created.
#[derive(Debug, Clone)]
pub struct CreateConversationResult {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// Its title.
    pub title: Option<String>,
    /// Its subject.
    pub subject: Option<MemberRef>,
    /// Creation time.
    pub at: Timestamp,
}

/// Creates a conversation, its participants and the first log entry in one transaction. The acting member becomes the
/// owner and a participant; the subject becomes a participant.
///
/// A member may create conversations outside of spaces and in its own space. Other spaces, and unbound keys, require
/// `conversations:write`.
pub async fn create(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateConversation,
) -> Result<CreateConversationResult> {
    validate(&command)?;
    let ctx = *ctx;
    // Looked up before: a read between the writes would cost round trips.
    let receivers = outbox::find_receivers(engine, ctx.ws()).await?;
    let taking = receivers.clone();
    let created = engine
        .store
        .write(move |tx| {
            authority::authorize_create_conversation(tx, &ctx, command.space)?;
            insert_for(tx, &ctx, &command, &taking)
        })
        .await?;
    outbox::wake_worker_for(engine, &receivers);
    Ok(created)
}

/// Creates like [`create`] under an idempotency key: a repeated request returns the first response and creates nothing.
pub async fn create_idempotent(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateConversation,
    request: IdempotencyRequest<CreateConversationResult>,
) -> Result<IdempotentResponse> {
    validate(&command)?;
    let ctx = *ctx;
    let receivers = outbox::find_receivers(engine, ctx.ws()).await?;
    let taking = receivers.clone();
    let response = engine
        .store
        .write(move |tx| {
            authority::authorize_create_conversation(tx, &ctx, command.space)?;
            idempotency::run_idempotent(tx, &ctx, &request, |tx| {
                insert_for(tx, &ctx, &command, &taking)
            })
        })
        .await?;
    outbox::wake_worker_for(engine, &receivers);
    Ok(response)
}

pub(super) fn validate(command: &CreateConversation) -> Result<()> {
    if let Some(title) = &command.title {
        text::validate_length(title, "title", limit::NAME.max_chars)?;
    }
    match command.kind {
        ConversationKind::Direct => Err(Error::internal(
            "direct conversations are found or made for a pair",
        )),
        ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => Ok(()),
    }
}

/// Inserts a conversation within a transaction of a larger command, and queues that for the receivers of the workspace.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &CreateConversation,
) -> Result<CreateConversationResult> {
    let receivers = outbox::find_receivers_in_tx(tx, ctx.ws())?;
    insert_for(tx, ctx, command, &receivers)
}

/// Inserts a conversation, and queues that for these receivers.
fn insert_for(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    command: &CreateConversation,
    receivers: &[EventQueue],
) -> Result<CreateConversationResult> {
    check_new(command)?;
    let ws = ctx.ws();
    let (space, space_owner) = match command.space {
        None => (None, None),
        Some(id) => {
            let (space, space_owner) = space::number_and_owner(tx, ws, id)?
                .ok_or_else(|| Error::not_found(EntityKind::Space))?;
            (Some(space), space_owner.map(MemberKey::Number))
        }
    };
    let subject = command
        .subject
        .as_ref()
        .or(space_owner.as_ref())
        .map(|key| member::resolve_or_create(tx, ws, key))
        .transpose()?;
    let owner = ctx.actor.map(|actor| actor.number);
    let mut members: Vec<(i64, ParticipantRole)> =
        Vec::with_capacity(2 + command.participants.len());
    if let Some(owner) = owner {
        members.push((owner, ParticipantRole::Owner));
    }
    if let Some(subject) = &subject {
        add_unique(&mut members, subject.number, ParticipantRole::Member);
    }
    if let Some(assistant) = command.service.assistant {
        add_unique(&mut members, assistant, ParticipantRole::Assistant);
    }
    for new in &command.participants {
        let member = member::resolve_or_create(tx, ws, &new.member)?;
        add_unique(&mut members, member.number, new.role);
    }
    let (metadata, responder) = (command.metadata.to_text(), command.responder.to_text());
    let new = repo::NewConversationRow {
        kind: command.kind,
        space,
        title: command.title.as_deref(),
        title_is_automatic: command.title_is_automatic,
        owner,
        subject: subject.as_ref().map(|subject| subject.number).or(owner),
        service: &command.service,
        group_profile: &command.group_profile,
        description: command.description.as_deref(),
        responder: &responder,
        metadata: &metadata,
    };
    let made = repo::insert(tx, ws, &new)?;
    for ((member, role), after) in members.iter().zip(0..) {
        // One microsecond apart, so that the order of the command is kept.
        let at = made.at.saturating_add(Duration::from_micros(after));
        participant::insert(tx, ws, made.number, *member, *role, at, 1)?;
    }
    let numbers: Vec<i64> = members.iter().map(|(member, _)| *member).collect();
    let payload = json!({ "title": command.title, "participants": numbers }).to_string();
    log::insert_first_entry(tx, ws, made.number, owner, made.at, &payload)?;
    outbox::queue_created(tx, ws, made.number, receivers)?;
    Ok(CreateConversationResult {
        number: made.number,
        id: made.id,
        title: command.title.clone(),
        subject,
        at: made.at,
    })
}

/// Adds a member unless it is present; the first role wins.
fn add_unique(members: &mut Vec<(i64, ParticipantRole)>, member: i64, role: ParticipantRole) {
    if members.iter().all(|(present, _)| *present != member) {
        members.push((member, role));
    }
}
