//! What Parlor does: a folder per noun, a file per verb.
//!
//! Every call takes the [`Engine`] and, inside a workspace, a [`Ctx`](parlor_model::Ctx): who asks, where, with what
//! permission. Checks that protect data are made here and below, whatever the caller forgot. This crate names no
//! vendor: a vendor's peculiarity is an option with a plain name. It knows SQL only through `parlor-store`, and
//! neither HTTP nor wire formats. Start at [`conversation`].

pub mod api_key;
pub mod assignment;
mod authority;
pub mod channel;
pub mod chat;
pub mod conversation;
mod creation_order;
pub mod custom_role;
pub mod draft;
mod engine;
pub mod event_rule;
pub mod file;
pub mod following;
pub mod idempotency;
pub mod import;
pub mod instance;
pub mod label;
pub mod member;
pub mod message;
pub mod nonce;
pub mod outbound;
pub mod participant;
pub mod saved_filter;
pub mod search;
pub mod sender;
pub mod signing;
pub mod site;
pub mod space;
pub mod statistics;
pub mod thread;
mod validated_cache;
pub mod vault;
pub mod workflow;
pub mod workspace;

pub use engine::{Engine, EngineDeps, EngineSettings};
