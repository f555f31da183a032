//! How long the texts of a conversation may be.

use parlor_model::conversation::{CreateConversation, Responder, UpdateConversation};
use parlor_model::walk::ResponderPatch;
use parlor_model::{Result, limit};

/// Refuses a text of a new conversation that is longer than its limit.
pub(super) fn check_new(command: &CreateConversation) -> Result<()> {
    limit::NAME.check_given(command.title.as_deref(), "title")?;
    limit::DESCRIPTION.check_given(command.description.as_deref(), "description")?;
    limit::ADDRESS.check(&command.card.icon, "icon")?;
    limit::ANNOUNCEMENT.check(&command.card.announcement, "announcement")?;
    limit::NAME.check_given(command.service.category.as_deref(), "category")?;
    limit::REFERENCE.check_given(command.service.chat_model.as_deref(), "model")?;
    limit::REFERENCE.check_given(command.service.realtime_model.as_deref(), "realtime model")?;
    check_responder(&command.responder)
}

/// Refuses a text of who answers that is longer than its limit.
pub(crate) fn check_responder(responder: &Responder) -> Result<()> {
    let backstory = responder.backstory.as_ref().map(|text| text.as_str());
    limit::BACKSTORY.check_given(backstory, "backstory")?;
    limit::REFERENCE.check_given(responder.bot.as_deref(), "botId")?;
    limit::REFERENCE.check_given(responder.task.as_deref(), "taskId")?;
    limit::REFERENCE.check_given(responder.dataset.as_deref(), "datasetId")?;
    limit::REFERENCE.check_given(responder.skillset.as_deref(), "skillsetId")
}

/// Refuses a new text of a conversation that is longer than its limit.
pub(super) fn check_changes(command: &UpdateConversation) -> Result<()> {
    limit::NAME.check_change(&command.title, "title")?;
    limit::DESCRIPTION.check_change(&command.description, "description")?;
    if let Some(service) = &command.service {
        limit::REFERENCE.check_change(&service.chat_model, "model")?;
        limit::REFERENCE.check_change(&service.realtime_model, "realtime model")?;
    }
    command.responder.as_ref().map_or(Ok(()), check_patch)
}

fn check_patch(patch: &ResponderPatch) -> Result<()> {
    limit::BACKSTORY.check_change(&patch.backstory, "backstory")?;
    limit::REFERENCE.check_change(&patch.bot, "botId")?;
    limit::REFERENCE.check_change(&patch.task, "taskId")?;
    limit::REFERENCE.check_change(&patch.dataset, "datasetId")?;
    limit::REFERENCE.check_change(&patch.skillset, "skillsetId")
}
