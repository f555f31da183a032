//! `PUT /members/{id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::access::WorkspaceRole;
use parlor_model::json::present_object;
use parlor_model::member::UpdateMember;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Error, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, SchemaType, Type};

use super::extra_fields::{ExtraFieldNames, UpdateExtraFields};
use super::sign_up::SignUpLabel;
use super::{MemberResponse, render_member, role};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

const SCOPE: Scope = Scope::write(Resource::Members);

/// What to change of a member; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateMemberRequest {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 254, pattern = r"^(|[!-?A-~]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)$")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "phone")]
    phone: Option<Option<String>>,
    /// The customer's own id; null takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    external_id: Option<Option<String>>,
    /// Where notices go by email; null goes back to `email`.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 254, pattern = r"^(|[!-?A-~]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)$")]
    notify_email: Option<Option<String>>,
    /// A language tag.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 35)]
    locale: Option<Option<String>>,
    /// `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, format = "date")]
    date_of_birth: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<bool>)]
    tos_accepted: Option<Option<bool>>,
    /// Names of all its labels, at most 50; those the workspace does not have are made. Null for none.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<Vec<SignUpLabel>>, max_items = 50)]
    labels: Option<Option<Vec<String>>>,
    /// Anything else about the member, instead of what is known.
    #[serde(default, deserialize_with = "present_object")]
    #[schema(value_type = Option<Object>)]
    data: Option<Option<Map<String, Value>>>,
    sms_opted_out: Option<bool>,
    email_opted_out: Option<bool>,
    /// 2 a manager, 3 a user; null takes the role away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 2, maximum = 3)]
    member_role_id: Option<Option<i64>>,
    /// Scopes beyond the role's, such as `dm:write`.
    #[schema(schema_with = scope_list_schema)]
    scopes: Option<Vec<String>>,
    is_archived: Option<bool>,
}

/// Schema of a list of scopes, or null.
pub(crate) fn scope_list_schema() -> Array {
    let resources: Vec<_> = Resource::ALL
        .iter()
        .map(|resource| resource.as_str())
        .collect();
    let scope = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!(
            "^({}):(read|write|admin)$",
            resources.join("|")
        )));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(scope)
        .build()
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/members/{member}"), handle)
        .doc("Updates a member", "")
        .scope(SCOPE)
        .conditional_scope(
            Scope::write(Resource::Admin),
            "scopes or a role that runs the workspace are given, or the member has them",
        )
        .body::<UpdateMemberRequest>()
        .optional()
        .responds::<MemberResponse>(200, "The member as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such member."),
            (409, "Another member has that external id."),
            TOO_LARGE,
        ])
}

/// `admin:write` is required besides to change the role or scopes.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ids::parse_member_key(params.get("member"))?;
    let command = build_command(body::parse(payload).await?)?;
    ctx.require(SCOPE)?;
    if command.role.is_some() || command.scopes.is_some() {
        ctx.require(Scope::write(Resource::Admin))?;
    }
    let found = member::find(&app.engine, &ctx, key).await?;
    let id = found.member.key.id;
    let changed = member::update(&app.engine, &ctx, id, command).await?;
    Ok(ok_json(&render_member(&app, &ctx, changed.member).await?))
}

fn build_command(request: UpdateMemberRequest) -> Result<UpdateMember> {
    let name = request
        .name
        .map(|name| text::normalize_optional(name.as_deref(), "name", 255));
    let role = request.member_role_id.map(|id| match id {
        None => Ok(None),
        Some(id) => match role::from_id(id) {
            Some(WorkspaceRole::Owner) | None => {
                Err(Error::invalid("memberRoleId", "must be 2 or 3"))
            }
            Some(role) => Ok(Some(role)),
        },
    });
    let external_id = request
        .external_id
        .map(|id| text::normalize_optional(id.as_deref(), "externalId", 255));
    let extra_fields = UpdateExtraFields {
        notify_email: request.notify_email,
        date_of_birth: request.date_of_birth,
        locale: request.locale,
        tos_accepted: request.tos_accepted,
        data: request.data,
        changes_labels: request.labels.is_some(),
    };
    let names = ExtraFieldNames {
        date_of_birth: "dateOfBirth",
        locale: "locale",
    };
    // A blank address clears the field.
    let address = |given: Option<Option<String>>| {
        given.map(|text| text.filter(|text| !text.trim().is_empty()))
    };
    Ok(UpdateMember {
        name: name.transpose()?,
        email: address(request.email),
        phone: address(request.phone),
        sms_opted_out: request.sms_opted_out,
        email_opted_out: request.email_opted_out,
        role: role.transpose()?,
        scopes: request.scopes.as_deref().map(parse_scopes).transpose()?,
        archived: request.is_archived,
        metadata: Some(extra_fields.into_metadata_patch(&names)?),
        external_id: external_id.transpose()?,
        labels: request.labels.map(Option::unwrap_or_default),
        ..UpdateMember::default()
    })
}

pub(crate) fn parse_scopes(names: &[String]) -> Result<Scopes> {
    let read = names.iter().enumerate().map(|(index, name)| {
        let rule = "must be resource:level, with level read, write or admin";
        let scope: Result<Scope, _> = name.parse();
        scope.map_err(|_| Error::invalid(format!("scopes[{index}]"), rule))
    });
    read.into_iter()
        .try_fold(Scopes::NONE, |set, scope| Ok(set.with_scope(scope?)))
}
