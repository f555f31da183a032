//! Finds the workspace of an inbox, for mail servers that name none.

use std::sync::Arc;

use parlor_model::id::WorkspaceId;
use parlor_model::workspace::Workspace;
use parlor_model::{Error, Result};
use parlor_store::repo::{inbox as inboxes, workspace as workspaces};

use crate::{Engine, member, workspace};

/// Whose inbox an address is.
#[derive(Debug, Clone)]
pub enum MailInbox {
    /// That of one workspace.
    Of(Arc<Workspace>),
    /// No workspace has an active inbox with this address.
    Unknown,
    /// Several workspaces have an inbox with this address: none of them can be preferred.
    Ambiguous,
}

/// Finds the workspace that has an active inbox with an address: `only` if it is given, otherwise any.
///
/// The caller is the server itself, which has received a mail for the address.
///
/// # Errors
/// `NotFound` if `only` does not exist.
pub async fn find_mail_inbox(
    engine: &Engine,
    address: &str,
    only: Option<WorkspaceId>,
) -> Result<MailInbox> {
    let Ok(key) = member::email_key(address) else {
        return Ok(MailInbox::Unknown);
    };
    if let Some(id) = only {
        let workspace = workspace::find(engine, id).await?;
        let ws = workspace.key.number;
        let read = move |tx: &mut dyn parlor_store::Tx| inboxes::find_by_address(tx, ws, &key);
        let found = engine.store.read(read).await?;
        let is_active = found.is_some_and(|inbox| inbox.archived_at.is_none());
        return Ok(if is_active {
            MailInbox::Of(workspace)
        } else {
            MailInbox::Unknown
        });
    }
    let read = move |tx: &mut dyn parlor_store::Tx| match inboxes::list_workspaces(tx, &key)?[..] {
        [] => Ok(MailInbox::Unknown),
        [number] => {
            let found = workspaces::find_by_number(tx, number)?;
            let workspace = found.ok_or_else(|| Error::internal("an inbox has no workspace"))?;
            Ok(MailInbox::Of(Arc::new(workspace)))
        }
        _ => Ok(MailInbox::Ambiguous),
    };
    engine.store.read(read).await
}
