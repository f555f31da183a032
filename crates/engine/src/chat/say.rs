//! Saying something on the assistant's side of a conversation, over whatever it runs over.

use parlor_model::chat::Unsent;
use parlor_model::conversation::{Conversation, ConversationKey, Kind, Medium, State};
use parlor_model::details::{Delivery, Details};
use parlor_model::error::Conflict;
use parlor_model::id::Locator;
use parlor_model::line::{Inbox, PhoneNumber};
use parlor_model::member::Member;
use parlor_model::message::Role;
use parlor_model::private::Private;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::Tx;
use parlor_store::append::{Append, Appended, Condition};
use parlor_store::repo::member::{self as members, By};
use parlor_store::repo::{inbox, phone_number};
use serde_json::Value;

use super::deliver::{Way, deliver};
use crate::authority::{self, Right};
use crate::{Engine, statistics};

/// Longest message, in characters.
const LONGEST: usize = limit::MESSAGE.max_chars;

/// What is said on the assistant's side.
#[derive(Debug, Clone)]
pub struct Say {
    /// Where.
    pub conversation: ConversationKey,
    /// What.
    pub text: Private<String>,
    /// The tools that are called with it.
    pub tool_calls: Option<Value>,
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
pub enum Said {
    /// It is part of the conversation, and has left where it had to.
    Kept {
        /// The number of the conversation.
        conversation: i64,
        /// Its place.
        message: Appended,
        /// Whether it had to leave the server.
        has_left: bool,
    },
    /// It has left, and could not be kept: the conversation lacks it.
    Lost,
    /// It did not leave, and nothing was kept.
    Unsent {
        /// What it would have left over.
        medium: Medium,
        /// Why it did not.
        why: Unsent,
    },
}

/// What the conversation and its way out need, read at once.
struct Ready {
    conversation: Conversation,
    subject: Option<Member>,
    phone_number: Option<PhoneNumber>,
    inbox: Option<Inbox>,
}

/// The acting member says something on the assistant's side. Over text messages and email it leaves first, and only
/// what has left is kept: trying again later sends once. Nobody has to answer any more. Refused in this order: text,
/// not visible, `conversations:write` missing, closed, direct. Once it has left nothing is an error any more: saying it
/// again would send it twice.
pub async fn say(engine: &Engine, ctx: &Ctx, command: Say) -> Result<Said> {
    if command.text.trim().is_empty() {
        return Err(Error::invalid("text", "must not be empty"));
    }
    text::limit(&command.text, "text", LONGEST)?;
    let details = Details {
        tool_calls: command.tool_calls,
        ..Details::default()
    };
    details.to_text()?;
    let (scope, key) = (*ctx, command.conversation);
    let ready = engine.store.read(move |tx| ready(tx, &scope, key)).await?;
    let has_left = match out(engine, ctx, &ready, &command.text).await {
        Ok(has_left) => has_left,
        Err(why) => {
            let medium = ready.conversation.service.medium;
            return Ok(Said::Unsent { medium, why });
        }
    };
    let details = Details {
        delivery: has_left.then_some(Delivery::Sent),
        ..details
    };
    let calls = details.tool_calls.as_ref();
    let actor = ctx.actor.map(|actor| actor.number);
    let entry = Append {
        details: details.to_text()?,
        companions: calls.and_then(statistics::companion).into_iter().collect(),
        conditions: actor.map(Condition::MemberActive).into_iter().collect(),
        ..Append::text(
            ctx.ws(),
            ConversationKey::Number(ready.conversation.number),
            actor,
            Role::Assistant,
            command.text.0,
        )
    };
    match engine.store.append(entry).await {
        Ok(message) => Ok(Said::Kept {
            conversation: ready.conversation.number,
            message,
            has_left,
        }),
        Err(error) if has_left => {
            tracing::error!(?error, "words that have left could not be kept");
            Ok(Said::Lost)
        }
        Err(error) => Err(error),
    }
}

fn ready(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Ready> {
    let conversation = authority::find(tx, ctx, key, Right::Manage)?.found;
    ctx.require(Scope::write(Resource::Conversations))?;
    if conversation.state == State::Closed {
        return Err(Error::conflict(Conflict::Closed));
    }
    if conversation.kind == Kind::Direct {
        return Err(Error::conflict(Conflict::WrongKind));
    }
    let (ws, service) = (ctx.ws(), &conversation.service);
    let subject = match &conversation.subject {
        Some(subject) => members::find(tx, ws, By::Number(subject.number))?,
        None => None,
    };
    let phone_number = match (service.medium, service.phone_number) {
        (Medium::Sms, Some(number)) => phone_number::find(tx, ws, Locator::Number(number))?,
        (Medium::Sms, None) => phone_number::find_default(tx, ws)?,
        _ => None,
    };
    let inbox = match (service.medium, service.inbox) {
        (Medium::Email, Some(number)) => inbox::find(tx, ws, Locator::Number(number))?,
        (Medium::Email, None) => inbox::find_default(tx, ws)?,
        _ => None,
    };
    Ok(Ready {
        conversation,
        subject: subject.map(|stored| stored.member),
        phone_number: phone_number.filter(|line| line.sms && line.archived_at.is_none()),
        inbox: inbox.filter(|line| line.archived_at.is_none()),
    })
}

/// Whether it had to leave; it has, then.
async fn out(
    engine: &Engine,
    ctx: &Ctx,
    ready: &Ready,
    words: &Private<String>,
) -> Result<bool, Unsent> {
    let conversation = &ready.conversation;
    let way = Way {
        conversation: conversation.number,
        medium: conversation.service.medium,
        subject: ready.subject.as_ref(),
        phone_number: ready.phone_number.as_ref(),
        inbox: ready.inbox.as_ref(),
        title: conversation.title.as_deref(),
    };
    match way.medium {
        Medium::Web | Medium::Voice => Ok(false),
        Medium::Sms | Medium::Email => deliver(engine, ctx, way, words).await.map(|()| true),
    }
}
