//! Keys and what they open.

use std::time::Duration;

use parlor_engine::{key, workspace};
use parlor_model::error::{Credential, Kind};
use parlor_model::key::CreateKey;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error};
use parlor_testkit::{TestServer, both};
use uuid::Uuid;

async fn open(server: &TestServer, secret: &str) -> Result<Ctx, Error> {
    key::authenticate(&server.engine, secret, Uuid::nil()).await
}

fn refused(outcome: Result<Ctx, Error>) -> bool {
    outcome.is_err_and(|error| *error.kind() == Kind::Unauthenticated(Credential::Key))
}

both! {
    async fn a_key_opens_its_workspace_until_it_is_revoked(server: TestServer) {
        let secret = server.a.another_key("members:read", None).await;
        let ctx = open(&server, &secret).await.unwrap();
        assert_eq!((ctx.workspace, ctx.actor), (server.a.place, None));
        assert!(ctx.allows(Scope::read(Resource::Members)) && !ctx.allows(Scope::write(Resource::Members)));
        let id = ctx.key.unwrap();
        assert!(key::revoke(&server.engine, &server.b.ctx(), id).await.is_err(), "another workspace's key");
        key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        assert!(refused(open(&server, &secret).await));
        let listed = key::list(&server.engine, &server.a.ctx()).await.unwrap();
        assert!(listed.iter().any(|key| key.id == id && key.revoked_at.is_some() && secret.ends_with(&key.hint)));
    }

    async fn a_key_ends_when_its_time_is_over(server: TestServer) {
        let expires_at = Some(server.engine.now().plus(Duration::from_secs(60)));
        let command = CreateKey { name: None, member: None, scopes: Scopes::all(), expires_at };
        let made = key::create(&server.engine, &server.a.ctx(), command).await.unwrap();
        let secret = secrecy::ExposeSecret::expose_secret(&made.secret).to_owned();
        assert!(open(&server, &secret).await.is_ok());
        server.clock.advance(Duration::from_secs(61));
        assert!(refused(open(&server, &secret).await));
    }

    async fn whatever_is_no_key_is_refused_alike(server: TestServer) {
        let good = &server.a.key;
        let mut close = good.clone();
        close.replace_range(12..13, if &close[12..13] == "A" { "B" } else { "A" });
        for bad in ["", "nope", &good[..good.len() - 1], &format!("{good}x"), &close, "sk-parlor-é"] {
            assert!(refused(open(&server, bad).await), "{bad}");
        }
    }

    async fn a_key_that_acts_for_a_member_may_do_what_both_may(server: TestServer) {
        let person = server.a.person("Ada", None, "conversations:write").await;
        let secret = server.a.another_key("conversations:admin,members:read", Some(&person)).await;
        let ctx = open(&server, &secret).await.unwrap();
        assert_eq!(ctx.actor.map(|actor| actor.id), Some(person.id));
        assert_eq!(ctx.scopes, "conversations:write".parse().unwrap());
    }

    async fn the_first_workspace_is_made_once(server: TestServer) {
        assert!(workspace::create(&server.engine, "Another", true).await.unwrap().is_none());
        assert_eq!(workspace::list(&server.engine).await.unwrap().len(), 2);
    }
}
