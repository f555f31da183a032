//! Caches of keys, members and workspaces are never older than the last commit, whatever became of the request that
//! made it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parlor_engine::{api_key, member, workspace};
use parlor_model::member::UpdateMember;
use parlor_model::scope::Scopes;
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{both, tokio};
use uuid::Uuid;

/// Runs a change and drops its future, like a request at its deadline: before the commit begins, during it, or after
/// it.
async fn run_and_drop(round: u32, change: impl Future) {
    let _ = tokio::time::timeout(Duration::from_micros(150) * round, change).await;
}

/// Polls until the answer is true or a change in flight must have ended.
async fn poll_until_true(mut check: impl AsyncFnMut() -> bool) -> bool {
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    for _ in 0..10 {
        ticks.tick().await;
        if check().await {
            return true;
        }
    }
    false
}

both! {
    async fn dropped_revocation_request_still_revokes_key(server: TestServer) {
        let (engine, owner) = (&server.engine, server.a.ctx());
        let mut ended = 0;
        for round in 0..20 {
            let secret = server.a.create_key("members:read", None).await;
            let id = api_key::authenticate(engine, &secret, Uuid::nil()).await.unwrap().key.unwrap();
            api_key::context_by_id(engine, server.a.workspace_ref, id, Uuid::nil()).await.unwrap();
            run_and_drop(round, api_key::revoke(engine, &owner, id)).await;
            let is_revoked = poll_until_true(async || {
                let keys = api_key::list(engine, &owner).await.unwrap();
                keys.iter().any(|key| key.id == id && key.revoked_at.is_some())
            }).await;
            if is_revoked {
                ended += 1;
                assert!(api_key::authenticate(engine, &secret, Uuid::nil()).await.is_err());
                assert!(api_key::context_by_id(engine, server.a.workspace_ref, id, Uuid::nil()).await.is_err());
            }
        }
        assert!(ended > 0, "no revocation was ever committed");
    }

    async fn dropped_member_update_still_revokes_rights(server: TestServer) {
        let (engine, owner) = (&server.engine, server.a.ctx());
        let mut ended = 0;
        for n in 0..20 {
            let member = server.a.create_person(&format!("p{n}"), None, "conversations:read").await;
            let act = async || member::context_by_handle(engine, server.a.workspace_ref, &member.handle, 0, None, Uuid::nil()).await;
            act().await.unwrap();
            let secret = server.a.create_key("conversations:read", Some(&member)).await;
            let authenticate = async || api_key::authenticate(engine, &secret, Uuid::nil()).await;
            assert_ne!(authenticate().await.unwrap().scopes, Scopes::NONE);
            let restrict = UpdateMember {
                scopes: Some(Scopes::NONE),
                archived: Some(true),
                ..UpdateMember::default()
            };
            run_and_drop(n, member::update(engine, &owner, member.id, restrict)).await;
            let is_archived = poll_until_true(async || {
                member::context_by_id(engine, server.a.workspace_ref, member.id, None, Uuid::nil()).await.is_err()
            }).await;
            if is_archived {
                ended += 1;
                assert!(act().await.is_err());
                let context = authenticate().await;
                assert!(context.is_err() || context.is_ok_and(|ctx| ctx.scopes == Scopes::NONE));
            }
        }
        assert!(ended > 0, "no change was ever committed");
    }

    async fn policy_read_after_update_is_current(server: TestServer) {
        let (engine, owner) = (server.engine.clone(), server.a.ctx());
        let (id, stop) = (server.a.workspace_ref.id, Arc::new(AtomicBool::new(false)));
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
