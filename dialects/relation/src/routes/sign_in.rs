//! Rows of signing in, and of the vendor's signer.

use parlor_kit::Route;
use parlor_kit::route::{Auth, get, post};

use super::path::{JWK, SESSION, SIGNER, VERIFY_ETH, VERIFY_NONCE};
use super::row;
use crate::auth::{API_KEY, I_AUTHORIZATION};
use crate::envelope::Envelope;
use crate::wallet::SignedMessage;
use crate::{session, signer, verify};

const OF_PROJECT: &str = "Whose keys; must be given where the server has several projects.";
const PROJECT: Auth = Auth::Key(API_KEY);
const SIGN_IN: Auth = Auth::KeyAndToken(API_KEY, I_AUTHORIZATION);

pub(super) fn routes() -> Vec<Route> {
    vec![
        row::<verify::eth::VerifyAnswer>(post(VERIFY_ETH, verify::eth::handle), PROJECT)
            .body::<SignedMessage>()
            .doc(
                "Exchange a wallet's signature for an address token",
                "api/signature",
            ),
        row::<verify::nonce::NonceAnswer>(get(VERIFY_NONCE, verify::nonce::handle), PROJECT)
            .doc("A number to be signed once", "api/signature"),
        row::<session::create::SignInAnswer>(post(SESSION, session::create::handle), SIGN_IN)
            .body::<session::create::SignInRequest>()
            .optional()
            .doc("Exchange an address token for a unified token", "api/auth"),
        post(SIGNER, signer::sign::handle)
            .auth(Auth::None)
            .slash()
            .header(API_KEY, OF_PROJECT)
            .body::<SignedMessage>()
            .ok::<signer::sign::Signed>(200, "The address token.")
            .empty(400, "Not a body this path reads.")
            .empty(401, "A check failed.")
            .empty(413, "The body is too large.")
            .empty(415, "Not JSON.")
            .doc(
                "The signer's own form of the exchange, without an envelope",
                "api/signature",
            ),
        get(JWK, signer::jwk::handle)
            .auth(Auth::None)
            .slash()
            .header(API_KEY, OF_PROJECT)
            .ok::<signer::jwk::Keys>(200, "The keys that verify this server's tokens.")
            .or_json::<Envelope>()
            .doc("Public keys", "api/signature"),
    ]
}
