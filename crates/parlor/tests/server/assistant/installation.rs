//! An installation with a configuration file, on either database.

use std::path::PathBuf;

use parlor_test_postgres::TestDatabase;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{CommandOutcome, Program, binary, command, run, run_to_end, temp_dir};

/// A server, its configuration and its data.
pub struct Installation {
    pub database: Option<TestDatabase>,
    folder: TempDir,
    config: PathBuf,
    pub data: PathBuf,
    program: Option<Program>,
}

/// Runs a test on both databases.
pub fn on_both_databases(config: &str, test: impl Fn(&mut Installation)) {
    test(&mut Installation::start(config, None));
    let database = parlor_test_postgres::create_database();
    test(&mut Installation::start(config, Some(database)));
}

impl Installation {
    /// Starts a server that logs everything.
    pub fn start(config: &str, database: Option<TestDatabase>) -> Self {
        let folder = temp_dir();
        let file = folder.path().join("parlor.toml");
        let url = match &database {
            Some(database) => format!("database = {:?}\nconnections = 4\n", database.url()),
            None => String::new(),
        };
        std::fs::write(&file, format!("log = \"trace\"\n{url}{config}")).unwrap();
        let mut installation = Self {
            database,
            data: folder.path().join("data"),
            config: file,
            folder,
            program: None,
        };
        let arguments = ["--config", installation.config.to_str().unwrap()];
        let program = Program::start(&installation.data, &arguments, &[]);
        installation.program = Some(program);
        installation
    }

    /// Writes a file beside the data.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs `parlor assistant ...`.
    pub fn assistant(&self, arguments: &[&str]) -> CommandOutcome {
        self.command(&[&["assistant"], arguments].concat())
    }

    /// Runs a command with JSON output.
    pub fn command(&self, arguments: &[&str]) -> CommandOutcome {
        run(&self.arguments(arguments), &[])
    }

    /// Runs a command with a file as its standard input.
    pub fn command_with_input(&self, arguments: &[&str], file: &str) -> CommandOutcome {
        let mut command = command(binary());
        command.args(self.arguments(arguments));
        command.stdin(std::fs::File::open(file).unwrap());
        run_to_end(command)
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let own = [
            "--json",
            "--config",
            self.config.to_str().unwrap(),
            "--data",
        ];
        [arguments, &own, &[self.data.to_str().unwrap()]].concat()
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.program.as_ref().unwrap().url
    }

    /// The first run's key.
    pub fn key(&self) -> String {
        self.program.as_ref().unwrap().key()
    }

    /// Id of the first workspace.
    pub fn workspace(&self) -> String {
        let listed = self.command(&["workspace", "list"]).json();
        listed[0]["workspaceId"].as_str().unwrap().to_owned()
    }

    /// Creates another workspace and returns its id.
    pub fn create_workspace(&self) -> String {
        let created = self.command(&["workspace", "create", "--name", "Other"]);
        created.json()["workspaceId"].as_str().unwrap().to_owned()
    }

    /// Stops the server and returns everything it printed.
    pub fn stop(&mut self) -> String {
        self.program.take().unwrap().stop()
    }
}

/// Returns value and source of a setting in the output of `assistant show`.
#[track_caller]
pub fn setting(shown: &Value, name: &str) -> (Value, String) {
    let rows = shown.as_array().unwrap();
    let row = rows.iter().find(|row| row["setting"] == name);
    let row = row.unwrap_or_else(|| panic!("no {name} in {shown}"));
    let source = row["source"].as_str().unwrap().to_owned();
    (row["value"].clone(), source)
}
