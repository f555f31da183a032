//! Five vocabularies over one core: what is done in the words of one is shown in the words of all.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod cast;
mod guard;
mod live;
mod long;
mod model;
mod nodes;
mod order;
mod play;
mod property;
mod step;
mod view;
