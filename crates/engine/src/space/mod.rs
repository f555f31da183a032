//! Spaces: containers of conversations.

mod conversation_batches;
mod create;
mod default_conversation;
mod delete;
mod delete_conversation;
mod details;
mod find;
mod find_conversation;
mod provision;
mod scan;
mod text_limits;
mod update;

pub use conversation_batches::SpaceConversationBatches;
pub use create::create;
pub(crate) use create::{authorize_contact, resolve_contact};
pub use default_conversation::default_conversation;
pub use delete::delete;
pub use delete_conversation::delete_conversation;
pub use details::{SpaceDetails, SpaceMember, find_with_details};
pub(crate) use find::authorize_read;
pub use find::find;
pub use find_conversation::{find_conversation, find_conversation_for_messages};
pub use provision::{ProvisionSpaceResult, provision};
pub use scan::{SpaceScanBatch, scan};
pub(crate) use text_limits::check_texts;
pub use update::update;
