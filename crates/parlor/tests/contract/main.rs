//! What holds for every route of every dialect: generated from the registry, so that a new route is in these tests or
//! fails them by name.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod authority;
mod body_encoding;
mod conformance;
mod credentials;
mod cross_visibility;
mod documents;
mod fixtures;
mod identity;
mod ids;
mod isolation;
mod labels_filters_sites;
mod limits;
mod malicious_input;
mod responses;
mod route_under_test;
mod samples;
mod sockets;
mod tenant_view;
mod text_fixture;
mod text_inputs;
mod text_limits;
mod wallet;
