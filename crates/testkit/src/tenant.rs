//! A tenant of a test server.

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

/// An organization with one workspace, its owner and a key that opens everything.
#[derive(Clone)]
pub struct TestTenant {
    /// The workspace's id with dashes.
    pub workspace: String,
    /// The organization's id with dashes.
    pub organization: String,
    /// The key that acts for the owner with every scope.
    pub key: String,
    /// The owner member.
    pub owner: MemberRef,
    /// The workspace as contexts carry it.
    pub workspace_ref: WorkspaceRef,
    issuer: String,
    engine: Arc<Engine>,
}

impl TestTenant {
    pub(crate) async fn create(engine: &Arc<Engine>, issuer: &str, name: &str) -> Self {
        let made = workspace::create(engine, name, false)
            .await
            .unwrap()
            .unwrap();
        Self {
            workspace: made.workspace.id.uuid().hyphenated().to_string(),
            organization: made.organization.uuid().hyphenated().to_string(),
            key: made.secret.expose_secret().to_owned(),
            owner: made.owner,
            workspace_ref: made.workspace,
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

    /// A context with every scope that acts for nobody.
    pub fn ctx(&self) -> Ctx {
        Ctx::unbound(self.workspace_ref, Scopes::all(), self.engine.random_uuid())
    }

    /// A person with a name, perhaps with a role and scopes of its own.
    pub async fn create_person(
        &self,
        name: &str,
        role: Option<WorkspaceRole>,
        scopes: &str,
    ) -> MemberRef {
        self.create_member(MemberKind::Person, name, role, scopes)
            .await
    }

    /// A member of a kind.
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

    /// Changes a member.
    pub async fn update_member(&self, member: &MemberRef, command: UpdateMember) {
        member::update(&self.engine, &self.ctx(), member.id, command)
            .await
            .unwrap();
    }

    /// A member token, narrowed to scopes where given.
    pub async fn issue_token(
        &self,
        member: &MemberRef,
        scopes: Option<&str>,
        life: Duration,
    ) -> String {
        let scopes = scopes.map(|scopes| scopes.parse().unwrap());
        let issued = member_token::issue_member_token(
            &self.engine,
            &self.issuer,
            self.workspace_ref,
            &member.handle,
            scopes,
            life,
        );
        issued.await.unwrap().0
    }

    /// A member token for an hour, with all the member may.
    pub async fn sign_in(&self, member: &MemberRef) -> String {
        self.issue_token(member, None, Duration::from_secs(3_600))
            .await
    }

    /// Another key with these scopes, acting for a member or for nobody.
    pub async fn create_key(&self, scopes: &str, member: Option<&MemberRef>) -> String {
        self.create_revocable_key(scopes, member).await.1
    }

    /// The same, with the id by which it is revoked.
    pub async fn create_revocable_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
    ) -> (ApiKeyId, String) {
        self.create_key_with(scopes, member, None).await
    }

    /// The same, which ends by itself after a while of the server's clock.
    pub async fn create_expiring_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
        life: Duration,
    ) -> (ApiKeyId, String) {
        let micros = i64::try_from(life.as_micros()).unwrap();
        let ends = Timestamp::from_micros(self.engine.now().micros() + micros);
        self.create_key_with(scopes, member, Some(ends)).await
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
        let made = api_key::create(&self.engine, &self.ctx(), command)
            .await
            .unwrap();
        (made.key.id, made.secret.expose_secret().to_owned())
    }

    /// Ends a key.
    pub async fn revoke_key(&self, key: ApiKeyId) {
        api_key::revoke(&self.engine, &self.ctx(), key)
            .await
            .unwrap();
    }

    /// Deletes a member that has no role in the workspace.
    pub async fn delete_member(&self, member: &MemberRef) {
        member::delete(&self.engine, &self.ctx(), member.id)
            .await
            .unwrap();
    }
}
