//! A killed server sends no message twice and loses none unseen.

use super::{Api, CHATS, Carrier, check, queue_messages, start, wait_for_states};
use crate::program::{block_on, temp_dir};

/// Messages that the carrier answers before a server is killed.
const ANSWERED: usize = 500;

fn killed_server_sends_no_message_twice(database: Option<&str>) {
    let folder = temp_dir();
    let data = ["one", "two"].map(|name| folder.path().join(name));
    block_on(async {
        let mut carrier = Carrier::start(ANSWERED).await;
        let mut killed = start(&data[0], database, &carrier);
        let api = Api::of(&killed, database);
        let second = database.map(|_| start(&data[1], database, &carrier));
        let nodes: Vec<_> = [Some(&killed), second.as_ref()]
            .into_iter()
            .flatten()
            .collect();
        let chats = queue_messages(&api, &nodes).await;
        // One message of each chat is under way then.
        let mut received = carrier.take(ANSWERED + CHATS).await;
        killed.signal("KILL");
        killed.wait();
        carrier.answer_all();
        let again = start(&data[0], database, &carrier);
        let states = wait_for_states(&api, &again, &chats).await;
        received.extend(carrier.take_all());
        let unknown = check(&received, &states);
        // Those of the other node were answered.
        let is_right = match database {
            Some(_) => unknown <= CHATS,
            None => unknown == CHATS,
        };
        assert!(is_right, "{unknown} are unknown");
        again.stop();
        if let Some(second) = second {
            second.stop();
        }
    });
}

#[test]
fn killed_server_sends_no_message_twice_sqlite() {
    killed_server_sends_no_message_twice(None);
}

#[test]
fn killed_server_sends_no_message_twice_postgres() {
    let database = parlor_test_postgres::create_database();
    killed_server_sends_no_message_twice(Some(database.url()));
}
