//! `parlor tail`: the log of a conversation, live.

use std::time::Duration;

use parlor_model::redacted::Redacted;
use serde_json::Value;

use super::print;
use super::run_command::{run_command, run_on_server_in};
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::control::log_args::ReadLogArgs;
use crate::terminal_text::{escape_json, escape_text};

/// Pause between two looks at the log.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// The same where each look opens a database.
const DATABASE_POLL_INTERVAL: Duration = Duration::from_secs(2);

pub(super) const EXAMPLES: &str = "\
Examples:
  parlor tail \"Hello\"
  parlor tail 12 --after 0 --no-follow --json
  parlor send 12 \"We are open on Sunday.\" --as 2";

#[derive(Debug, clap::Args)]
pub(super) struct TailArgs {
    /// The conversation: its id in any of the APIs, its number, or its title
    conversation: String,
    /// Begin after this position, 0 for the whole log; with the last 20 entries if left out
    #[arg(long, value_name = "SEQ")]
    after: Option<i64>,
    /// End with the last entry
    #[arg(long)]
    no_follow: bool,
}

/// Prints a log from a position on, and goes on until the program is ended. A server that stops is waited for: no entry is
/// missed or repeated.
///
/// # Errors
/// `NotFound` for an unknown conversation.
pub(super) fn run(
    settings: &ServerConfig,
    workspace: Option<&str>,
    args: TailArgs,
    json: bool,
) -> Result<(), CliError> {
    let mut position = ReadLogArgs {
        conversation: Redacted(args.conversation),
        after: args.after,
    };
    let mut page = run_command(
        settings,
        workspace,
        ControlCommand::LogRead(position.clone()),
    )?;
    // Titles change, ids do not.
    if let Some(id) = page["conversation"].as_str() {
        position.conversation = Redacted(id.to_owned());
    }
    let is_embedded = settings.sqlite_path()?.is_some();
    let mut is_away = false;
    loop {
        let items = page["items"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for item in items {
            print_item(item, json);
        }
        let last = items.last().and_then(|item| item["seq"].as_i64());
        position.after = last.or(position.after).or(page["lastSeq"].as_i64());
        if items.is_empty() {
            if args.no_follow {
                return Ok(());
            }
            std::thread::sleep(match is_embedded {
                true => POLL_INTERVAL,
                false => DATABASE_POLL_INTERVAL,
            });
        }
        let next = ControlCommand::LogRead(position.clone());
        // Without a server an embedded database does not change, and must not be held while one wants to start.
        let read = match is_embedded && !args.no_follow {
            true => run_on_server_in(settings, workspace, next),
            false => run_command(settings, workspace, next),
        };
        page = match read {
            Err(error) if error.exit == ExitKind::Unreachable && !args.no_follow => {
                if !is_away {
                    print::note("the server is away; waiting for it");
                }
                is_away = true;
                Value::Null
            }
            read => {
                is_away = false;
                read?
            }
        };
    }
}

fn print_item(item: &Value, json: bool) {
    if json {
        print::line(&escape_json(&item.to_string()));
        return;
    }
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let clock = text("at").get(11..19).unwrap_or_default();
    let who = match (item["authorName"].as_str(), item["author"].as_i64()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(number)) => format!("member {number}"),
        (None, None) => text("role").to_owned(),
    };
    let said = match item["payload"].as_object() {
        Some(payload) if payload.is_empty() => String::new(),
        Some(_) => item["payload"].to_string(),
        None => text("text").to_owned(),
    };
    let separator = if who.is_empty() || said.is_empty() {
        ""
    } else {
        ": "
    };
    let line = format!(
        "#{:<5} {clock}  {:16}  {who}{separator}{said}",
        item["seq"],
        text("kind")
    );
    print::line(escape_text(line.trim_end()).as_ref());
}
