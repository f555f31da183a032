//! Creates a label.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::label::{CreateLabel, Label};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::label as repo;

use crate::Engine;

/// Maximum length of a name.
const MAX_NAME_CHARS: usize = limit::LABEL.max_chars;

/// Creates a label. Requires `labels:write`.
///
/// # Errors
/// `AlreadyExists` for a used name.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateLabel) -> Result<Label> {
    let name = normalize_name(&command.name)?;
    let color = command.color.as_deref().map(normalize_color).transpose()?;
    ctx.require(Scope::write(Resource::Labels))?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            repo::insert(tx, ws, &name, color.as_deref())?.ok_or_else(already_exists_error)
        })
        .await
}

/// Returns the normalized name.
pub(super) fn normalize_name(text: &str) -> Result<String> {
    text::normalize_required(text, "name", MAX_NAME_CHARS)
}

/// Returns the normalized color: lower case.
pub(super) fn normalize_color(text: &str) -> Result<String> {
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

pub(super) fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Label,
        field: "name",
    })
}
