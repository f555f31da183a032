//! The socket of a tab, at `/console/live`. It acts with the rights of the session, follows what the page shows, and
//! closes when the session ends.

mod activity;
mod calls;
mod connect;
mod conversation;
mod encoder;
mod frame;
mod protocol;

pub(crate) use connect::handle;
