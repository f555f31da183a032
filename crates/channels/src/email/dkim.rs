//! Signatures of sent mails (DKIM, RFC 6376), by which their receivers know that the sender's domain has sent them.

use std::path::PathBuf;

use aws_lc_rs::signature::{Ed25519KeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Message;
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
    DkimSigningKey,
};
use lettre::message::header::HeaderName;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;

use crate::settings_error::{ChannelSettingsError, settings_error};

/// Headers that are signed, also where a mail has none of them: nobody can add one later.
const SIGNED_HEADERS: [&str; 10] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "In-Reply-To",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
];
/// Beginning of an Ed25519 key in PKCS #8 (RFC 8410), before its 32 bytes.
const ED25519_HEADER: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// Bytes before an RSA key in PKCS #8: two lengths and the name of the algorithm. Keys of 2048 bits and more have no other.
const RSA_HEADER_BYTES: usize = 26;

/// Settings of the signatures of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimSettings {
    /// Domain of the senders.
    pub domain: String,
    /// Name of the key in the domain's DNS: `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// File with the private key in PEM form: RSA of 2048 bits or more, or Ed25519.
    pub private_key_file: PathBuf,
}

impl DkimSettings {
    /// Checks the names.
    pub(super) fn validate(&self) -> Result<(), ChannelSettingsError> {
        let is_name = |text: &str| {
            let is_label = |label: &str| {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                (1..=63).contains(&label.len()) && label.chars().all(is_plain)
            };
            text.len() <= 253 && text.split('.').all(is_label)
        };
        if !is_name(&self.domain) {
            return Err(settings_error("dkim.domain", "must be a domain"));
        }
        if !is_name(&self.selector) {
            return Err(settings_error("dkim.selector", "must be a name in DNS"));
        }
        Ok(())
    }
}

/// Signs mails of the domains that have a key.
pub(super) struct DkimSigner {
    domains: Vec<(String, DkimConfig)>,
}

impl DkimSigner {
    /// Reads the keys. Blocks.
    pub(super) fn new(settings: &[DkimSettings]) -> Result<Self, ChannelSettingsError> {
        let domains = settings.iter().map(|one| {
            let headers = SIGNED_HEADERS.map(HeaderName::new_from_ascii_str);
            // What servers on the way do to blanks and line ends breaks no signature.
            let canonicalization = DkimCanonicalization {
                header: DkimCanonicalizationType::Relaxed,
                body: DkimCanonicalizationType::Relaxed,
            };
            let config = DkimConfig::new(
                one.selector.clone(),
                one.domain.to_ascii_lowercase(),
                read_key(one)?,
                headers.to_vec(),
                canonicalization,
            );
            Ok((one.domain.clone(), config))
        });
        Ok(Self {
            domains: domains.collect::<Result<_, _>>()?,
        })
    }

    /// Signs a mail, if its sender's domain has a key.
    pub(super) fn sign(&self, message: &mut Message) {
        let sender = message.envelope().from();
        let domain = sender.map(|sender| sender.domain().to_owned());
        let found = self.domains.iter().find(|(name, _)| {
            let domain = domain.as_deref();
            domain.is_some_and(|domain| domain.eq_ignore_ascii_case(name))
        });
        if let Some((_, config)) = found {
            message.sign(config);
        }
    }
}

fn read_key(settings: &DkimSettings) -> Result<DkimSigningKey, ChannelSettingsError> {
    let reason = "must be a readable file with an RSA key of 2048 bits or more, or an Ed25519 key";
    let error = || settings_error("dkim.private_key_file", reason);
    let key = PrivateKeyDer::from_pem_file(&settings.private_key_file).map_err(|_| error())?;
    let (text, algorithm) = match &key {
        PrivateKeyDer::Pkcs8(key) => {
            let der = key.secret_pkcs8_der();
            if Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).is_ok() {
                let seed = der.strip_prefix(&ED25519_HEADER).ok_or_else(error)?;
                let seed = seed.get(..32).ok_or_else(error)?;
                (STANDARD.encode(seed), DkimSigningAlgorithm::Ed25519)
            } else {
                RsaKeyPair::from_pkcs8(der).map_err(|_| error())?;
                let inner = der.get(RSA_HEADER_BYTES..).ok_or_else(error)?;
                (rsa_pem(inner), DkimSigningAlgorithm::Rsa)
            }
        }
        PrivateKeyDer::Pkcs1(key) => {
            let der = key.secret_pkcs1_der();
            RsaKeyPair::from_der(der).map_err(|_| error())?;
            (rsa_pem(der), DkimSigningAlgorithm::Rsa)
        }
        _ => return Err(error()),
    };
    DkimSigningKey::new(&text, algorithm).map_err(|_| error())
}

/// Writes a key in the form that the library reads.
fn rsa_pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN RSA PRIVATE KEY-----\n");
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem + "\n-----END RSA PRIVATE KEY-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_dns() {
        let settings = |domain: &str, selector: &str| DkimSettings {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            private_key_file: PathBuf::new(),
        };
        settings("clinic.example", "a2026._x").validate().unwrap();
        for (domain, selector, field) in [
            ("", "a", "dkim.domain"),
            ("clinic..example", "a", "dkim.domain"),
            ("clinic.example; x=y", "a", "dkim.domain"),
            ("clinic.example", "", "dkim.selector"),
            ("clinic.example", "a b", "dkim.selector"),
        ] {
            let error = settings(domain, selector).validate().unwrap_err();
            assert_eq!(error.field, field);
        }
    }
}
