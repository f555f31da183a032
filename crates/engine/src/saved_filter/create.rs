//! Creates a saved filter.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::saved_filter::{CreateSavedFilter, SavedFilter};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::saved_filter as repo;
use serde_json::Value;

use crate::Engine;

/// Maximum length of a name.
const MAX_NAME_CHARS: usize = limit::LABEL.max_chars;
/// Maximum size of the rules as JSON.
const MAX_RULES_BYTES: usize = 16 * 1024;
/// Maximum number of filters per member.
const MAX_FILTERS_PER_MEMBER: i64 = 1_000;

/// Saves a filter of the acting member.
///
/// # Errors
/// `AlreadyExists` for a name that it uses.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateSavedFilter) -> Result<SavedFilter> {
    let name = normalize_name(&command.name)?;
    check_rules(&command.rules)?;
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let (_, total) = repo::page(tx, ws, owner, 0, 0)?;
            if total >= MAX_FILTERS_PER_MEMBER {
                return Err(Error::invalid("name", "is one too many: 1000 are kept"));
            }
            repo::insert(tx, ws, owner, &name, &command.rules)?.ok_or_else(already_exists_error)
        })
        .await
}

/// Returns the normalized name.
pub(super) fn normalize_name(text: &str) -> Result<String> {
    text::normalize_required(text, "name", MAX_NAME_CHARS)
}

/// Checks that the rules can be stored.
pub(super) fn check_rules(rules: &Value) -> Result<()> {
    let text = rules.to_string();
    if text.len() > MAX_RULES_BYTES {
        return Err(Error::invalid("filters", "must be at most 16 KiB"));
    }
    Ok(())
}

pub(super) fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Filter,
        field: "name",
    })
}
