//! Members: find or create, change, delete, act as.

mod assistant;
mod authorize_act_for;
mod contact_ref;
mod context;
mod create;
mod create_contact;
mod delete;
mod delete_with_conversations;
mod detach;
mod ensure;
mod find;
mod find_or_create;
mod identity;
mod is_contact;
mod last_seen;
mod leave_all_conversations;
mod list;
mod list_duplicates;
mod merge;
mod normalize_email;
mod normalize_phone;
mod normalize_stored_addresses;
mod public_profile;
mod resolve;
mod revoke_tokens;
mod row_steps;
mod search;
mod sign_up;
mod text_limits;
mod update;
mod update_own_profile;
mod upsert_contact;
mod wallet;

pub use assistant::{
    UpdateAssistant, archive_assistant, create_assistant, find_assistant, list_assistants,
    update_assistant,
};
pub use authorize_act_for::authorize_act_for;
pub(crate) use contact_ref::{authorize_contact, normalize_contact, resolve_contact};
pub use context::{
    ActorGrant, context_by_handle, context_by_id, context_by_token, find_actor, find_actor_by_id,
};
pub(crate) use create::insert;
pub use create::{create, create_with_labels};
pub use create_contact::{FingerprintSource, create_contact};
pub use delete::delete;
pub use delete_with_conversations::{DeleteMemberResult, delete_with_conversations};
pub use ensure::{EnsureMemberResult, ensure};
pub use find::{MemberRecord, contact_exists, find, find_contact, find_number};
pub use find_or_create::{find_or_create, find_or_create_first};
pub use identity::DERIVED_FINGERPRINT_PREFIX;
pub(crate) use identity::{OnSharedAddress, normalize_phone_in_workspace};
pub(crate) use is_contact::is_contact;
pub use last_seen::last_seen;
pub use list::{ContactScanBatch, page, scan_contacts};
pub use list_duplicates::{DuplicateGroup, list_duplicates};
pub use merge::{MergeMembers, MergeMembersResult, merge};
pub use normalize_email::{email_key, normalize_email};
pub(crate) use normalize_phone::{has_phone_numbers, normalize_phone};
pub use normalize_stored_addresses::normalize_stored_addresses;
pub(crate) use normalize_stored_addresses::normalize_workspace;
pub use public_profile::{public_profile, public_profile_by_wallet, public_profiles};
pub(crate) use resolve::{find_ref, resolve_or_create};
pub use revoke_tokens::revoke_tokens;
pub use search::search;
pub use sign_up::{SignUp, SignUpResult, sign_up};
pub(crate) use text_limits::check_profile;
pub(crate) use update::claim_addresses;
pub use update::update;
pub use update_own_profile::update_own_profile;
pub use upsert_contact::upsert_contact;
pub use wallet::{WalletSignIn, WalletSignInResult, claim_signature, sign_in, wallet_epoch};
