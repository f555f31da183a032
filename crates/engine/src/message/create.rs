//! Saying something.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::error::{Conflict, Noun};
use parlor_model::id::MessageId;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{CreateMessage, Message, MessageKey, Role};
use parlor_model::outline::Outline;
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::append::{Append, Appended, Companion, Condition};
use parlor_store::repo::message as repo;

use super::title;
use crate::authority::{self, Allowed, Basis, Right};
use crate::conversation::authorized;
use crate::{Engine, member, statistics};

/// Longest message, in characters.
const LONGEST: usize = limit::MESSAGE.max_chars;

/// Says something in a conversation: durable and in order before this returns. Repeating a client id, or a chosen id
/// in the same conversation, gives the first message and stores nothing. Participants need no scope; anybody else
/// `messages:write`, which opens no direct conversation.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMessage) -> Result<Appended> {
    create_with(engine, ctx, command, Attachments::default()).await
}

/// What a command adds to the append of its message.
#[derive(Debug, Default)]
pub(crate) struct Attachments {
    /// What must hold when the message is stored, besides what [`create`] asks for; judged first.
    pub(crate) conditions: Vec<Condition>,
    /// What is committed with the message or not at all.
    pub(crate) companions: Vec<Companion>,
}

/// Creates a message as [`create`] does, with further conditions and companions.
pub(crate) async fn create_with(
    engine: &Engine,
    ctx: &Ctx,
    command: CreateMessage,
    attachments: Attachments,
) -> Result<Appended> {
    check(&command)?;
    let allowed = authorized(engine, ctx, command.conversation, Right::Write).await?;
    append(
        engine,
        ctx,
        (&allowed.found, allowed.basis),
        command,
        attachments,
    )
    .await
}

/// Says several things in one conversation, in this order, as one after the other would: but one commit may take them
/// all. Each is answered by itself; an error as a whole is one of the conversation's.
pub async fn create_all(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    commands: Vec<CreateMessage>,
) -> Result<Vec<Result<Appended>>> {
    let Allowed { found, basis } = authorized(engine, ctx, key, Right::Write).await?;
    let mut sends = Vec::with_capacity(commands.len());
    for command in commands {
        let (checked, place) = (check(&command), &found);
        sends.push(Send::Waits(Box::pin(async move {
            checked?;
            append(engine, ctx, (place, basis), command, Attachments::default()).await
        })));
    }
    // A send takes its place in the line when it is asked first, so they are asked in order.
    poll_fn(|cx| {
        let mut all = Poll::Ready(());
        for send in &mut sends {
            if send.poll(cx).is_pending() {
                all = Poll::Pending;
            }
        }
        all
    })
    .await;
    let made = sends.into_iter().filter_map(|send| match send {
        Send::Done(made) => Some(made),
        Send::Waits(_) => None,
    });
    Ok(made.collect())
}

/// One of several sends.
enum Send<F> {
    Waits(Pin<Box<F>>),
    Done(Result<Appended>),
}

