//! Where a command is carried out: by the server that runs, or by this process.

use serde_json::Value;

use super::open::explain;
use crate::config::Settings;
use crate::control::{Command, connect, execute};
use crate::fault::{Exit, Fault};
use crate::first_run::curl::Line;
use crate::first_run::folder::{self, Folder};
use crate::first_run::{MasterKey, access, master_key};
use crate::server;

/// Tries to reach a server that holds the folder and does not listen yet.
const TRIES: u32 = 100;
const BETWEEN: std::time::Duration = std::time::Duration::from_millis(50);

/// The result of a command. An embedded database is its server's while one runs; a PostgreSQL one is open to all.
pub(super) fn result(
    settings: &Settings,
    workspace: Option<&str>,
    command: Command,
) -> Result<Value, Fault> {
    access::check(settings)?;
    let Some(database) = settings.embedded()? else {
        return directly(settings, workspace, command);
    };
    if !database.exists() {
        return Err(Fault::new(
            Exit::NotFound,
            format!("there is no database {}", database.display()),
        )
        .fix("name its folder with --data, or start the server once: parlor serve"));
    }
    let folder = Folder::open(&settings.data)?;
    for _ in 0..TRIES {
        if let Some(answer) = connect::ask(folder.path(), workspace, command.clone()) {
            return answer;
        }
        // Nobody listens: if nobody holds the folder either, it is ours for the while.
        if let Ok(_locks) = folder.lock(Some(&database)) {
            return directly(settings, workspace, command);
        }
        std::thread::sleep(BETWEEN);
    }
    Err(Fault::new(
        Exit::Away,
        format!(
            "the process that holds {} does not answer",
            settings.data.display()
        ),
    )
    .fix("wait until it has started or stopped, and try again"))
}

fn directly(
    settings: &Settings,
    workspace: Option<&str>,
    command: Command,
) -> Result<Value, Fault> {
    let key = existing_key(settings)?;
    let mut options = settings.options(key.key.clone())?;
    // One question at a time.
    options.connections = 1;
    if let Some(file) = settings.embedded()? {
        folder::reserve_private(&file)?;
    }
    let engine = server::engine(&options).map_err(explain)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::new(Exit::Failed, error.to_string()))?;
    let done = runtime.block_on(async {
        if parlor_engine::instance::fits(&engine).await? == Some(false) {
            return Err(master_key::misfit(&key));
        }
        parlor_engine::member::normalize(&engine).await?;
        execute::run(&engine, &options.issuer, workspace, command).await
    });
    engine.close();
    done
}

/// The master key, which a command never makes.
fn existing_key(settings: &Settings) -> Result<MasterKey, Fault> {
    let configured = settings.master_key.is_some() || settings.master_key_file.is_some();
    if !configured && !settings.data.join("master.key").exists() {
        return Err(Fault::new(
            Exit::Refused,
            format!("there is no master key in {}", settings.data.display()),
        )
        .fix("name the data folder with --data, or the key with --master-key-file"));
    }
    master_key::load(settings)
}

/// A fresh header file and its line, from the server that runs.
pub(super) fn curl(settings: &Settings, dialect: String) -> Result<Line, Fault> {
    let value = from_server(settings, Command::Curl { dialect })?;
    serde_json::from_value(value).map_err(|error| Fault::new(Exit::Failed, error.to_string()))
}

/// The result of a command that only a running server can give.
pub(super) fn from_server(settings: &Settings, command: Command) -> Result<Value, Fault> {
    connect::ask(&settings.data, None, command).unwrap_or_else(|| {
        Err(Fault::new(
            Exit::Away,
            format!("no server runs on {}", settings.data.display()),
        )
        .fix("start one: parlor serve"))
    })
}
