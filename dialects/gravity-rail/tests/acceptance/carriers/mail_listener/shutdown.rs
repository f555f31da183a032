//! The end of the server.

use std::net::TcpStream;

use super::{DESK, EMAIL, mail, on_both};

#[test]
fn stop_ends_sessions_and_stores_no_part_of_a_mail() {
    on_both("", async |mut listener| {
        let port = listener.port();
        let idle = listener.connect();
        let mut busy = listener.connect();
        busy.begin(EMAIL, &[DESK]);
        busy.send(&mail("1", "Can I"));
        listener.setup.server.stop().await;
        assert!(idle.rest().starts_with("421 4.3.2"));
        assert!(busy.rest().starts_with("421 4.3.2"));
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        let stored = "select cast(count(*) as bigint) from message where client_id like 'mail:%'";
        assert_eq!(listener.setup.server.count(stored), 0);
        listener.setup.server.restart().await;
        let mut client = listener.connect();
        assert_eq!(
            client.deliver(EMAIL, &[DESK], &mail("1", "Can I come?")),
            "250"
        );
        assert_eq!(listener.texts().await, ["Can I come?"]);
    });
}
