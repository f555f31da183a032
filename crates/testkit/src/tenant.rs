//! Tenants of a test server.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::{Engine, api_key, member, workspace};
use parlor_kit::member_token;
use parlor_model::access::WorkspaceRole;
use parlor_model::api_key::CreateApiKey;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::ApiKeyId;
use parlor_model::member::{CreateMember, MemberKind, MemberRef, Profile, UpdateMember};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Timestamp};
use secrecy::ExposeSecret;

/// Organization with one workspace, its owner and an API key with all scopes.
#[derive(Clone)]
pub struct TestTenant {
    /// Hyphenated UUID of the workspace.
    pub workspace: String,
    /// Hyphenated UUID of the organization.
    pub organization: String,
    /// API key bound to the owner, with all scopes.
    pub key: String,
    /// Owner member.
    pub owner: MemberRef,
    /// Workspace reference as used in [`Ctx`].
    pub workspace_ref: WorkspaceRef,
    issuer: String,
    engine: Arc<Engine>,
}

impl TestTenant {
    pub(crate) async fn create(engine: &Arc<Engine>, issuer: &str, name: &str) -> Self {
        let created = workspace::create(engine, name, false)
            .await
            .unwrap()
            .unwrap();
        Self {
            workspace: created.workspace.id.uuid().hyphenated().to_string(),
            organization: created.organization.uuid().hyphenated().to_string(),
            key: created.secret.expose_secret().to_owned(),
            owner: created.owner,
            workspace_ref: created.workspace,
            issuer: issuer.to_owned(),
            engine: engine.clone(),
        }
    }

    pub(crate) fn with_engine(&self, engine: &Arc<Engine>) -> Self {
        Self {
            engine: engine.clone(),
            ..self.clone()
        }
    }

    /// Returns an unbound context with all scopes.
    pub fn ctx(&self) -> Ctx {
        Ctx::unbound(self.workspace_ref, Scopes::all(), self.engine.random_uuid())
    }

    /// Creates a person with an optional role and scopes.
    pub async fn create_person(
        &self,
        name: &str,
        role: Option<WorkspaceRole>,
        scopes: &str,
    ) -> MemberRef {
        self.create_member(MemberKind::Person, name, role, scopes)
            .await
    }

    /// Creates a member.
    pub async fn create_member(
        &self,
        kind: MemberKind,
        name: &str,
        role: Option<WorkspaceRole>,
        scopes: &str,
    ) -> MemberRef {
        let command = CreateMember {
            role,
            scopes: scopes.parse().unwrap(),
            profile: Profile {
                name: Some(name.to_owned()),
                ..Profile::default()
            },
            ..CreateMember::new(kind)
        };
        member::create(&self.engine, &self.ctx(), command)
            .await
            .unwrap()
    }

    /// Updates a member.
    pub async fn update_member(&self, member: &MemberRef, command: UpdateMember) {
        member::update(&self.engine, &self.ctx(), member.id, command)
            .await
            .unwrap();
    }

    /// Issues a member token, optionally restricted to scopes.
    pub async fn issue_token(
        &self,
        member: &MemberRef,
        scopes: Option<&str>,
        ttl: Duration,
    ) -> String {
        let scopes = scopes.map(|scopes| scopes.parse().unwrap());
        let issued = member_token::issue_member_token(
            &self.engine,
            &self.issuer,
            self.workspace_ref,
            &member.handle,
            scopes,
            ttl,
        );
        issued.await.unwrap().0
    }

    /// Issues an unrestricted member token that is valid for one hour.
    pub async fn sign_in(&self, member: &MemberRef) -> String {
        self.issue_token(member, None, Duration::from_secs(3_600))
            .await
    }

    /// Creates an API key with these scopes, bound to a member or unbound.
    pub async fn create_key(&self, scopes: &str, member: Option<&MemberRef>) -> String {
        self.create_revocable_key(scopes, member).await.1
    }

    /// Creates such a key and also returns its id, for revocation.
    pub async fn create_revocable_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
    ) -> (ApiKeyId, String) {
        self.create_key_with(scopes, member, None).await
    }

    /// Creates such a key that expires after a time of the server's clock.
    pub async fn create_expiring_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
        ttl: Duration,
    ) -> (ApiKeyId, String) {
        let micros = i64::try_from(ttl.as_micros()).unwrap();
        let expires_at = Timestamp::from_micros(self.engine.now().micros() + micros);
        self.create_key_with(scopes, member, Some(expires_at)).await
    }

    async fn create_key_with(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
        expires_at: Option<Timestamp>,
    ) -> (ApiKeyId, String) {
        let command = CreateApiKey {
            name: Some("another".to_owned()),
            member: member.map(|member| member.id),
            scopes: scopes.parse().unwrap(),
            expires_at,
        };
        let created = api_key::create(&self.engine, &self.ctx(), command)
            .await
            .unwrap();
        (created.key.id, created.secret.expose_secret().to_owned())
    }

    /// Revokes an API key.
    pub async fn revoke_key(&self, key: ApiKeyId) {
        api_key::revoke(&self.engine, &self.ctx(), key)
            .await
            .unwrap();
    }

    /// Deletes a member without a role in the workspace.
    pub async fn delete_member(&self, member: &MemberRef) {
        member::delete(&self.engine, &self.ctx(), member.id)
            .await
            .unwrap();
    }
}
