//! What a chat was made of never changes.

use parlor_engine::chat::{self, Reference as Named};
use parlor_kit::App;
use parlor_model::conversation::Conversation;
use parlor_model::{Ctx, Error, Result};

use super::Channel;
use super::update::UpdateChatRequest;
use crate::ids::Reference;

impl UpdateChatRequest {
    /// Refuses what differs from the chat.
    pub(super) async fn check_fixed(
        &self,
        app: &App,
        ctx: &Ctx,
        found: &Conversation,
    ) -> Result<()> {
        let service = &found.service;
        let same = |is_same: bool, field| {
            is_same
                .then_some(())
                .ok_or_else(|| Error::invalid(field, "cannot be changed"))
        };
        if let Some(channel) = self.channel {
            same(channel == Channel::of(service.medium), "channel")?;
        }
        if let Some(version) = self.workflow_version_number {
            same(version == service.workflow_version, "workflowVersionNumber")?;
        }
        if let Some(member) = self.member_id {
            let subject = found.subject.as_ref();
            let is_same = match (member, subject) {
                (None, None) => true,
                (Some(given), Some(subject)) => given.names(subject.number, subject.id),
                _ => false,
            };
            same(is_same, "memberId")?;
        }
        let of_workflow = |id: Reference| Named::Workflow(id.locator());
        let of_number = |id: Reference| Named::PhoneNumber(id.locator());
        let of_inbox = |id: Reference| Named::Inbox(id.locator());
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
                Some(Some(named)) => chat::is_same(&app.engine, ctx, named, present).await?,
            };
            same(is_same, field)?;
        }
        Ok(())
    }
}
