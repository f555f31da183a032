//! Validates the fields of an update that must not change.

use parlor_engine::chat::{self, ChatReference};
use parlor_kit::AppState;
use parlor_model::conversation::Conversation;
use parlor_model::{Ctx, Error, Result};

use super::Channel;
use super::update::UpdateChatRequest;
use crate::ids::EntityRef;

impl UpdateChatRequest {
    /// Compares each given field with the chat. The present value is accepted.
    ///
    /// # Errors
    /// `Invalid` for the first field that differs.
    pub(super) async fn validate_immutable_fields(
        &self,
        app: &AppState,
        ctx: &Ctx,
        found: &Conversation,
    ) -> Result<()> {
        let service = &found.service;
        let require_same = |is_same: bool, field| {
            is_same
                .then_some(())
                .ok_or_else(|| Error::invalid(field, "cannot be changed"))
        };
        if let Some(channel) = self.channel {
            require_same(channel == Channel::from_medium(service.medium), "channel")?;
        }
        if let Some(version) = self.workflow_version_number {
            require_same(version == service.workflow_version, "workflowVersionNumber")?;
        }
        if let Some(member) = self.member_id {
            let subject = found.subject.as_ref();
            let is_same = match (member, subject) {
                (None, None) => true,
                (Some(given), Some(subject)) => given.matches(subject.number, subject.id),
                _ => false,
            };
            require_same(is_same, "memberId")?;
        }
        let of_workflow = |id: EntityRef| ChatReference::Workflow(id.to_id_or_number());
        let of_number = |id: EntityRef| ChatReference::PhoneNumber(id.to_id_or_number());
        let of_inbox = |id: EntityRef| ChatReference::Inbox(id.to_id_or_number());
        let workflow = self.workflow_id.map(|id| id.map(of_workflow));
        let number = self.phone_number_id.map(|id| id.map(of_number));
        let inbox = self.inbox_id.map(|id| id.map(of_inbox));
        for (field, given, present) in [
            ("workflowId", workflow, service.workflow),
            ("phoneNumberId", number, service.phone_number),
            ("inboxId", inbox, service.inbox),
        ] {
            let is_same = match given {
                None => true,
                Some(None) => present.is_none(),
                Some(Some(reference)) => {
                    chat::refers_to(&app.engine, ctx, reference, present).await?
                }
            };
            require_same(is_same, field)?;
        }
        Ok(())
    }
}
