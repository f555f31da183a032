//! Grammar of the command line: the commands, and flags generated from the settings table.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, Subcommand};

use super::assistant::AssistantCommand;
use super::backup::{BackupArgs, RestoreArgs, VerifyArgs};
use super::bench::BenchArgs;
use super::channels::ChannelsCommand;
use super::completions::{CompletionsArgs, ManArgs};
use super::config_command::ConfigCommand;
use super::delivery::DeliveryCommand;
use super::doctor::DoctorArgs;
use super::entity_commands::{
    KEYS_FOR_EXAMPLE, KeyCommand, MEMBERS_FOR_EXAMPLE, MemberCommand, TokenCommand,
    WORKSPACES_FOR_EXAMPLE, WorkspaceCommand,
};
use super::mcp::McpArgs;
use super::tail::TailArgs;
use crate::cli_error::{CliError, ExitKind};
use crate::config::settings_table::{SETTINGS, SettingKind, SettingSpec};
use crate::control::log_args::SendMessageArgs;
use crate::control::request_args::ListRequestsArgs;

/// What can be args for.
#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Start the server; what `parlor` alone does
    Serve,
    /// Make a link that signs you in to the console
    #[command(subcommand)]
    Console(ConsoleCommand),
    /// Make, list and revoke API keys
    #[command(subcommand, after_help = KEYS_FOR_EXAMPLE)]
    Key(KeyCommand),
    /// Make, show, change and list workspaces
    #[command(subcommand, after_help = WORKSPACES_FOR_EXAMPLE)]
    Workspace(WorkspaceCommand),
    /// Make, change, list and merge members
    #[command(subcommand, after_help = MEMBERS_FOR_EXAMPLE)]
    Member(MemberCommand),
    /// Make tokens with which members act for themselves
    #[command(subcommand)]
    Token(TokenCommand),
    /// Set, show and try the model that answers
    #[command(subcommand)]
    Assistant(AssistantCommand),
    /// List, show and repeat webhooks, and resume paused ones
    #[command(subcommand)]
    Delivery(DeliveryCommand),
    /// Simulate a carrier, and act as the people who use it
    #[command(subcommand, after_help = super::channels::EXAMPLES)]
    Channels(ChannelsCommand),
    /// Show the log of a conversation, live
    #[command(after_help = super::tail::EXAMPLES)]
    Tail(TailArgs),
    /// Say something in a conversation
    #[command(after_help = super::tail::EXAMPLES)]
    Send(SendMessageArgs),
    /// List the last requests that the running server has answered
    #[command(after_help = super::requests::EXAMPLES)]
    Requests(ListRequestsArgs),
    /// Explain which rule has refused a request, and what to do
    #[command(after_help = super::requests::EXAMPLES)]
    Explain {
        /// The request's id, from the header X-Request-Id
        id: String,
    },
    /// Make a backup of the embedded database and its files, while they are used
    #[command(after_help = super::backup::EXAMPLES)]
    Backup(BackupArgs),
    /// Check a backup: its checksums, its database and its files
    #[command(after_help = super::backup::EXAMPLES)]
    Verify(VerifyArgs),
    /// Restore a backup into the data folder
    #[command(after_help = super::backup::EXAMPLES)]
    Restore(RestoreArgs),
    /// Print a request that works when pasted
    #[command(
        after_help = "Example:\n  parlor curl gravity-rail\n  eval \"$(parlor curl gravity-rail)\""
    )]
    Curl {
        /// The dialect it speaks
        dialect: String,
    },
    /// Give the tools of the Model Context Protocol over standard input and output
    #[command(after_help = "Example:\n  parlor mcp --key-file parlor-data/model.key")]
    Mcp(McpArgs),
    /// Ask the running server whether it can serve
    Health,
    /// Check the installation, with a remedy for each fault
    #[command(after_help = super::doctor::EXAMPLES)]
    Doctor(DoctorArgs),
    /// Show the settings: as a file, as a table, or what was changed
    #[command(subcommand, after_help = super::config_command::EXAMPLES)]
    Config(ConfigCommand),
    /// Measure how fast this machine stores messages, in a database of its own
    #[command(after_help = super::bench::EXAMPLES)]
    Bench(BenchArgs),
    /// Explain a command, or one of: limits, ids, errors
    #[command(after_help = "Examples:\n  parlor help limits\n  parlor help key create")]
    Help {
        /// The command, or the topic
        words: Vec<String>,
    },
    /// Print a script with which a shell completes commands and options
    #[command(
        after_help = "Examples:\n  parlor completions bash > /etc/bash_completion.d/parlor\n  parlor completions fish > ~/.config/fish/completions/parlor.fish"
    )]
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command
    #[command(
        after_help = "Examples:\n  parlor man | man -l -\n  parlor man --out /usr/local/share/man/man1"
    )]
    Man(ManArgs),
    /// Print the version
    Version,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConsoleCommand {
    /// Print a link that works once, for 30 minutes
    #[command(after_help = "Example:\n  parlor console link\n  parlor console link --member 2")]
    Link {
        /// UUID, number or principal of the member it signs in; the owner if left out
        #[arg(long, value_name = "ID")]
        member: Option<String>,
    },
}

