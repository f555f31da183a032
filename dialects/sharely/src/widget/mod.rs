//! Endpoints of the vendor's browser widget beside the versioned API, documented only by the widget's source.

mod answer;
pub(crate) mod create_space;
pub(crate) mod event;
pub(crate) mod feedback;
pub(crate) mod greeting;
pub(crate) mod messages;
pub(crate) mod send_message;
pub(crate) mod space;
pub(crate) mod spaces;
pub(crate) mod thumb_signal;
pub(crate) mod validate;
