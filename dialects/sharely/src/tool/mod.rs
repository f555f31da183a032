//! Tools that the vendor's server library offers to an agent.

pub(crate) mod execute;
mod search;
mod workspace;
