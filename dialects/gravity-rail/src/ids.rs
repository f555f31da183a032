//! Ids of this API: every entity has an integer and a UUID. Requests may use either, the integer also as a string.

use std::borrow::Cow;

use parlor_kit::ids;
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, IdOrNumber, MemberId, kind};
use parlor_model::member::MemberKey;
use parlor_model::{Error, Id, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// A reference to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityRef {
    /// An integer id.
    Number(i64),
    /// A UUID.
    Id(Uuid),
}

impl EntityRef {
    /// Parses a positive decimal or a UUID with dashes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match ids::parse_number(text) {
            Some(number) => Some(Self::Number(number)),
            None => ids::parse_uuid::<()>(text).map(|id| Self::Id(id.uuid())),
        }
    }

    /// Parses a path parameter.
    ///
    /// # Errors
    /// `NotFound` if it is no id.
    pub(crate) fn from_path(text: &str, entity: EntityKind) -> Result<Self> {
        Self::parse(text).ok_or_else(|| Error::not_found(entity))
    }

    /// Converts to the engine's key of most entities.
    pub(crate) fn to_id_or_number<K>(self) -> IdOrNumber<K> {
        match self {
            Self::Number(number) => IdOrNumber::Number(number),
            Self::Id(id) => IdOrNumber::Id(Id::new(id)),
        }
    }

    /// Converts to a member's key.
    pub(crate) fn to_member_key(self) -> MemberKey {
        match self {
            Self::Number(number) => MemberKey::Number(number),
            Self::Id(id) => MemberKey::Id(MemberId::new(id)),
        }
    }

    /// Converts to a conversation's key.
    fn to_conversation_key(self) -> ConversationKey {
        match self {
            Self::Number(number) => ConversationKey::Number(number),
            Self::Id(id) => ConversationKey::Id(ConversationId::new(id)),
        }
    }

    /// Whether it refers to the entity with these ids.
    pub(crate) fn matches<K>(self, number: i64, id: Id<K>) -> bool {
        match self {
            Self::Number(given) => given == number,
            Self::Id(given) => given == id.uuid(),
        }
    }
}

/// Entity to which paths refer by an integer id or a UUID, with the engine's key of most entities.
pub(crate) trait PathEntity {
    /// Its name in errors.
    const KIND: EntityKind;
}

macro_rules! path_entities {
    ($($id:ident => $entity:ident;)*) => {$(
        impl PathEntity for kind::$id {
            const KIND: EntityKind = EntityKind::$entity;
        }
    )*};
}
path_entities! {
    ApiKey => Key;
    Assignment => Assignment;
    Delivery => Delivery;
    EventRule => EventRule;
    File => File;
    Inbox => Inbox;
    Label => Label;
    PhoneNumber => PhoneNumber;
    SavedFilter => Filter;
    Site => Site;
    Workflow => Workflow;
}

/// Parses the reference to an entity in a path.
///
/// # Errors
/// `NotFound` if it is no id.
pub(crate) fn parse_key<K: PathEntity>(text: &str) -> Result<IdOrNumber<K>> {
    EntityRef::from_path(text, K::KIND).map(EntityRef::to_id_or_number)
}

/// Parses the reference to a chat in a path.
pub(crate) fn parse_chat_key(text: &str) -> Result<ConversationKey> {
    EntityRef::from_path(text, EntityKind::Conversation).map(EntityRef::to_conversation_key)
}

/// Parses the reference to a member in a path.
pub(crate) fn parse_member_key(text: &str) -> Result<MemberKey> {
    EntityRef::from_path(text, EntityKind::Member).map(EntityRef::to_member_key)
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = match Value::deserialize(deserializer)? {
            Value::Number(number) => number
                .as_i64()
                .filter(|number| *number > 0)
                .map(Self::Number),
            Value::String(text) => Self::parse(&text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        found.ok_or_else(|| D::Error::custom("must be a positive integer id or a UUID"))
    }
}

/// What [`EntityRef::parse`] accepts, for the OpenAPI document.
pub(crate) const ENTITY_REF_PATTERN: &str =
    "^([1-9][0-9]{0,17}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$";

impl PartialSchema for EntityRef {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .minimum(Some(1))
                    .maximum(Some(i64::MAX)),
            )
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(ENTITY_REF_PATTERN)),
            )
            .into()
    }
}

impl ToSchema for EntityRef {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Reference")
    }
}

/// Formats a UUID for a response.
pub(crate) fn format_uuid<K>(id: Id<K>) -> String {
    ids::format_uuid(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entity_ref_accepts_integers_decimals_and_uuids_only() {
        let id = "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
        let read = |value: Value| serde_json::from_value::<EntityRef>(value).ok();
        assert_eq!(read(json!(42)), Some(EntityRef::Number(42)));
        assert_eq!(read(json!("42")), Some(EntityRef::Number(42)));
        assert_eq!(read(json!(id)), Some(EntityRef::Id(id.parse().unwrap())));
        for bad in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(true),
            json!(""),
            json!("x"),
            json!([1]),
            json!("0192aaaabbbb7ccc8dddeeeeffff0001"),
        ] {
            assert_eq!(read(bad.clone()), None, "{bad}");
        }
    }
}
