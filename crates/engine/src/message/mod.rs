//! Messages: said, listed, edited, deleted. Each takes the next position of its conversation's log.

mod create;
mod delete;
mod edit;
mod history;
mod list;
mod of_call;
mod rate;
mod title;

pub use create::{Said, create, create_in};
pub use delete::delete;
pub use edit::edit;
pub use history::history;
pub use list::{find, list};
pub use of_call::of_call;
pub use rate::rate;
pub use title::from_text as title_of;
