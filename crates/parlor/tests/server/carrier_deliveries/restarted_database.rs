//! A database that restarts in the middle of what is sent.

use parlor_test_postgres::{Durability, PostgresServer};
use parlor_testkit::tokio;

use super::{Api, CHATS, Carrier, check, queue_messages, start, wait_for_states};
use crate::program::{block_on, temp_dir};

/// Messages that leave before each restart.
const LEFT: usize = 300;

#[test]
fn restarted_database_lets_no_message_leave_twice() {
    let mut postgres = PostgresServer::start(Durability::On);
    let database = postgres.create_database();
    let folder = temp_dir();
    block_on(async {
        let mut carrier = Carrier::start(0).await;
        let nodes = ["one", "two"]
            .map(|name| start(&folder.path().join(name), Some(database.url()), &carrier));
        let api = Api::of(&nodes[0], Some(database.url()));
        let chats = queue_messages(&api, &[&nodes[0], &nodes[1]]).await;
        let mut received = Vec::new();
        for _ in 0..2 {
            carrier.answers.add_permits(LEFT);
            received.extend(carrier.take(LEFT).await);
            postgres = tokio::task::spawn_blocking(move || {
                postgres.restart();
                postgres
            })
            .await
            .unwrap();
        }
        carrier.answer_all();
        let states = wait_for_states(&api, &nodes[1], &chats).await;
        received.extend(carrier.take_all());
        let unknown = check(&received, &states);
        // An attempt whose beginning was committed while the connection broke is not made.
        assert!(unknown <= 2 * CHATS, "{unknown} are unknown");
        for node in nodes {
            node.stop();
        }
    });
}
