//! Grammar of `parlor channels`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::parse::parse_duration;

pub(in crate::cli) const EXAMPLES: &str = "\
Examples:
  parlor serve --simulator
  parlor channels watch
  parlor channels send-sms --from +15005550123 --to +15005550001 \"Hello\"
  parlor channels call --from +15005550123 --to +15005550001 \"When is it?\"
  parlor channels write-mail --from ada@example.org --to desk@example.org \\
      --subject Hello \"Are you open?\"
  parlor channels list messages";

const SIMULATE_EXAMPLES: &str = "\
Examples:
  parlor channels simulate
  parlor channels simulate --seed 7 --fault-rate 0.2 --delay 1s";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ChannelsCommand {
    /// Run a simulated carrier beside a server
    #[command(after_help = SIMULATE_EXAMPLES)]
    Simulate(SimulateArgs),
    /// Print what happens at the simulator as it happens
    Watch(WatchArgs),
    /// List the last messages, calls or mails, the newest last
    List(ListArgs),
    /// Send a text message as a simulated person
    #[command(after_help = EXAMPLES)]
    SendSms(SendSmsArgs),
    /// Call a number as a simulated person
    #[command(after_help = EXAMPLES)]
    Call(CallArgs),
    /// Say something on a call
    Say(SayArgs),
    /// End a call
    HangUp(HangUpArgs),
    /// Write a mail as a simulated person
    #[command(after_help = EXAMPLES)]
    WriteMail(WriteMailArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SimulateArgs {
    /// Address of the API and of the commands [127.0.0.1:8090]
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8090",
        hide_default_value = true
    )]
    pub(super) listen: SocketAddr,
    /// Address at which mails are taken [127.0.0.1:8025]
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8025",
        hide_default_value = true
    )]
    pub(super) smtp_listen: SocketAddr,
    /// The server, over HTTP [http://127.0.0.1:8080]
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080",
        hide_default_value = true
    )]
    pub(super) server: String,
    /// Seed of the faults [1]
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(super) seed: u64,
    /// Share of what is faulty, from 0 to 1 [0]
    #[arg(
        long,
        value_name = "P",
        default_value_t = 0.0,
        hide_default_value = true
    )]
    pub(super) fault_rate: f64,
    /// Time between two states of a message or a call [200ms]
    #[arg(long, value_name = "TIME", default_value = "200ms", value_parser = parse_time, hide_default_value = true)]
    pub(super) delay: Duration,
    /// Time for which a caller listens to a silence [10s]
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_time, hide_default_value = true)]
    pub(super) silence: Duration,
    /// File with the account and the tokens, made if it does not exist [parlor-simulator.json]
    #[arg(
        long,
        value_name = "FILE",
        default_value = "parlor-simulator.json",
        hide_default_value = true
    )]
    pub(super) credentials: PathBuf,
    /// Print numbers and addresses as they are
    #[arg(long)]
    pub(super) show: bool,
    /// Listen for other machines too, which may then act as all people
    #[arg(long)]
    pub(super) allow_remote: bool,
}

fn parse_time(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "must be a time such as 500ms, 30s or 5m".to_owned())
}

/// Which simulator is meant.
#[derive(Debug, Args)]
pub(in crate::cli) struct SimulatorArgs {
    /// The simulator; by default the one of the configuration
    #[arg(long, value_name = "URL")]
    pub(super) simulator_url: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WatchArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Print numbers and addresses as they are
    #[arg(long)]
    pub(super) show: bool,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum ListedRecords {
    Messages,
    Calls,
    Mails,
}

impl ListedRecords {
    /// Returns the path of the list.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Calls => "calls",
            Self::Mails => "mails",
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// What to list
    pub(super) records: ListedRecords,
    /// Print numbers and addresses as they are
    #[arg(long)]
    pub(super) show: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SendSmsArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Number of the person
    #[arg(long, value_name = "NUMBER")]
    pub(super) from: String,
    /// Number of the workspace
    #[arg(long, value_name = "NUMBER")]
    pub(super) to: String,
    /// Wait for the answer, and print it in place of the command's own result
    #[arg(long)]
    pub(super) wait: bool,
    /// The text
    pub(super) text: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CallArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Number of the person
    #[arg(long, value_name = "NUMBER")]
    pub(super) from: String,
    /// Number of the workspace
    #[arg(long, value_name = "NUMBER")]
    pub(super) to: String,
    /// What the person says, each after the server; then it hangs up
    pub(super) says: Vec<String>,
    /// Stay on the line, for `say` and `hang-up`; so it is without a text
    #[arg(long)]
    pub(super) stay: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SayArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Wait for the answer, and print it in place of the command's own result
    #[arg(long)]
    pub(super) wait: bool,
    /// Id of the call
    pub(super) call: String,
    /// The text
    pub(super) text: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct HangUpArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Id of the call
    pub(super) call: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WriteMailArgs {
    #[command(flatten)]
    pub(super) simulator: SimulatorArgs,
    /// Address of the person
    #[arg(long, value_name = "ADDRESS", required_unless_present = "in_reply_to")]
    pub(super) from: Option<String>,
    /// Address of the inbox
    #[arg(long, value_name = "ADDRESS", required_unless_present = "in_reply_to")]
    pub(super) to: Option<String>,
    /// Subject
    #[arg(long)]
    pub(super) subject: Option<String>,
    /// Id of the mail that it answers, which also says from whom and to whom
    #[arg(long, value_name = "ID")]
    pub(super) in_reply_to: Option<String>,
    /// Wait for the answer, and print it in place of the command's own result
    #[arg(long)]
    pub(super) wait: bool,
    /// The text
    pub(super) text: String,
}
