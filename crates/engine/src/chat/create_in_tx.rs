//! The transaction that creates a chat with its assignment and participants, all or nothing.

use parlor_model::chat::StartChat;
use parlor_model::conversation::{
    ConversationKey, ConversationKind, CreateConversation, Medium, ServiceConfig,
};
use parlor_model::ctx::Actor;
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::Inbox;
use parlor_model::label::Label;
use parlor_model::member::{Member, MemberKey};
use parlor_model::participant::NewParticipant;
use parlor_model::phone_number::PhoneNumber;
use parlor_model::workflow::WorkflowDraft;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::MemberLookup;
use parlor_store::repo::{
    assignment, conversation as repo, label as labels, member as members, turn,
};

use super::resolve_assistant;
use super::workflow_pin::{WorkflowPin, resolve_workflow_pin};
use crate::conversation::{self, ConversationDetails, CreateConversationResult};
use crate::{label, member, sender, site};

/// A created chat, with what its opening message or call needs.
pub(super) struct ChatSetup {
    pub(super) created: CreateConversationResult,
    /// The chat as its creator sees it.
    pub(super) details: ConversationDetails,
    /// Its labels.
    pub(super) labels: Vec<Label>,
    pub(super) subject: Member,
    pub(super) phone_number: Option<PhoneNumber>,
    pub(super) inbox: Option<Inbox>,
    /// Whether a workflow runs it: the named one or its site's.
    pub(super) runs_workflow: bool,
    /// Whether its assistant was asked to say the workflow's opening message.
    pub(super) requests_opening: bool,
}

pub(super) fn create_in_tx(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    actor: Actor,
    command: &StartChat,
) -> Result<ChatSetup> {
    let ws = ctx.ws();
    let pin = command
        .workflow
        .map(|key| resolve_workflow_pin(tx, ws, key, command.workflow_version))
        .transpose()?;
    let site = command
        .site
        .map(|key| site::find_active_in_tx(tx, ws, key))
        .transpose()?;
    let pin = match (pin, site.as_ref().and_then(|site| site.workflow)) {
        (None, Some(workflow)) => site_workflow_pin(tx, ws, workflow)?,
        (pin, _) => pin,
    };
    let draft = pin.as_ref().map(|pin| &pin.draft);
    let subject = find_subject(tx, ws, actor, command.subject.as_ref())?;
    let serving = match &command.assistant {
        Some(key) => Some(resolve_assistant::resolve_assistant_in_tx(tx, ws, key)?),
        None => resolve_assistant::workflow_assistant(tx, ws, draft.and_then(|draft| draft.agent))?,
    };
    let phone_number = match command.medium {
        Medium::Sms | Medium::Voice => {
            let default = draft.and_then(|draft| draft.default_phone_number);
            sender::resolve_phone_number(tx, ws, command.medium, command.phone_number, default)?
        }
        Medium::Web | Medium::Email => None,
    };
    let inbox = match command.medium {
        Medium::Email => {
            let default = draft.and_then(|draft| draft.default_inbox);
            sender::resolve_inbox(tx, ws, command.inbox, default)?
        }
        Medium::Web | Medium::Sms | Medium::Voice => None,
    };
    let participants = resolve_participants(tx, ws, &command.participants)?;
    if starts_with_call(command, pin.is_some()) {
        check_callable(phone_number.as_ref(), &subject)?;
    }
    let service = ServiceConfig {
        medium: command.medium,
        category: command.category.clone(),
        is_test: command.is_test,
        site: site.map(|site| site.number),
        workflow: pin.as_ref().map(|pin| pin.workflow),
        workflow_version: pin.as_ref().and_then(|pin| pin.version),
        phone_number: phone_number.as_ref().map(|sender| sender.number),
        inbox: inbox.as_ref().map(|sender| sender.number),
        assistant_enabled: command.assistant_enabled,
        assistant: serving,
        chat_model: command.chat_model.clone(),
        realtime_model: command.realtime_model.clone(),
        ..ServiceConfig::default()
    };
    let new = CreateConversation {
        title: command.title.clone(),
        subject: Some(MemberKey::Number(subject.key.number)),
        participants,
        service,
        metadata: command.metadata.clone(),
        ..CreateConversation::new(ConversationKind::Chat)
    };
    let created = conversation::insert(tx, ctx, &new)?;
    if let Some(pin) = &pin {
        let assignment = assignment::insert(
            tx,
            ws,
            assignment::NewAssignmentRow {
                workflow: pin.workflow,
                workflow_version: pin.version,
                member: subject.key.number,
                conversation: Some(created.number),
                current_task: pin.first_task(),
            },
        )?;
        repo::set_assignment(tx, ws, created.number, assignment)?;
    }
    let requests_opening = draft.is_some_and(|draft| says_opening(command, draft));
    if requests_opening {
        turn::request_opening(tx, ws, created.number)?;
    }
    for label in &command.labels {
        let label = label::resolve_number(tx, ws, label)?;
        labels::attach(tx, ws, created.number, label)?;
    }
    let found = repo::find(tx, ws, ConversationKey::Number(created.number))?;
    let found =
        found.ok_or_else(|| Error::internal("a new chat vanished within its transaction"))?;
    Ok(ChatSetup {
        runs_workflow: pin.is_some(),
        requests_opening,
        details: conversation::load_details(tx, ctx, found)?,
        labels: labels::list_for_conversation(tx, ws, created.number)?,
        created,
        subject,
        phone_number,
        inbox,
    })
}

