//! Stamps and ids are monotonic, whatever the clock does.

use parlor_model::id::MemberId;
use parlor_model::member::{CreateMember, MemberKind};
use parlor_store::Store;
use parlor_store::repo::member;

use crate::fixture::{TestWorkspace, options};

test_both_backends!(
    stamps_increase_in_commit_order,
    ids_increase_when_clock_steps_back_before_restart,
);

async fn insert(store: &Store, ws: i64) -> (MemberId, i64) {
    let made = store
        .write(move |tx| member::insert(tx, ws, &CreateMember::new(MemberKind::Contact)))
        .await
        .unwrap()
        .unwrap();
    (made.id, made.number)
}

async fn stamps_increase_in_commit_order(workspace: TestWorkspace) {
    let mut last = insert(&workspace.store, workspace.ws).await;
    for step in 0..50 {
        if step == 25 {
            workspace.clock.advance(-3_600_000_000);
        }
        let next = insert(&workspace.store, workspace.ws).await;
        assert!(next.0 > last.0 && next.1 > last.1);
        last = next;
    }
    let (a, b) = (
        workspace.store.stamps().next(),
        workspace.store.stamps().next(),
    );
    assert!(b.id > a.id && b.at >= a.at && workspace.store.stamps().now() >= b.at);
}

async fn ids_increase_when_clock_steps_back_before_restart(workspace: TestWorkspace) {
    if !workspace.store.is_exclusive() {
        // Nodes order their rows by synchronized clocks; tested is that one node is monotonic across restarts.
        let before = insert(&workspace.store, workspace.ws).await;
        let workspace = workspace.reopened();
        assert!(insert(&workspace.store, workspace.ws).await > before);
        return;
    }
    let before = insert(&workspace.store, workspace.ws).await;
    workspace.store.close();
    workspace.clock.advance(-3_600_000_000);
    let store = Store::open(&options(&workspace.database.url(), workspace.clock.clone())).unwrap();
    assert!(insert(&store, workspace.ws).await > before);
}
