//! The program: reads the command line, does what it says, ends with a code.

mod args;
mod ask;
mod health;
mod open;
mod print;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::config::{self, Said, Settings};
use crate::control;
use crate::fault::Fault;
use args::{Asked, Command, KeyCommand, MemberCommand, Refusal, TokenCommand, WorkspaceCommand};

/// Runs the program with its arguments (the first is its own name) and the environment.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    variables: Vec<(String, String)>,
) -> ExitCode {
    let asked = match args::parse(arguments) {
        Ok(asked) => asked,
        Err(Refusal::Shown(text)) => {
            print::line(text.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(Refusal::Fault(fault)) => return end(&fault),
    };
    match carry_out(asked, variables) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => end(&fault),
    }
}

fn end(fault: &Fault) -> ExitCode {
    print::fault(fault);
    ExitCode::from(fault.exit as u8)
}

fn carry_out(asked: Asked, variables: Vec<(String, String)>) -> Result<(), Fault> {
    let Asked {
        command,
        flags,
        file,
        workspace,
        json,
    } = asked;
    if matches!(command, Command::Version) {
        let version = env!("CARGO_PKG_VERSION");
        let value = json!({ "name": "parlor", "version": version });
        match json {
            true => print::result(&value, true),
            false => print::line(&format!("parlor {version}")),
        }
        return Ok(());
    }
    let settings = config::load(&Said {
        flags,
        file: file.map(PathBuf::from),
        variables,
    })?;
    let ask = |command| ask::result(&settings, workspace.as_deref(), command);
    let value = match command {
        Command::Serve => return serve::run(&settings),
        Command::Version => return Ok(()),
        Command::Health => health::probe(&settings)?,
        Command::Curl { dialect } => return curl(&settings, dialect, json),
        Command::Key(KeyCommand::Create(new)) => {
            let value = ask(control::Command::KeyCreate(new))?;
            if !json {
                // The key alone, so that it can be put somewhere without being looked at.
                print::line(value["key"].as_str().unwrap_or_default());
                return Ok(());
            }
            value
        }
        Command::Key(KeyCommand::List) => ask(control::Command::KeyList)?,
        Command::Key(KeyCommand::Revoke { id }) => ask(control::Command::KeyRevoke { id })?,
        Command::Workspace(WorkspaceCommand::Create { name }) => {
            ask(control::Command::WorkspaceCreate { name })?
        }
        Command::Workspace(WorkspaceCommand::Show { id }) => {
            ask(control::Command::WorkspaceShow { id })?
        }
        Command::Workspace(WorkspaceCommand::Update(change)) => {
            ask(control::Command::WorkspaceUpdate(change))?
        }
        Command::Workspace(WorkspaceCommand::List) => ask(control::Command::WorkspaceList)?,
        Command::Member(MemberCommand::Create(new)) => ask(control::Command::MemberCreate(new))?,
        Command::Member(MemberCommand::Update(change)) => {
            ask(control::Command::MemberUpdate(change))?
        }
        Command::Member(MemberCommand::List) => ask(control::Command::MemberList)?,
        Command::Member(MemberCommand::Duplicates) => {
            let groups = ask(control::Command::MemberDuplicates)?;
            if json { groups } else { print::flat(&groups) }
        }
        Command::Member(MemberCommand::Merge(merge)) => ask(control::Command::MemberMerge(merge))?,
        Command::Token(TokenCommand::Create(new)) => ask(control::Command::TokenCreate(new))?,
        Command::Token(TokenCommand::Revoke(whose)) => ask(control::Command::TokenRevoke(whose))?,
    };
    print::result(&value, json);
    Ok(())
}

fn curl(settings: &Settings, dialect: String, json: bool) -> Result<(), Fault> {
    let line = ask::curl(settings, dialect)?;
    let command = line.command(&settings.data);
    match json {
        true => print::result(
            &json!({ "dialect": line.dialect, "command": command, "url": line.url, "body": line.body }),
            true,
        ),
        false => print::line(&command),
    }
    Ok(())
}
