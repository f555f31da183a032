//! Rows of signing in, and of the vendor's signer.

use parlor_kit::Route;
use parlor_kit::route::{Auth, get, post};

use super::enveloped;
use super::path::{JWK, SESSION, SIGNER, VERIFY_ETH, VERIFY_NONCE};
use crate::auth::{API_KEY, I_AUTHORIZATION};
use crate::envelope::Envelope;
use crate::wallet::SignedMessage;
use crate::{session, signer, verify};

const API_KEY_TEXT: &str = "Whose keys; must be given where the server has several projects.";
const PROJECT_AUTH: Auth = Auth::Key(API_KEY);
const SIGN_IN_AUTH: Auth = Auth::KeyAndToken(API_KEY, I_AUTHORIZATION);

pub(super) fn routes() -> Vec<Route> {
    vec![
        enveloped::<verify::eth::VerifyAnswer>(post(VERIFY_ETH, verify::eth::handle), PROJECT_AUTH)
            .body::<SignedMessage>()
            .doc(
                "Exchange a wallet's signature for an address token",
                "api/signature",
            ),
        enveloped::<verify::nonce::NonceAnswer>(
            get(VERIFY_NONCE, verify::nonce::handle),
            PROJECT_AUTH,
        )
        .doc("A number to be signed once", "api/signature"),
        enveloped::<session::create::SignInAnswer>(
            post(SESSION, session::create::handle),
            SIGN_IN_AUTH,
        )
        .body::<session::create::SignInRequest>()
        .optional()
        .doc("Exchange an address token for a unified token", "api/auth"),
        post(SIGNER, signer::sign::handle)
            .auth(Auth::None)
            .trailing_slash()
            .header(API_KEY, API_KEY_TEXT)
            .body::<SignedMessage>()
            .responds::<signer::sign::SignResponse>(200, "The address token.")
            .responds_empty(400, "Not a body this path reads.")
            .responds_empty(401, "A check failed.")
            .responds_empty(413, "The body is too large.")
            .responds_empty(415, "Not JSON.")
            .doc(
                "The signer's own form of the exchange, without an envelope",
                "api/signature",
            ),
        get(JWK, signer::jwk::handle)
            .auth(Auth::None)
            .trailing_slash()
            .header(API_KEY, API_KEY_TEXT)
            .responds::<signer::jwk::JwkSet>(200, "The keys that verify this server's tokens.")
            .or_json_schema::<Envelope>()
            .doc("Public keys", "api/signature"),
    ]
}
