//! Saving a filter.

use parlor_model::error::{Kind, Noun};
use parlor_model::filter::{CreateFilter, Filter};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::filter as repo;
use serde_json::Value;

use crate::Engine;

/// Longest name, in characters.
const LONGEST: usize = limit::LABEL.max_chars;
/// Longest rules, as JSON in bytes.
const LONGEST_RULES: usize = 16 * 1024;
/// Filters of one member at the most.
const MOST: i64 = 1_000;

/// Saves a filter of the acting member. A name it has already is refused.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateFilter) -> Result<Filter> {
    let name = name(&command.name)?;
    check_rules(&command.rules)?;
    let (ws, owner) = (ctx.ws(), ctx.member()?.number);
    engine
        .store
        .write(move |tx| {
            let (_, total) = repo::page(tx, ws, owner, 0, 0)?;
            if total >= MOST {
                return Err(Error::invalid("name", "is one too many: 1000 are kept"));
            }
            repo::insert(tx, ws, owner, &name, &command.rules)?.ok_or_else(taken)
        })
        .await
}

/// The kept form of a name.
pub(super) fn name(text: &str) -> Result<String> {
    text::required(text, "name", LONGEST)
}

/// Rules are not too long and can be kept as they are.
pub(super) fn check_rules(rules: &Value) -> Result<()> {
    let text = rules.to_string();
    if text.len() > LONGEST_RULES {
        return Err(Error::invalid("filters", "must be at most 16 KiB"));
    }
    Ok(())
}

pub(super) fn taken() -> Error {
    Error::new(Kind::AlreadyExists {
        noun: Noun::Filter,
        field: "name",
    })
}
