//! Finding rows by what they say.
//!
//! The index proposes rows, newest first; each is read, compared letter by letter and shown only to who may see it, so
//! what the index holds can be late or wrong without anything false being shown. It is filled beside the write path
//! ([`index_batch`]); what is changed or removed changes or leaves it in its own transaction ([`reindex_message`], [`unindex_message`]).

mod conversations;
mod index;
mod maintain;
mod messages;

pub use conversations::{find_conversations, find_members};
pub use index::{
    IndexBatchOutcome, IndexedEntity, backlog, index_batch, last_number, safe_upper_bound,
};
pub(super) use maintain::{reindex_message, reindex_name, reindex_title, unindex_message};
pub use messages::{
    MessageMatch, MessageSearch, SearchScope, fetch_messages, find_messages, is_indexed,
};

use crate::search_terms::SearchTerms;

/// Rows that are looked at, at the most, for one question.
pub const MAX_PROPOSED_ROWS: usize = 10_000;
/// The first time only a few are asked for: most questions want no more.
const FIRST_CHUNK_ROWS: usize = 128;
/// Rows that are looked at in one go after that.
const CHUNK_ROWS: usize = 1_000;

/// Numbers as a parameter.
pub(super) fn to_json_array(numbers: &[i64]) -> String {
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
fn longest_term_pattern(terms: &SearchTerms) -> String {
    let longest = terms.words().iter().max_by_key(|word| word.len());
    super::listing::like_pattern(longest.map_or("", |word| word))
}
