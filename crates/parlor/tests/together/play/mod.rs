//! What happens, in the words of one vocabulary, and what is so afterwards.

mod chatbotkit;
mod gravity_rail;
mod relation;
mod sharely;
mod tenant_chats;

use crate::cast::{Agreed, Cast};
use crate::model::Model;
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
