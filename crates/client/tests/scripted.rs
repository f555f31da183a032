//! What a client does when a server does what servers seldom do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod fake;
mod world;

use fake::{Fake, soon};
use parlor_client::{Backoff, Closing, Entry, Error, Event, Lost, Start};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;
use serde_json::json;

fn seqs(entries: &[Entry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.seq).collect()
}

#[test]
fn after_some_ends_there_is_no_use_in_coming_back() {
    block_on(async {
        for (code, word) in [
            (1002, "PROTOCOL_ERROR"),
            (1007, "INVALID_UTF8"),
            (1009, "FRAME_TOO_LARGE"),
            (4400, "INVALID_REQUEST"),
            (4401, "AUTH_ERROR"),
            (4403, "CHAT_CLOSED"),
            (4404, "CHAT_NOT_FOUND"),
            (4410, "CHAT_DELETED"),
        ] {
            let fake = Fake::start().await;
            let (sender, mut events, mut visit) = fake.open(4).await;
            let sending = tokio::spawn(async move { (sender.send("in vain").await, sender) });
            visit.hear().await.unwrap();
            visit.end(code, word).await;
            let error_code = Some(word.to_owned());
            let closing = Closing::Server { code, error_code };
            assert_eq!(
                soon(events.next()).await,
                Some(Event::Closed(closing.clone()))
            );
            assert_eq!(soon(events.next()).await, None);
            let (sent, sender) = soon(sending).await.unwrap();
            for refused in [sent, sender.send("again").await] {
                let Error::Closed(why) = refused.unwrap_err() else {
                    panic!("it is closed")
                };
                assert_eq!(why, closing);
            }
            assert!(matches!(sender.ping().await, Err(Error::Closed(_))));
        }
    });
}

#[test]
fn a_refused_socket_is_an_error_of_the_opening() {
    block_on(async {
        let fake = Fake::start().await;
        let (opened, ()) = tokio::join!(fake.socket().connect(), async {
            fake.visit().await.end(4404, "CHAT_NOT_FOUND").await;
        });
        let Err(Error::Closed(Closing::Server { code: 4404, .. })) = opened else {
            panic!("it is refused")
        };
        // What is no socket is none the next time either; what is busy may be one then.
        let (opened, ()) = tokio::join!(fake.socket().connect(), async {
            fake.answer("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")
                .await;
            fake.answer("HTTP/1.1 404 Nothing\r\ncontent-length: 0\r\n\r\n")
                .await;
        });
        let Err(Error::Closed(closing)) = opened else {
            panic!("it is refused")
        };
        assert_eq!(closing, Closing::Refused { status: 404 });
    });
}

#[test]
fn after_other_ends_it_comes_back_to_where_it_was() {
    block_on(async {
        let fake = Fake::start().await;
        let (_sender, mut events, mut visit) = fake.open(4).await;
        let mut has = 4;
        for (code, word) in [
            (1001, "SERVER_SHUTDOWN"),
            (4408, "SLOW_CONSUMER"),
            (4429, "RATE_LIMITED"),
            (4500, "INTERNAL_ERROR"),
            (1011, "SOMETHING_NEW"),
            (0, ""),
        ] {
            has += 1;
            visit.entry(has).await;
            assert_eq!(soon(events.entry()).await.unwrap().seq, has);
            let lost = if code == 0 {
                drop(visit);
                Lost::Broken
            } else {
                visit.end(code, word).await;
                let error_code = Some(word.to_owned());
                Lost::Server { code, error_code }
            };
            assert_eq!(soon(events.next()).await, Some(Event::Disconnected(lost)));
            visit = fake.visit().await;
            let back = format!("v=2&chat_id=chat&user_id=ada&last_seq={has}&epoch=e1");
            assert_eq!(visit.query, back, "{word}");
            visit.establish(has, true).await;
            let Some(Event::Connected(connected)) = soon(events.next()).await else {
                panic!("it is back")
            };
            assert_eq!((connected.start, connected.after), (Start::Resumed, has));
        }
    });
}

