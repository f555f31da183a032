//! Following is stored once per pair, listed in one order, and counted up to a bound.

use parlor_model::following::FollowCursor;
use parlor_store::Tx;
use parlor_store::repo::follow;

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    follow_is_idempotent,
    members_followed_at_one_time_page_without_loss,
    follow_limit_is_reached_at_its_last_member,
);

/// Creates members that the fixture's member follows, in this order.
async fn follow_members(workspace: &TestWorkspace, count: usize) -> Vec<i64> {
    let (ws, follower) = (workspace.ws, workspace.member);
    let work = move |tx: &mut dyn Tx| {
        let mut numbers = Vec::new();
        for _ in 0..count {
            let followee = new_member(tx, ws, None)?;
            follow::insert(tx, ws, follower, followee)?;
            numbers.push(followee);
        }
        Ok(numbers)
    };
    workspace.store.write(work).await.unwrap()
}

async fn list_cursors(
    workspace: &TestWorkspace,
    after: Option<FollowCursor>,
    limit: i64,
) -> Vec<FollowCursor> {
    let (ws, follower) = (workspace.ws, workspace.member);
    let rows = workspace
        .store
        .read(move |tx| follow::list(tx, ws, follower, after, limit))
        .await
        .unwrap();
    rows.into_iter().map(|row| row.cursor).collect()
}

async fn follow_is_idempotent(workspace: TestWorkspace) {
    let (ws, follower) = (workspace.ws, workspace.member);
    let followee = follow_members(&workspace, 1).await[0];
    let before = list_cursors(&workspace, None, 10).await;
    let work = move |tx: &mut dyn Tx| follow::insert(tx, ws, follower, followee);
    workspace.store.write(work).await.unwrap();
    assert_eq!(list_cursors(&workspace, None, 10).await, before);
    for _ in 0..2 {
        let work = move |tx: &mut dyn Tx| follow::delete(tx, ws, follower, followee);
        workspace.store.write(work).await.unwrap();
        assert_eq!(workspace.rows("follow"), 0);
    }
}

async fn members_followed_at_one_time_page_without_loss(workspace: TestWorkspace) {
    let mut numbers = follow_members(&workspace, 5).await;
    workspace
        .database
        .execute("update follow set followed_at = 7");
    numbers.reverse();
    for limit in 1..=6 {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = list_cursors(&workspace, after, limit).await;
            let Some(last) = page.last() else { break };
            after = Some(*last);
            seen.extend(page.iter().map(|cursor| cursor.followee));
        }
        assert_eq!(seen, numbers, "{limit}");
    }
}

async fn follow_limit_is_reached_at_its_last_member(workspace: TestWorkspace) {
    let (ws, follower) = (workspace.ws, workspace.member);
    follow_members(&workspace, 3).await;
    for (many, reached) in [(1, true), (3, true), (4, false)] {
        let found = workspace
            .store
            .read(move |tx| follow::is_following_at_least(tx, ws, follower, many))
            .await
            .unwrap();
        assert_eq!(found, reached, "{many}");
    }
}
