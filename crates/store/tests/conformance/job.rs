//! Jobs: one holder at a time, by lease and fence.
//!
//! Proves INV-62 (`docs/invariants.md`).

use std::collections::BTreeSet;
use std::time::Duration;

use parlor_store::Store;
use parlor_store::repo::job::{self, ClaimedJob, JobKind};

use crate::fixture::TestWorkspace;

test_both_backends!(
    concurrent_claims_share_the_jobs,
    job_is_due_after_its_delay_and_free_after_its_lease,
    lost_lease_changes_nothing,
    stale_leases_end_at_the_start_of_an_embedded_server,
);

const KIND: JobKind = JobKind::IndexMembers;
const LEASE: Duration = Duration::from_secs(60);

/// Replaces the jobs of the kind by new ones with the subjects from 1 on.
async fn with_jobs(workspace: &TestWorkspace, count: i64, delay: Duration) {
    workspace.database.execute("delete from job");
    let ws = workspace.ws;
    let insert = workspace.store.write(move |tx| {
        (1..=count)
            .try_for_each(|subject| job::insert(tx, KIND, Some(ws), subject, delay).map(drop))
    });
    insert.await.unwrap();
}

async fn claim(store: &Store, limit: i64, lease: Duration) -> Vec<ClaimedJob> {
    store.claim(KIND, limit, lease).await.unwrap()
}

async fn concurrent_claims_share_the_jobs(workspace: TestWorkspace) {
    with_jobs(&workspace, 100, Duration::ZERO).await;
    let mut stores = vec![workspace.store.clone()];
    if !workspace.store.is_exclusive() {
        stores.push(workspace.open_second_store());
    }
    let claimers: Vec<_> = (0..8)
        .map(|n| {
            let store = stores[n % stores.len()].clone();
            tokio::spawn(async move {
                let mut all = Vec::new();
                loop {
                    let claimed = claim(&store, 7, LEASE).await;
                    if claimed.is_empty() {
                        return all;
                    }
                    all.extend(claimed);
                }
            })
        })
        .collect();
    let mut subjects = Vec::new();
    for claimer in claimers {
        for claimed in claimer.await.unwrap() {
            assert_eq!((claimed.fence, claimed.attempts), (1, 1));
            assert_eq!(claimed.ws, Some(workspace.ws));
            subjects.push(claimed.subject);
        }
    }
    let distinct: BTreeSet<i64> = subjects.iter().copied().collect();
    // A claim that meets locked rows may find fewer; what it left is claimed now.
    let rest = claim(&workspace.store, 1_000, LEASE).await.len();
    assert_eq!(
        (distinct.len(), subjects.len() + rest),
        (subjects.len(), 100)
    );
}

async fn job_is_due_after_its_delay_and_free_after_its_lease(workspace: TestWorkspace) {
    with_jobs(&workspace, 1, Duration::from_secs(3600)).await;
    assert_eq!(claim(&workspace.store, 1, LEASE).await, []);
    workspace.database.execute("update job set due_at = 0");
    let first = claim(&workspace.store, 1, Duration::ZERO).await[0];
    // Its lease has ended.
    let second = claim(&workspace.store, 1, LEASE).await[0];
    assert_eq!(
        (second.number, second.fence, second.attempts),
        (first.number, 2, 2)
    );
    assert_eq!(claim(&workspace.store, 1, LEASE).await, []);
    let hour = Duration::from_secs(3600);
    let release = workspace
        .store
        .write(move |tx| job::release(tx, &second, hour));
    assert!(release.await.unwrap());
    assert_eq!(claim(&workspace.store, 1, LEASE).await, []);
}

async fn lost_lease_changes_nothing(workspace: TestWorkspace) {
    with_jobs(&workspace, 1, Duration::ZERO).await;
    let lost = claim(&workspace.store, 1, Duration::ZERO).await[0];
    let held = claim(&workspace.store, 1, LEASE).await[0];
    let outcomes = workspace.store.write(move |tx| {
        Ok([
            job::renew(tx, &lost, LEASE)?,
            job::release(tx, &lost, Duration::ZERO)?,
            job::finish(tx, &lost)?,
        ])
    });
    assert_eq!(outcomes.await.unwrap(), [false; 3]);
    assert_eq!(claim(&workspace.store, 1, LEASE).await, []);
    let finished = workspace
        .store
        .write(move |tx| Ok(job::renew(tx, &held, LEASE)? && job::finish(tx, &held)?));
    assert!(finished.await.unwrap());
    assert_eq!(workspace.rows("job"), 0);
}

async fn stale_leases_end_at_the_start_of_an_embedded_server(workspace: TestWorkspace) {
    with_jobs(&workspace, 1, Duration::ZERO).await;
    let before = claim(&workspace.store, 1, LEASE).await[0];
    let workspace = workspace.reopened();
    workspace.store.end_stale_leases().await.unwrap();
    let after = claim(&workspace.store, 1, LEASE).await;
    match workspace.store.is_exclusive() {
        true => assert_eq!(after[0].fence, before.fence + 1),
        // Another node may hold it.
        false => assert_eq!(after, []),
    }
}
