//! `/ws/`: what is said in all channels of a member, live. The vendor's SDK takes it; how it looks on the wire is not
//! published: frames hold what the SDK hands on, an object whose key `im-message` has a message.

pub(crate) mod connect;
mod disconnect;
mod merge;
mod message_frame;
mod new_messages;
mod protocol;
