//! Participants of a chat, in requests and responses.

use std::borrow::Cow;

use parlor_kit::time;
use parlor_model::member::MemberKind;
use parlor_model::participant::{NewParticipant, Participant, ParticipantRole};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::EntityRef;

/// Somebody who takes part.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParticipantResponse {
    /// Its id within the chat: the member's.
    id: i64,
    /// Who.
    member_id: i64,
    /// What the member is called.
    name: Option<String>,
    /// `human` or `agent`.
    member_type: &'static str,
    /// `owner`, `member`, `assistant`, `operator` or `contributor`.
    role: &'static str,
    /// Since when.
    joined_at: String,
    /// When it last said how far it has read.
    last_read_at: Option<String>,
}

impl ParticipantResponse {
    pub(crate) fn from_participant(participant: &Participant) -> Self {
        Self {
            id: participant.member.number,
            member_id: participant.member.number,
            name: participant.member.name.clone(),
            member_type: member_type(participant.member.kind),
            role: participant.role.as_str(),
            joined_at: time::format_iso(participant.joined_at),
            last_read_at: participant.read_at.map(time::format_iso),
        }
    }
}

/// Returns `memberType`.
pub(crate) fn member_type(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Person | MemberKind::Contact => "human",
        MemberKind::Assistant => "agent",
    }
}

/// A participant of a new chat: an id, or an object with `memberId` and an optional `role` of `assistant`, `operator`
/// or `contributor`, the default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParticipantRequest {
    member: EntityRef,
    role: ParticipantRole,
}

impl ParticipantRequest {
    pub(crate) fn into_new_participant(self) -> NewParticipant {
        NewParticipant {
            member: self.member.to_member_key(),
            role: self.role,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParticipantObject {
    member_id: EntityRef,
    role: Option<String>,
}

impl<'de> Deserialize<'de> for ParticipantRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let (member, role) = if value.is_object() {
            let shape_error =
                |_| D::Error::custom("must have a memberId that is an id, and may have a role");
            let ParticipantObject { member_id, role } =
                serde_json::from_value(value).map_err(shape_error)?;
            (member_id, role)
        } else {
            let shape_error = |_| D::Error::custom("must be an id or an object with a memberId");
            (serde_json::from_value(value).map_err(shape_error)?, None)
        };
        let role = match role.as_deref() {
            None | Some("contributor") => ParticipantRole::Contributor,
            Some("assistant") => ParticipantRole::Assistant,
            Some("operator") => ParticipantRole::Operator,
            Some(_) => {
                return Err(D::Error::custom(
                    "must have one of the roles assistant, operator, contributor",
                ));
            }
        };
        Ok(Self { member, role })
    }
}

impl PartialSchema for ParticipantRequest {
    fn schema() -> RefOr<Schema> {
        let roles = OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(["assistant", "operator", "contributor"])),
            );
        OneOfBuilder::new()
            .item(EntityRef::schema())
            .item(
                ObjectBuilder::new()
                    .property("memberId", EntityRef::schema())
                    .property("role", roles)
                    .required("memberId"),
            )
            .into()
    }
}

impl ToSchema for ParticipantRequest {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ParticipantRequest")
    }
}
