//! Messages by what they say.

use std::collections::HashMap;

use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::Noun;
use parlor_model::id::SpaceId;
use parlor_model::message::Message;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::search::{Found, MessageSearch, View};
use parlor_store::repo::{conversation, search as repo, space};
use parlor_store::terms::Terms;

use crate::Engine;
use crate::authority;

/// Messages given back at the most.
pub const MOST: usize = 100;

/// Bytes of messages with which the hits end early.
const HIT_BYTES: usize = 1 << 20;
/// Messages read at once, since each may be long.
const FEW: usize = 10;

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Everything the caller may see.
    Everything,
    /// The conversations of a space.
    Space(SpaceId),
    /// One conversation.
    Conversation(ConversationKey),
}

/// How to read the text that is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Every word must occur, `"quoted words"` as they stand; newest messages first.
    All,
    /// The text is prose, such as a question: one of its words must occur; messages with most of them first, then the
    /// newest.
    Any,
}

/// What to search for.
#[derive(Debug, Clone)]
pub struct SearchMessages {
    /// The text; a blank one finds nothing.
    pub text: String,
    /// How to read it.
    pub words: Words,
    /// Where to look.
    pub within: Within,
    /// Messages at the most; never more than [`MOST`].
    pub limit: usize,
    /// Only messages whose number is smaller: the last one's of the page before.
    pub before: Option<i64>,
}

/// A message that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The message.
    pub message: Message,
    /// The conversation it is in.
    pub conversation: Conversation,
    /// How many of the words it has.
    pub words: usize,
}

/// What people and assistants said that has the words, whatever their case, in conversations the caller may see:
/// those of the workspace with `conversations:read`, otherwise those that involve it; direct ones only to those who
/// take part. A space or conversation the caller cannot see is refused as everywhere.
///
/// Words of less than three letters (two in scripts that write words so) only narrow what the others find; alone they
/// are looked for in the newest 1,000 messages of the workspace, or of the conversation where one is named.
pub async fn messages(engine: &Engine, ctx: &Ctx, search: SearchMessages) -> Result<Vec<Hit>> {
    let terms = match search.words {
        Words::All => Terms::parse("text", &search.text)?,
        Words::Any => Terms::of_prose(&search.text),
    };
    let ctx = *ctx;
    let view = engine
        .store
        .read(move |tx| view(tx, &ctx, search.within))
        .await?;
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let limit = search.limit.clamp(1, MOST);
    let before = search.before.unwrap_or(i64::MAX);
    let found = match search.words {
        Words::All => all(engine, &ctx, terms, view, before, limit).await?,
        Words::Any => any(engine, &ctx, &terms, view, before, limit).await?,
    };
    engine
        .store
        .scan(ctx.ws(), move |tx| whole(tx, &ctx, &found))
        .await
}

fn view(tx: &mut dyn Tx, ctx: &Ctx, within: Within) -> Result<View> {
    let mut view = View::default();
    if let Within::Conversation(key) = within {
        view.conversation = Some(authority::number(tx, ctx, key)?);
        view.is_decided = true;
        return Ok(view);
    }
    view.seen = authority::visibility(tx, ctx)?;
    if let Within::Space(id) = within {
        let number =
            space::number(tx, ctx.ws(), id)?.ok_or_else(|| Error::not_found(Noun::Space))?;
        view.space = Some(number);
    }
    Ok(view)
}

/// A turn for each step, so that a search that has much to compare holds nobody up for long.
async fn all(
    engine: &Engine,
    ctx: &Ctx,
    terms: Terms,
    view: View,
    before: i64,
    limit: usize,
) -> Result<Vec<Found>> {
    let ws = ctx.ws();
    let mut search = MessageSearch::new(terms, view, before);
    let mut found = Vec::with_capacity(limit);
    while !search.is_over() {
        (search, found) = engine
            .store
            .scan(ws, move |tx| {
                search.step(tx, ws, &mut |one| {
                    found.push(one);
                    found.len() == limit
                })?;
                Ok((search, found))
            })
            .await?;
    }
    Ok(found)
}

/// Of each word the newest; those come first that more than one word has found.
async fn any(
    engine: &Engine,
    ctx: &Ctx,
    terms: &Terms,
    view: View,
    before: i64,
    limit: usize,
) -> Result<Vec<Found>> {
    let mut found: HashMap<i64, Found> = HashMap::new();
    // The short words of a question say little, unless there are no others.
    let short_ones_count = !repo::is_indexed(terms);
    let asked = terms
        .each()
        .filter(|term| short_ones_count || repo::is_indexed(term));
    for term in asked {
        for one in all(engine, ctx, term, view, before, MOST).await? {
            found
                .entry(one.number)
                .and_modify(|known| known.words += 1)
                .or_insert(one);
        }
    }
    let mut ranked: Vec<Found> = found.into_values().collect();
    ranked.sort_unstable_by_key(|one| (one.words, one.number));
    ranked.reverse();
    ranked.truncate(limit);
    Ok(ranked)
}

/// In the order they were found; of long messages as many as the bytes allow.
fn whole(tx: &mut dyn Tx, ctx: &Ctx, found: &[Found]) -> Result<Vec<Hit>> {
    let mut conversations: HashMap<i64, Conversation> = HashMap::new();
    let mut hits = Vec::with_capacity(found.len());
    let mut bytes = 0;
    for few in found.chunks(FEW) {
        if bytes >= HIT_BYTES {
            break;
        }
        let numbers: Vec<i64> = few.iter().map(|one| one.number).collect();
        let messages = repo::whole(tx, ctx.ws(), &numbers)?;
        bytes += messages
            .iter()
            .map(|message| message.text.as_str().len())
            .sum::<usize>();
        add(tx, ctx, few, messages, &mut conversations, &mut hits)?;
    }
    Ok(hits)
}

fn add(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    found: &[Found],
    messages: Vec<Message>,
    conversations: &mut HashMap<i64, Conversation>,
    hits: &mut Vec<Hit>,
) -> Result<()> {
    let mut messages: HashMap<i64, Message> = messages
        .into_iter()
        .map(|message| (message.number, message))
        .collect();
    for one in found {
        if !conversations.contains_key(&one.conversation) {
            let key = ConversationKey::Number(one.conversation);
            conversations.extend(
                conversation::find(tx, ctx.ws(), key)?.map(|there| (one.conversation, there)),
            );
        }
        // What went away between two statements is not shown.
        if let (Some(message), Some(conversation)) = (
            messages.remove(&one.number),
            conversations.get(&one.conversation),
        ) {
            hits.push(Hit {
                message,
                conversation: conversation.clone(),
                words: one.words,
            });
        }
    }
    Ok(())
}
