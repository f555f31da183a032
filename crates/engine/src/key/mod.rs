//! API keys: made, listed, revoked, and what they open.

mod authenticate;
mod create;
mod ctx_of;
mod list;
mod principals;
mod revoke;

pub use authenticate::authenticate;
pub use create::{NewKey, create};
pub(crate) use create::{draw, hint, insert};
pub use ctx_of::ctx_of;
pub use list::{find, list, page};
pub(crate) use principals::Principals;
pub use revoke::revoke;
