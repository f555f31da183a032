//! Length limits of a conversation's texts.

use parlor_model::bot_config::BotConfig;
use parlor_model::bot_config::UpdateBotConfig;
use parlor_model::conversation::{CreateConversation, UpdateConversation};
use parlor_model::{Result, limit};

/// Checks the texts of a new conversation against their limits.
pub(super) fn check_new(command: &CreateConversation) -> Result<()> {
    limit::NAME.validate_opt(command.title.as_deref(), "title")?;
    limit::DESCRIPTION.validate_opt(command.description.as_deref(), "description")?;
    limit::ADDRESS.validate(&command.group_profile.icon, "icon")?;
    limit::ANNOUNCEMENT.validate(&command.group_profile.announcement, "announcement")?;
    limit::NAME.validate_opt(command.service.category.as_deref(), "category")?;
    limit::REFERENCE.validate_opt(command.service.chat_model.as_deref(), "model")?;
    limit::REFERENCE.validate_opt(command.service.realtime_model.as_deref(), "realtime model")?;
    check_bot_config(&command.responder)
}

/// Checks the texts of a bot configuration against their limits.
pub(crate) fn check_bot_config(responder: &BotConfig) -> Result<()> {
    let backstory = responder.backstory.as_ref().map(|text| text.as_str());
    limit::BACKSTORY.validate_opt(backstory, "backstory")?;
    limit::REFERENCE.validate_opt(responder.bot.as_deref(), "botId")?;
    limit::REFERENCE.validate_opt(responder.task.as_deref(), "taskId")?;
    limit::REFERENCE.validate_opt(responder.dataset.as_deref(), "datasetId")?;
    limit::REFERENCE.validate_opt(responder.skillset.as_deref(), "skillsetId")
}

/// Checks the texts of an update against their limits.
pub(super) fn check_changes(command: &UpdateConversation) -> Result<()> {
    limit::NAME.validate_change(&command.title, "title")?;
    limit::DESCRIPTION.validate_change(&command.description, "description")?;
    if let Some(service) = &command.service {
        limit::REFERENCE.validate_change(&service.chat_model, "model")?;
        limit::REFERENCE.validate_change(&service.realtime_model, "realtime model")?;
    }
    command
        .responder
        .as_ref()
        .map_or(Ok(()), check_bot_config_changes)
}

fn check_bot_config_changes(patch: &UpdateBotConfig) -> Result<()> {
    limit::BACKSTORY.validate_change(&patch.backstory, "backstory")?;
    limit::REFERENCE.validate_change(&patch.bot, "botId")?;
    limit::REFERENCE.validate_change(&patch.task, "taskId")?;
    limit::REFERENCE.validate_change(&patch.dataset, "datasetId")?;
    limit::REFERENCE.validate_change(&patch.skillset, "skillsetId")
}
