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

async fn stamps_increase_in_commit_order(world: TestWorkspace) {
    let mut last = insert(&world.store, world.ws).await;
    for step in 0..50 {
        if step == 25 {
            world.clock.advance(-3_600_000_000);
        }
        let next = insert(&world.store, world.ws).await;
        assert!(next.0 > last.0 && next.1 > last.1);
        last = next;
    }
    let (a, b) = (world.store.stamps().next(), world.store.stamps().next());
    assert!(b.id > a.id && b.at >= a.at && world.store.stamps().now() >= b.at);
}

async fn ids_increase_when_clock_steps_back_before_restart(world: TestWorkspace) {
    if !world.store.is_exclusive() {
        // Nodes order their rows by synchronized clocks; tested is that one node is monotonic across restarts.
        let before = insert(&world.store, world.ws).await;
        let world = world.reopened();
        assert!(insert(&world.store, world.ws).await > before);
        return;
    }
    let before = insert(&world.store, world.ws).await;
    world.store.close();
    world.clock.advance(-3_600_000_000);
    let store = Store::open(&options(&world.database.url(), world.clock.clone())).unwrap();
    assert!(insert(&store, world.ws).await > before);
}
