//! What holds for every route of every dialect: generated from the registry, so that a new route is in these tests or
//! fails them by name.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod authority;
mod call;
mod conformance;
mod credentials;
mod documents;
mod edge_errors;
mod edges;
mod hostile;
mod house;
mod identity;
mod ids;
mod isolation;
mod late_commits;
mod limits;
mod marks;
mod neighbours;
mod private;
#[path = "../server/program.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of the program"
)]
mod program;
mod readiness;
mod roads;
mod samples;
mod scene;
mod shipped;
mod sockets;
mod text_limits;
mod wallet;
mod words;
mod world;
