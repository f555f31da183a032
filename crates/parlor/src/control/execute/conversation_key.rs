//! Finds the conversation that an operator means.

use parlor_engine::Engine;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::conversation::{ConversationFilter, ConversationKey, ConversationSort};
use parlor_model::id::ConversationId;
use parlor_model::keyset::SortOrder;

use crate::cli_error::{CliError, ExitKind};

/// Number of conversations among which a title is looked for.
const TITLE_ROWS: i64 = 100;

/// Finds a conversation by its id in the form of any dialect, its number, or its title.
///
/// # Errors
/// `NotFound` if there is none, `Usage` if several have the title.
pub(super) async fn find_conversation(
    engine: &Engine,
    ctx: &Ctx,
    text: &str,
) -> Result<ConversationKey, CliError> {
    if let Some(id) = parse_id(text) {
        return Ok(ConversationKey::Id(id));
    }
    let titled = find_titled(engine, ctx, text).await?;
    match (titled.as_slice(), ids::parse_number(text)) {
        ([number], _) => Ok(ConversationKey::Number(*number)),
        ([], Some(number)) => Ok(ConversationKey::Number(number)),
        ([], None) => Err(CliError::new(
            ExitKind::NotFound,
            "there is no conversation of this title",
        )
        .with_hint("give its whole title, its number, or its id as one of the APIs shows it")),
        (several, _) => {
            let numbers: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(CliError::new(
                ExitKind::Usage,
                format!("{} conversations have this title", several.len()),
            )
            .with_hint(format!("give the number of one: {}", numbers.join(", "))))
        }
    }
}

/// Parses an id in the form of any dialect: a UUID, 32 hex digits, or a word and 26 characters in base 32.
fn parse_id(text: &str) -> Option<ConversationId> {
    let prefixed = || {
        let (prefix, _) = text.rsplit_once('_')?;
        ids::parse_prefixed(&format!("{prefix}_"), text)
    };
    ids::parse_uuid(text)
        .or_else(|| ids::parse_hex(text))
        .or_else(prefixed)
}

/// Returns the numbers of the conversations with a title: among those that the search finds, and among the newest ones,
/// which it may not have yet.
async fn find_titled(engine: &Engine, ctx: &Ctx, title: &str) -> Result<Vec<i64>, CliError> {
    let mut found = Vec::new();
    for search in [Some(title.to_owned()), None] {
        let filter = ConversationFilter {
            search,
            ..ConversationFilter::default()
        };
        let listing = ListConversations {
            sort: ConversationSort::CreatedAt,
            order: SortOrder::Descending,
            limit: TITLE_ROWS,
            offset: 0,
        };
        let (rows, _) = conversation::list(engine, ctx, filter, listing).await?;
        let titled = rows
            .iter()
            .filter(|row| row.conversation.title.as_deref() == Some(title));
        found.extend(titled.map(|row| row.conversation.number));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
