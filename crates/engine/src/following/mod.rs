//! Following: the members that a member follows, and recommendations.

mod follow;
mod list;
mod recommend;

pub use follow::{follow, unfollow};
pub use list::list;
pub use recommend::recommend;
