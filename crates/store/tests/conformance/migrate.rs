//! Migrations: once, forward, never edited.

use parlor_model::error::Kind;
use parlor_store::Store;

use crate::world::{World, options};

on_both!(
    a_second_open_changes_nothing,
    nodes_that_start_together_migrate_once,
    an_edited_migration_is_refused,
    a_newer_database_is_refused,
);

async fn a_second_open_changes_nothing(world: World) {
    let applied = world.rows("migration");
    let at = world.place.number("select max(applied_at) from migration");
    let world = world.reopened();
    assert!(applied > 0);
    assert_eq!(world.rows("migration"), applied);
    assert_eq!(
        world.place.number("select max(applied_at) from migration"),
        at
    );
    assert_eq!(world.rows("workspace"), 1);
}

async fn nodes_that_start_together_migrate_once(world: World) {
    let place = match &world.place {
        crate::world::Place::Sqlite(_) => crate::world::Place::sqlite(),
        crate::world::Place::Postgres(_) => crate::world::Place::postgres(),
    };
    // The embedded database belongs to one process, which opens it once.
    let nodes = if place.file().is_some() { 1 } else { 6 };
    let url = place.url();
    let starts: Vec<_> = (0..nodes)
        .map(|_| {
            let options = options(&url, world.clock.clone());
            std::thread::spawn(move || Store::open(&options).map(drop))
        })
        .collect();
    for start in starts {
        start.join().unwrap().unwrap();
    }
    assert_eq!(
        place.number("select count(*) from migration"),
        world.rows("migration")
    );
}

async fn an_edited_migration_is_refused(world: World) {
    world.store.close();
    world
        .place
        .execute("update migration set checksum = checksum + 1 where number = 1");
    refused(&world, "edited");
}

async fn a_newer_database_is_refused(world: World) {
    world.store.close();
    world
        .place
        .execute("insert into migration values (9999, 'later', 0, 0)");
    refused(&world, "newer version");
}

fn refused(world: &World, why: &str) {
    let error = Store::open(&options(&world.place.url(), world.clock.clone()))
        .err()
        .unwrap();
    assert_eq!(*error.kind(), Kind::Internal);
    assert!(error.context().unwrap().contains(why), "{error:?}");
}
