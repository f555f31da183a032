//! Creates a workspace with its owner and its first API key.

use parlor_model::access::WorkspaceRole;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::{ApiKeyId, OrganizationId};
use parlor_model::member::{CreateMember, MemberKind, MemberRef, Profile};
use parlor_model::{Error, Result, limit, text};
use parlor_store::repo::{member, workspace as repo};
use secrecy::SecretString;

use crate::{Engine, api_key, instance, signing};

/// A created workspace with the secret of its first key, which is not stored.
#[derive(Debug)]
pub struct CreateWorkspaceResult {
    /// The workspace.
    pub workspace: WorkspaceRef,
    /// Its organization.
    pub organization: OrganizationId,
    /// Its owner.
    pub owner: MemberRef,
    /// The key with every scope, bound to the owner.
    pub key: ApiKeyId,
    /// The key's secret.
    pub secret: SecretString,
}

/// Creates an organization, a workspace, its owner and a key with every scope that is bound to the owner. With
/// `only_first`, returns `None` and creates nothing if a workspace exists.
pub async fn create(
    engine: &Engine,
    name: &str,
    only_first: bool,
) -> Result<Option<CreateWorkspaceResult>> {
    let name = text::normalize_required(name, "name", limit::NAME.max_chars)?;
    let secret = api_key::generate_secret(engine);
    let (hash, hint) = (
        engine.vault.hash(&secret),
        api_key::secret_hint(&secret).to_owned(),
    );
    let fingerprint = engine.master_key_fingerprint();
    let made = engine
        .store
        .write(move |tx| {
            if only_first && !repo::list(tx)?.is_empty() {
                return Ok(None);
            }
            instance::initialize(tx, &fingerprint)?;
            let organization = repo::insert_organization(tx, &name)?;
            let workspace = repo::insert(tx, organization, &name)?;
            let owner = CreateMember {
                role: Some(WorkspaceRole::Owner),
                profile: Profile {
                    name: Some("Owner".to_owned()),
                    ..Profile::default()
                },
                ..CreateMember::new(MemberKind::Person)
            };
            let owner = member::insert(tx, workspace.number, &owner)?
                .ok_or_else(|| Error::internal("a new workspace's owner was refused"))?;
            let key = api_key::insert(
                tx,
                workspace.number,
                owner.number,
                "first key",
                &hash,
                &hint,
            )?;
            Ok(Some((workspace, organization.1, owner, key)))
        })
        .await?;
    let Some((workspace, organization, owner, key)) = made else {
        return Ok(None);
    };
    signing::verify_master_key(engine, workspace.number).await?;
    Ok(Some(CreateWorkspaceResult {
        workspace,
        organization,
        owner,
        key,
        secret: secret.into(),
    }))
}