/// Parsed command line.
pub(super) struct ParsedArgs {
    /// Defaults to `serve`.
    pub(super) command: CliCommand,
    pub(super) flags: Vec<(&'static SettingSpec, String)>,
    pub(super) file: Option<String>,
    pub(super) workspace: Option<String>,
    pub(super) json: bool,
}

/// Outcome of a command line that names no command to run.
pub(super) enum UsageError {
    /// Requested help or version text.
    Output(String),
    /// Error in the command line.
    Error(CliError),
}

const HELP_WIDTH: usize = 80;

const HELP_TEMPLATE: &str =
    "{about}\n\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}";

const HELP_EXAMPLES: &str = "\
Examples:
  parlor                                      start with everything beside it
  parlor serve --listen 0.0.0.0:8080 --database postgres://db/parlor
  parlor key create --name backend --scopes conversations:write,members:read";

const HELP_FOOTER: &str = "\
Every setting is also a variable (--log-format: PARLOR_LOG_FORMAT) and a key of
the file that --config names (log_format). Flags win over variables, variables
over the file.";

/// Builds the complete grammar.
pub(super) fn build_command() -> clap::Command {
    let root = clap::Command::new("parlor")
        .version(env!("CARGO_PKG_VERSION"))
        .help_template(HELP_TEMPLATE)
        .before_help(HELP_EXAMPLES)
        .after_help(HELP_FOOTER)
        .term_width(HELP_WIDTH)
        .disable_help_subcommand(true)
        .arg(global_option("config", "FILE", "TOML file with settings").help_heading("Common"))
        .arg(
            global_option(
                "workspace",
                "ID",
                "The workspace meant, where more than one exists",
            )
            .help_heading("Common"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .global(true)
                .help_heading("Common")
                .help("Print one JSON object or array"),
        )
        .args(setting_flags(|key| key.is_global));
    let command = CliCommand::augment_subcommands(root)
        .about("One conversation server that speaks five vendors' APIs")
        .subcommand_required(false)
        .args(setting_flags(|key| !key.is_global))
        .mut_subcommand("serve", |serve| {
            serve.args(setting_flags(|key| !key.is_global))
        })
        .mut_subcommand("backup", |backup| {
            backup.args(setting_flags(is_backup_folder))
        })
        .mut_subcommand("verify", |verify| {
            verify.args(setting_flags(is_backup_folder))
        });
    command.mut_subcommands(with_examples_first)
}

/// Moves the examples of a command, and of its commands, to the place before its options.
fn with_examples_first(command: clap::Command) -> clap::Command {
    let examples = command.get_after_help().cloned();
    let command = match examples {
        Some(examples) => command.before_help(examples).after_help(None),
        None => command,
    };
    command
        .help_template(HELP_TEMPLATE)
        .mut_subcommands(with_examples_first)
}

/// Returns whether a setting is the one that commands about backups accept.
fn is_backup_folder(key: &SettingSpec) -> bool {
    key.name == "backup_folder"
}

fn global_option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .help(help)
        .global(true)
        .hide_short_help(true)
}

fn setting_flags(which: impl Fn(&SettingSpec) -> bool) -> Vec<Arg> {
    let keys = SETTINGS.iter().filter(|key| key.has_flag && which(key));
    keys.map(|key| {
        let default = match key.default {
            "" => String::new(),
            default => format!(" [{default}]"),
        };
        let flag = Arg::new(key.name).long(key.flag_name());
        let flag = match key.kind {
            SettingKind::SwitchedSection => flag.action(ArgAction::SetTrue),
            _ => flag.value_name(key.value_name),
        };
        flag.help(format!("{}{default}", key.help))
            .help_heading(key.group.title())
            .hide_short_help(!["data", "listen"].contains(&key.name))
            .global(key.is_global)
    })
    .collect()
}

/// Parses a command line.
pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<ParsedArgs, UsageError> {
    let matches = build_command()
        .try_get_matches_from(arguments)
        .map_err(|error| usage_error(&error))?;
    let command = match matches.subcommand_name() {
        None => CliCommand::Serve,
        Some(_) => CliCommand::from_arg_matches(&matches).map_err(|error| usage_error(&error))?,
    };
    let with_settings = ["serve", "backup", "verify"];
    let inner = with_settings
        .iter()
        .find_map(|name| matches.subcommand_matches(name));
    let text_of = |name: &str| {
        let given = inner.and_then(|inner| argument_text(inner, name));
        given.or_else(|| argument_text(&matches, name))
    };
    let flags = SETTINGS.iter().filter(|key| key.has_flag);
    Ok(ParsedArgs {
        command,
        flags: flags
            .filter_map(|key| text_of(key.name).map(|value| (key, value)))
            .collect(),
        file: text_of("config"),
        workspace: text_of("workspace"),
        json: matches.get_flag("json"),
    })
}

/// Returns the value of an option; `true` for a switch that is set.
fn argument_text(matches: &ArgMatches, name: &str) -> Option<String> {
    if let Ok(text) = matches.try_get_one::<String>(name) {
        return text.cloned();
    }
    let switch = matches.try_get_one::<bool>(name).ok().flatten();
    switch.filter(|is_set| **is_set).map(bool::to_string)
}

fn usage_error(error: &clap::Error) -> UsageError {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return UsageError::Output(error.render().to_string());
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let unknown =
        context(ContextKind::InvalidArg).or_else(|| context(ContextKind::InvalidSubcommand));
    let suggestion =
        context(ContextKind::SuggestedArg).or_else(|| context(ContextKind::SuggestedSubcommand));
    let message = match (error.kind(), &unknown) {
        (ErrorKind::UnknownArgument, Some(unknown)) => format!("unknown option {unknown}"),
        (ErrorKind::InvalidSubcommand, Some(unknown)) => format!("unknown command {unknown}"),
        _ => first_sentence(&error.render().to_string()),
    };
    let fix = match suggestion {
        Some(suggestion) => format!("did you mean {suggestion}?"),
        None => format!("see: {} --help", failed_command(error)),
    };
    UsageError::Error(CliError::new(ExitKind::Usage, message).with_hint(fix))
}

/// Returns the command that was not understood, such as `parlor delivery list`: the words with which its usage begins.
fn failed_command(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => "parlor".to_owned(),
    };
    let words = usage.trim_start_matches("Usage:").split_whitespace();
    let is_name = |word: &&str| {
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
    };
    words.take_while(is_name).collect::<Vec<_>>().join(" ")
}

/// Joins the first paragraph of clap's message into one sentence.
fn first_sentence(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<ParsedArgs, UsageError> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn command_definition_passes_debug_assert() {
        build_command().debug_assert();
    }

    #[test]
    fn global_options_are_accepted_at_any_position() {
        for words in [
            &["parlor", "key", "list", "--data", "x", "--json"][..],
            &["parlor", "--data", "x", "key", "--json", "list"],
            &["parlor", "--json", "key", "list", "--data=x"],
        ] {
            let Ok(args) = parse_words(words) else {
                panic!("{words:?}")
            };
            assert!(args.json);
            assert_eq!(args.flags.len(), 1);
            assert_eq!(args.flags[0].1, "x");
        }
    }

    #[test]
    fn missing_subcommand_means_serve() {
        for words in [
            &["parlor", "--listen", "a"][..],
            &["parlor", "serve", "--listen", "a"],
            &["parlor", "--listen", "a", "serve"],
        ] {
            let Ok(args) = parse_words(words) else {
                panic!("{words:?}")
            };
            assert!(matches!(args.command, CliCommand::Serve));
            assert_eq!(args.flags[0].1, "a", "{words:?}");
        }
    }
}
