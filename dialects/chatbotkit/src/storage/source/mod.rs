//! Decoders of the encodings in which a request contains a file's bytes.

pub(super) mod data_url;
pub(super) mod multipart;
