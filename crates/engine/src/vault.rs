//! Keyed hashes and encryption with the master key, which is not in the database.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac};
use parlor_model::{Error, Result};
use secrecy::{ExposeSecret, SecretSlice};

/// Hashes API keys, signs links to files and encrypts signing keys with keys derived from one 32-byte master key.
pub struct Vault {
    hash_key: hmac::Key,
    wallet_hasher: WalletHasher,
    file_link_key: hmac::Key,
    encryption_key: RandomizedNonceKey,
}

/// Fingerprints wallet addresses with a key of its own, so that a stored fingerprint cannot be matched against a list
/// of known addresses.
#[derive(Clone)]
pub(crate) struct WalletHasher(hmac::Key);

impl WalletHasher {
    /// Returns the keyed hash of an address.
    pub(crate) fn fingerprint(&self, address: &str) -> Vec<u8> {
        hmac::sign(&self.0, address.as_bytes()).as_ref().to_vec()
    }
}

impl Vault {
    /// Builds a vault from a master key of exactly 32 bytes.
    pub fn new(master: &SecretSlice<u8>) -> Result<Self> {
        let master = master.expose_secret();
        if master.len() != 32 {
            return Err(Error::invalid("master key", "must be 32 bytes"));
        }
        let root = hmac::Key::new(hmac::HMAC_SHA256, master);
        let derive = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        Ok(Self {
            hash_key: hmac::Key::new(hmac::HMAC_SHA256, derive("api-key-hash").as_ref()),
            wallet_hasher: WalletHasher(hmac::Key::new(
                hmac::HMAC_SHA256,
                derive("wallet-address-hash").as_ref(),
            )),
            file_link_key: hmac::Key::new(hmac::HMAC_SHA256, derive("file-link").as_ref()),
            encryption_key: RandomizedNonceKey::new(&AES_256_GCM, derive("seal").as_ref())
                .map_err(Error::internal)?,
        })
    }

    /// Returns the keyed hash under which a secret is stored and looked up.
    pub fn hash(&self, secret: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&self.hash_key, secret.as_bytes()).as_ref());
        hash
    }

    /// Signs what a link to a file says.
    pub(crate) fn sign_file_link(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.file_link_key, text.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Returns whether a signature is that of a text, in a time that does not depend on either.
    pub(crate) fn verifies_file_link(&self, text: &str, signature: &[u8]) -> bool {
        hmac::verify(&self.file_link_key, text.as_bytes(), signature).is_ok()
    }

    /// Returns the hasher of wallet addresses, for closures that outlive a borrow.
    pub(crate) fn wallet_hasher(&self) -> WalletHasher {
        self.wallet_hasher.clone()
    }

    /// Encrypts bytes. `context` is additional authenticated data, required again for decryption.
    pub(crate) fn encrypt(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = plain.to_vec();
        let nonce = self
            .encryption_key
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let mut output = nonce.as_ref().to_vec();
        output.extend_from_slice(&sealed);
        Ok(output)
    }

    /// Decrypts bytes that were encrypted with the same context and master key.
    pub(crate) fn decrypt(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let wrong = || Error::internal("the master key does not fit this database");
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut plain = sealed.to_vec();
        let length = self
            .encryption_key
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut plain)
            .map_err(|_| wrong())?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// Returns the SHA-256 hash, for fingerprints.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
