//! Limits of connections, mails and time.

use super::{DESK, EMAIL, MailClient, mail, on_both};

#[test]
fn connections_beyond_the_limits_are_sent_away() {
    for limit in ["max_connections = 2", "max_connections_per_address = 2"] {
        on_both(limit, async |listener| {
            let first = listener.connect();
            let mut second = listener.connect();
            let (third, refusal) = MailClient::connect(listener.port());
            assert!(refusal.starts_with("421 4.7.0"), "{refusal}");
            assert_eq!(third.rest(), "");
            assert_eq!(second.deliver(EMAIL, &[DESK], &mail("1", "Hi")), "250");
            // A connection that has ended counts no more.
            drop(first);
            loop {
                let (_, greeting) = MailClient::connect(listener.port());
                if greeting.starts_with("220") {
                    break;
                }
            }
        });
    }
}

#[test]
fn mails_beyond_the_limit_of_an_address_wait() {
    on_both("mails_per_minute = 2", async |listener| {
        for (id, code) in [("1", "250"), ("2", "250"), ("3", "450")] {
            let mut client = listener.connect();
            assert_eq!(client.code(&format!("MAIL FROM:<{EMAIL}>")), code);
            if code == "250" {
                assert_eq!(client.code(&format!("RCPT TO:<{DESK}>")), "250");
                assert_eq!(client.code("DATA"), "354");
                assert_eq!(client.code(&format!("{}.", mail(id, "Hi"))), "250");
            }
        }
        assert_eq!(listener.texts().await.len(), 2);
    });
}

#[test]
fn silent_and_endless_sessions_are_ended() {
    let settings = "idle_timeout = '300ms'\nsession_timeout = '1s'";
    on_both(settings, async |listener| {
        let client = listener.connect();
        assert!(client.rest().starts_with("421 4.4.2"));
        let mut client = listener.connect();
        client.begin(EMAIL, &[DESK]);
        client.send(&mail("1", "Hi"));
        assert!(client.rest().starts_with("421 4.4.2"));
        listener.assert_nothing_stored().await;
        let mut client = listener.connect();
        let last = loop {
            let reply = client.code("NOOP");
            if reply != "250" {
                break reply;
            }
        };
        assert_eq!(last, "421");
    });
}

#[test]
fn client_that_only_errs_is_sent_away() {
    on_both("max_errors = 3", async |listener| {
        let mut client = listener.connect();
        assert_eq!(client.code("GET / HTTP/1.1"), "500");
        assert_eq!(client.code("Host: home.example"), "500");
        assert_eq!(client.code("Accept: */*"), "421");
        assert_eq!(client.rest(), "");
        listener.assert_private();
    });
}
