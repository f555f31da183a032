//! API keys: made, listed, revoked, and what they open.

mod authenticate;
mod create;
mod list;
mod revoke;

pub(crate) use authenticate::Principals;
pub use authenticate::{authenticate, is_live};
pub use create::{NewKey, create};
pub(crate) use create::{draw, hint, insert};
pub use list::list;
pub use revoke::revoke;
