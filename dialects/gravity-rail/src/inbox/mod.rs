//! Inboxes of the workspace, after developer/api/workspace/inboxes.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::inbox::Inbox;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::ids;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/inboxes";

/// An inbox.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InboxResponse {
    id: i64,
    uuid: String,
    slug: String,
    name: Option<String>,
    /// Where mail comes to.
    address: String,
    /// The workflow that answers it.
    workflow_id: Option<i64>,
    /// What stands under every mail from it. This server sends none.
    footer: Option<String>,
    /// What is to be done with mail that comes to it, as it was given. This server receives none.
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Value>,
    /// Used where neither a chat nor its workflow names one.
    is_default: bool,
    created_at: String,
}

impl InboxResponse {
    pub(crate) fn from_inbox(inbox: Inbox) -> Self {
        Self {
            id: inbox.number,
            uuid: ids::format_uuid(inbox.id),
            slug: inbox.slug,
            name: inbox.name,
            address: inbox.address,
            workflow_id: inbox.workflow,
            footer: inbox.footer,
            rules: inbox.rules,
            is_default: inbox.is_default,
            created_at: time::format_iso(inbox.created_at),
        }
    }
}
