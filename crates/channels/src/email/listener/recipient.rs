//! Recipients of mails: the inboxes of workspaces.

use std::sync::Arc;

use bytes::Bytes;
use parlor_engine::Engine;
use parlor_engine::chat::{MailInbox, find_mail_inbox};
use parlor_engine::workspace::operator_context;
use parlor_model::id::WorkspaceId;
use parlor_model::redacted::Redacted;
use parlor_model::workspace::Workspace;

use super::outcome::{MailReceiptOutcome, RecipientVerdict};
use crate::email::receive::receive_raw_mail;

/// Inbox of a workspace that a mail is for.
#[derive(Debug, Clone)]
pub(super) struct Recipient {
    workspace: Arc<Workspace>,
    address: Redacted<String>,
}

/// Looks up inboxes and stores their mails.
pub(super) struct InboxDirectory {
    pub(super) engine: Arc<Engine>,
    /// Workspace whose inboxes get mails; all of them if absent.
    pub(super) only: Option<WorkspaceId>,
}

impl InboxDirectory {
    /// Looks up an address.
    pub(super) async fn find(&self, address: String) -> RecipientVerdict<Recipient> {
        match find_mail_inbox(&self.engine, &address, self.only).await {
            Ok(MailInbox::Of(workspace)) => RecipientVerdict::Accepted(Recipient {
                workspace,
                address: Redacted(address),
            }),
            Ok(MailInbox::Unknown) => RecipientVerdict::Unknown,
            Ok(MailInbox::Ambiguous) => {
                tracing::warn!("a mail waits: several workspaces have an inbox with its address");
                RecipientVerdict::Ambiguous
            }
            Err(error) => {
                tracing::error!(%error, "an inbox cannot be looked up");
                RecipientVerdict::Unavailable
            }
        }
    }

    /// Stores a mail for each recipient.
    pub(super) async fn store(
        &self,
        mail: Vec<u8>,
        recipients: &[Recipient],
    ) -> Vec<MailReceiptOutcome> {
        let mail = Bytes::from(mail);
        let mut outcomes = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            outcomes.push(self.store_for(mail.clone(), recipient).await);
        }
        outcomes
    }

    async fn store_for(&self, mail: Bytes, recipient: &Recipient) -> MailReceiptOutcome {
        let ctx = operator_context(&self.engine, &recipient.workspace);
        let envelope_to = Some(recipient.address.to_string());
        match receive_raw_mail(&self.engine, &ctx, mail, envelope_to).await {
            Ok(()) => MailReceiptOutcome::Accepted,
            Err(error) => {
                let outcome = MailReceiptOutcome::from_error(&error);
                if outcome == MailReceiptOutcome::Unavailable {
                    tracing::error!(%error, "a mail was not stored");
                }
                outcome
            }
        }
    }
}
