//! What the dialects share: the application handle, extractors that never answer for themselves, id and time
//! spelling, credentials, idempotency keys, route tables and the documents made of them.
//!
//! A dialect is a type that implements [`Dialect`]: its name, the paths it owns, its table of routes, and the one
//! function that renders an [`Error`](parlor_model::Error). [`module`] turns it into what the server mounts. This
//! crate knows HTTP and the engine; it knows no vendor and no SQL.

pub mod address;
pub mod app;
pub mod body;
pub mod credential;
pub mod csv;
pub mod dialect;
pub mod guard;
pub mod ids;
pub mod limit;
pub mod meta;
pub mod misfit;
pub mod once;
pub mod openapi;
pub mod params;
pub mod patience;
pub mod pieces;
pub mod recipe;
pub mod records;
pub mod reply;
pub mod route;
pub mod stream;
pub mod time;
pub mod token;

pub use app::{App, Settings, Shared};
pub use body::{BodyParts, MediaType, Payload};
pub use dialect::{Dialect, Fail, Module, module};
pub use meta::Meta;
pub use params::{Params, Query, Tail};
pub use patience::Patience;
pub use recipe::Recipe;
pub use route::{Auth, Route};
