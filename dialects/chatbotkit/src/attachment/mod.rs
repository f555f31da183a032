//! Files of conversations. Uploading them is the vendor's; lists and downloads are this server's own, since the vendor gives
//! attachments to its assistants alone.

pub(crate) mod download;
pub(crate) mod list;
pub(crate) mod upload;
