//! Who follows whom is kept once, listed in one order, and counted up to a bound.

use parlor_model::following::FollowCursor;
use parlor_store::Tx;
use parlor_store::repo::follow;

use crate::world::{World, new_member};

on_both!(
    following_twice_is_following_once,
    members_followed_at_one_time_have_places_of_their_own,
    a_bound_is_reached_by_the_last_that_it_allows,
);

/// Members that the world's member follows, in this order.
async fn followed(world: &World, count: usize) -> Vec<i64> {
    let (ws, follower) = (world.ws, world.member);
    let work = move |tx: &mut dyn Tx| {
        let mut numbers = Vec::new();
        for _ in 0..count {
            let followee = new_member(tx, ws, None)?;
            follow::insert(tx, ws, follower, followee)?;
            numbers.push(followee);
        }
        Ok(numbers)
    };
    world.store.write(work).await.unwrap()
}

async fn listed(world: &World, after: Option<FollowCursor>, limit: i64) -> Vec<FollowCursor> {
    let (ws, follower) = (world.ws, world.member);
    let rows = world
        .store
        .read(move |tx| follow::list(tx, ws, follower, after, limit))
        .await
        .unwrap();
    rows.into_iter().map(|row| row.cursor).collect()
}

async fn following_twice_is_following_once(world: World) {
    let (ws, follower) = (world.ws, world.member);
    let followee = followed(&world, 1).await[0];
    let before = listed(&world, None, 10).await;
    let work = move |tx: &mut dyn Tx| follow::insert(tx, ws, follower, followee);
    world.store.write(work).await.unwrap();
    assert_eq!(listed(&world, None, 10).await, before);
    for _ in 0..2 {
        let work = move |tx: &mut dyn Tx| follow::delete(tx, ws, follower, followee);
        world.store.write(work).await.unwrap();
        assert_eq!(world.rows("follow"), 0);
    }
}

async fn members_followed_at_one_time_have_places_of_their_own(world: World) {
    let mut numbers = followed(&world, 5).await;
    world.place.execute("update follow set followed_at = 7");
    numbers.reverse();
    for limit in 1..=6 {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = listed(&world, after, limit).await;
            let Some(last) = page.last() else { break };
            after = Some(*last);
            seen.extend(page.iter().map(|place| place.followee));
        }
        assert_eq!(seen, numbers, "{limit}");
    }
}

async fn a_bound_is_reached_by_the_last_that_it_allows(world: World) {
    let (ws, follower) = (world.ws, world.member);
    followed(&world, 3).await;
    for (many, reached) in [(1, true), (3, true), (4, false)] {
        let found = world
            .store
            .read(move |tx| follow::follows_many(tx, ws, follower, many))
            .await
            .unwrap();
        assert_eq!(found, reached, "{many}");
    }
}
