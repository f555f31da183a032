//! Files of conversations. The upload is the vendor's. Lists and downloads are this server's own: the vendor lets only its
//! assistants read attachments.

pub(crate) mod download;
pub(crate) mod list;
pub(crate) mod upload;
