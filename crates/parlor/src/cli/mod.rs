//! The `parlor` program: parses the command line, runs the command and returns an exit code.

mod args;
mod assistant;
mod backup;
mod bench;
mod channels;
mod completions;
mod config_command;
mod console_link;
mod delivery;
mod doctor;
mod entity_commands;
mod health;
mod mcp;
mod open_error;
mod print;
mod progress_display;
mod requests;
mod run_command;
mod serve;
mod shutdown_signals;
mod tail;
mod topics;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::cli_error::CliError;
use crate::config::{self, ConfigSources, ServerConfig};
use crate::control;
use args::{CliCommand, ConsoleCommand, ParsedArgs, UsageError};
use entity_commands::{KeyCommand, MemberCommand, TokenCommand, WorkspaceCommand};

/// Runs the program with its arguments (the first is the program name) and environment variables.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    variables: Vec<(String, String)>,
) -> ExitCode {
    let args = match args::parse(arguments) {
        Ok(args) => args,
        Err(UsageError::Output(text)) => {
            print::line(text.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(UsageError::Error(error)) => return exit_with_error(&error),
    };
    match dispatch(args, variables) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit_with_error(&error),
    }
}

fn exit_with_error(error: &CliError) -> ExitCode {
    print::error(error);
    ExitCode::from(error.exit as u8)
}

fn dispatch(args: ParsedArgs, variables: Vec<(String, String)>) -> Result<(), CliError> {
    let ParsedArgs {
        command,
        flags,
        file,
        workspace,
        json,
    } = args;
    if matches!(command, CliCommand::Version) {
        let version = env!("CARGO_PKG_VERSION");
        let value = json!({ "name": "parlor", "version": version });
        match json {
            true => print::result(&value, true),
            false => print::line(&format!("parlor {version}")),
        }
        return Ok(());
    }
    match &command {
        CliCommand::Completions(args) => {
            return completions::print_completions(args, args::build_command());
        }
        CliCommand::Help { words } => return print_help(words),
        CliCommand::Man(args) => return completions::write_manual(args, args::build_command()),
        _ => {}
    }
    let (settings, effective) = config::load(&ConfigSources {
        flags,
        file: file.map(PathBuf::from),
        variables,
    })?;
    let run = |command| run_command::run_command(&settings, workspace.as_deref(), command);
    let value = match command {
        CliCommand::Serve => return serve::run(&settings),
        CliCommand::Version
        | CliCommand::Completions(_)
        | CliCommand::Man(_)
        | CliCommand::Help { .. } => return Ok(()),
        CliCommand::Doctor(args) => return doctor::run(&settings, &effective, &args, json),
        CliCommand::Config(command) => {
            config_command::run(&command, &effective, json);
            return Ok(());
        }
        CliCommand::Bench(args) => bench::run(&settings, &args)?,
        CliCommand::Channels(command) => {
            return channels::run(&settings, workspace.as_deref(), command, json);
        }
        CliCommand::Mcp(args) => return mcp::run(&settings, &args),
        CliCommand::Tail(args) => return tail::run(&settings, workspace.as_deref(), args, json),
        CliCommand::Send(args) => run(control::ControlCommand::MessageSend(args))?,
        CliCommand::Requests(args) => requests::list(&settings, args)?,
        CliCommand::Explain { id } => return requests::explain(&settings, id, json),
        CliCommand::Backup(args) => backup::create(&settings, args)?,
        CliCommand::Verify(args) => backup::verify(&settings, args)?,
        CliCommand::Restore(args) => backup::restore(&settings, &args)?,
        CliCommand::Health => health::probe(&settings)?,
        CliCommand::Curl { dialect } => return print_curl_command(&settings, dialect, json),
        CliCommand::Console(ConsoleCommand::Link { member }) => {
            let value = run(control::ControlCommand::ConsoleLink { member })?;
            if !json {
                // Prints only the link, so that it can be piped.
                print::line(value["url"].as_str().unwrap_or_default());
                return Ok(());
            }
            value
        }
        CliCommand::Key(KeyCommand::Create(args)) => {
            let value = run(control::ControlCommand::KeyCreate(args))?;
            if !json {
                // Prints only the key, so that it can be piped.
                print::line(value["key"].as_str().unwrap_or_default());
                return Ok(());
            }
            value
        }
        CliCommand::Key(KeyCommand::List) => run(control::ControlCommand::KeyList)?,
        CliCommand::Key(KeyCommand::Revoke { id }) => {
            run(control::ControlCommand::KeyRevoke { id })?
        }
        CliCommand::Workspace(WorkspaceCommand::Create { name }) => {
            run(control::ControlCommand::WorkspaceCreate { name })?
        }
        CliCommand::Workspace(WorkspaceCommand::Show { id }) => {
            run(control::ControlCommand::WorkspaceShow { id })?
        }
        CliCommand::Workspace(WorkspaceCommand::Update(args)) => {
            run(control::ControlCommand::WorkspaceUpdate(args))?
        }
        CliCommand::Workspace(WorkspaceCommand::List) => {
            run(control::ControlCommand::WorkspaceList)?
        }
        CliCommand::Member(MemberCommand::Create(args)) => {
            run(control::ControlCommand::MemberCreate(args))?
        }
        CliCommand::Member(MemberCommand::Update(args)) => {
            run(control::ControlCommand::MemberUpdate(args))?
        }
        CliCommand::Member(MemberCommand::List) => run(control::ControlCommand::MemberList)?,
        CliCommand::Member(MemberCommand::Duplicates) => {
            let groups = run(control::ControlCommand::MemberDuplicates)?;
            if json {
                groups
            } else {
                print::flatten_groups(&groups)
            }
        }
        CliCommand::Member(MemberCommand::Merge(args)) => {
            run(control::ControlCommand::MemberMerge(args))?
        }
        CliCommand::Token(TokenCommand::Create(args)) => {
            run(control::ControlCommand::TokenCreate(args))?
        }
        CliCommand::Token(TokenCommand::Revoke(args)) => {
            run(control::ControlCommand::TokenRevoke(args))?
        }
        CliCommand::Delivery(command) => run(command.into_control_command())?,
        CliCommand::Assistant(command) => run(command.into_control_command(workspace.as_deref())?)?,
    };
    print::result(&value, json);
    Ok(())
}

/// Prints a topic, or the help of a command.
fn print_help(words: &[String]) -> Result<(), CliError> {
    if let [topic] = words
        && let Some(text) = topics::find(topic)
    {
        print::text_line(text);
        return Ok(());
    }
    let mut arguments = vec![OsString::from("parlor")];
    arguments.extend(words.iter().map(OsString::from));
    arguments.push(OsString::from("--help"));
    match args::parse(arguments) {
        Err(UsageError::Output(text)) => {
            print::line(text.trim_end());
            Ok(())
        }
        Err(UsageError::Error(error)) => Err(error),
        Ok(_) => Ok(()),
    }
}

fn print_curl_command(
    settings: &ServerConfig,
    dialect: String,
    json: bool,
) -> Result<(), CliError> {
    let curl = run_command::create_curl_command(settings, dialect)?;
    let command = curl.to_shell(&settings.data);
    match json {
        true => print::result(
            &json!({ "dialect": curl.dialect, "command": command, "url": curl.url, "body": curl.body }),
            true,
        ),
        false => print::line(&command),
    }
    Ok(())
}
