//! Full-text search.
//!
//! The index proposes rows, newest first; each is read, compared literally and checked for visibility, so the index may
//! be late or inexact without false results. [`super::search_index`] fills and updates it.
//!
//! Keeps INV-60, INV-61 (`docs/invariants.md`).

mod conversations;
mod messages;

pub use conversations::{find_conversations, find_members};
pub use messages::{
    MessageMatch, MessageSearch, SearchScope, fetch_messages, find_messages, is_indexed,
};

use super::param::like_pattern;
use crate::search_terms::SearchTerms;

/// Maximum number of rows compared per query.
const MAX_PROPOSED_ROWS: usize = 10_000;
/// Rows of the first chunk; most queries need no more.
const FIRST_CHUNK_ROWS: usize = 128;
/// Rows of each further chunk.
const CHUNK_ROWS: usize = 1_000;

/// Returns a `like` pattern that matches the longest of the words anywhere.
fn longest_term_pattern(terms: &SearchTerms) -> String {
    let longest = terms.words().iter().max_by_key(|word| word.len());
    like_pattern(longest.map_or("", |word| word))
}
