//! Performs steps in one dialect each, and applies them to the model.

mod chatbotkit;
mod gravity_rail;
mod relation;
mod sharely;
mod tenant_chats;

use parlor_engine::message;
use parlor_model::Id;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;

use crate::actors::{Actors, CheckResult};
use crate::model::{MemberIndex, Message, Model, Role};
use crate::scenario::{Dialect, ScenarioStep, message_text};

/// The entity that a step changed, if any.
pub(crate) type StepSubject = Option<usize>;

/// Performs a step and updates the model. A step that is impossible in the current state does nothing.
pub(crate) async fn perform(
    actors: &Actors<'_>,
    model: &mut Model,
    step: ScenarioStep,
) -> CheckResult<StepSubject> {
    match step.dialect {
        Dialect::Sharely => sharely::perform(actors, model, step).await,
        Dialect::GravityRail => gravity_rail::perform(actors, model, step).await,
        Dialect::Relation => relation::perform(actors, model, step).await,
        Dialect::ChatBotKit => chatbotkit::perform(actors, model, step).await,
        Dialect::TenantChats => tenant_chats::perform(actors, model, step).await,
    }
}

/// A title of one line.
fn title_text(step: ScenarioStep) -> String {
    let words = message_text(step.text_seed);
    words.lines().next().unwrap_or_default().to_owned()
}

/// A bit of a step's number, used for choices.
fn bit_of(number: u8, at: u8) -> bool {
    number >> at & 1 == 1
}

/// Some dialects name a message by its id, others by its number: records both.
async fn record_message(
    actors: &Actors<'_>,
    model: &mut Model,
    at: usize,
    key: MessageKey,
    (role, text, author): (Role, String, Option<MemberIndex>),
) -> CheckResult<StepSubject> {
    let ctx = actors.tenant.ctx();
    let conversation = ConversationKey::Id(Id::new(model.conversations[at].id));
    let found = message::find(&actors.server.engine, &ctx, conversation, key).await;
    let found = found.map_err(|error| format!("what was said is not kept: {error}"))?;
    model.conversations[at].append_message(Message {
        id: found.id.uuid(),
        number: found.number,
        role,
        type_name: None,
        text,
        author,
    });
    Ok(Some(at))
}
