//! The forms in which the bytes of a file come in a request.

pub(super) mod data_url;
pub(super) mod multipart;
