//! Booleans as the vendor's samples send them.

use serde::Deserialize;
use utoipa::ToSchema;

/// A boolean, or one of the words `true` and `false`: the vendor's samples send either.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Flag {
    Boolean(bool),
    Word(Word),
}

/// A boolean in a text.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Word {
    True,
    False,
}

impl Flag {
    pub(crate) fn is_true(self) -> bool {
        matches!(self, Self::Boolean(true) | Self::Word(Word::True))
    }
}
