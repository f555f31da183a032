//! The first start makes everything a server needs; every later one finds it.

pub mod access;
pub mod credentials;
pub mod curl;
pub mod folder;
pub mod master_key;

use parlor_engine::{Engine, instance, workspace};

pub use credentials::Credentials;
pub use folder::Folder;
pub use master_key::MasterKey;

use crate::fault::Fault;

/// The name of the organization and the workspace of the first run.
const NAME: &str = "Parlor";

/// What a start found.
pub enum Found {
    /// Nothing: it made everything.
    Made(Credentials),
    /// What this node made before.
    Kept(Credentials),
    /// A database that another node began.
    Begun,
}

/// Makes the first workspace where there is none, once per database however many nodes begin at once, and keeps
/// `credentials.json` in step.
pub async fn prepare(
    engine: &Engine,
    folder: &Folder,
    key: &MasterKey,
    url: &str,
) -> Result<Found, Fault> {
    refuse_misfit(engine, key).await?;
    if let Some(made) = workspace::create(engine, NAME, true).await? {
        let credentials = Credentials::of(&made, url);
        credentials.write(folder)?;
        return Ok(Found::Made(credentials));
    }
    // Another node may have begun the database since the first look.
    refuse_misfit(engine, key).await?;
    let Some(mut credentials) = Credentials::read(folder)? else {
        return Ok(Found::Begun);
    };
    let workspaces = workspace::list(engine).await?;
    let is_ours = workspaces.iter().any(|workspace| {
        workspace.key.id.uuid().hyphenated().to_string() == credentials.workspace_id
    });
    if !is_ours {
        return Ok(Found::Begun);
    }
    if credentials.url != url {
        url.clone_into(&mut credentials.url);
        credentials.write(folder)?;
    }
    Ok(Found::Kept(credentials))
}

async fn refuse_misfit(engine: &Engine, key: &MasterKey) -> Result<(), Fault> {
    match instance::fits(engine).await? {
        Some(false) => Err(master_key::misfit(key)),
        Some(true) | None => Ok(()),
    }
}
