//! Sample requests: valid ones for every route that takes more than its path.

mod chatbotkit;
mod gravity_rail;
mod relation;
mod sharely;
mod tenant_chats;

use http::Method;
use parlor_kit::route::RouteSummary;
use serde_json::Value;

use crate::ids::FixtureIds;

/// The parts of a request besides path and credentials.
#[derive(Debug, Clone, Default)]
pub(crate) struct SampleRequest {
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// Kinds by which an entity is found or created in the caller's own workspace, or by which a list is filtered:
    /// another tenant's id is not an error here and must have the same effect as an unknown one.
    pub(crate) open: &'static [&'static str],
}

impl SampleRequest {
    pub(crate) fn body(body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::default()
        }
    }
    pub(crate) fn query(query: String) -> Self {
        Self {
            query,
            ..Self::default()
        }
    }
    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
    pub(crate) fn with_open_parameters(mut self, open: &'static [&'static str]) -> Self {
        self.open = open;
        self
    }
}

/// The sample requests of a route. A route that reads a body must be in its dialect's table.
pub(crate) fn samples_for(
    dialect: &str,
    route: &RouteSummary,
    ids: &FixtureIds<'_>,
    millis: i64,
) -> Vec<SampleRequest> {
    let (method, path) = (route.method.as_str(), route.path);
    let found = match dialect {
        "sharely" => sharely::samples(method, path, ids, millis),
        "gravity-rail" => gravity_rail::samples(method, path, ids, millis),
        "relation" => relation::samples(method, path, ids, millis),
        "chatbotkit" => chatbotkit::samples(method, path, ids),
        "tenant-chats" => tenant_chats::samples(method, path, ids),
        other => panic!("no table of samples for the dialect {other}"),
    };
    match found {
        Some(samples) => samples,
        None if [Method::GET, Method::DELETE].contains(&route.method) => {
            vec![SampleRequest::default()]
        }
        None => panic!("{method} {path} is missing from the table of samples of {dialect}"),
    }
}
