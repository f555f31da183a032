//! A simulated person who writes to or calls a workspace.

use std::time::Duration;

use parlor_carrier_simulator::{SimulatorClient, SimulatorEvent};
use serde_json::Value;
use tokio::time::timeout;

use super::args::SimulatorArgs;
use super::client_error;
use super::follow::connect;
use crate::cli::run_command;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::ControlCommand;

/// Longest wait for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A simulated person.
pub(super) struct Person {
    client: SimulatorClient,
    /// Workspace that is written to, if the simulator is to be told.
    workspace: Option<String>,
    /// Position of the last event before the person did something.
    last_event: u64,
}

impl Person {
    /// Finds the simulator. If neither the command line nor the simulator names a workspace, that is the only one of the
    /// server on the data folder.
    ///
    /// # Errors
    /// `Unreachable` if no simulator answers.
    pub(super) async fn connect(
        settings: &ServerConfig,
        workspace: Option<&str>,
        args: &SimulatorArgs,
    ) -> Result<Self, CliError> {
        let client = connect(settings, args)?;
        let overview = get(&client, "").await?;
        let workspace = match workspace {
            Some(named) => Some(named.to_owned()),
            None if overview["workspace"].is_string() => None,
            None => only_workspace(settings),
        };
        Ok(Self {
            client,
            workspace,
            last_event: overview["lastEvent"].as_u64().unwrap_or_default(),
        })
    }

    /// Returns the simulator.
    pub(super) const fn client(&self) -> &SimulatorClient {
        &self.client
    }

    /// Posts a command about a workspace.
    ///
    /// # Errors
    /// What the simulator refuses.
    pub(super) async fn post(&self, path: &str, mut command: Value) -> Result<Value, CliError> {
        if let Some(workspace) = &self.workspace {
            command["workspace"] = Value::from(workspace.as_str());
        }
        send(&self.client, path, &command).await
    }

    /// Returns what the server sends in answer to a text or a mail, as a record of a list.
    ///
    /// # Errors
    /// `Failed` if nothing comes within a minute.
    pub(super) async fn wait_for_answer(
        &self,
        list: &str,
        written: &Value,
    ) -> Result<Value, CliError> {
        let is_party = |party: &str, written: &Value| {
            written
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case(party))
        };
        let answer = self.wait_for_event(|event| {
            event.event == "accepted"
                && is_party(&event.from, &written["to"])
                && is_party(&event.to, &written["from"])
        });
        let id = answer.await?.id;
        let records = get(&self.client, list).await?;
        let mut records = records.as_array().into_iter().flatten();
        let found = records.find(|record| record["sid"] == id || record["id"] == id);
        Ok(found.cloned().unwrap_or_default())
    }

    /// Returns the first event since the person was created for which a condition holds.
    ///
    /// # Errors
    /// `Failed` if none comes within a minute.
    pub(super) async fn wait_for_event(
        &self,
        condition: impl Fn(&SimulatorEvent) -> bool,
    ) -> Result<SimulatorEvent, CliError> {
        let search = async {
            let mut seq = self.last_event;
            loop {
                let events = self.client.events_after(seq).await;
                let events = events.map_err(|error| client_error(&error))?;
                seq = events.last().map_or(seq, |last| last.seq);
                if let Some(found) = events.into_iter().find(&condition) {
                    return Ok(found);
                }
            }
        };
        let found = timeout(ANSWER_TIMEOUT, search).await;
        found.unwrap_or_else(|_| {
            let error = CliError::new(ExitKind::Failed, "no answer came within a minute");
            Err(error.with_hint(
                "see what happens: parlor channels watch, parlor delivery list --unsent",
            ))
        })
    }
}

/// Returns the only workspace of the server that runs on the data folder.
pub(super) fn only_workspace(settings: &ServerConfig) -> Option<String> {
    let listed = run_command::run_on_server(settings, ControlCommand::WorkspaceList).ok()?;
    match listed.as_array()?.as_slice() {
        [only] => only["workspaceId"].as_str().map(str::to_owned),
        _ => None,
    }
}

/// Gets a list or a record.
///
/// # Errors
/// `Unreachable` if no simulator answers.
pub(super) async fn get(client: &SimulatorClient, path: &str) -> Result<Value, CliError> {
    client.get(path).await.map_err(|error| client_error(&error))
}

/// Posts a command.
///
/// # Errors
/// What the simulator refuses.
pub(super) async fn send(
    client: &SimulatorClient,
    path: &str,
    command: &Value,
) -> Result<Value, CliError> {
    let sent = client.post(path, command).await;
    sent.map_err(|error| client_error(&error))
}
