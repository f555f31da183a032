//! What the tests share. Nothing here is shipped.
//!
//! [`both!`] makes two tests of one body, on the embedded database and on a PostgreSQL server of the tests' own. The
//! body gets a [`TestServer`]: a whole server on a free port of the loopback, with two tenants, a clock that tests
//! turn, and everything it logged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "used by tests only, where a surprise must fail loudly"
)]

pub mod backend;
pub mod clock;
pub mod command;
pub mod error_samples;
pub mod hold;
pub mod log_capture;
pub mod proxy;
pub mod reader;
pub mod request;
pub mod rng;
pub mod server;
pub mod socket;
pub mod sse_client;
pub mod tenant;

pub use backend::TestBackend;
pub use hold::Hold;
pub use proxy::FaultProxy;
pub use reader::Reader;
pub use request::{TestRequest, TestResponse};
pub use rng::TestRng;
pub use server::{TestNode, TestServer};
pub use socket::TestSocket;
pub use sse_client::{SseClient, SseClientEvent};
pub use tenant::TestTenant;
pub use tokio;

/// One test body, two tests: `both! { async fn name(server: TestServer) { ... } }` makes `name::sqlite` and
/// `name::postgres`. Several functions may stand in one block. `name::body` is there for a server that is started otherwise.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: TestServer) $body:block)*) => {$(
        pub(crate) mod $name {
            #[allow(unused_imports, reason = "the body may need what stands beside it")]
            use super::*;

            $(#[$meta])*
            pub(crate) async fn body($server: $crate::TestServer) $body

            #[test]
            fn sqlite() {
                $crate::backend::run($crate::TestBackend::Sqlite, body);
            }

            #[test]
            fn postgres() {
                $crate::backend::run($crate::TestBackend::Postgres, body);
            }
        }
    )*};
}
