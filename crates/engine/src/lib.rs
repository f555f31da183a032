//! The operations of Parlor: a folder per entity, a file per operation.
//!
//! Every call takes the [`Engine`] and, inside a workspace, a [`Ctx`](parlor_model::Ctx): the caller, its workspace and
//! its permissions. Checks that protect data are made here and below, regardless of earlier ones. This crate names no
//! vendor: a vendor's peculiarity is an option with a plain name. It accesses SQL only through `parlor-store`, and
//! knows neither HTTP nor wire formats. Start at [`conversation`].
//!
//! Modules form layers, each of which uses only those before it: caches and services (`blob`, [`vault`], [`outbound`]);
//! [`Engine`]; `outbox`; `consent`; `authority`; [`log`], [`membership`], [`label`] and [`statistics`]; [`member`]; [`message`];
//! [`conversation`]; and the other entities.

pub mod api_key;
pub mod assignment;
pub mod assistant_settings;
mod authority;
mod blob;
mod cache;
pub mod channel;
pub mod chat;
pub mod completion;
mod consent;
pub mod console;
pub mod conversation;
pub mod custom_role;
pub mod delivery;
pub mod delivery_counts;
pub mod draft;
mod engine;
pub mod event_rule;
pub mod file;
pub mod following;
pub mod health;
mod idempotency;
pub mod import;
pub mod instance;
pub mod label;
pub mod live_turn;
pub mod log;
pub mod member;
pub mod membership;
pub mod message;
pub mod nonce;
pub mod outbound;
mod outbox;
pub mod participant;
pub mod saved_filter;
pub mod scan;
pub mod search;
pub mod sender;
mod signer;
pub mod signing;
pub mod site;
mod slug;
pub mod snapshot;
pub mod space;
pub mod statistics;
pub mod thread;
pub mod turn;
pub mod undeliverable_address;
pub mod unmatched_message;
pub mod vault;
mod work_places;
mod work_waiter;
pub mod workflow;
pub mod workspace;

pub use engine::{Engine, EngineDeps, EngineSettings};
pub use work_places::{NextClaim, WorkPlaces};
pub use work_waiter::WorkWaiter;
