//! Booleans as the vendor's samples send them.

use serde::Deserialize;
use utoipa::ToSchema;

/// A boolean, or one of the words `true` and `false`: the vendor's samples send either.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Flag)]
pub(crate) enum BoolParam {
    Boolean(bool),
    Text(BoolText),
}

/// A boolean in a text.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Word)]
pub(crate) enum BoolText {
    True,
    False,
}

impl BoolParam {
    pub(crate) fn is_true(self) -> bool {
        matches!(self, Self::Boolean(true) | Self::Text(BoolText::True))
    }
}
