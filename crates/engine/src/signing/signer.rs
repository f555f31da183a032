//! Signing and verifying compact JSON web tokens with one pinned algorithm.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use parlor_model::id::SigningKeyId;
use parlor_model::{Error, Result};
use quick_cache::sync::Cache;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Purpose;
use crate::Engine;
use crate::vault::sha256;

/// The signing keys of one workspace and purpose.
pub struct Signer {
    algorithm: Algorithm,
    keys: Vec<SigningKeyPair>,
    /// Payloads of tokens whose signature was checked lately: an ECDSA check costs more than a request.
    verified_payloads: Cache<[u8; 32], serde_json::Value>,
}

struct SigningKeyPair {
    id: SigningKeyId,
    encoding: EncodingKey,
    decoding: DecodingKey,
    public: Vec<u8>,
}

/// Why a token was not accepted before anybody looked at its claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenError;

pub(super) fn generate_key(engine: &Engine, purpose: Purpose) -> Result<Vec<u8>> {
    match purpose {
        Purpose::Session | Purpose::Conversation | Purpose::Completion | Purpose::File => {
            Ok(engine.random::<32>().to_vec())
        }
        Purpose::Member | Purpose::Wallet => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .map_err(Error::internal)?;
            Ok(pair
                .to_pkcs8v1()
                .map_err(Error::internal)?
                .as_ref()
                .to_vec())
        }
    }
}

impl Signer {
    /// `keys` oldest first; the first signs, all verify.
    pub(super) fn new(purpose: Purpose, keys: Vec<(SigningKeyId, Vec<u8>)>) -> Result<Self> {
        let algorithm = match purpose {
            Purpose::Session | Purpose::Conversation | Purpose::Completion | Purpose::File => {
                Algorithm::HS256
            }
            Purpose::Member | Purpose::Wallet => Algorithm::ES256,
        };
        let keys = keys
            .into_iter()
            .map(|(id, secret)| match algorithm {
                Algorithm::HS256 => Ok(SigningKeyPair {
                    id,
                    encoding: EncodingKey::from_secret(&secret),
                    decoding: DecodingKey::from_secret(&secret),
                    public: Vec::new(),
                }),
                _ => {
                    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &secret)
                        .map_err(Error::internal)?;
                    let public = pair.public_key().as_ref().to_vec();
                    Ok(SigningKeyPair {
                        id,
                        encoding: EncodingKey::from_ec_der(&secret),
                        decoding: DecodingKey::from_ec_der(&public),
                        public,
                    })
                }
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            algorithm,
            keys,
            verified_payloads: Cache::new(4_096),
        })
    }

    /// The keys' ids, oldest first.
    pub(super) fn ids(&self) -> impl Iterator<Item = SigningKeyId> {
        self.keys.iter().map(|key| key.id)
    }

    /// Signs claims. `typ` is the header's type, left out where a vendor's tokens have none.
    pub fn sign(&self, typ: Option<&str>, claims: &impl Serialize) -> Result<String> {
        let mut header = Header::new(self.algorithm);
        header.typ = typ.map(str::to_owned);
        let key = self
            .keys
            .first()
            .ok_or_else(|| Error::internal("no signing key"))?;
        jsonwebtoken::encode(&header, claims, &key.encoding).map_err(Error::internal)
    }

    /// The claims of a token whose signature is ours; times and names are the caller's to judge.
    pub fn verify<C: DeserializeOwned>(&self, token: &str) -> Result<C, TokenError> {
        let fingerprint = sha256(token.as_bytes());
        let claims = match self.verified_payloads.get(&fingerprint) {
            Some(claims) => claims,
            None => {
                let claims = self.verify_signature(token)?;
                self.verified_payloads.insert(fingerprint, claims.clone());
                claims
            }
        };
        serde_json::from_value(claims).map_err(|_| TokenError)
    }

    fn verify_signature(&self, token: &str) -> Result<serde_json::Value, TokenError> {
        let mut validation = Validation::new(self.algorithm);
        // Times are judged by the injected clock, names by the dialect.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        self.keys
            .iter()
            .find_map(|key| jsonwebtoken::decode(token, &key.decoding, &validation).ok())
            .map(|data| data.claims)
            .ok_or(TokenError)
    }

    /// The public keys of an ECDSA purpose: key id and uncompressed P-256 point, oldest first.
    pub fn public_keys(&self) -> impl Iterator<Item = (SigningKeyId, &[u8])> {
        self.keys
            .iter()
            .filter(|key| !key.public.is_empty())
            .map(|key| (key.id, key.public.as_slice()))
    }
}
