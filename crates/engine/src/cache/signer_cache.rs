//! The cache of signers.

use std::sync::Arc;

use parlor_model::Timestamp;
use quick_cache::sync::Cache;

use crate::signer::{Purpose, Signer};

/// Signers by workspace number and purpose.
///
/// Keys are only ever added, so an entry is never wrong but may lack a newer key. It is therefore read again when none
/// of its keys verifies a token.
pub(crate) struct SignerCache(Cache<(i64, Purpose), CachedSigner>);

/// A signer and the age of its keys.
#[derive(Clone)]
pub(crate) struct CachedSigner {
    pub(crate) signer: Arc<Signer>,
    /// When its keys were read.
    pub(crate) loaded_at: Timestamp,
}

/// Cached signers.
const CAPACITY: usize = 1_000;

impl Default for SignerCache {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl SignerCache {
    pub(crate) fn get(&self, key: &(i64, Purpose)) -> Option<CachedSigner> {
        self.0.get(key)
    }

    pub(crate) fn insert(&self, key: (i64, Purpose), signer: CachedSigner) {
        self.0.insert(key, signer);
    }
}
