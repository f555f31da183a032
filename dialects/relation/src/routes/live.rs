//! The row of the socket.

use parlor_kit::Route;
use parlor_kit::route::{ParameterKind, get};

use super::path::LIVE;
use crate::auth::{API_KEY, AUTHORIZATION};
use crate::envelope::Envelope;
use crate::live;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(LIVE, live::connect::handle)
            .trailing_slash()
            .websocket()
            .query(
                "token",
                ParameterKind::Text,
                "The unified token, where it stands in no header.",
            )
            .header(AUTHORIZATION, "The unified token, after `Bearer` or bare.")
            .header(API_KEY, "Whose; the token says it where this is absent.")
            .errors::<Envelope>(&[
                (400, "A handshake without a valid key."),
                (426, "No handshake, or one of another version."),
            ])
            .doc("What is said in all channels of a member, live", ""),
    ]
}
