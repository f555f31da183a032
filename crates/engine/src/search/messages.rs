//! Searches messages by text.

use std::collections::HashMap;

use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::EntityKind;
use parlor_model::id::SpaceId;
use parlor_model::message::Message;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::search::{MessageMatch, MessageSearch, SearchScope};
use parlor_store::repo::{conversation, search as repo, space};
use parlor_store::search_terms::SearchTerms;

use crate::Engine;
use crate::authority;

/// Maximum number of results.
pub const MAX_HITS: usize = 100;

/// Bytes of messages at which the results end early.
const MAX_HIT_BYTES: usize = 1 << 20;
/// Messages per read, because each may be long.
const READ_BATCH_ROWS: usize = 10;

/// Where to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchTarget {
    /// Everything that the caller may read.
    Everything,
    /// The conversations of a space.
    Space(SpaceId),
    /// One conversation.
    Conversation(ConversationKey),
}

/// How the query text is interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchMode {
    /// Every word must occur, `"quoted words"` as a phrase; newest messages first.
    All,
    /// The query is prose, such as a question: any of its words must occur; messages with most of them first, then the
    /// newest.
    Any,
}

/// A search for messages.
#[derive(Debug, Clone)]
pub struct SearchMessages {
    /// The query; a blank one matches nothing.
    pub text: String,
    /// How it is interpreted.
    pub match_mode: MatchMode,
    /// Where to search.
    pub target: SearchTarget,
    /// Maximum number of results, capped at [`MAX_HITS`].
    pub limit: usize,
    /// Only messages with smaller numbers: the last one of the previous page.
    pub before: Option<i64>,
}

/// A found message.
#[derive(Debug, Clone)]
pub struct SearchHit {
    /// The message.
    pub message: Message,
    /// Its conversation.
    pub conversation: Conversation,
    /// Number of matched words.
    pub matched_words: usize,
}

/// Returns user and assistant messages that contain the words, ignoring case, from conversations that the caller may
/// read: those of the workspace with `conversations:read`, otherwise those with the acting member as participant;
/// direct ones only for their participants. A space or conversation that the caller may not read is refused as
/// elsewhere.
///
/// Words of less than three letters (two in scripts with such words) only narrow the results of the other words; alone
/// they are searched in the newest 1,000 messages of the workspace, or of the named conversation.
pub async fn messages(
    engine: &Engine,
    ctx: &Ctx,
    search: SearchMessages,
) -> Result<Vec<SearchHit>> {
    let terms = match search.match_mode {
        MatchMode::All => SearchTerms::parse("text", &search.text)?,
        MatchMode::Any => SearchTerms::from_prose(&search.text),
    };
    let ctx = *ctx;
    let scope = engine
        .store
        .read(move |tx| search_scope(tx, &ctx, search.target))
        .await?;
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let limit = search.limit.clamp(1, MAX_HITS);
    let before = search.before.unwrap_or(i64::MAX);
    let found = match search.match_mode {
        MatchMode::All => search_all_words(engine, &ctx, terms, scope, before, limit).await?,
        MatchMode::Any => search_any_word(engine, &ctx, &terms, scope, before, limit).await?,
    };
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| load_hits(tx, &ctx, &found))
        .await
}

fn search_scope(tx: &mut dyn Tx, ctx: &Ctx, target: SearchTarget) -> Result<SearchScope> {
    let mut scope = SearchScope::default();
    if let SearchTarget::Conversation(key) = target {
        scope.conversation = Some(authority::find_readable_number(tx, ctx, key)?);
        scope.skips_visibility = true;
        return Ok(scope);
    }
    scope.visibility = authority::list_visibility(tx, ctx)?;
    if let SearchTarget::Space(id) = target {
        let number = space::find_number(tx, ctx.ws(), id)?
            .ok_or_else(|| Error::not_found(EntityKind::Space))?;
        scope.space = Some(number);
    }
    Ok(scope)
}

/// Searches for all words. Each step acquires the read permit anew, so that an expensive search does not delay others.
async fn search_all_words(
    engine: &Engine,
    ctx: &Ctx,
    terms: SearchTerms,
    scope: SearchScope,
    before: i64,
    limit: usize,
) -> Result<Vec<MessageMatch>> {
    let ws = ctx.ws();
    let mut search = MessageSearch::new(terms, scope, before);
    let mut found = Vec::with_capacity(limit);
    while !search.is_finished() {
        (search, found) = engine
            .store
            .read_throttled(ws, move |tx| {
                search.run_step(tx, ws, &mut |one| {
                    found.push(one);
                    found.len() == limit
                })?;
                Ok((search, found))
            })
            .await?;
    }
    Ok(found)
}

/// Searches the newest messages of each word, and ranks those that contain several words first.
async fn search_any_word(
    engine: &Engine,
    ctx: &Ctx,
    terms: &SearchTerms,
    scope: SearchScope,
    before: i64,
    limit: usize,
) -> Result<Vec<MessageMatch>> {
    let mut found: HashMap<i64, MessageMatch> = HashMap::new();
    // Short words of a question are ignored unless there are no others.
    let uses_short_terms = !repo::is_indexed(terms);
    let searched_terms = terms
        .iter_single()
        .filter(|term| uses_short_terms || repo::is_indexed(term));
    for term in searched_terms {
        for one in search_all_words(engine, ctx, term, scope, before, MAX_HITS).await? {
            found
                .entry(one.number)
                .and_modify(|known| known.words += 1)
                .or_insert(one);
        }
    }
    let mut ranked: Vec<MessageMatch> = found.into_values().collect();
    ranked.sort_unstable_by_key(|one| (one.words, one.number));
    ranked.reverse();
    ranked.truncate(limit);
    Ok(ranked)
}

/// Loads the found messages in their order, up to the byte limit.
fn load_hits(tx: &mut dyn Tx, ctx: &Ctx, found: &[MessageMatch]) -> Result<Vec<SearchHit>> {
    let mut conversations: HashMap<i64, Conversation> = HashMap::new();
    let mut hits = Vec::with_capacity(found.len());
    let mut bytes = 0;
    for chunk in found.chunks(READ_BATCH_ROWS) {
        if bytes >= MAX_HIT_BYTES {
            break;
        }
        let numbers: Vec<i64> = chunk.iter().map(|one| one.number).collect();
        let messages = repo::fetch_messages(tx, ctx.ws(), &numbers)?;
        bytes += messages
            .iter()
            .map(|message| message.text.as_str().len())
            .sum::<usize>();
        add_hits(tx, ctx, chunk, messages, &mut conversations, &mut hits)?;
    }
    Ok(hits)
}

fn add_hits(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &[MessageMatch],
    messages: Vec<Message>,
    conversations: &mut HashMap<i64, Conversation>,
    hits: &mut Vec<SearchHit>,
) -> Result<()> {
    let mut messages: HashMap<i64, Message> = messages
        .into_iter()
        .map(|message| (message.number, message))
        .collect();
    for one in found {
        if !conversations.contains_key(&one.conversation) {
            let key = ConversationKey::Number(one.conversation);
            conversations.extend(
                conversation::find(tx, ctx.ws(), key)?
                    .map(|conversation| (one.conversation, conversation)),
            );
        }
        // Rows deleted between the two queries are omitted.
        if let (Some(message), Some(conversation)) = (
            messages.remove(&one.number),
            conversations.get(&one.conversation),
        ) {
            hits.push(SearchHit {
                message,
                conversation: conversation.clone(),
                matched_words: one.words,
            });
        }
    }
    Ok(())
}
