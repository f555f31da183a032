//! Secrets with which the webhooks of a rule are signed, stored encrypted.
//!
//! Keeps INV-33 (`docs/invariants.md`).

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use parlor_model::event_rule::EventRule;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Result, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Engine;

/// Prefix of a secret, as in the Standard Webhooks specification.
const PREFIX: &str = "whsec_";
/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// Secrets of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WebhookSecrets {
    current: Redacted<String>,
    /// The one before, and until when (in microseconds) requests are signed with it too.
    previous: Option<(Redacted<String>, i64)>,
}

impl WebhookSecrets {
    /// Makes a first secret.
    pub(super) fn generate(engine: &Engine) -> Self {
        Self {
            current: new_secret(engine),
            previous: None,
        }
    }

    /// Replaces the secret; requests are signed with the old one too for a time.
    #[must_use]
    pub(super) fn rotate(self, engine: &Engine, overlap: Duration) -> Self {
        let until = engine.now().saturating_add(overlap).micros();
        Self {
            current: new_secret(engine),
            previous: (!overlap.is_zero()).then_some((self.current, until)),
        }
    }

    /// Returns the secret.
    pub(super) const fn current(&self) -> &Redacted<String> {
        &self.current
    }

    /// Returns the secrets that requests are signed with at a time, newest first.
    fn valid_at(self, now: Timestamp) -> Vec<Redacted<String>> {
        let previous = self.previous.filter(|(_, until)| now.micros() < *until);
        std::iter::once(self.current)
            .chain(previous.map(|(secret, _)| secret))
            .collect()
    }

    /// Encrypts the secrets of a rule.
    pub(super) fn seal(&self, engine: &Engine, ws: i64) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(self).map_err(|_| encoding_error())?;
        engine.vault.encrypt(&context(ws), &plain)
    }

    /// Decrypts the secrets of a rule.
    pub(super) fn open(engine: &Engine, ws: i64, sealed: &[u8]) -> Result<Self> {
        let plain = engine.vault.decrypt(&context(ws), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| encoding_error())
    }
}

fn new_secret(engine: &Engine) -> Redacted<String> {
    let bytes: [u8; SECRET_BYTES] = engine.random();
    Redacted(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
}

/// The cause is left out, because it may quote a secret.
fn encoding_error() -> Error {
    Error::internal("the secrets of a rule cannot be encoded or decoded")
}

/// Additional data of the encryption, so that secrets cannot be moved to another workspace.
fn context(ws: i64) -> String {
    format!("{ws}/event-rule")
}

/// Where webhooks of a rule go, and what they are signed with.
#[derive(Debug, Clone)]
pub struct WebhookTarget {
    /// The URL.
    pub url: Redacted<String>,
    /// Secrets, the newest first: more than one while a secret is replaced. None for a rule of an earlier version.
    pub secrets: Vec<Redacted<String>>,
}

/// Returns where the webhooks of a rule go.
pub(crate) fn open_target(
    engine: &Engine,
    ws: i64,
    rule: &EventRule,
    sealed: Option<&[u8]>,
) -> Result<WebhookTarget> {
    let url = rule.action_params.get("url").and_then(|url| url.as_str());
    let secrets = match sealed {
        Some(sealed) => WebhookSecrets::open(engine, ws, sealed)?.valid_at(engine.now()),
        None => Vec::new(),
    };
    Ok(WebhookTarget {
        url: Redacted(url.unwrap_or_default().to_owned()),
        secrets,
    })
}
