//! Setup at the first start: data folder, master key, first workspace and its credentials.
//!
//! Keeps INV-4 (`docs/invariants.md`).

pub(crate) mod credentials;
pub(crate) mod curl;
pub(crate) mod data_dir;
pub(crate) mod file_permissions;
pub(crate) mod master_key;
pub(crate) mod private_file;
mod shell_word;

use parlor_engine::{Engine, instance, workspace};

pub(crate) use credentials::Credentials;
pub(crate) use data_dir::DataDir;
pub(crate) use master_key::MasterKey;

use crate::cli_error::CliError;

/// Name of the organization and the workspace that the first start creates.
const DEFAULT_NAME: &str = "Parlor";

/// State of the data folder and the database at a start.
pub(crate) enum FirstRunOutcome {
    /// The database was empty; the first workspace was created.
    Created(Credentials),
    /// The data folder holds the credentials of a workspace in this database.
    Existing(Credentials),
    /// The database was initialized by another node, whose credentials are not in this data folder.
    OtherNode,
}

/// Creates the first workspace of an empty database and updates `credentials.json`. The workspace is created once per
/// database, even if several nodes start at the same time.
///
/// # Errors
/// `Refused` if the database was initialized with another master key; errors of the database and of the file system.
pub(crate) async fn prepare(
    engine: &Engine,
    data_dir: &DataDir,
    key: &MasterKey,
    url: &str,
) -> Result<FirstRunOutcome, CliError> {
    require_matching_key(engine, key).await?;
    if let Some(created) = workspace::create(engine, DEFAULT_NAME, true).await? {
        let credentials = Credentials::from_workspace(&created, url);
        credentials.write(data_dir)?;
        return Ok(FirstRunOutcome::Created(credentials));
    }
    // Another node may have initialized the database since the first check.
    require_matching_key(engine, key).await?;
    let Some(mut credentials) = Credentials::read(data_dir)? else {
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
        credentials.write(data_dir)?;
    }
    Ok(FirstRunOutcome::Existing(credentials))
}

async fn require_matching_key(engine: &Engine, key: &MasterKey) -> Result<(), CliError> {
    match instance::master_key_matches(engine).await? {
        Some(false) => Err(master_key::mismatch_error(key)),
        Some(true) | None => Ok(()),
    }
}
