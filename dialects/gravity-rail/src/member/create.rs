//! `POST /members`: creates a member. Unlike sign-up it never finds an existing one: an address or external id that is
//! in use is a conflict.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_engine::undeliverable_address::find_of_members;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody, request_body::double_option};
use parlor_model::access::WorkspaceRole;
use parlor_model::json::exact_object;
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::extra_fields::{ExtraFieldNames, UpdateExtraFields};
use super::sign_up::SignUpLabel;
use super::{MemberResponse, role};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Members);

/// What to make a member of: at least one of `name`, `email`, `phone` and `externalId`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateMemberRequest {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[schema(max_length = 254, format = "email")]
    email: Option<String>,
    /// With its country code, or as it is dialled in the workspace's region. Kept in E.164.
    #[schema(max_length = 32, format = "phone")]
    phone: Option<String>,
    /// The customer's own id.
    #[schema(max_length = 255)]
    external_id: Option<String>,
    /// 2 a manager, 3 a user, which is the default; null for none.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 2, maximum = 3)]
    member_role_id: Option<Option<i64>>,
    /// Where notices go by email, if not to `email`.
    #[schema(max_length = 254, format = "email")]
    notify_email: Option<String>,
    /// A language tag.
    #[schema(max_length = 35)]
    locale: Option<String>,
    /// `YYYY-MM-DD`.
    #[schema(format = "date")]
    date_of_birth: Option<String>,
    tos_accepted: Option<bool>,
    /// Names of labels, at most 50; those the workspace does not have are made.
    #[schema(max_items = 50, value_type = Option<Vec<SignUpLabel>>)]
    labels: Option<Vec<String>>,
    /// Anything else about the member.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    data: Option<Map<String, Value>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/members"), handle)
        .doc("Creates a member", "")
        .scope(SCOPE)
        .conditional_scope(
            Scope::write(Resource::Admin),
            "it gets a role that runs the workspace",
        )
        .body::<CreateMemberRequest>()
        .example(r#"{"name":"Ada","email":"ada@example.org"}"#)
        .responds::<MemberResponse>(200, "The member.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (409, "Another member has that address or external id."),
            TOO_LARGE,
        ])
}

/// `admin:write` is required besides for a role that runs the workspace.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let mut request: CreateMemberRequest = body::parse(payload).await?;
    let mut labels = request.labels.take().unwrap_or_default();
    let command = build_command(request)?;
    ctx.require(SCOPE)?;
    let created = member::create_with_labels(&app.engine, &ctx, command, &labels).await?;
    // As responses list them: trimmed, unique, sorted.
    for label in &mut labels {
        *label = label.trim().to_owned();
    }
    labels.sort_unstable();
    labels.dedup();
    let numbers = vec![created.key.number];
    let undeliverable = find_of_members(&app.engine, &ctx, numbers).await?;
    let response = MemberResponse::from_member(created, labels, &undeliverable);
    Ok(ok_json(&response))
}

fn build_command(request: CreateMemberRequest) -> Result<CreateMember> {
    // A blank address counts as absent.
    let non_blank = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let profile = Profile {
        name: text::normalize_optional(request.name.as_deref(), "name", 255)?,
        email: request.email,
        phone: non_blank(request.phone),
        ..Profile::default()
    };
    let external_id = text::normalize_optional(request.external_id.as_deref(), "externalId", 255)?;
    let is_named = profile.name.is_some()
        || profile.email.is_some()
        || profile.phone.is_some()
        || external_id.is_some();
    if !is_named {
        let rule = "is required where there is no email, phone or externalId";
        return Err(Error::invalid("name", rule));
    }
    let extra_fields = UpdateExtraFields {
        notify_email: request.notify_email.map(Some),
        date_of_birth: request.date_of_birth.map(Some),
        locale: request.locale.map(Some),
        tos_accepted: request.tos_accepted.map(Some),
        data: request.data.map(Some),
        changes_labels: false,
    };
    let names = ExtraFieldNames {
        date_of_birth: "dateOfBirth",
        locale: "locale",
    };
    let metadata: Metadata = extra_fields.into_metadata_patch(&names)?;
    Ok(CreateMember {
        role: parse_role(request.member_role_id)?,
        profile,
        external_id,
        metadata: metadata.without_nulls(),
        ..CreateMember::new(MemberKind::Person)
    })
}

fn parse_role(given: Option<Option<i64>>) -> Result<Option<WorkspaceRole>> {
    match given {
        None => Ok(Some(WorkspaceRole::User)),
        Some(None) => Ok(None),
        Some(Some(id)) => match role::from_id(id) {
            Some(WorkspaceRole::Owner) | None => {
                Err(Error::invalid("memberRoleId", "must be 2 or 3"))
            }
            granted => Ok(granted),
        },
    }
}
