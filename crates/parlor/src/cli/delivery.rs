//! `parlor delivery ...`: its grammar.

use clap::Subcommand;

use crate::control::ControlCommand;
use crate::control::delivery_args::{ListDeliveriesArgs, ListRowsArgs, ReplayDeliveriesArgs};

const EXAMPLES: &str = "\
Examples:
  parlor delivery list 3
  parlor delivery list --unsent
  parlor delivery list --waiting
  parlor delivery show 120
  parlor delivery replay 120
  parlor delivery replay --rule 3 --since 2026-11-30T12:00:00Z
  parlor delivery resume 3
  parlor delivery undeliverable
  parlor delivery clear ada@example.org
  parlor delivery unmatched --json";

#[derive(Debug, Subcommand)]
pub(super) enum DeliveryCommand {
    /// List the webhooks of an event rule, or what was not sent or waits, the newest first
    #[command(after_help = EXAMPLES)]
    List(ListDeliveriesArgs),
    /// Show a webhook, with what was sent and answered, or a message over a carrier
    Show {
        /// UUID or number of the webhook or message
        id: String,
    },
    /// Send one webhook or message once more, or all webhooks of a rule since a time
    #[command(after_help = EXAMPLES)]
    Replay(ReplayDeliveriesArgs),
    /// Resume the webhooks of a rule that are paused
    Resume {
        /// UUID or number of the event rule
        rule: String,
    },
    /// List addresses that do not exist, to which nothing is sent
    #[command(after_help = EXAMPLES)]
    Undeliverable(ListRowsArgs),
    /// Let messages be sent to such an address again
    Clear {
        /// Email address or phone number
        address: String,
    },
    /// List received messages for numbers and inboxes that the workspace does not have, the newest first
    #[command(after_help = EXAMPLES)]
    Unmatched(ListRowsArgs),
}

impl DeliveryCommand {
    /// Converts the command for the server.
    pub(super) fn into_control_command(self) -> ControlCommand {
        match self {
            Self::List(args) => ControlCommand::DeliveryList(args),
            Self::Show { id } => ControlCommand::DeliveryShow { id },
            Self::Replay(args) => ControlCommand::DeliveryReplay(args),
            Self::Resume { rule } => ControlCommand::DeliveryResume { rule },
            Self::Undeliverable(args) => ControlCommand::DeliveryUndeliverable(args),
            Self::Clear { address } => ControlCommand::DeliveryClear { address },
            Self::Unmatched(args) => ControlCommand::DeliveryUnmatched(args),
        }
    }
}
