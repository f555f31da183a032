//! What identifies a contact that brought no fingerprint.

use std::fmt::Write;

use parlor_engine::member::{DERIVED_FINGERPRINT_PREFIX, email_key};
use parlor_engine::vault::sha256;
use parlor_kit::ids::format_hex;
use parlor_model::id::MemberId;
use parlor_model::member::Profile;
use uuid::Uuid;

/// Made of the email address, else the phone number, else the short name; of chance where there is none of them, so
/// that two strangers never become one. Hashed under a prefix, so that it meets no fingerprint that a caller vouches
/// for, unless the caller repeats it.
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

/// The fingerprint shown for a member that another vocabulary made without one.
pub(super) fn from_member_id(id: MemberId) -> String {
    format_hex(id)
}
