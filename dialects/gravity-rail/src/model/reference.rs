//! References to models in bodies.

use std::borrow::Cow;

use parlor_kit::ids;
use parlor_model::{Error, Result, text};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::Settings;

/// An id of the list of models, or a name.
#[derive(Debug, Clone)]
pub(crate) struct ModelReference(String);

/// Limit of a name.
const MAX_NAME_CHARS: usize = 200;

impl ModelReference {
    /// Resolves the model's name. If models are configured, an unknown one and one for the other kind of turns are
    /// invalid; otherwise any name is accepted.
    pub(crate) fn resolve_name(
        &self,
        settings: &Settings,
        field: &'static str,
        realtime: bool,
    ) -> Result<String> {
        if settings.models.is_empty() {
            return text::normalize_required(&self.0, field, MAX_NAME_CHARS);
        }
        let by_number = ids::parse_number(&self.0)
            .and_then(|number| usize::try_from(number).ok())
            .and_then(|number| settings.models.get(number - 1));
        by_number
            .or_else(|| settings.models.iter().find(|model| model.name == self.0))
            .filter(|model| model.realtime == realtime)
            .map(|model| model.name.clone())
            .ok_or_else(|| Error::invalid(field, "must be a model of the list for these turns"))
    }
}

impl<'de> Deserialize<'de> for ModelReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) if number.as_i64().is_some_and(|number| number > 0) => {
                Ok(Self(number.to_string()))
            }
            _ => Err(D::Error::custom("must be a model's id or name")),
        }
    }
}

impl PartialSchema for ModelReference {
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
                    .max_length(Some(MAX_NAME_CHARS))
                    .pattern(Some(r"[^\s\x85]")),
            )
            .into()
    }
}

impl ToSchema for ModelReference {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ModelReference")
    }
}
