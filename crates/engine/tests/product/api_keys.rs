//! API keys and what they permit.

use std::time::Duration;

use parlor_engine::{api_key, workspace};
use parlor_model::api_key::CreateApiKey;
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error};
use parlor_testkit::{TestServer, both};
use uuid::Uuid;

async fn authenticate(server: &TestServer, secret: &str) -> Result<Ctx, Error> {
    api_key::authenticate(&server.engine, secret, Uuid::nil()).await
}

fn is_unauthenticated(outcome: Result<Ctx, Error>) -> bool {
    outcome.is_err_and(|error| *error.kind() == ErrorKind::Unauthenticated(CredentialReason::Key))
}

both! {
    async fn key_authenticates_until_revoked(server: TestServer) {
        let secret = server.a.create_key("members:read", None).await;
        let ctx = authenticate(&server, &secret).await.unwrap();
        assert_eq!((ctx.workspace, ctx.actor), (server.a.workspace_ref, None));
        assert!(ctx.allows(Scope::read(Resource::Members)) && !ctx.allows(Scope::write(Resource::Members)));
        let id = ctx.key.unwrap();
        assert!(api_key::revoke(&server.engine, &server.b.ctx(), id).await.is_err(), "another workspace's key");
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        assert!(is_unauthenticated(authenticate(&server, &secret).await));
        let listed = api_key::list(&server.engine, &server.a.ctx()).await.unwrap();
        assert!(listed.iter().any(|key| key.id == id && key.revoked_at.is_some() && secret.ends_with(&key.hint)));
    }

    async fn expired_key_is_rejected(server: TestServer) {
        let expires_at = Some(server.engine.now().saturating_add(Duration::from_secs(60)));
        let command = CreateApiKey { name: None, member: None, scopes: Scopes::all(), expires_at };
        let made = api_key::create(&server.engine, &server.a.ctx(), command).await.unwrap();
        let secret = secrecy::ExposeSecret::expose_secret(&made.secret).to_owned();
        assert!(authenticate(&server, &secret).await.is_ok());
        server.clock.advance(Duration::from_secs(61));
        assert!(is_unauthenticated(authenticate(&server, &secret).await));
    }

    async fn malformed_and_unknown_keys_get_the_same_error(server: TestServer) {
        let good = &server.a.key;
        let mut close = good.clone();
        close.replace_range(12..13, if &close[12..13] == "A" { "B" } else { "A" });
        for bad in ["", "nope", &good[..good.len() - 1], &format!("{good}x"), &close, "sk-parlor-é"] {
            assert!(is_unauthenticated(authenticate(&server, bad).await), "{bad}");
        }
    }

    async fn bound_key_has_intersection_of_scopes(server: TestServer) {
        let person = server.a.create_person("Ada", None, "conversations:write").await;
        let secret = server.a.create_key("conversations:admin,members:read", Some(&person)).await;
        let ctx = authenticate(&server, &secret).await.unwrap();
        assert_eq!(ctx.actor.map(|actor| actor.id), Some(person.id));
        assert_eq!(ctx.scopes, "conversations:write".parse().unwrap());
    }

    async fn first_workspace_is_created_once(server: TestServer) {
        assert!(workspace::create(&server.engine, "Another", true).await.unwrap().is_none());
        assert_eq!(workspace::list(&server.engine).await.unwrap().len(), 2);
    }
}
