//! Arguments of `parlor requests`.

use serde::{Deserialize, Serialize};

/// Which requests to list.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct ListRequestsArgs {
    /// Only those that were answered with an error
    #[arg(long)]
    pub(crate) failed: bool,
    /// How many, the newest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
}
