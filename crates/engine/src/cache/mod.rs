//! Caches that the [`Engine`](crate::Engine) owns.
//!
//! They lie below the modules that use them, so that the engine depends on none of those.

mod auth_cache;
mod conversation_header_cache;
mod event_queue_cache;
mod own_provider_cache;
mod signer_cache;
mod validated_cache;
mod workspace_cache;

pub use auth_cache::ActorGrant;
pub(crate) use auth_cache::{AuthCache, CachedApiKey};
pub(crate) use conversation_header_cache::ConversationHeaderCache;
pub(crate) use event_queue_cache::EventQueueCache;
pub(crate) use own_provider_cache::OwnProviderCache;
pub(crate) use signer_cache::{CachedSigner, SignerCache};
use validated_cache::ValidatedCache;
pub(crate) use workspace_cache::WorkspaceCache;
