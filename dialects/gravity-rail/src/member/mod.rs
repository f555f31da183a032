//! Members of the workspace, agents included.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod delete;
mod extra_fields;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod me;
pub(crate) mod role;
mod set_archived;
pub(crate) mod sign_up;
pub(crate) mod unarchive;
pub(crate) mod update;

use parlor_engine::label;
use parlor_engine::undeliverable_address::{UndeliverableMembers, find_of_members};
use parlor_kit::{AppState, time};
use parlor_model::member::Member;
use parlor_model::{Ctx, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use self::extra_fields::{DATA, DATE_OF_BIRTH, LOCALE, NOTIFY_EMAIL, TOS_ACCEPTED};
use crate::chat::participant::member_type;
use crate::error::scope_name;
use crate::ids;
use parlor_model::scope::{AccessLevel, Resource, Scope, Scopes};

use crate::documented::DocumentedError;

const NO_MEMBER: DocumentedError = (404, "No such member.");
/// Condition of `admin:write`.
const RUNS_WORKSPACE: &str = "the member runs the workspace, or has scopes of its own";

/// A member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberResponse {
    id: i64,
    uuid: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    external_id: Option<String>,
    /// 1 the owner, 2 a manager, 3 a user; null without a role in the workspace.
    member_role_id: Option<i64>,
    /// The same as a word.
    role: Option<&'static str>,
    /// Scopes beyond the role's.
    scopes: Vec<String>,
    /// `human` or `agent`.
    member_type: &'static str,
    /// Where notices for it go by email: an address of its own, or else the email, unless it wants none.
    notify_email: Option<String>,
    sms_opted_out: bool,
    email_opted_out: bool,
    /// Whether no text messages are sent to the number, because a carrier has said that it does not exist.
    sms_undeliverable: bool,
    /// Whether no mails are sent to the address, because a mail server has said that it does not exist.
    email_undeliverable: bool,
    is_archived: bool,
    /// `YYYY-MM-DD`.
    date_of_birth: Option<String>,
    locale: Option<String>,
    tos_accepted: Option<bool>,
    /// Names of labels, in their order.
    labels: Vec<String>,
    /// Anything else about it.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
    created_at: String,
    updated_at: String,
}

impl MemberResponse {
    /// Builds the object of a member with the names of its labels.
    pub(crate) fn from_member(
        member: Member,
        labels: Vec<String>,
        undeliverable: &UndeliverableMembers,
    ) -> Self {
        let profile = member.profile;
        let metadata = member.metadata.map();
        let text = |name: &str| {
            metadata
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let data = metadata.get(DATA).and_then(Value::as_object);
        Self {
            id: member.key.number,
            uuid: ids::format_uuid(member.key.id),
            name: profile.name,
            notify_email: text(NOTIFY_EMAIL)
                .or_else(|| profile.email.clone())
                .filter(|_| !member.email_opted_out),
            email: profile.email,
            phone: profile.phone,
            external_id: member.key.external_id,
            member_role_id: member.role.map(role::to_id),
            role: member.role.map(parlor_model::access::WorkspaceRole::as_str),
            scopes: scope_names(member.scopes),
            member_type: member_type(member.key.kind),
            sms_opted_out: member.sms_opted_out,
            email_opted_out: member.email_opted_out,
            sms_undeliverable: undeliverable.sms.contains(&member.key.number),
            email_undeliverable: undeliverable.email.contains(&member.key.number),
            is_archived: member.archived_at.is_some(),
            date_of_birth: text(DATE_OF_BIRTH),
            locale: text(LOCALE),
            tos_accepted: metadata.get(TOS_ACCEPTED).and_then(Value::as_bool),
            labels,
            data: data.cloned().unwrap_or_default(),
            created_at: time::format_iso(member.created_at),
            updated_at: time::format_iso(member.updated_at),
        }
    }
}

/// Renders members that the caller may see, with their labels.
pub(crate) async fn render_members(
    app: &AppState,
    ctx: &Ctx,
    members: Vec<Member>,
) -> Result<Vec<MemberResponse>> {
    let numbers: Vec<i64> = members.iter().map(|member| member.key.number).collect();
    let undeliverable = find_of_members(&app.engine, ctx, numbers.clone()).await?;
    let mut labels = label::list_by_member(&app.engine, ctx, numbers).await?;
    let rendered = members.into_iter().map(|member| {
        let labels = labels.remove(&member.key.number).unwrap_or_default();
        MemberResponse::from_member(member, labels, &undeliverable)
    });
    Ok(rendered.collect())
}

/// Renders a member that the caller may see.
pub(crate) async fn render_member(
    app: &AppState,
    ctx: &Ctx,
    member: Member,
) -> Result<MemberResponse> {
    Ok(render_members(app, ctx, vec![member]).await?.swap_remove(0))
}

/// Names each resource's highest level.
pub(crate) fn scope_names(scopes: Scopes) -> Vec<String> {
    let levels = [AccessLevel::Admin, AccessLevel::Write, AccessLevel::Read];
    let highest = |resource| {
        levels
            .into_iter()
            .map(|level| Scope { resource, level })
            .find(|scope| scopes.allows(*scope))
    };
    let all: &[Resource] = Resource::ALL;
    all.iter()
        .filter_map(|resource| highest(*resource).map(scope_name))
        .collect()
}
