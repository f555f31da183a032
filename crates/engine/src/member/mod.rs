//! Members: found or made, changed, deleted, and acting.

mod act;
mod address;
mod assistant;
mod create;
mod delete;
mod ensure;
mod erase;
mod face;
mod find;
mod last_seen;
mod list;
mod name;
mod present;
mod resolve;
mod sign_up;
mod update;
mod wallet;

pub use act::{Acting, act, act_by_id};
pub use address::{email, phone};
pub use assistant::{archive_assistant, assistants, create_assistant};
pub use create::create;
pub use delete::delete;
pub(crate) use ensure::ensure_in;
pub use ensure::{Ensured, ensure};
pub use erase::{Erased, erase};
pub use face::{face, face_of_wallet, faces};
pub use find::{Found, contact, contact_exists, find, is_contact, number};
pub use last_seen::last_seen;
pub use list::{Batch, batch, page};
pub use name::name;
pub use present::present;
pub(crate) use resolve::{known, resolve};
pub use sign_up::{SignUp, SignedUp, sign_up};
pub use update::update;
pub use wallet::sign_in;
