//! Parses the filters of the list of chats: query parameters, and rules in `filters`.

use std::borrow::Cow;

use parlor_engine::label::{self, LabelRef};
use parlor_engine::member;
use parlor_kit::{AppState, QueryParams};
use parlor_model::conversation::{ConversationFilter, ConversationKind};
use parlor_model::error::{ErrorKind, ForbiddenReason};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, text};
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Channel, DM_CHAT_TYPE};
use crate::ids::EntityRef;
use crate::query::{
    QUERY_FIELD_PREFIX, invalid_query_error, parse_bool, parse_reference, parse_timestamp,
};

/// Limit of a label's name.
const MAX_LABEL_CHARS: usize = 100;
/// Limit of `search`.
const MAX_SEARCH_CHARS: usize = 200;
/// A number that no row has: a filter by an unknown member or label matches nothing.
const NO_MATCH_NUMBER: i64 = 0;

const FILTER_NAMES: &[&str] = &[
    "mine",
    "archived",
    "needsResponse",
    "paused",
    "channel",
    "chatType",
    "memberId",
    "assistantMemberId",
    "labels",
    "search",
    "isTest",
    "isAnonymous",
    "createdAfter",
    "createdBefore",
];

/// The filters of a request. Ids are not resolved yet.
#[derive(Debug, Default)]
pub(crate) struct ListChatsQuery {
    filter: ConversationFilter,
    mine: bool,
    member: Option<EntityRef>,
    assistant: Option<EntityRef>,
    anonymous: Option<bool>,
    label: Option<String>,
}

impl ListChatsQuery {
    /// Parses a query. A rule in `filters` overrides a parameter of the same name. Without `archived` the list has only
    /// chats that are not archived.
    pub(crate) fn from_query(query: &QueryParams) -> Result<Self> {
        let mut request = Self::default();
        request.filter.archived = Some(false);
        for name in FILTER_NAMES {
            if let Some(text) = query.get(name) {
                request.apply(name, text)?;
            }
        }
        if let Some(text) = query.get("filters") {
            let malformed_error =
                |_| invalid_query_error("filters", "must be JSON: an object, or a list of rules");
            for (name, text) in parse_rules(serde_json::from_str(text).map_err(malformed_error)?)? {
                request.apply(&name, &text)?;
            }
        }
        Ok(request)
    }

    fn apply(&mut self, name: &str, value: &str) -> Result<()> {
        let filter = &mut self.filter;
        match name {
            "mine" => self.mine = parse_bool(name, value)?,
            "archived" => filter.archived = Some(parse_bool(name, value)?),
            "needsResponse" => filter.needs_response = Some(parse_bool(name, value)?),
            "paused" => filter.paused = Some(parse_bool(name, value)?),
            "isTest" => filter.is_test = Some(parse_bool(name, value)?),
            "isAnonymous" => self.anonymous = Some(parse_bool(name, value)?),
            "channel" => {
                let channel = Channel::from_name(value);
                let rule = "must be one of web-chat, phone-sms, phone-voice, email";
                filter.medium = Some(
                    channel
                        .ok_or_else(|| invalid_query_error(name, rule))?
                        .to_medium(),
                );
            }
            "chatType" if value == DM_CHAT_TYPE => filter.kind = Some(ConversationKind::Direct),
            "chatType" => {
                text::validate_length(value, "query.chatType", 40)?;
                filter.category = Some(value.to_owned());
            }
            "memberId" => self.member = Some(parse_reference(name, value)?),
            "assistantMemberId" => self.assistant = Some(parse_reference(name, value)?),
            "labels" => {
                let max_chars = MAX_LABEL_CHARS;
                self.label = text::normalize_optional(Some(value), "query.labels", max_chars)?;
            }
            "search" => {
                let found =
                    text::normalize_optional(Some(value), "query.search", MAX_SEARCH_CHARS)?;
                filter.search = found;
            }
            "createdAfter" => filter.created_from = Some(parse_timestamp(name, value)?),
            "createdBefore" => filter.created_until = Some(parse_timestamp(name, value)?),
            _ => {
                return Err(invalid_query_error(
                    "filters",
                    "names a field that no list is filtered by",
                ));
            }
        }
        Ok(())
    }

