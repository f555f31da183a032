//! Booleans as the vendor's samples send them.

use serde::Deserialize;

/// A boolean, or one of the words `true` and `false`: the vendor's samples send either.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(crate) enum Flag {
    Boolean(bool),
    Word(Word),
}

#[derive(Clone, Copy, Deserialize)]
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
