//! Goals: talks that lead somewhere. There are none on this server, and clients hide them then.

pub(crate) mod list;
