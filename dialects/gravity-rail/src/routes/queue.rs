//! Statistics and the work queue.

use parlor_kit::route::ParameterKind::Format;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};

use super::chats::filtered;
use super::{BAD_QUERY, NO_SCOPE, STATS, w};
use crate::error::ErrorBody;
use crate::statistics;

pub(super) fn routes() -> Vec<Route> {
    let export = get(w!("/chats/export"), statistics::export::handle)
        .doc("Exports chats as CSV", STATS)
        .scope(Scope::read(Resource::Conversations));
    vec![
        filtered(export)
            .ok_of(200, "text/csv", "A head, and a line for each chat.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        get(
            w!("/chats/needs-response"),
            statistics::needs_response::handle,
        )
        .doc("Lists the chats that await a human", STATS)
        .ok::<statistics::needs_response::NeedsResponse>(200, "Their ids.")
        .errors::<ErrorBody>(&[]),
        get(w!("/chats/stats/daily-creation"), statistics::daily::handle)
            .doc("Counts the chats made per day", STATS)
            .query(
                "createdAfter",
                Format("date-time"),
                "30 days before the end by default.",
            )
            .query("createdBefore", Format("date-time"), "Now by default.")
            .ok::<statistics::daily::DailyCreations>(200, "The days on which chats were made.")
            .errors::<ErrorBody>(&[BAD_QUERY]),
        get(w!("/chats/tool-call-names"), statistics::tools::handle)
            .doc("Lists the tools that were called", STATS)
            .scope(Scope::read(Resource::Conversations))
            .ok::<statistics::tools::ToolCallNames>(200, "Their names.")
            .errors::<ErrorBody>(&[NO_SCOPE]),
    ]
}
