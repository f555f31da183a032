//! Goals of a space. The server has none, so that clients hide them.

pub(crate) mod list;