#[test]
fn what_comes_twice_is_heard_once_and_a_gap_is_read_again() {
    block_on(async {
        let fake = Fake::start().await;
        let (_sender, mut events, mut visit) = fake.open(4).await;
        let mut heard = Vec::new();
        for seq in [5, 5, 4, 6, 8] {
            visit.entry(seq).await;
        }
        for _ in 0..2 {
            heard.push(soon(events.entry()).await.unwrap());
        }
        assert_eq!(
            soon(events.next()).await,
            Some(Event::Disconnected(Lost::Gap))
        );
        assert_eq!(visit.hear().await, None, "it left");
        let mut visit = fake.visit().await;
        assert!(
            visit.query.ends_with("&last_seq=6&epoch=e1"),
            "{}",
            visit.query
        );
        visit.establish(8, true).await;
        for seq in [7, 8] {
            visit.entry(seq).await;
            heard.push(soon(events.entry()).await.unwrap());
        }
        assert_eq!(seqs(&heard), [5, 6, 7, 8]);
        let position = events.position().unwrap();
        assert_eq!((position.seq, position.epoch.as_str()), (8, "e1"));
    });
}

#[test]
fn what_is_not_confirmed_is_said_again_and_takes_its_place() {
    block_on(async {
        let fake = Fake::start().await;
        let (sender, mut events, mut visit) = fake.open(4).await;
        let say = |text: &'static str| {
            let sender = sender.clone();
            tokio::spawn(async move { sender.send(text).await.unwrap() })
        };
        let one = say("one");
        let first = visit.hear().await.unwrap();
        let two = say("two");
        let second = visit.hear().await.unwrap();
        assert_eq!(
            (&first["content"], &second["content"]),
            (&json!("one"), &json!("two"))
        );
        assert_ne!(first["client_message_id"], second["client_message_id"]);
        drop(visit);
        let mut visit = fake.visit().await;
        visit.establish(7, true).await;
        for said in [&first, &second] {
            assert_eq!(
                visit.hear().await.as_ref(),
                Some(said),
                "the same, in the same order"
            );
        }
        // The first was stored before the loss, the second is confirmed before its turn.
        visit.confirm(8, &second, false).await;
        assert_eq!(soon(two).await.unwrap().seq, 8);
        for seq in [5, 6, 7] {
            visit.entry(seq).await;
        }
        visit.confirm(6, &first, true).await;
        let receipt = soon(one).await.unwrap();
        assert_eq!((receipt.seq, receipt.duplicate), (6, true));
        let mut heard = Vec::new();
        for _ in 0..4 {
            heard.push(soon(events.entry()).await.unwrap());
        }
        assert_eq!(seqs(&heard), [5, 6, 7, 8]);
        assert_eq!(heard[3].message().unwrap().content, "two");
    });
}

#[test]
fn what_is_refused_fails_alone() {
    block_on(async {
        let fake = Fake::start().await;
        let (sender, mut events, mut visit) = fake.open(4).await;
        let (sent, asked, ()) = soon(async {
            tokio::join!(sender.send("one"), sender.history(None, 500), async {
                for _ in 0..2 {
                    let said = visit.hear().await.unwrap();
                    let refused = json!({
                        "event_type": "error", "error_code": "NO", "message": "not so", "fatal": false,
                        "ref": said["ref"], "client_message_id": said["client_message_id"],
                    });
                    visit.say(&refused).await;
                }
            })
        })
        .await;
        assert_eq!(sent.unwrap_err().code(), Some("NO"));
        assert_eq!(asked.unwrap_err().code(), Some("NO"));
        // Nonsense and news are passed over or on.
        for text in [
            "",
            "[]",
            "{\"event_type\":7}",
            "{\"event_type\":\"news\",\"more\":1}",
        ] {
            visit.say_text(text).await;
        }
        let Some(Event::Other { event_type, fields }) = soon(events.next()).await else {
            panic!("news are passed on")
        };
        assert_eq!((event_type.as_str(), &fields["more"]), ("news", &json!(1)));
        // A question does not outlive its connection.
        let (answer, ()) = soon(async {
            tokio::join!(sender.ping(), async {
                visit.hear().await.unwrap();
                drop(visit);
            })
        })
        .await;
        assert!(matches!(answer, Err(Error::Lost)));
    });
}

