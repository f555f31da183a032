//! The way into the console: links that sign a member in once, and sessions of browsers.
//!
//! Keeps INV-86 (`docs/invariants.md`).

mod authenticate;
mod form_token;
mod link;
mod secret;
mod secret_workspace;
mod sign_in;
mod sign_out;

pub use authenticate::{AuthenticatedSession, authenticate};
pub use form_token::{form_token, verifies_form_token};
pub use link::{CreateLinkResult, LINK_TTL, create_link};
pub use sign_in::{SignInResult, sign_in_with_key, sign_in_with_link};
pub use sign_out::{list_sessions, sign_out, sign_out_everywhere};
