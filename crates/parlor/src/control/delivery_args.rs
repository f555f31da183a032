//! Arguments of `parlor delivery ...`.

use serde::{Deserialize, Serialize};

/// Which deliveries to list.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct ListDeliveriesArgs {
    /// UUID or number of the event rule
    #[arg(required_unless_present_any = ["unsent", "waiting"], conflicts_with_all = ["unsent", "waiting"])]
    pub(crate) rule: Option<String>,
    /// What was not sent, or perhaps not, of all rules and of chats over text messages and mail
    #[arg(long)]
    pub(crate) unsent: bool,
    /// What waits, and for what, of all rules and of chats over text messages and mail
    #[arg(long, conflicts_with = "unsent")]
    pub(crate) waiting: bool,
    /// How many, the newest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
}

/// Which deliveries to send once more.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct ReplayDeliveriesArgs {
    /// UUID or number of one webhook or message
    #[arg(required_unless_present = "rule", conflicts_with = "rule")]
    pub(crate) id: Option<String>,
    /// UUID or number of the event rule whose webhooks since a time are meant
    #[arg(long, value_name = "ID", requires = "since")]
    pub(crate) rule: Option<String>,
    /// That time, such as 2026-11-30T12:00:00Z
    #[arg(long, value_name = "TIME", requires = "rule")]
    pub(crate) since: Option<String>,
    /// Also those that were accepted
    #[arg(long, requires = "rule")]
    pub(crate) include_sent: bool,
}

/// How many rows to list.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct ListRowsArgs {
    /// How many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
}
