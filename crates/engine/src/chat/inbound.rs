//! What received text messages and mails have in common: their sender, a new chat of it, and its message.

use parlor_model::access::WorkspaceRole;
use parlor_model::chat::StartChat;
use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::Actor;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::id::IdOrNumber;
use parlor_model::member::{CreateMember, Member, MemberKind, MemberRef, Profile};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::{MessageDetails, OmittedFile};
use parlor_model::redacted::Redacted;
use parlor_model::scope::Scopes;
use parlor_model::workflow::WorkflowKey;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::member::{self as members, MemberLookup, MemberRow};
use parlor_store::repo::remote_file::NewRemoteFile;
use parlor_store::repo::workflow;

use super::create_in_tx::create_in_tx;
use crate::file::{InboundFile, PendingFiles};
use crate::message::{AppendOptions, create_with_options};
use crate::{Engine, member};

/// Attempts to store a message whose chat is closed meanwhile.
const MAX_ATTEMPTS: u32 = 3;

/// Repeats `receive` if somebody closes its chat at the same moment: the next attempt finds or begins another.
pub(super) async fn retry_while_closed<T, F>(receive: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut attempts = 1;
    loop {
        match receive().await {
            Err(error)
                if *error.kind() == ErrorKind::Conflict(ConflictReason::Closed)
                    && attempts < MAX_ATTEMPTS =>
            {
                attempts += 1;
            }
            other => return other,
        }
    }
}

/// What is stored of a received message.
pub(super) struct InboundContent<'a> {
    /// Id by which a repeated one is known.
    pub(super) client_id: String,
    /// Text.
    pub(super) text: &'a Redacted<String>,
    /// Files that came with it.
    pub(super) files: &'a [InboundFile],
    /// Files that are still at the carrier.
    pub(super) remote: Vec<NewRemoteFile>,
    /// Files that came with it and are not stored.
    pub(super) omitted: &'a [OmittedFile],
}

/// Stores a message of the sender in its chat, with its files in the same commit. A repeated `client_id` stores nothing.
pub(super) async fn store_message(
    engine: &Engine,
    ctx: &Ctx,
    conversation: i64,
    sender: MemberRef,
    content: InboundContent<'_>,
) -> Result<()> {
    let own = member::context_by_id(engine, ctx.workspace, sender.id, None, ctx.request).await?;
    let key = ConversationKey::Number(conversation);
    let command = CreateMessage {
        client_id: Some(content.client_id),
        details: MessageDetails {
            omitted_files: content.omitted.to_vec(),
            ..MessageDetails::default()
        },
        ..CreateMessage::new(
            key,
            Some(sender.number),
            MessageRole::User,
            message_text(content.text),
        )
    };
    let mut files = PendingFiles::store(engine, &own, content.files).await?;
    let is_remote = !content.remote.is_empty();
    let remote = is_remote.then_some(AppendEffect::FetchFiles(content.remote));
    let options = AppendOptions {
        effects: files.attach().into_iter().chain(remote).collect(),
        ..AppendOptions::default()
    };
    let created = create_with_options(engine, &own, command, options).await;
    files.finish(engine, &created).await;
    if is_remote {
        engine.fetch_requested.notify_one();
    }
    created.map(drop)
}

/// A message has at least a character: one with pictures or attachments only has none.
fn message_text(text: &Redacted<String>) -> &str {
    match text.trim() {
        "" => "(no text)",
        _ => text.as_str(),
    }
}

/// Creates the member of an address that the workspace does not know. The profile has the normalized address.
pub(super) fn create_sender(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    profile: Profile,
    role: Option<WorkspaceRole>,
) -> Result<MemberRow> {
    let command = CreateMember {
        role,
        profile,
        ..CreateMember::new(MemberKind::Person)
    };
    let created = member::insert(tx, ctx.ws(), &command)?;
    let found = members::find(tx, ctx.ws(), MemberLookup::Number(created.number))?;
    found.ok_or_else(|| Error::internal("a member vanished within its transaction"))
}

/// Returns the workflow of a sender's address unless it is archived.
pub(super) fn find_workflow(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    number: Option<i64>,
) -> Result<Option<WorkflowKey>> {
    let Some(number) = number else {
        return Ok(None);
    };
    let found = workflow::find(tx, ctx.ws(), IdOrNumber::Number(number))?;
    let found = found.filter(|workflow| workflow.archived_at.is_none());
    Ok(found.map(|workflow| IdOrNumber::Number(workflow.number)))
}

/// Starts a chat as the sender and returns its number.
pub(super) fn start_chat(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    sender: &Member,
    command: &StartChat,
) -> Result<i64> {
    let actor = Actor {
        number: sender.key.number,
        id: sender.key.id,
        kind: sender.key.kind,
        role: sender.role,
    };
    let own = Ctx {
        actor: Some(actor),
        ..Ctx::unbound(ctx.workspace, Scopes::NONE, ctx.request)
    };
    Ok(create_in_tx(tx, &own, actor, command)?.created.number)
}