/// Returns whether the chat begins with the opening message of its workflow: on the web, and in a call, where it is said when
/// the call is answered. Other media would have to deliver it.
fn says_opening(command: &StartChat, draft: &WorkflowDraft) -> bool {
    let opening = draft.opening_message.as_deref().unwrap_or_default();
    let says_itself = matches!(command.medium, Medium::Web | Medium::Voice);
    command.assistant_enabled && says_itself && !opening.trim().is_empty()
}

/// Returns whether the chat begins with a call to its subject: a voice chat that a workflow's assistant runs.
pub(super) fn starts_with_call(command: &StartChat, runs_workflow: bool) -> bool {
    command.medium == Medium::Voice && runs_workflow && command.assistant_enabled
}

/// Returns the workflow pin of a chat that began on a site and names no workflow. An archived workflow is ignored, as
/// other defaults are.
fn site_workflow_pin(tx: &mut dyn Tx, ws: i64, workflow: i64) -> Result<Option<WorkflowPin>> {
    match resolve_workflow_pin(tx, ws, IdOrNumber::Number(workflow), None) {
        Ok(pin) => Ok(Some(pin)),
        Err(error) if *error.kind() == ErrorKind::NotFound(EntityKind::Workflow) => Ok(None),
        Err(error) => Err(error),
    }
}

fn check_callable(from: Option<&PhoneNumber>, to: &Member) -> Result<()> {
    if from.is_none() {
        return Err(Error::invalid(
            "phone_number",
            "is needed: neither the workflow nor the workspace has a default for calls",
        ));
    }
    if to.profile.phone.is_none() {
        return Err(Error::invalid("subject", "has no phone number to call"));
    }
    Ok(())
}

fn find_subject(tx: &mut dyn Tx, ws: i64, actor: Actor, key: Option<&MemberKey>) -> Result<Member> {
    let number = match key {
        None => actor.number,
        Some(key) => member::resolve_or_create(tx, ws, key)?.number,
    };
    members::find(tx, ws, MemberLookup::Number(number))?
        .map(|found| found.member)
        .ok_or_else(|| Error::internal("a resolved member vanished within its transaction"))
}

/// Returns the numbers of the named participants.
///
/// # Errors
/// `Invalid` if two names resolve to the same member.
fn resolve_participants(
    tx: &mut dyn Tx,
    ws: i64,
    named: &[NewParticipant],
) -> Result<Vec<NewParticipant>> {
    let mut seen = Vec::with_capacity(named.len());
    for (index, new) in named.iter().enumerate() {
        let number = member::resolve_or_create(tx, ws, &new.member)?.number;
        if seen.contains(&number) {
            return Err(Error::invalid(
                format!("participants[{index}]"),
                "names a member a second time",
            ));
        }
        seen.push(number);
    }
    let resolved = seen.into_iter().zip(named);
    Ok(resolved
        .map(|(number, new)| NewParticipant {
            member: MemberKey::Number(number),
            role: new.role,
        })
        .collect())
}
