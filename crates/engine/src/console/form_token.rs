//! Tokens of forms: a page of another origin cannot know the token of a session.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::secret::{SecretPurpose, hash};
use crate::Engine;

/// Returns the token of a session's forms.
pub fn form_token(engine: &Engine, session_secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hash(engine, SecretPurpose::Form, session_secret))
}

/// Returns whether a token is that of a session's forms, in a time that does not depend on the token.
pub fn verifies_form_token(engine: &Engine, session_secret: &str, token: &str) -> bool {
    let expected = form_token(engine, session_secret);
    verify_slices_are_equal(expected.as_bytes(), token.as_bytes()).is_ok()
}
