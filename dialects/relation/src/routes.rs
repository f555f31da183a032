//! The table of routes.

use parlor_kit::Route;
use parlor_kit::route::{Auth, ParameterKind, get, post};

use crate::auth::{API_KEY, AUTHORIZATION, I_AUTHORIZATION};
use crate::envelope::Envelope;
use crate::{channel, session, signer, verify};

const PROJECT: Auth = Auth::Key(API_KEY);
const SIGN_IN: Auth = Auth::KeyAndToken(API_KEY, I_AUTHORIZATION);
const MEMBER: Auth = Auth::KeyAndToken(API_KEY, AUTHORIZATION);

const VERIFY_ETH: &str = "/api/v1/verify/eth";
const VERIFY_NONCE: &str = "/api/v1/verify/nonce";
const SESSION: &str = "/api/v1/auth";
const CREATE: &str = "/api/v1/channel/create";
const INFO: &str = "/api/v1/channel/info";
const MEMBERS: &str = "/api/v1/channel/members";
const IS_ADMIN: &str = "/api/v1/channel/isAdmin";
const OF_PROJECT: &str = "Whose keys; must be given where the server has several projects.";
const SIGNER: &str = "/auth";
const JWK: &str = "/jwk";

/// What request limits are counted by.
const PATHS: [&str; 9] = [
    VERIFY_ETH,
    VERIFY_NONCE,
    SESSION,
    CREATE,
    INFO,
    MEMBERS,
    IS_ADMIN,
    SIGNER,
    JWK,
];

/// The path of the table that a request's path is. No path here has parameters.
pub(crate) fn template(path: &str) -> &'static str {
    let plain = path.strip_suffix('/').unwrap_or(path);
    PATHS
        .into_iter()
        .find(|known| *known == plain)
        .unwrap_or_default()
}

/// A row: every answer with a code is an envelope under HTTP 200.
fn row<T: utoipa::ToSchema>(route: Route, auth: Auth) -> Route {
    route
        .auth(auth)
        .slash()
        .ok::<T>(
            200,
            "Success where `code` is \"0\"; otherwise a refusal, with `data` null.",
        )
        .or_json::<Envelope>()
        .errors::<Envelope>(&[(413, "The body is too large.")])
}

pub(crate) fn routes() -> Vec<Route> {
    let uuid = "The channel, 32 hex digits.";
    vec![
        row::<verify::eth::VerifyAnswer>(post(VERIFY_ETH, verify::eth::handle), PROJECT)
            .body::<crate::wallet::SignedMessage>()
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
        row::<channel::create::CreateChannelAnswer>(post(CREATE, channel::create::handle), MEMBER)
            .body::<channel::create::CreateChannelRequest>()
            .doc(
                "Create a group, or open a pair's channel",
                "api/channel/create",
            ),
        row::<channel::info::ChannelInfoAnswer>(get(INFO, channel::info::handle), MEMBER)
            .query("channelUuid", ParameterKind::Text, uuid)
            .doc("A channel as the caller sees it", "api/channel/info"),
        row::<channel::members::ChannelMembersAnswer>(
            get(MEMBERS, channel::members::handle),
            MEMBER,
        )
        .query("channelUuid", ParameterKind::Text, uuid)
        .doc("Who takes part in a channel", "api/channel/members"),
        row::<channel::is_admin::IsAdminAnswer>(get(IS_ADMIN, channel::is_admin::handle), MEMBER)
            .query("channelUuid", ParameterKind::Text, uuid)
            .doc(
                "Whether the caller is a channel's admin",
                "api/channel/is-admin",
            ),
        post(SIGNER, signer::sign::handle)
            .auth(Auth::None)
            .slash()
            .header(API_KEY, OF_PROJECT)
            .body::<crate::wallet::SignedMessage>()
            .ok::<signer::sign::Signed>(200, "The address token.")
            .empty(400, "Not a body this path reads.")
            .empty(401, "A check failed.")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_counted_under_its_own_path() {
        for route in routes() {
            let path = route.summary().path;
            assert_eq!(template(path), path);
            assert_eq!(template(&format!("{path}/")), path);
        }
    }
}
