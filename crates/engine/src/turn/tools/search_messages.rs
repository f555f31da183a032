//! `search_messages`: finds messages that everybody in the conversation may read.

use std::collections::HashMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::ctx::{Actor, WorkspaceRef};
use parlor_model::error::ErrorKind;
use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::message::{Message, MessageRole};
use parlor_model::participant::ParticipantState;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{participant, workspace};
use serde_json::{Value, json};
use uuid::Uuid;

use super::arguments::Arguments;
use super::{Tool, ToolFailure, ToolReply};
use crate::search::{self, MatchMode, SearchHit, SearchMessages, SearchTarget};
use crate::turn::TurnWork;
use crate::{Engine, authority};

pub(super) const NAME: &str = "search_messages";
/// Maximum length of a query.
const MAX_QUERY_CHARS: usize = 500;
const DEFAULT_LIMIT: u64 = 8;
const MAX_LIMIT: u64 = 20;
/// Maximum length of a found text.
const MAX_SNIPPET_CHARS: usize = 400;
/// Size of the texts after which the results end.
const MAX_RESULT_BYTES: usize = 8 * 1024;
/// With more people than this only their conversation itself is searched.
const MAX_READERS: usize = 20;

pub(super) fn definition() -> Tool {
    Tool {
        name: NAME,
        description: "Searches earlier messages of this conversation and of the conversations around it. Every word must \
            occur; \"quoted words\" are a phrase. The newest messages come first.",
        parameters: json!({
            "type": "object",
            "properties": {
                "query": { "type": "string", "description": "The words.", "maxLength": MAX_QUERY_CHARS },
                "limit": {
                    "type": "integer",
                    "description": "Maximum number of messages.",
                    "minimum": 1,
                    "maximum": MAX_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
            "required": ["query"],
            "additionalProperties": false,
        }),
    }
}

pub(super) async fn call(
    engine: &Engine,
    work: &TurnWork,
    arguments: &Arguments,
) -> Result<ToolReply, ToolFailure> {
    let query = arguments.text("query", MAX_QUERY_CHARS)?;
    let limit = arguments.optional_integer("limit", 1..=MAX_LIMIT)?;
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(1);
    let readers = find_readers(engine, work).await?;
    let space = work.conversation.space.filter(|_| readers.is_known);
    let key = ConversationKey::Number(work.conversation.number);
    let target = space.map_or(SearchTarget::Conversation(key), SearchTarget::Space);
    let Some(first) = readers.contexts.first() else {
        return Ok(ToolReply::reading(json!({ "messages": [] })));
    };
    let search = SearchMessages {
        text: query,
        match_mode: MatchMode::All,
        target,
        limit: search::MAX_HITS,
        before: None,
    };
    let found = search::messages(engine, first, search).await?;
    let visible = find_visible(engine, readers.contexts, &found).await?;
    // It holds the words that are searched.
    let question = work.question().map(|message| message.id);
    let hits = found
        .iter()
        .filter(|hit| Some(hit.message.id) != question)
        .filter(|hit| visible.get(&hit.conversation.number) == Some(&true));
    Ok(ToolReply::reading(render(hits.take(limit))))
}

/// Who reads the answer.
struct Readers {
    /// The people that take part, each with what it may read as a participant.
    contexts: Vec<Ctx>,
    /// They are all people that read the conversation; otherwise only the conversation itself is searched.
    is_known: bool,
}

async fn find_readers(engine: &Engine, work: &TurnWork) -> Result<Readers> {
    let (ws, number) = (work.ws, work.conversation.number);
    engine
        .store
        .read(move |tx| {
            let workspace = workspace::find_by_number(tx, ws)?.map(|found| found.key);
            let people: Vec<MemberRef> = participant::list(tx, ws, number)?
                .into_iter()
                .filter(|found| found.state == ParticipantState::Joined)
                .map(|found| found.member)
                .filter(|member| member.kind != MemberKind::Assistant)
                .collect();
            let Some(workspace) = workspace else {
                return Ok(Readers {
                    contexts: Vec::new(),
                    is_known: false,
                });
            };
            if people.is_empty() || people.len() > MAX_READERS {
                return Ok(Readers {
                    contexts: vec![of_conversation(workspace)],
                    is_known: false,
                });
            }
            let contexts = people.iter().map(|member| of_member(workspace, member));
            Ok(Readers {
                contexts: contexts.collect(),
                is_known: true,
            })
        })
        .await
}

/// Returns what a member may read without any scope: the conversations in which it participates.
fn of_member(workspace: WorkspaceRef, member: &MemberRef) -> Ctx {
    let actor = Actor {
        number: member.number,
        id: member.id,
        kind: member.kind,
        role: None,
    };
    Ctx {
        actor: Some(actor),
        granted: Scopes::all(),
        ..Ctx::unbound(workspace, Scopes::NONE, Uuid::nil())
    }
}

/// Returns the context that reads the conversation itself, which everybody who receives the answer reads.
fn of_conversation(workspace: WorkspaceRef) -> Ctx {
    let scopes = [Resource::Conversations, Resource::Dm]
        .into_iter()
        .fold(Scopes::NONE, |scopes, resource| {
            scopes.with_scope(Scope::read(resource))
        });
    Ctx::unbound(workspace, scopes, Uuid::nil())
}

/// Returns for each conversation of the results whether every reader may read it.
async fn find_visible(
    engine: &Engine,
    readers: Vec<Ctx>,
    found: &[SearchHit],
) -> Result<HashMap<i64, bool>> {
    let mut numbers: Vec<i64> = found.iter().map(|hit| hit.conversation.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    engine
        .store
        .read(move |tx| {
            let mut visible = HashMap::with_capacity(numbers.len());
            for number in &numbers {
                visible.insert(*number, is_readable_by_all(tx, &readers, *number)?);
            }
            Ok(visible)
        })
        .await
}

fn is_readable_by_all(tx: &mut dyn Tx, readers: &[Ctx], number: i64) -> Result<bool> {
    for reader in readers {
        let key = ConversationKey::Number(number);
        match authority::find_readable_number(tx, reader, key) {
            Ok(_) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound(_) | ErrorKind::Forbidden(_)
                ) =>
            {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn render<'a>(hits: impl Iterator<Item = &'a SearchHit>) -> Value {
    let (mut bytes, mut messages) = (0, Vec::new());
    for hit in hits {
        let text: String = hit.message.text.chars().take(MAX_SNIPPET_CHARS).collect();
        bytes += text.len();
        if bytes > MAX_RESULT_BYTES {
            break;
        }
        messages.push(json!({
            "id": hit.message.id.uuid().to_string(),
            "conversation": hit.conversation.title,
            "author": author(&hit.message),
            "at": format_time(hit.message.created_at),
            "text": text,
        }));
    }
    json!({ "messages": messages })
}

fn author(message: &Message) -> &str {
    let author = message.author.as_ref();
    let name = author.and_then(|author| author.name.as_deref().or(author.external_id.as_deref()));
    name.unwrap_or(match message.role {
        MessageRole::Assistant => "assistant",
        _ => "person",
    })
}

fn format_time(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).map_or_else(|_| String::new(), |at| at.to_string())
}
