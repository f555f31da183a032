//! Custom roles of a workspace, which sessions may carry.

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

/// Builds the error for an external id of another role.
fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Role,
        field: "customer id",
    })
}

/// Maximum length of a role's description.
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
