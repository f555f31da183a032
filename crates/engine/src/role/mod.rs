//! A workspace's own roles, which sessions may carry.

mod create;
mod delete;
mod find;
mod list;
mod update;

pub use create::create;
pub use delete::delete;
pub use find::{find, named};
pub use list::list;
pub use update::update;

use parlor_model::error::{Kind, Noun};
use parlor_model::{Error, Result, limit, text};

/// The customer's own id for a role is another role's already.
fn taken() -> Error {
    Error::new(Kind::AlreadyExists {
        noun: Noun::Role,
        field: "customer id",
    })
}

/// Longest text about a role, in characters.
const DESCRIPTION: usize = 1_000;

fn describe(text: Option<&str>) -> Result<Option<String>> {
    text.map(|text| text::limit(text, "description", DESCRIPTION).map(|()| text.to_owned()))
        .transpose()
}

fn customer_id(text: Option<&str>) -> Result<Option<String>> {
    text.map(|text| text::required(text, "customer id", limit::EXTERNAL_ID.max_chars))
        .transpose()
}
