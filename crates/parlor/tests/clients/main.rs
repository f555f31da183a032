//! Third-party clients against a whole server.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod chromium;
mod closing;
mod deployment;
mod events;
mod examples;
mod fuzz;
mod mcp;
mod proxies;
mod sdk;
mod sockets;
mod streamed_events;
mod tools;
mod typescript;
mod validity;
mod widget_visit;

/// The fixtures and credentials of a tenant are shared with the tests of every route.
#[path = "../contract/credentials.rs"]
mod credentials;
#[allow(dead_code, reason = "the other tests ask for more")]
#[path = "../contract/file_fixtures.rs"]
mod file_fixtures;
#[allow(dead_code, reason = "the other tests ask for more")]
#[path = "../contract/fixtures.rs"]
mod fixtures;
#[allow(dead_code, reason = "the other tests ask for more")]
#[path = "../contract/ids.rs"]
mod ids;
#[path = "../contract/labels_filters_sites.rs"]
mod labels_filters_sites;
#[path = "../contract/service_fixtures.rs"]
mod service_fixtures;
#[path = "../contract/wallet.rs"]
mod wallet;
