//! Sites: external origins of chats, such as a page with a chat widget.

pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::site::Site;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids;

/// A site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SiteResponse {
    id: i64,
    uuid: String,
    slug: String,
    name: String,
    /// The workflow its chats run.
    workflow_id: Option<i64>,
    /// A language tag.
    locale: Option<String>,
    is_archived: bool,
    created_at: String,
    updated_at: String,
}

impl SiteResponse {
    pub(crate) fn from_site(site: Site) -> Self {
        Self {
            id: site.number,
            uuid: ids::format_uuid(site.id),
            slug: site.slug,
            name: site.name,
            workflow_id: site.workflow,
            locale: site.locale,
            is_archived: site.archived_at.is_some(),
            created_at: time::format_iso(site.created_at),
            updated_at: time::format_iso(site.updated_at),
        }
    }
}
