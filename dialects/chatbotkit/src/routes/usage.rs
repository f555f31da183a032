//! Usage.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::Matching;
use parlor_model::scope::Resource::{Conversations, Messages};
use parlor_model::scope::Scope;

use super::row;
use crate::conversation::usage::{self as of_conversation, ConversationUsageFetchResponse};
use crate::usage::fetch::{self, UsageFetchResponse};

/// Milliseconds since 1970, or the common form of ISO 8601.
const TIME_PATTERN: &str = r"^(-?[0-9]{1,13}|[0-9]{14}|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,6})?Z)?$";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(row!(get "/usage/fetch", fetch::handle).map(|route| {
        route
            .doc("How much an account holds", "Usage")
            .scope(Scope::read(Conversations))
            .conditional_scope(Scope::read(Messages), "messages are counted too")
            .responds::<UsageFetchResponse>(200, "The counts")
    }));
    let of_one = of_conversation::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/usage/fetch", of_one).map(|route| {
            route
                .doc(
                    "How much a conversation holds",
                    "Conversation Usage Statistics",
                )
                .query(
                    "from",
                    Matching(TIME_PATTERN),
                    "Only messages from this time on: ISO 8601, of any offset, or milliseconds; empty is none",
                )
                .query("to", Matching(TIME_PATTERN), "Only messages before this time")
                .scope(Scope::read(Messages))
                .responds::<ConversationUsageFetchResponse>(200, "The counts")
        }),
    );
    rows
}
