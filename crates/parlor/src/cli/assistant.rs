//! `parlor assistant ...`: its grammar, and the key that is read before the command is sent.

use std::io::Read;
use std::path::Path;

use clap::Subcommand;
use parlor_model::redacted::Redacted;

use crate::cli_error::{CliError, ExitKind};
use crate::control::ControlCommand;
use crate::control::assistant_args::{SetAssistantArgs, TestAssistantArgs};
use crate::control::execute::workspace_required_error;

const EXAMPLES: &str = "\
Examples:
  parlor assistant show
  parlor assistant test --prompt 'Who are you?'
  parlor assistant set --workspace ID --kind openai --model small \\
      --base-url https://models.example.com/v1 --api-key-file key.txt
  parlor assistant set --workspace ID --requests-per-day 1000
  parlor assistant clear --workspace ID";

/// Maximum bytes that are read as a key.
const MAX_KEY_BYTES: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum AssistantCommand {
    /// Set what a workspace's assistants use in place of the server's
    #[command(after_help = EXAMPLES)]
    Set(Box<SetAssistantArgs>),
    /// Show what applies, and where it comes from; keys are not shown
    #[command(after_help = EXAMPLES)]
    Show,
    /// Forget what is set for a workspace, its key included
    Clear,
    /// Call the model, and print how long it took or what is wrong
    #[command(after_help = EXAMPLES)]
    Test(TestAssistantArgs),
}

impl AssistantCommand {
    /// Converts the command for the server. Reads the key.
    ///
    /// # Errors
    /// `Usage` for a change without a workspace, or if the key cannot be read.
    pub(super) fn into_control_command(
        self,
        workspace: Option<&str>,
    ) -> Result<ControlCommand, CliError> {
        match self {
            Self::Set(_) | Self::Clear if workspace.is_none() => Err(workspace_required_error()),
            Self::Set(mut args) => {
                args.api_key = read_key(args.api_key_file.as_deref(), args.api_key_stdin)?;
                Ok(ControlCommand::AssistantSet(args))
            }
            Self::Show => Ok(ControlCommand::AssistantShow),
            Self::Clear => Ok(ControlCommand::AssistantClear),
            Self::Test(args) => Ok(ControlCommand::AssistantTest(args)),
        }
    }
}

fn read_key(file: Option<&Path>, from_stdin: bool) -> Result<Option<Redacted<String>>, CliError> {
    let mut text = String::new();
    let (read, name) = match file {
        Some(file) => {
            let opened = std::fs::File::open(file);
            let read = opened.and_then(|file| file.take(MAX_KEY_BYTES).read_to_string(&mut text));
            (read, file.display().to_string())
        }
        None if from_stdin => {
            let stdin = std::io::stdin().lock();
            let read = stdin.take(MAX_KEY_BYTES).read_to_string(&mut text);
            (read, "standard input".to_owned())
        }
        None => return Ok(None),
    };
    let key_error = |reason: &str| {
        CliError::new(
            ExitKind::Usage,
            format!("cannot read the key from {name}: {reason}"),
        )
        .with_hint("give a file that contains the key alone, or pipe the key to --api-key-stdin")
    };
    read.map_err(|error| key_error(&error.to_string()))?;
    match text.trim() {
        "" => Err(key_error("it is empty")),
        key => Ok(Some(Redacted(key.to_owned()))),
    }
}
