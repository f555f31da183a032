//! The first start makes everything a server needs; every later one finds it.

pub mod credentials;
pub mod curl;
pub mod data_dir;
pub mod file_permissions;
pub mod master_key;

use parlor_engine::{Engine, instance, workspace};

pub use credentials::Credentials;
pub use data_dir::DataDir;
pub use master_key::MasterKey;

use crate::cli_error::CliError;

/// The name of the organization and the workspace of the first run.
const DEFAULT_NAME: &str = "Parlor";

/// What a start found.
pub enum FirstRunOutcome {
    /// Nothing: it made everything.
    Created(Credentials),
    /// What this node made before.
    Existing(Credentials),
    /// A database that another node began.
    OtherNode,
}

/// Makes the first workspace where there is none, once per database however many nodes begin at once, and keeps
/// `credentials.json` in step.
pub async fn prepare(
    engine: &Engine,
    folder: &DataDir,
    key: &MasterKey,
    url: &str,
) -> Result<FirstRunOutcome, CliError> {
    require_matching_key(engine, key).await?;
    if let Some(made) = workspace::create(engine, DEFAULT_NAME, true).await? {
        let credentials = Credentials::from_workspace(&made, url);
        credentials.write(folder)?;
        return Ok(FirstRunOutcome::Created(credentials));
    }
    // Another node may have begun the database since the first look.
    require_matching_key(engine, key).await?;
    let Some(mut credentials) = Credentials::read(folder)? else {
        return Ok(FirstRunOutcome::OtherNode);
    };
    let workspaces = workspace::list(engine).await?;
    let is_ours = workspaces.iter().any(|workspace| {
        workspace.key.id.uuid().hyphenated().to_string() == credentials.workspace_id
    });
    if !is_ours {
        return Ok(FirstRunOutcome::OtherNode);
    }
    if credentials.url != url {
        url.clone_into(&mut credentials.url);
        credentials.write(folder)?;
    }
    Ok(FirstRunOutcome::Existing(credentials))
}

async fn require_matching_key(engine: &Engine, key: &MasterKey) -> Result<(), CliError> {
    match instance::master_key_matches(engine).await? {
        Some(false) => Err(master_key::mismatch_error(key)),
        Some(true) | None => Ok(()),
    }
}
