//! What the dialects share: the application handle, extractors that never answer for themselves, id and time
//! spelling, credentials, idempotency keys, route tables and the documents made of them.
//!
//! A dialect is a type that implements [`Dialect`]: its name, the paths it owns, its table of routes, and the one
//! function that renders an [`Error`](parlor_model::Error). [`build_module`] turns it into what the server mounts. This
//! crate knows HTTP and the engine; it knows no vendor and no SQL.

pub mod app_state;
pub mod body_stream;
pub mod client_address;
pub mod client_address_limiter;
pub mod credential;
pub mod csv;
pub mod deserialize_error;
pub mod dialect;
pub mod example_request;
pub mod idempotency;
pub mod ids;
pub mod list_stream;
pub mod member_token;
pub mod openapi;
pub mod params;
pub mod rate_limit;
pub mod record_reader;
pub mod request_body;
pub mod request_meta;
pub mod response;
pub mod route;
pub mod time;
pub mod write_timeout;

pub use app_state::{AppState, AppStateInner, SharedSettings};
pub use dialect::{Dialect, DialectError, DialectModule, build_module};
pub use example_request::ExampleRequest;
pub use params::{PathParams, QueryParams, Tail};
pub use request_body::{BodyParts, ContentTypePolicy, RequestBody};
pub use request_meta::RequestMeta;
pub use route::{Auth, Route};
pub use write_timeout::WriteTimeout;
