//! A tenant of a test server.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::{Engine, key, member, workspace};
use parlor_kit::token;
use parlor_model::access::Role;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::KeyId;
use parlor_model::key::CreateKey;
use parlor_model::member::{CreateMember, Kind, MemberRef, Profile, UpdateMember};
use parlor_model::scope::Scopes;
use parlor_model::{Ctx, Timestamp};
use secrecy::ExposeSecret;

/// An organization with one workspace, its owner and a key that opens everything.
#[derive(Clone)]
pub struct Tenant {
    /// The workspace's id with dashes.
    pub workspace: String,
    /// The organization's id with dashes.
    pub organization: String,
    /// The key that acts for the owner with every scope.
    pub key: String,
    /// The owner member.
    pub owner: MemberRef,
    /// The workspace as contexts carry it.
    pub place: WorkspaceRef,
    issuer: String,
    engine: Arc<Engine>,
}

impl Tenant {
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
            place: made.workspace,
            issuer: issuer.to_owned(),
            engine: engine.clone(),
        }
    }

    pub(crate) fn moved(&self, engine: &Arc<Engine>) -> Self {
        Self {
            engine: engine.clone(),
            ..self.clone()
        }
    }

    /// A context with every scope that acts for nobody.
    pub fn ctx(&self) -> Ctx {
        Ctx::unbound(self.place, Scopes::all(), self.engine.random_uuid())
    }

    /// A person with a name, perhaps with a role and scopes of its own.
    pub async fn person(&self, name: &str, role: Option<Role>, scopes: &str) -> MemberRef {
        self.member(Kind::Person, name, role, scopes).await
    }

    /// A member of a kind.
    pub async fn member(
        &self,
        kind: Kind,
        name: &str,
        role: Option<Role>,
        scopes: &str,
    ) -> MemberRef {
        let command = CreateMember {
            role,
            scopes: scopes.parse().unwrap(),
            profile: Profile {
                name: Some(name.to_owned()),
                ..Profile::default()
            },
            ..CreateMember::of(kind)
        };
        member::create(&self.engine, &self.ctx(), command)
            .await
            .unwrap()
    }

    /// Changes a member.
    pub async fn update(&self, member: &MemberRef, command: UpdateMember) {
        member::update(&self.engine, &self.ctx(), member.id, command)
            .await
            .unwrap();
    }

    /// A member token, narrowed to scopes where given.
    pub async fn token(&self, member: &MemberRef, scopes: Option<&str>, life: Duration) -> String {
        let scopes = scopes.map(|scopes| scopes.parse().unwrap());
        let issued = token::issue_member(
            &self.engine,
            &self.issuer,
            self.place,
            &member.handle,
            scopes,
            life,
        );
        issued.await.unwrap().0
    }

    /// A member token for an hour, with all the member may.
    pub async fn sign_in(&self, member: &MemberRef) -> String {
        self.token(member, None, Duration::from_secs(3_600)).await
    }

    /// Another key with these scopes, acting for a member or for nobody.
    pub async fn another_key(&self, scopes: &str, member: Option<&MemberRef>) -> String {
        self.revocable_key(scopes, member).await.1
    }

    /// The same, with the id by which it is revoked.
    pub async fn revocable_key(&self, scopes: &str, member: Option<&MemberRef>) -> (KeyId, String) {
        self.make_key(scopes, member, None).await
    }

    /// The same, which ends by itself after a while of the server's clock.
    pub async fn expiring_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
        life: Duration,
    ) -> (KeyId, String) {
        let micros = i64::try_from(life.as_micros()).unwrap();
        let ends = Timestamp::from_micros(self.engine.now().micros() + micros);
        self.make_key(scopes, member, Some(ends)).await
    }

    async fn make_key(
        &self,
        scopes: &str,
        member: Option<&MemberRef>,
        expires_at: Option<Timestamp>,
    ) -> (KeyId, String) {
        let command = CreateKey {
            name: Some("another".to_owned()),
            member: member.map(|member| member.id),
            scopes: scopes.parse().unwrap(),
            expires_at,
        };
        let made = key::create(&self.engine, &self.ctx(), command)
            .await
            .unwrap();
        (made.key.id, made.secret.expose_secret().to_owned())
    }

    /// Ends a key.
    pub async fn revoke(&self, key: KeyId) {
        key::revoke(&self.engine, &self.ctx(), key).await.unwrap();
    }

    /// Deletes a member that has no role in the workspace.
    pub async fn delete(&self, member: &MemberRef) {
        member::delete(&self.engine, &self.ctx(), member.id)
            .await
            .unwrap();
    }
}
