//! Contracts of every route of every dialect. The cases are generated from the registry, so that a new route is either
//! tested or named in a failure.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod authority;
mod body_encoding;
mod conformance;
mod credentials;
mod cross_visibility;
mod documents;
mod edge_errors;
mod file_fixtures;
mod fixtures;
mod identity;
mod ids;
mod isolation;
mod labels_filters_sites;
mod late_commits;
mod limits;
mod malicious_input;
mod private;
#[path = "../server/program.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of the program"
)]
mod program;
mod readiness;
mod responses;
mod route_under_test;
mod samples;
mod service_fixtures;
mod shipped;
mod sockets;
mod tenant_view;
mod text_fixture;
mod text_inputs;
mod text_limits;
mod wallet;
