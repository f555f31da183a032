//! Health: what the server knows of its database, and of the queues of a workspace.

mod check;

pub use check::{HealthReport, OutboxHealth, check};
