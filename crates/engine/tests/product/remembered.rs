//! What is remembered of keys, members and workspaces is never older than the last commit, whatever became of the
//! request that asked for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parlor_engine::{key, member, workspace};
use parlor_model::member::UpdateMember;
use parlor_model::scope::Scopes;
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{both, tokio};
use uuid::Uuid;

/// Asks and goes away a moment later, as a request does at its deadline: before the commit is begun, which is none
/// then, while it is under way, or behind it.
async fn dropped(round: u32, change: impl Future) {
    let _ = tokio::time::timeout(Duration::from_micros(150) * round, change).await;
}

/// Asks again for a moment: what is under way has ended then, or was never begun.
async fn settled(mut ask: impl AsyncFnMut() -> bool) -> bool {
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    for _ in 0..10 {
        ticks.tick().await;
        if ask().await {
            return true;
        }
    }
    false
}

both! {
    async fn a_dropped_revocation_ends_the_key(server: TestServer) {
        let (engine, owner) = (&server.engine, server.a.ctx());
        let mut ended = 0;
        for round in 0..20 {
            let secret = server.a.another_key("members:read", None).await;
            let id = key::authenticate(engine, &secret, Uuid::nil()).await.unwrap().key.unwrap();
            key::ctx_of(engine, server.a.place, id, Uuid::nil()).await.unwrap();
            dropped(round, key::revoke(engine, &owner, id)).await;
            let is_revoked = settled(async || {
                let keys = key::list(engine, &owner).await.unwrap();
                keys.iter().any(|key| key.id == id && key.revoked_at.is_some())
            }).await;
            if is_revoked {
                ended += 1;
                assert!(key::authenticate(engine, &secret, Uuid::nil()).await.is_err());
                assert!(key::ctx_of(engine, server.a.place, id, Uuid::nil()).await.is_err());
            }
        }
        assert!(ended > 0, "no revocation was ever committed");
    }

    async fn a_dropped_change_of_a_member_ends_what_it_could(server: TestServer) {
        let (engine, owner) = (&server.engine, server.a.ctx());
        let mut ended = 0;
        for n in 0..20 {
            let who = server.a.person(&format!("p{n}"), None, "conversations:read").await;
            let act = async || member::act(engine, server.a.place, &who.handle, 0, None, Uuid::nil()).await;
            act().await.unwrap();
            let secret = server.a.another_key("conversations:read", Some(&who)).await;
            let opened = async || key::authenticate(engine, &secret, Uuid::nil()).await;
            assert_ne!(opened().await.unwrap().scopes, Scopes::NONE);
            let narrow = UpdateMember {
                scopes: Some(Scopes::NONE),
                archived: Some(true),
                ..UpdateMember::default()
            };
            dropped(n, member::update(engine, &owner, who.id, narrow)).await;
            let is_archived = settled(async || {
                member::act_by_id(engine, server.a.place, who.id, None, Uuid::nil()).await.is_err()
            }).await;
            if is_archived {
                ended += 1;
                assert!(act().await.is_err());
                let opened = opened().await;
                assert!(opened.is_err() || opened.is_ok_and(|ctx| ctx.scopes == Scopes::NONE));
            }
        }
        assert!(ended > 0, "no change was ever committed");
    }

    async fn a_policy_is_never_older_than_its_change(server: TestServer) {
        let (engine, owner) = (server.engine.clone(), server.a.ctx());
        let (id, stop) = (server.a.place.id, Arc::new(AtomicBool::new(false)));
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let (engine, stop) = (engine.clone(), stop.clone());
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        workspace::find(&engine, id).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for n in 0..200 {
            let required = n % 2 == 0;
            let change = UpdateWorkspace { require_roles: Some(required), ..UpdateWorkspace::default() };
            workspace::update(&engine, &owner, change).await.unwrap();
            let found = workspace::find(&engine, id).await.unwrap();
            assert_eq!(found.policy.require_roles, required, "round {n}");
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.await.unwrap();
        }
    }
}
