//! Usage.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::Text;
use parlor_model::scope::Resource::{Conversations, Messages};
use parlor_model::scope::Scope;

use super::row;
use crate::conversation::usage::{self as of_conversation, ConversationUsageFetchResponse};
use crate::usage::fetch::{self, UsageFetchResponse};

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(row!(get "/usage/fetch", fetch::handle).map(|route| {
        route
            .doc("How much an account holds", "Usage")
            .scope(Scope::read(Conversations))
            .also(Scope::read(Messages), "messages are counted too")
            .ok::<UsageFetchResponse>(200, "The counts")
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
                    Text,
                    "Only messages from this time on: ISO 8601 or milliseconds",
                )
                .query("to", Text, "Only messages before this time")
                .scope(Scope::read(Messages))
                .ok::<ConversationUsageFetchResponse>(200, "The counts")
        }),
    );
    rows
}
