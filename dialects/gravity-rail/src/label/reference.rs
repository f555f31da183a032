//! References to labels in bodies.

use std::borrow::Cow;

use parlor_engine::label::LabelRef;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::EntityRef;

/// Labels in one request at the most.
const MAX_LABELS: usize = 50;

/// A label by id, UUID or name. A text that parses as an id is one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum LabelReference {
    Id(EntityRef),
    Name(String),
}

impl LabelReference {
    fn into_label_ref(self) -> LabelRef {
        match self {
            Self::Id(reference) => LabelRef::Key(reference.to_id_or_number()),
            Self::Name(name) => LabelRef::Name(name),
        }
    }
}

impl PartialSchema for LabelReference {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .minimum(Some(1))
                    .maximum(Some(i64::MAX)),
            )
            .item(ObjectBuilder::new().schema_type(Type::String))
            .into()
    }
}

impl ToSchema for LabelReference {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("LabelReference")
    }
}

/// Converts at most 50 references to the engine's.
pub(crate) fn to_label_refs(labels: Vec<LabelReference>) -> Result<Vec<LabelRef>> {
    if labels.len() > MAX_LABELS {
        return Err(Error::invalid("labels", "must be at most 50"));
    }
    if labels
        .iter()
        .any(|label| matches!(label, LabelReference::Name(name) if name.contains('\0')))
    {
        return Err(Error::invalid("labels", "must not contain U+0000"));
    }
    Ok(labels
        .into_iter()
        .map(LabelReference::into_label_ref)
        .collect())
}