#[test]
fn another_history_is_told() {
    block_on(async {
        let fake = Fake::start().await;
        let (_sender, mut events, visit) = fake.open(4).await;
        drop(visit);
        soon(events.next()).await.unwrap();
        let mut visit = fake.visit().await;
        visit.establish_in("e2", 2, false).await;
        let Some(Event::Connected(connected)) = soon(events.next()).await else {
            panic!("it is back")
        };
        assert_eq!((connected.start, connected.after), (Start::Reset, 2));
        visit.entry(3).await;
        assert_eq!(soon(events.entry()).await.unwrap().seq, 3);
        let position = events.position().unwrap();
        assert_eq!((position.seq, position.epoch.as_str()), (3, "e2"));
    });
}

#[test]
fn a_silent_connection_is_left() {
    block_on(async {
        let fake = Fake::start().await;
        let (_sender, mut events) = fake.socket().open().unwrap();
        let mut visit = fake.visit().await;
        visit.greet("e1", 4, false, 100).await;
        soon(events.next()).await.unwrap();
        assert_eq!(
            soon(events.next()).await,
            Some(Event::Disconnected(Lost::Silent))
        );
        fake.visit().await;
    });
}

#[test]
fn a_socket_ends_when_it_is_closed_or_nobody_holds_it() {
    block_on(async {
        let fake = Fake::start().await;
        let (sender, mut events, mut visit) = fake.open(4).await;
        let other = sender.clone();
        let sending = tokio::spawn(async move { other.send("never confirmed").await });
        visit.hear().await.unwrap();
        let (_, heard) = soon(async { tokio::join!(sender.close(), visit.hear()) }).await;
        assert_eq!(heard, None);
        let failed = soon(sending).await.unwrap();
        assert!(matches!(failed, Err(Error::Closed(Closing::Here))));
        assert_eq!(
            soon(events.next()).await,
            Some(Event::Closed(Closing::Here))
        );

        let (sender, events, mut visit) = fake.open(4).await;
        drop(events);
        let (pinged, ()) = soon(async {
            tokio::join!(sender.ping(), async {
                let asked = visit.hear().await.unwrap();
                let pong = json!({ "event_type": "pong", "timestamp": "t", "ref": asked["ref"] });
                visit.say(&pong).await;
            })
        })
        .await;
        pinged.unwrap();
        drop(sender);
        assert_eq!(visit.hear().await, None, "nobody holds it");
    });
}

#[test]
fn tries_come_to_an_end() {
    block_on(async {
        let fake = Fake::start().await;
        let backoff = Backoff {
            tries: Some(3),
            ..world::quick()
        };
        let (opened, ()) = tokio::join!(fake.socket().backoff(backoff).connect(), async {
            for _ in 0..4 {
                drop(fake.connection().await);
            }
        });
        let Err(Error::Closed(closing)) = opened else {
            panic!("it gave up")
        };
        assert_eq!(closing, Closing::GaveUp(Lost::Unreached));
    });
}

#[test]
fn a_request_is_made_again_where_that_does_no_harm() {
    block_on(async {
        let fake = Fake::start().await;
        let client = fake.client().backoff(Backoff {
            tries: Some(2),
            ..world::quick()
        });
        let id = |asked: &str| {
            let body = asked.split_once("\r\n\r\n").unwrap().1.to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["client_message_id"].as_str().unwrap().to_owned()
        };
        let busy = "HTTP/1.1 429 Busy\r\nretry-after: 0\r\ncontent-length: 49\r\n\r\n\
                    {\"detail\":\"busy\",\"error_code\":\"RATE_LIMITED\"}    ";
        let (posted, asked) = tokio::join!(client.post("chat", "Hi"), async {
            drop(fake.connection().await);
            [fake.answer(busy).await, fake.answer(busy).await]
        });
        assert_eq!(posted.unwrap_err().code(), Some("RATE_LIMITED"));
        assert_eq!(id(&asked[0]), id(&asked[1]), "under one id");
        // What may have been done is not done again where the second time would fail.
        let (deleted, ()) = tokio::join!(client.delete_chat("chat", false), async {
            drop(fake.connection().await);
        });
        assert!(matches!(deleted, Err(Error::Unreached(_))));
        let (strange, _) = tokio::join!(
            client.chat("chat"),
            fake.answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        );
        assert!(matches!(strange, Err(Error::Strange { status: 200 })));
    });
}
