//! `parlor mcp`: the Model Context Protocol over standard input and output.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use parlor_model::redacted::Redacted;
use serde_json::{Value, json};

use super::{print, run_command};
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;
use crate::first_run::DataDir;
use crate::first_run::credentials::Credentials;

/// Maximum bytes of a message. With its envelope it fits into a request to the server.
const MAX_MESSAGE_BYTES: u64 = 1000 * 1024;

/// JSON-RPC's code of a message that is not JSON.
const PARSE_ERROR: i32 = -32_700;
/// JSON-RPC's code of an internal error.
const INTERNAL_ERROR: i32 = -32_603;

/// With which key it is called.
#[derive(Debug, clap::Args)]
pub(super) struct McpArgs {
    /// A file that holds the API key; without it, the key of the first start
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Answers each line of standard input by the running server, or by the database if none runs, until the input ends.
///
/// # Errors
/// Without a usable key.
pub(super) fn run(settings: &ServerConfig, args: &McpArgs) -> Result<(), CliError> {
    let key = match &args.key_file {
        Some(file) => read_key(file)?,
        None => first_key(settings)?,
    };
    let mut input = io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let read = input
            .by_ref()
            .take(MAX_MESSAGE_BYTES)
            .read_until(b'\n', &mut line);
        let read = read.map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
        if read == 0 {
            return Ok(());
        }
        if read as u64 == MAX_MESSAGE_BYTES && line.last() != Some(&b'\n') {
            // What follows is no message.
            print_error(&Value::Null, PARSE_ERROR, "the message is too long");
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let Ok(message) = serde_json::from_slice::<Value>(&line) else {
            print_error(&Value::Null, PARSE_ERROR, "the message is not JSON");
            continue;
        };
        answer(settings, &key, message)?;
    }
}

/// Answers one message. A server that is away for a moment fails this message only.
fn answer(settings: &ServerConfig, key: &Redacted<String>, message: Value) -> Result<(), CliError> {
    let id = message.get("id").cloned();
    let command = ControlCommand::Mcp {
        key: key.clone(),
        message: Redacted(message),
    };
    match run_command::run_command(settings, None, command) {
        Ok(Value::Null) => {}
        Ok(answer) => print::line(&answer.to_string()),
        Err(error) if matches!(error.exit, ExitKind::Unreachable | ExitKind::Failed) => {
            if let Some(id) = id {
                print_error(&id, INTERNAL_ERROR, &error.message);
            }
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn print_error(id: &Value, code: i32, message: &str) {
    let error = json!({ "code": code, "message": message });
    print::line(&json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string());
}

fn read_key(file: &Path) -> Result<Redacted<String>, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let message = format!("cannot read {}: {error}", file.display());
        CliError::new(ExitKind::Usage, message)
            .with_hint("make a key: parlor key create --name model --scopes messages:read > FILE")
    })?;
    Ok(Redacted(text.trim().to_owned()))
}

fn first_key(settings: &ServerConfig) -> Result<Redacted<String>, CliError> {
    let data_dir = DataDir::open(&settings.data)?;
    let credentials = Credentials::read(&data_dir)?.ok_or_else(|| {
        let message = format!("{} has no credentials.json", settings.data.display());
        CliError::new(ExitKind::NotFound, message)
            .with_hint("name its folder with --data, or a file with a key with --key-file")
    })?;
    Ok(Redacted(credentials.api_key))
}
