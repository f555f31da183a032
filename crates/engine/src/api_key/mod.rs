//! API keys: create, list, revoke, authenticate.

mod authenticate;
mod context_by_id;
mod create;
mod list;
mod revoke;
mod rotate;

pub use authenticate::authenticate;
pub use context_by_id::context_by_id;
pub use create::{CreateApiKeyResult, create};
pub(crate) use create::{generate_secret, insert, secret_hint};
pub use list::{find, list, page};
pub use revoke::revoke;
pub use rotate::rotate;
