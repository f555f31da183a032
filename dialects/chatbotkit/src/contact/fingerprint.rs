//! Fingerprints of contacts that were created without one.

use std::fmt::Write;

use parlor_engine::member::{DERIVED_FINGERPRINT_PREFIX, email_key};
use parlor_engine::vault::sha256;
use parlor_kit::ids::format_hex;
use parlor_model::id::MemberId;
use parlor_model::member::Profile;
use uuid::Uuid;

/// Derives a fingerprint from the email address, else from the phone number, else from the short name. Without any of them it
/// is random, so that two unrelated contacts are never merged. It is a hash with a prefix of its own, so that it collides
/// with no fingerprint of a caller, unless the caller repeats it.
pub(super) fn derive(profile: &Profile, random: impl FnOnce() -> Uuid) -> String {
    let (kind, text) = match (&profile.email, &profile.phone, &profile.nick) {
        (Some(email), _, _) => (
            "email",
            email_key(email).unwrap_or_else(|_| email.to_lowercase()),
        ),
        (None, Some(phone), _) => ("phone", phone.clone()),
        (None, None, Some(nick)) if !nick.is_empty() => ("nick", nick.clone()),
        _ => ("random", random().simple().to_string()),
    };
    let digest = sha256(format!("{kind}\0{text}").as_bytes());
    let mut out = String::from(DERIVED_FINGERPRINT_PREFIX);
    for byte in &digest[..16] {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Returns the fingerprint that is shown for a member that another dialect created without one.
pub(super) fn from_member_id(id: MemberId) -> String {
    format_hex(id)
}
