//! The program: reads the command line, does what it says, ends with a code.

mod args;
mod health;
mod open_error;
mod print;
mod run_command;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::cli_error::CliError;
use crate::config::{self, ConfigSources, ServerConfig};
use crate::control;
use args::{
    CliCommand, KeyCommand, MemberCommand, ParsedArgs, TokenCommand, UsageError, WorkspaceCommand,
};

/// Runs the program with its arguments (the first is its own name) and the environment.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    variables: Vec<(String, String)>,
) -> ExitCode {
    let asked = match args::parse(arguments) {
        Ok(asked) => asked,
        Err(UsageError::Output(text)) => {
            print::line(text.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(UsageError::Error(fault)) => return exit_with_error(&fault),
    };
    match dispatch(asked, variables) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => exit_with_error(&fault),
    }
}

fn exit_with_error(fault: &CliError) -> ExitCode {
    print::error(fault);
    ExitCode::from(fault.exit as u8)
}

fn dispatch(asked: ParsedArgs, variables: Vec<(String, String)>) -> Result<(), CliError> {
    let ParsedArgs {
        command,
        flags,
        file,
        workspace,
        json,
    } = asked;
    if matches!(command, CliCommand::Version) {
        let version = env!("CARGO_PKG_VERSION");
        let value = json!({ "name": "parlor", "version": version });
        match json {
            true => print::result(&value, true),
            false => print::line(&format!("parlor {version}")),
        }
        return Ok(());
    }
    let settings = config::load(&ConfigSources {
        flags,
        file: file.map(PathBuf::from),
        variables,
    })?;
    let ask = |command| run_command::run_command(&settings, workspace.as_deref(), command);
    let value = match command {
        CliCommand::Serve => return serve::run(&settings),
        CliCommand::Version => return Ok(()),
        CliCommand::Health => health::probe(&settings)?,
        CliCommand::Curl { dialect } => return print_curl_command(&settings, dialect, json),
        CliCommand::Key(KeyCommand::Create(new)) => {
            let value = ask(control::ControlCommand::KeyCreate(new))?;
            if !json {
                // The key alone, so that it can be put somewhere without being looked at.
                print::line(value["key"].as_str().unwrap_or_default());
                return Ok(());
            }
            value
        }
        CliCommand::Key(KeyCommand::List) => ask(control::ControlCommand::KeyList)?,
        CliCommand::Key(KeyCommand::Revoke { id }) => {
            ask(control::ControlCommand::KeyRevoke { id })?
        }
        CliCommand::Workspace(WorkspaceCommand::Create { name }) => {
            ask(control::ControlCommand::WorkspaceCreate { name })?
        }
        CliCommand::Workspace(WorkspaceCommand::Show { id }) => {
            ask(control::ControlCommand::WorkspaceShow { id })?
        }
        CliCommand::Workspace(WorkspaceCommand::Update(change)) => {
            ask(control::ControlCommand::WorkspaceUpdate(change))?
        }
        CliCommand::Workspace(WorkspaceCommand::List) => {
            ask(control::ControlCommand::WorkspaceList)?
        }
        CliCommand::Member(MemberCommand::Create(new)) => {
            ask(control::ControlCommand::MemberCreate(new))?
        }
        CliCommand::Member(MemberCommand::Update(change)) => {
            ask(control::ControlCommand::MemberUpdate(change))?
        }
        CliCommand::Member(MemberCommand::List) => ask(control::ControlCommand::MemberList)?,
        CliCommand::Member(MemberCommand::Duplicates) => {
            let groups = ask(control::ControlCommand::MemberDuplicates)?;
            if json {
                groups
            } else {
                print::flatten_groups(&groups)
            }
        }
        CliCommand::Member(MemberCommand::Merge(merge)) => {
            ask(control::ControlCommand::MemberMerge(merge))?
        }
        CliCommand::Token(TokenCommand::Create(new)) => {
            ask(control::ControlCommand::TokenCreate(new))?
        }
        CliCommand::Token(TokenCommand::Revoke(whose)) => {
            ask(control::ControlCommand::TokenRevoke(whose))?
        }
    };
    print::result(&value, json);
    Ok(())
}

fn print_curl_command(
    settings: &ServerConfig,
    dialect: String,
    json: bool,
) -> Result<(), CliError> {
    let line = run_command::create_curl_command(settings, dialect)?;
    let command = line.to_shell(&settings.data);
    match json {
        true => print::result(
            &json!({ "dialect": line.dialect, "command": command, "url": line.url, "body": line.body }),
            true,
        ),
        false => print::line(&command),
    }
    Ok(())
}