    /// Resolves references and restricts the filter to what the caller may see. Without `chats:read` that is its own
    /// chats.
    ///
    /// # Errors
    /// `Forbidden` if the caller filters by another member without `chats:read`, or by `isAnonymous` without
    /// `chats:admin`.
    pub(crate) async fn resolve(self, app: &AppState, ctx: &Ctx) -> Result<ConversationFilter> {
        let read = Scope::read(Resource::Conversations);
        let mut filter = self.filter;
        // An unbound key has no chats of its own: it lists those of the workspace.
        let actor = match ctx.actor {
            None if !self.mine => {
                ctx.require(read)?;
                None
            }
            _ => Some(ctx.member()?),
        };
        let is_own =
            |member: &EntityRef| actor.is_some_and(|own| member.matches(own.number, own.id));
        if self.anonymous == Some(true) {
            ctx.require(Scope::admin(Resource::Conversations))?;
            // No chat is anonymous: see `ChatResponse::is_anonymous`.
            filter.involving = Some(NO_MATCH_NUMBER);
        } else if self.mine || !ctx.allows(read) {
            filter.involving = actor.map(|actor| actor.number);
        }
        if let Some(member) = self.member {
            if !ctx.allows(read) && !is_own(&member) {
                return Err(Error::forbidden(ForbiddenReason::MissingScope(read)));
            }
            filter.subject = Some(resolve_member(app, ctx, member).await?);
        }
        if let Some(assistant) = self.assistant {
            filter.assistant = Some(resolve_member(app, ctx, assistant).await?);
        }
        if let Some(label) = self.label {
            filter.label = Some(resolve_label(app, ctx, label).await?);
        }
        Ok(filter)
    }
}

/// Finds a label by name, otherwise by id.
async fn resolve_label(app: &AppState, ctx: &Ctx, text: String) -> Result<i64> {
    let reference = EntityRef::parse(&text);
    let named = label::find_number(&app.engine, ctx, LabelRef::Name(text)).await?;
    match (named, reference) {
        (Some(number), _) => Ok(number),
        (None, None) => Ok(NO_MATCH_NUMBER),
        (None, Some(reference)) => {
            let key = LabelRef::Key(reference.to_id_or_number());
            let found = label::find_number(&app.engine, ctx, key).await?;
            Ok(found.unwrap_or(NO_MATCH_NUMBER))
        }
    }
}

async fn resolve_member(app: &AppState, ctx: &Ctx, member: EntityRef) -> Result<i64> {
    match member {
        EntityRef::Number(number) => Ok(number),
        EntityRef::Id(_) => {
            let found = member::find_number(&app.engine, ctx, member.to_member_key()).await?;
            Ok(found.unwrap_or(NO_MATCH_NUMBER))
        }
    }
}

/// Parses rules: an object of names and values, or a list of `{"field", "value"}` with an optional `operator` that must
/// be equality. A `null` value is skipped.
fn parse_rules(value: Value) -> Result<Vec<(String, String)>> {
    let malformed_error =
        || invalid_query_error("filters", "must be JSON: an object, or a list of rules");
    let pairs: Vec<(String, Value)> = match value {
        Value::Object(map) => map.into_iter().collect(),
        Value::Array(rules) => rules
            .into_iter()
            .map(|rule| parse_rule(&rule).ok_or_else(malformed_error))
            .collect::<Result<_>>()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(malformed_error());
        }
    };
    let mut plain = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        match value {
            Value::Null => {}
            Value::Bool(flag) => plain.push((name, flag.to_string())),
            Value::Number(number) => plain.push((name, number.to_string())),
            Value::String(text) => plain.push((name, text)),
            Value::Array(_) | Value::Object(_) => return Err(malformed_error()),
        }
    }
    Ok(plain)
}

fn parse_rule(rule: &Value) -> Option<(String, Value)> {
    let equals = match rule.get("operator") {
        None => true,
        Some(operator) => matches!(operator.as_str(), Some("eq" | "equals" | "=")),
    };
    let field = rule.get("field")?.as_str()?.to_owned();
    equals.then(|| Some((field, rule.get("value")?.clone())))?
}

/// The rules of a saved filter.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct FilterRules(Value);

impl FilterRules {
    /// Returns the rules if the list of chats accepts them.
    pub(crate) fn validated(self) -> Result<Value> {
        let mut request = ListChatsQuery::default();
        let rule = |error: &Error| match error.kind() {
            ErrorKind::Invalid { field, rule } => {
                let field = field.strip_prefix(QUERY_FIELD_PREFIX).unwrap_or(field);
                Error::invalid(
                    "filters",
                    format!("has a rule that does not fit: {field} {rule}"),
                )
            }
            _ => Error::invalid("filters", "has a rule that does not fit"),
        };
        for (name, value) in parse_rules(self.0.clone()).map_err(|error| rule(&error))? {
            request.apply(&name, &value).map_err(|error| rule(&error))?;
        }
        Ok(self.0)
    }
}

impl PartialSchema for FilterRules {
    fn schema() -> RefOr<Schema> {
        // `"true"` and `"false"` count as flags, `null` as no rule.
        let flag = || {
            let names = ObjectBuilder::new().schema_type(Type::String);
            OneOfBuilder::new()
                .item(ObjectBuilder::new().schema_type(Type::Boolean))
                .item(ObjectBuilder::new().schema_type(Type::Null))
                .item(names.enum_values(Some(["true", "false"])))
        };
        ObjectBuilder::new()
            .property("archived", flag())
            .property("mine", flag())
            .property("needsResponse", flag())
            .property("paused", flag())
            .property("isTest", flag())
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .into()
    }
}

impl ToSchema for FilterRules {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Rules")
    }
}
