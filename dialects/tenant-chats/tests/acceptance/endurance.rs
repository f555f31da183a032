//! Sockets that are too slow, lose their key, or meet the end of the server.

use std::collections::BTreeSet;
use std::time::Duration;

use parlor_engine::{key, message};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, Role};
use parlor_testkit::backend::run;
use parlor_testkit::{Backend, Socket, TestServer, both};
use serde_json::{Value, json};

use crate::call::{AsTenantA, create};

async fn open(server: &TestServer, chat: &Value, more: &str) -> Socket {
    let (key, id) = (&server.a.key, chat["id"].as_str().unwrap());
    let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}{more}");
    let mut socket = server.socket(&path, &[]).await;
    assert_eq!(socket.next().await["event_type"], "connection_established");
    socket
}

/// Says so many long things at once.
async fn flood(server: &TestServer, chat: &Value, count: usize) {
    let id = parlor_kit::ids::parse_dashed(chat["id"].as_str().unwrap()).unwrap();
    let mut sends = tokio::task::JoinSet::new();
    for n in 0..count {
        let (engine, ctx) = (server.engine.clone(), server.a.ctx());
        let text = format!("{n} {}", "x".repeat(8_000));
        let command = CreateMessage::new(ConversationKey::Id(id), None, Role::User, text);
        sends.spawn(async move { message::create(&engine, &ctx, command).await.unwrap().seq });
    }
    let taken: BTreeSet<i64> = sends.join_all().await.into_iter().collect();
    assert_eq!(taken.len(), count);
}

both! {
    async fn a_reader_that_stops_reading_misses_nothing_and_holds_nobody_back(server: TestServer) {
        const COUNT: usize = 4_000;
        let chat = create(&server, json!({ "user_id": "u1", "title": "Flood" })).await;
        let mut slow = open(&server, &chat, "&v=2").await;
        let mut quick = open(&server, &chat, "&v=2").await;
        let all = 2..=(COUNT as i64 + 1);
        let reading = async {
            let mut seen = Vec::new();
            while seen.len() < COUNT {
                seen.extend(quick.next().await["seq"].as_i64());
            }
            seen
        };
        let (seen, ()) = tokio::join!(reading, flood(&server, &chat, COUNT));
        assert!(seen.into_iter().eq(all.clone()), "the quick reader has everything in order");
        let (mut seen, mut lagged) = (Vec::new(), 0);
        while seen.len() < COUNT {
            let frame = slow.next().await;
            if frame["event_type"] == "lagged" {
                assert_eq!(frame["from"], json!(seen.last().copied().unwrap_or(1)));
                lagged += 1;
            }
            seen.extend(frame["seq"].as_i64());
        }
        assert!(seen.into_iter().eq(all), "the slow reader has everything in order");
        assert!(lagged > 0, "it was told that it was slow");
        // And follows again.
        flood(&server, &chat, 1).await;
        assert_eq!(slow.next().await["seq"], json!(COUNT + 2));
    }

    async fn what_is_said_while_somebody_comes_in_is_heard(server: TestServer) {
        for round in 0..40 {
            let chat = create(&server, json!({ "user_id": "u1", "title": "Door" })).await;
            let (key, id) = (&server.a.key, chat["id"].as_str().unwrap());
            let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}&v=2");
            let coming = async {
                let mut socket = server.socket(&path, &[]).await;
                let first = socket.next().await;
                (socket, first["seq"].as_i64().unwrap())
            };
            let ((mut socket, mut has), ()) = tokio::join!(coming, flood(&server, &chat, 3));
            while has < 4 {
                has += 1;
                assert_eq!(socket.next().await["seq"], json!(has), "round {round}");
            }
        }
    }
}

#[test]
fn a_revoked_key_ends_its_sockets() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(backend, async |_: TestServer| {
            let server = TestServer::start_with(backend, |options| {
                options.pace.check = Duration::from_millis(50);
            })
            .await;
            let chat = create(&server, json!({ "user_id": "u1" })).await;
            let mut socket = open(&server, &chat, "").await;
            let ctx = server.a.ctx();
            for found in key::list(&server.engine, &ctx).await.unwrap() {
                key::revoke(&server.engine, &ctx, found.id).await.unwrap();
            }
            assert_eq!(socket.next().await["error_code"], "AUTH_ERROR");
            assert_eq!(socket.closed().await, 4401);
        });
    }
}

#[test]
fn a_silent_client_is_let_go() {
    run(Backend::Sqlite, async |_: TestServer| {
        let server = TestServer::start_with(Backend::Sqlite, |options| {
            options.pace.ping = Duration::from_millis(20);
            options.pace.silence = Duration::from_millis(1);
        })
        .await;
        let chat = create(&server, json!({ "user_id": "u1" })).await;
        // Nothing is heard of them between two looks, since they answer no ping before they read.
        let mut silent = vec![
            open(&server, &chat, "").await,
            open(&server, &chat, "&v=2").await,
        ];
        let many = format!("/live?api_key={}&user_id=u1", server.a.key);
        silent.push(server.socket(&many, &[]).await);
        for mut socket in silent {
            while socket.next().await["error_code"] != "NO_PONG" {}
            assert_eq!(socket.closed().await, 4408);
        }
    });
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    run(Backend::Sqlite, async |_: TestServer| {
        let server = TestServer::start_with(Backend::Sqlite, |options| {
            options.pace.drain = Duration::from_millis(200);
        })
        .await;
        let chat = create(&server, json!({ "user_id": "u1" })).await;
        let many = format!("/live?api_key={}&user_id=u1", server.a.key);
        let mut many = server.socket(&many, &[]).await;
        let subscribe = json!({ "action": "subscribe", "conversation": chat["id"] });
        many.send(&subscribe).await;
        while many.next().await["event_type"] != "subscribed" {}
        let mut held = vec![many];
        for version in ["", "&v=2"] {
            held.push(open(&server, &chat, version).await);
        }
        // More than the system holds for a connection.
        flood(&server, &chat, 2_000).await;
        // While a user has a socket open, whichever it is, the user is not deleted.
        let deleted = async {
            loop {
                let delete = server.delete("/api/v1/users/u1");
                if delete.by_a(&server).send().await.status == 200 {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, deleted)
            .await
            .expect("they are held for ever");
        for mut socket in held {
            while socket.next_or_end().await.is_some() {}
        }
    });
}

#[test]
fn a_server_that_stops_asks_its_sockets_to_come_back() {
    run(Backend::Sqlite, async |mut server: TestServer| {
        let chat = create(&server, json!({ "user_id": "u1" })).await;
        let mut socket = open(&server, &chat, "").await;
        let stopping = tokio::spawn(async move { server.restart().await });
        assert_eq!(socket.next().await["error_code"], "SERVER_SHUTDOWN");
        assert_eq!(socket.closed().await, 1001);
        stopping.await.unwrap();
    });
}
