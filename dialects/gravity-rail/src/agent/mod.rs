//! Agents: members of the kind assistant.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::member::Member;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids;

/// An agent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentResponse {
    /// Its id, which is also its member's.
    id: i64,
    uuid: String,
    member_id: i64,
    name: Option<String>,
    description: Option<String>,
    /// What it is told to do.
    system_prompt: Option<String>,
    /// Model that it answers with, unless its chat names one; null for the workspace's.
    chat_model_id: Option<String>,
    is_archived: bool,
    created_at: String,
    updated_at: String,
}

impl AgentResponse {
    pub(crate) fn from_member(member: Member) -> Self {
        Self {
            id: member.key.number,
            uuid: ids::format_uuid(member.key.id),
            member_id: member.key.number,
            name: member.profile.name,
            description: member.profile.description,
            system_prompt: member.profile.instructions,
            chat_model_id: member.profile.chat_model,
            is_archived: member.archived_at.is_some(),
            created_at: time::format_iso(member.created_at),
            updated_at: time::format_iso(member.updated_at),
        }
    }
}
