//! `POST /create-signup`, after developer/guides/importing-members and getting-started-integration: finds a member by
//! external id, email or phone, or creates it, and issues a session.
//!
//! One page requires an email or a phone, another accepts an external id as well: any one of the three suffices.
//! `dateOfBirth`, `locale`, `tosAccepted` and `data` are stored in the member's metadata; unknown `labels` are created
//! in the workspace. The session has no scope beyond the caller's, since it lets the caller act for the member; signing
//! up a member with more rights than a user requires `admin:write`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member::{self, SignUp};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody, member_token, time};
use parlor_model::access::WorkspaceRole;
use parlor_model::json::exact_object;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::extra_fields::{ExtraFieldNames, UpdateExtraFields};
use super::{MemberResponse, render_member};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, GETTING_STARTED_PAGE, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

const SCOPE: Scope = Scope::write(Resource::Members);

/// Whom to sign up.
#[derive(Deserialize, ToSchema)]
struct SignUpRequest {
    member: SignUpMember,
    /// Anything else about the member, instead of what is known.
    #[serde(default, deserialize_with = "exact_object")]
    #[schema(value_type = Option<Object>)]
    data: Option<Map<String, Value>>,
}

/// Somebody who signs up: at least one of `email`, `phone` and `externalId`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignUpMember {
    #[schema(max_length = 254, format = "email")]
    email: Option<String>,
    /// With its country code, or as it is dialled in the workspace's region. Kept in E.164.
    #[schema(max_length = 32, format = "phone")]
    phone: Option<String>,
    #[schema(max_length = 255)]
    name: Option<String>,
    /// `YYYY-MM-DD`.
    #[schema(format = "date")]
    date_of_birth: Option<String>,
    /// The customer's own id.
    #[schema(max_length = 255)]
    external_id: Option<String>,
    /// `user`, which is the default, or `manager`.
    role: Option<SignUpRole>,
    /// A language tag.
    #[schema(max_length = 35)]
    locale: Option<String>,
    tos_accepted: Option<bool>,
    /// At most 50.
    #[schema(max_items = 50, value_type = Option<Vec<SignUpLabel>>)]
    labels: Option<Vec<String>>,
}

/// A label of a member, not blank.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
#[expect(dead_code, reason = "the document's view of what is read as text")]
pub(crate) struct SignUpLabel(String);

/// A role that signing up may give.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SignUpRole {
    User,
    Manager,
}

/// Somebody who is signed up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignUpResponse {
    /// The member's session: a bearer token for seven days.
    token: String,
    #[schema(format = "date-time")]
    expires_at: String,
    account: AccountResponse,
    member: MemberResponse,
    /// This call made it.
    was_created: bool,
}

/// Who the member is beyond the workspace. Accounts are not shared between workspaces here.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountResponse {
    id: i64,
    uuid: String,
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/create-signup"), handle)
        .doc(
            "Signs a member up and gives it a session",
            GETTING_STARTED_PAGE,
        )
        .scope(SCOPE)
        .body::<SignUpRequest>()
        .example(r#"{"member":{"email":"ada@example.org","name":"Ada"}}"#)
        .responds::<SignUpResponse>(200, "The member and its session.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let command = build_command(body::parse(payload).await?)?;
    ctx.require(SCOPE)?;
    let names = [
        ("email", "member.email"),
        ("phone", "member.phone"),
        ("labels", "member.labels"),
    ];
    let signed_up = member::sign_up(&app.engine, &ctx, command).await;
    let signed_up = signed_up.map_err(|error| body::rename_error_field(error, &names))?;
    let key = &signed_up.member.key;
    let (token, expires_at) = member_token::issue_member_token(
        &app.engine,
        &app.settings.issuer,
        ctx.workspace,
        &key.handle,
        Some(ctx.scopes),
        member_token::MEMBER_TOKEN_TTL,
    )
    .await?;
    let profile = &signed_up.member.profile;
    let answer = SignUpResponse {
        token,
        expires_at: time::format_iso(expires_at),
        account: AccountResponse {
            id: key.number,
            uuid: ids::format_uuid(key.id),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            name: profile.name.clone(),
        },
        was_created: signed_up.is_new,
        member: render_member(&app, &ctx, signed_up.member).await?,
    };
    Ok(ok_json(&answer))
}

fn build_command(request: SignUpRequest) -> Result<SignUp> {
    let member_request = request.member;
    // A blank text counts as absent.
    let non_blank = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (email, phone) = (
        non_blank(member_request.email),
        non_blank(member_request.phone),
    );
    let external_id = text::normalize_optional(
        member_request.external_id.as_deref(),
        "member.externalId",
        255,
    )?;
    if email.is_none() && phone.is_none() && external_id.is_none() {
        return Err(Error::invalid(
            "member",
            "must have an email, a phone or an externalId",
        ));
    }
    let extra_fields = UpdateExtraFields {
        date_of_birth: member_request.date_of_birth.map(Some),
        locale: member_request.locale.map(Some),
        tos_accepted: member_request.tos_accepted.map(Some),
        data: request.data.map(Some),
        changes_labels: member_request.labels.is_some(),
        ..UpdateExtraFields::default()
    };
    let names = ExtraFieldNames {
        date_of_birth: "member.dateOfBirth",
        locale: "member.locale",
    };
    Ok(SignUp {
        external_id,
        email,
        phone,
        name: text::normalize_optional(member_request.name.as_deref(), "member.name", 255)?,
        role: member_request.role.map(|role| match role {
            SignUpRole::User => WorkspaceRole::User,
            SignUpRole::Manager => WorkspaceRole::Manager,
        }),
        metadata: extra_fields.into_metadata_patch(&names)?,
        labels: member_request.labels,
    })
}
