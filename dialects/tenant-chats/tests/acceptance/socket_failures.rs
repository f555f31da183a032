//! Sockets that are too slow, lose their key, or meet the end of the server.

use std::collections::BTreeSet;
use std::time::Duration;

use parlor_engine::{api_key, message};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::backend::run;
use parlor_testkit::{TestBackend, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat};

async fn connect(server: &TestServer, chat: &Value, more: &str) -> TestSocket {
    let (key, id) = (&server.a.key, chat["id"].as_str().unwrap());
    let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}{more}");
    let mut socket = server.open_socket(&path, &[]).await;
    assert_eq!(socket.next().await["event_type"], "connection_established");
    socket
}

/// Says so many long things at once.
async fn send_many(server: &TestServer, chat: &Value, count: usize) {
    let id = parlor_kit::ids::parse_uuid(chat["id"].as_str().unwrap()).unwrap();
    let mut sends = tokio::task::JoinSet::new();
    for n in 0..count {
        let (engine, ctx) = (server.engine.clone(), server.a.ctx());
        let text = format!("{n} {}", "x".repeat(8_000));
        let command = CreateMessage::new(ConversationKey::Id(id), None, MessageRole::User, text);
        sends.spawn(async move { message::create(&engine, &ctx, command).await.unwrap().seq });
    }
    let taken: BTreeSet<i64> = sends.join_all().await.into_iter().collect();
    assert_eq!(taken.len(), count);
}

both! {
    async fn a_reader_that_stops_reading_misses_nothing_and_holds_nobody_back(server: TestServer) {
        const COUNT: usize = 4_000;
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Flood" })).await;
        let mut slow = connect(&server, &chat, "&v=2").await;
        let mut quick = connect(&server, &chat, "&v=2").await;
        let all = 2..=(COUNT as i64 + 1);
        let reading = async {
            let mut seen = Vec::new();
            while seen.len() < COUNT {
                seen.extend(quick.next().await["seq"].as_i64());
            }
            seen
        };
        let (seen, ()) = tokio::join!(reading, send_many(&server, &chat, COUNT));
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
        send_many(&server, &chat, 1).await;
        assert_eq!(slow.next().await["seq"], json!(COUNT + 2));
    }

    async fn what_is_said_while_somebody_comes_in_is_heard(server: TestServer) {
        for round in 0..40 {
            let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Door" })).await;
            let (key, id) = (&server.a.key, chat["id"].as_str().unwrap());
            let path = format!("/ws/chat?api_key={key}&user_id=u1&chat_id={id}&v=2");
            let coming = async {
                let mut socket = server.open_socket(&path, &[]).await;
                let first = socket.next().await;
                (socket, first["seq"].as_i64().unwrap())
            };
            let ((mut socket, mut has), ()) = tokio::join!(coming, send_many(&server, &chat, 3));
            while has < 4 {
                has += 1;
                assert_eq!(socket.next().await["seq"], json!(has), "round {round}");
            }
        }
    }
}

#[test]
fn revoked_key_closes_its_sockets() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        run(backend, async |_: TestServer| {
            let server = TestServer::start_with(backend, |options| {
                options.timeouts.reauthorize_interval = Duration::from_millis(50);
            })
            .await;
            let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
            let mut socket = connect(&server, &chat, "").await;
            let ctx = server.a.ctx();
            for found in api_key::list(&server.engine, &ctx).await.unwrap() {
                api_key::revoke(&server.engine, &ctx, found.id)
                    .await
                    .unwrap();
            }
            assert_eq!(socket.next().await["error_code"], "AUTH_ERROR");
            assert_eq!(socket.expect_close().await, 4401);
        });
    }
}

#[test]
fn a_silent_client_is_let_go() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.timeouts.ping_interval = Duration::from_millis(20);
            options.timeouts.pong_timeout = Duration::from_millis(1);
        })
        .await;
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        // Nothing is heard of them between two looks, since they answer no ping before they read.
        let mut silent = vec![
            connect(&server, &chat, "").await,
            connect(&server, &chat, "&v=2").await,
        ];
        let many = format!("/live?api_key={}&user_id=u1", server.a.key);
        silent.push(server.open_socket(&many, &[]).await);
        for mut socket in silent {
            while socket.next().await["error_code"] != "NO_PONG" {}
            assert_eq!(socket.expect_close().await, 4408);
        }
    });
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.timeouts.write_timeout = Duration::from_millis(200);
        })
        .await;
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let many = format!("/live?api_key={}&user_id=u1", server.a.key);
        let mut many = server.open_socket(&many, &[]).await;
        let subscribe = json!({ "action": "subscribe", "conversation": chat["id"] });
        many.send(&subscribe).await;
        while many.next().await["event_type"] != "subscribed" {}
        let mut held = vec![many];
        for version in ["", "&v=2"] {
            held.push(connect(&server, &chat, version).await);
        }
        // More than the system holds for a connection.
        send_many(&server, &chat, 2_000).await;
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
    run(TestBackend::Sqlite, async |mut server: TestServer| {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let mut socket = connect(&server, &chat, "").await;
        let stopping = tokio::spawn(async move { server.restart().await });
        assert_eq!(socket.next().await["error_code"], "SERVER_SHUTDOWN");
        assert_eq!(socket.expect_close().await, 1001);
        stopping.await.unwrap();
    });
}
