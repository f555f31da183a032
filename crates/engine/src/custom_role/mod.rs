//! A workspace's own roles, which sessions may carry.

mod create;
mod delete;
mod find;
mod list;
mod update;

pub use create::create;
pub use delete::delete;
pub use find::{find, find_for_session};
pub use list::list;
pub use update::update;

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::{Error, Result, limit, text};

/// The customer's own id for a role is another role's already.
fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Role,
        field: "customer id",
    })
}

/// Longest text about a role, in characters.
const MAX_DESCRIPTION_CHARS: usize = 1_000;

fn normalize_description(text: Option<&str>) -> Result<Option<String>> {
    text.map(|text| {
        text::validate_length(text, "description", MAX_DESCRIPTION_CHARS).map(|()| text.to_owned())
    })
    .transpose()
}

fn normalize_customer_id(text: Option<&str>) -> Result<Option<String>> {
    text.map(|text| text::normalize_required(text, "customer id", limit::EXTERNAL_ID.max_chars))
        .transpose()
}
