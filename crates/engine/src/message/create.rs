//! Saying something.

use parlor_model::conversation::State;
use parlor_model::error::{Conflict, Denied};
use parlor_model::message::{CreateMessage, Role};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, text};
use parlor_store::append::{Append, Appended};

use super::title;
use crate::conversation::{is_involved, visible};
use crate::{Engine, statistics};

/// Longest message, in characters.
const LONGEST: usize = 65_536;

/// Says something in a conversation: durable and in order before this returns. Repeating a client id, or a chosen id
/// in the same conversation, gives the first message and stores nothing. Participants need no scope; anybody else
/// `messages:write`, which opens no direct conversation.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateMessage) -> Result<Appended> {
    let wordless = command.details.tool_calls.is_some() || command.details.tool_call.is_some();
    if wordless {
        check_length(&command.text)?;
    } else {
        check_text(&command.text)?;
    }
    let (scope, key) = (*ctx, command.conversation);
    let conversation = engine
        .store
        .read(move |tx| {
            let found = visible(tx, &scope, key)?;
            let write = Scope::write(Resource::Messages);
            if !scope.allows(write) && !is_involved(tx, &scope, &found)? {
                return Err(Error::forbidden(Denied::MissingScope(write)));
            }
            Ok(found)
        })
        .await?;
    if conversation.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    let line = (conversation.title_is_automatic
        && command.role == Role::User
        && engine.settings.title_from_first_message)
        .then(|| title::from_text(&command.text))
        .flatten();
    let calls = command.details.tool_calls.clone();
    let appended = engine
        .store
        .append(Append {
            ws: ctx.ws(),
            conversation: parlor_model::conversation::ConversationKey::Number(conversation.number),
            author: command.author,
            role: command.role,
            form: command.form,
            text: command.text,
            details: command.details.to_text()?,
            metadata: command.metadata.to_text(),
            mentions: command.mentions,
            id: command.id,
            client_id: command.client_id,
        })
        .await?;
    if let Some(calls) = &calls {
        statistics::note(engine, ctx, calls).await?;
    }
    if let Some(line) = line {
        title::replace(engine, ctx, conversation.number, line).await?;
    }
    Ok(appended)
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
