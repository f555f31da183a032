//! Test support: servers, clients and fixtures. Not part of any shipped program.
//!
//! [`both!`] generates two tests from one body, one for SQLite and one for PostgreSQL. The body gets a [`TestServer`]:
//! a complete server on a free loopback port, with two tenants, a clock that tests control, and its captured log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "used by tests only, where a surprise must fail loudly"
)]

pub mod backend;
mod clock;
pub mod command;
pub mod error_samples;
mod hold;
mod log_capture;
mod nats_server;
mod postgres_proxy;
mod proxy;
mod reader;
mod request;
mod rng;
mod s3_server;
pub mod server;
mod socket;
mod sse_client;
mod tenant;
mod wait;

pub use backend::TestBackend;
pub use clock::ManualClock;
pub use hold::Hold;
pub use nats_server::NatsServer;
pub use postgres_proxy::{PostgresProxy, WireCounts};
pub use proxy::FaultProxy;
pub use reader::Reader;
pub use request::{TestRequest, TestResponse};
pub use rng::TestRng;
pub use s3_server::TestBucket;
pub use server::{TestNode, TestServer, echo_provider};
pub use socket::TestSocket;
pub use sse_client::{SseClient, SseClientEvent};
pub use tenant::TestTenant;
pub use tokio;
pub use wait::wait_for_count;

/// Generates two tests per function: `both! { async fn name(server: TestServer) { ... } }` becomes `name::sqlite` and
/// `name::postgres`. `name::body` runs the test on another server.
#[macro_export]
macro_rules! both {
    (@$run:ident $($(#[$meta:meta])* async fn $name:ident($server:ident: TestServer) $body:block)*) => {$(
        pub(crate) mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;

            $(#[$meta])*
            pub(crate) async fn body($server: $crate::TestServer) $body

            #[test]
            fn sqlite() {
                $crate::backend::$run($crate::TestBackend::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::backend::$run($crate::TestBackend::Postgres, body);
            }
        }
    )*};
    ($($tests:tt)*) => { $crate::both! { @run $($tests)* } };
}

/// Generates the tests of [`both!`] on servers whose assistants are `echo`: they repeat what a person says.
#[macro_export]
macro_rules! with_assistant {
    ($($tests:tt)*) => { $crate::both! { @run_with_assistant $($tests)* } };
}

/// Generates the tests of [`both!`], and `name::two_nodes`: on PostgreSQL with each request to a random one of two nodes.
#[macro_export]
macro_rules! everywhere {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: TestServer) $body:block)*) => {$(
        pub(crate) mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;

            $crate::both! {
                $(#[$meta])* async fn one_node($server: TestServer) $body
            }

            #[test]
            fn two_nodes() {
                $crate::backend::run_on_two_nodes(one_node::body);
            }
        }
    )*};
}