impl<F: Future<Output = Result<Appended>>> Send<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Waits(send) = self {
            match send.as_mut().poll(cx) {
                Poll::Ready(made) => *self = Self::Done(made),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// What was said, and whether it had been said before.
#[derive(Debug, Clone)]
pub struct Said {
    /// The message, as it is now.
    pub message: Message,
    /// It had been said before under the same id or client id; nothing was stored.
    pub duplicate: bool,
}

/// The same in a conversation that `conversation::outline` has given the same caller in this request: it is not looked
/// up again, and the message comes back whole. Which conversation the command names does not matter.
pub async fn create_in(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &Outline,
    command: CreateMessage,
) -> Result<Said> {
    create_in_with(engine, ctx, conversation, command, Attachments::default()).await
}

/// The same, with more that is committed with the message or not at all. Nothing is read after the commit of a new
/// message: what has been stored is never answered with an error.
pub(crate) async fn create_in_with(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &Outline,
    command: CreateMessage,
    attachments: Attachments,
) -> Result<Said> {
    check(&command)?;
    let key = ConversationKey::Number(conversation.number);
    let basis = authorized(engine, ctx, key, Right::Write).await?.basis;
    // Looked up before: once the message is stored nothing may fail any more.
    let author = match command.author {
        Some(number) => Some(author(engine, ctx, conversation, number).await?),
        None => None,
    };
    let said = command.clone();
    let made = append(engine, ctx, (conversation, basis), command, attachments).await?;
    let message = match made.duplicate {
        false => whole(conversation, said, author, made),
        true => stored(engine, ctx, conversation.number, made.id).await?,
    };
    Ok(Said {
        message,
        duplicate: made.duplicate,
    })
}

fn check(command: &CreateMessage) -> Result<()> {
    limit::FORM.check_given(command.form.as_deref(), "type")?;
    limit::CLIENT_ID.check_given(command.client_id.as_deref(), "client id")?;
    let wordless = command.details.tool_calls.is_some() || command.details.tool_call.is_some();
    if wordless {
        check_length(&command.text)?;
    } else {
        check_text(&command.text)?;
    }
    Ok(())
}

/// Who it is, which the conversation mostly tells.
async fn author(
    engine: &Engine,
    ctx: &Ctx,
    conversation: &Outline,
    number: i64,
) -> Result<MemberRef> {
    let known = [&conversation.owner, &conversation.subject];
    let found = known
        .into_iter()
        .flatten()
        .find(|member| member.number == number);
    if let Some(found) = found {
        return Ok(found.clone());
    }
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| member::resolve(tx, ws, &MemberKey::Number(number)))
        .await
}

/// The message that has just been stored.
fn whole(
    conversation: &Outline,
    said: CreateMessage,
    author: Option<MemberRef>,
    made: Appended,
) -> Message {
    Message {
        number: made.number,
        id: made.id,
        conversation: conversation.id,
        seq: made.seq,
        author,
        role: said.role,
        form: said.form,
        text: said.text,
        details: said.details,
        metadata: said.metadata,
        rating: None,
        rating_comment: None,
        client_id: said.client_id,
        created_at: made.at,
        updated_at: made.at,
    }
}

async fn stored(engine: &Engine, ctx: &Ctx, conversation: i64, id: MessageId) -> Result<Message> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| {
            repo::find(tx, ws, conversation, MessageKey::Id(id))?
                .ok_or_else(|| Error::not_found(Noun::Message))
        })
        .await
}

/// What must hold still when the message is stored. The acting member is there, and takes part where its right rests on
/// that; whom it speaks for has not gone.
fn conditions(
    ctx: &Ctx,
    (conversation, basis): (&Outline, Basis),
    command: &CreateMessage,
) -> Vec<Condition> {
    let actor = ctx.actor.map(|actor| actor.number);
    let mut conditions = Vec::with_capacity(4);
    if let Some(actor) = actor {
        conditions.push(Condition::MemberActive(actor));
        if basis == Basis::Participation || command.takes_part {
            conditions.push(Condition::TakesPart(actor));
        } else if basis == Basis::Lent {
            conditions.push(Condition::NotGone(actor));
        }
    }
    let other = command.author.filter(|author| Some(*author) != actor);
    conditions.extend(other.map(Condition::NotGone));
    // The assistant of a conversation may have been put away since; what it answered before is still kept.
    let person = other.filter(|author| conversation.assistant != Some(*author));
    conditions.extend(person.map(Condition::MemberActive));
    conditions
}

/// Appends the message with its companions: an error of it means that nothing was stored.
async fn append(
    engine: &Engine,
    ctx: &Ctx,
    (conversation, basis): (&Outline, Basis),
    command: CreateMessage,
    attachments: Attachments,
) -> Result<Appended> {
    let Attachments {
        conditions: mut judged,
        mut companions,
    } = attachments;
    if conversation.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    authority::speak_as(engine, ctx, conversation, command.author).await?;
    let gives_title = conversation.title_is_automatic
        && command.role == Role::User
        && engine.settings.title_from_first_message;
    if gives_title && let Some(title) = title::from_text(&command.text) {
        companions.push(Companion::Title(title));
    }
    if let Some(calls) = &command.details.tool_calls {
        companions.extend(statistics::companion(calls));
    }
    judged.extend(conditions(ctx, (conversation, basis), &command));
    let mut mentions = command.mentions;
    mentions.sort_unstable();
    mentions.dedup();
    engine
        .store
        .append(Append {
            ws: ctx.ws(),
            conversation: ConversationKey::Number(conversation.number),
            author: command.author,
            role: command.role,
            form: command.form,
            text: command.text,
            details: command.details.to_text()?,
            metadata: command.metadata.to_text(),
            mentions,
            id: command.id,
            client_id: command.client_id,
            conditions: judged,
            companions,
        })
        .await
}

/// Whether something can be said.
pub(crate) fn check_text(said: &str) -> Result<()> {
    if said.is_empty() {
        return Err(Error::invalid("text", "must not be empty"));
    }
    check_length(said)
}

/// The same where nothing may be said too.
pub(crate) fn check_length(said: &str) -> Result<()> {
    text::limit(said, "text", LONGEST)?;
    if said.contains('\0') {
        return Err(Error::invalid("text", "must not contain U+0000"));
    }
    Ok(())
}
