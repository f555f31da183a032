//! Shared parts of the dialects: application state, extractors, id and time formats, credentials, idempotency keys,
//! route tables and OpenAPI documents.
//!
//! A dialect is a type that implements [`Dialect`]: its name, path prefixes, route table, and the one function that
//! renders an [`Error`](parlor_model::Error). [`build_module`] makes the module that the server mounts. Extractors
//! never render a response themselves. This crate knows HTTP and the engine, but no vendor and no SQL.

mod app_state;
mod auth;
pub mod body_stream;
pub mod client_address;
pub mod client_address_limiter;
pub mod credential;
pub mod csv;
pub mod deserialize_error;
pub mod dialect;
mod dialect_module;
pub mod example_request;
pub mod file_response;
pub mod idempotency;
pub mod ids;
pub mod list_stream;
pub mod member_token;
mod openapi;
mod params;
pub mod rate_limit;
mod rate_limit_status;
pub mod record_reader;
pub mod request_body;
pub mod request_history;
mod request_meta;
pub mod response;
pub mod route;
mod router;
pub mod time;
mod write_timeout;

pub use app_state::{AppState, AppStateInner, SharedSettings};
pub use auth::Auth;
pub use dialect::{Dialect, DialectError};
pub use dialect_module::{DialectModule, build_module};
pub use example_request::ExampleRequest;
pub use openapi::FINAL_DATA_EXTENSION;
pub use params::{PathParams, QueryParams, Tail};
pub use request_body::{BodyParts, ContentTypePolicy, RequestBody, RequestProgress};
pub use request_meta::RequestMeta;
pub use route::Route;
pub use write_timeout::WriteTimeout;
