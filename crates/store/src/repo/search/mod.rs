//! Finding rows by what they say.
//!
//! The index proposes rows, newest first; each is read, compared letter by letter and shown only to who may see it, so
//! what the index holds can be late or wrong without anything false being shown. It is filled beside the write path
//! ([`batch`]); what is changed or removed changes or leaves it in its own transaction ([`reword`], [`erase`]).

mod find;
mod index;
mod keep;
mod list;

pub use find::{Found, MessageSearch, View, is_indexed, messages, whole};
pub use index::{Batch, Noun, batch, horizon, newest, waiting};
pub(super) use keep::{erase, rename, retitle, reword};
pub use list::{conversations, members};

use crate::terms::Terms;

/// Rows that are looked at, at the most, for one question.
pub const MOST_PROPOSED: usize = 10_000;
/// The first time only a few are asked for: most questions want no more.
const FIRST: usize = 128;
/// Rows that are looked at in one go after that.
const CHUNK: usize = 1_000;

/// Numbers as a parameter.
pub(super) fn listed(numbers: &[i64]) -> String {
    let mut text = String::from("[");
    for number in numbers {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&number.to_string());
    }
    text.push(']');
    text
}

/// A `like` pattern that finds the longest of the words anywhere.
fn pattern(terms: &Terms) -> String {
    let longest = terms.words().iter().max_by_key(|word| word.len());
    super::listing::pattern(longest.map_or("", |word| word))
}
