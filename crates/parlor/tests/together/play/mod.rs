//! What happens, in the words of one vocabulary, and what is so afterwards.

mod chatbotkit;
mod gravity_rail;
mod relation;
mod sharely;
mod tenant_chats;

use parlor_engine::message;
use parlor_model::Id;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;

use crate::cast::{Agreed, Cast};
use crate::model::{Message, Model, Role, Who};
use crate::step::{Dialect, Step, words};

/// What a step was about, where it was about something.
pub(crate) type About = Option<usize>;

/// Does a step and keeps the model up with it. A step that makes no sense now does nothing.
pub(crate) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.dialect {
        Dialect::Sharely => sharely::play(cast, model, step).await,
        Dialect::GravityRail => gravity_rail::play(cast, model, step).await,
        Dialect::Relation => relation::play(cast, model, step).await,
        Dialect::ChatBotKit => chatbotkit::play(cast, model, step).await,
        Dialect::TenantChats => tenant_chats::play(cast, model, step).await,
    }
}

/// A title: one line.
fn title(step: Step) -> String {
    let words = words(step.word);
    words.lines().next().unwrap_or_default().to_owned()
}

/// A bit of a step's number, for choices.
fn bit(number: u8, at: u8) -> bool {
    number >> at & 1 == 1
}

/// Some vocabularies name a message by its id, others by its number: here it gets both.
async fn keep(
    cast: &Cast<'_>,
    model: &mut Model,
    at: usize,
    key: MessageKey,
    (role, text, author): (Role, String, Option<Who>),
) -> Agreed<About> {
    let ctx = cast.tenant.ctx();
    let place = ConversationKey::Id(Id::new(model.conversations[at].id));
    let found = message::find(&cast.server.engine, &ctx, place, key).await;
    let found = found.map_err(|error| format!("what was said is not kept: {error}"))?;
    model.conversations[at].say(Message {
        id: found.id.uuid(),
        number: found.number,
        role,
        word: None,
        text,
        author,
    });
    Ok(Some(at))
}
