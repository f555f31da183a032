//! Making a label.

use parlor_model::error::{Kind, Noun};
use parlor_model::label::{CreateLabel, Label};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::label as repo;

use crate::Engine;

/// Longest name, in characters.
const LONGEST: usize = limit::LABEL.max_chars;

/// Makes a label. A name that the workspace has already is refused. Asks for `labels:write`.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateLabel) -> Result<Label> {
    let name = name(&command.name)?;
    let color = command.color.as_deref().map(color).transpose()?;
    ctx.require(Scope::write(Resource::Labels))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| repo::insert(tx, ws, &name, color.as_deref())?.ok_or_else(taken))
        .await
}

/// The kept form of a name.
pub(super) fn name(text: &str) -> Result<String> {
    text::required(text, "name", LONGEST)
}

/// The kept form of a color: lower case.
pub(super) fn color(text: &str) -> Result<String> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Error::invalid(
            "color",
            "must be a # and six hexadecimal digits",
        ))
    }
}

pub(super) fn taken() -> Error {
    Error::new(Kind::AlreadyExists {
        noun: Noun::Label,
        field: "name",
    })
}
