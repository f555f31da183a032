//! Following: which members a member follows, and which others it is shown.

mod follow;
mod list;
mod recommend;

pub use follow::{follow, unfollow};
pub use list::list;
pub use recommend::recommend;
