//! The live socket with the messages of all channels of a member.

use std::time::Duration;

use parlor_engine::api_key;
use parlor_testkit::backend::run;
use parlor_testkit::{TestBackend, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::fixtures::{
    ADD_PATH, DISBAND_PATH, JOIN_PATH, LEAVE_PATH, REMOVE_PATH, TestMember, create_member,
    create_three_members, response_data,
};

pub(crate) async fn connect(server: &TestServer, member: &TestMember) -> TestSocket {
    server
        .open_socket(&format!("/ws/?token={}", member.token), &[])
        .await
}

/// Returns the next message, after checking the fields that lists do not have.
pub(crate) async fn next_message(socket: &mut TestSocket) -> (Value, bool, String) {
    let frame = socket.next().await;
    let whole = frame.as_object().unwrap();
    assert_eq!(whole.keys().collect::<Vec<_>>(), ["im-message"]);
    let mut message = frame["im-message"].clone();
    let fields = message.as_object_mut().unwrap();
    let mute = fields.remove("mute").unwrap().as_bool().unwrap();
    let kind = fields.remove("channelType").unwrap();
    (message, mute, kind.as_str().unwrap().to_owned())
}

/// Returns the next message's text.
async fn next_text(socket: &mut TestSocket) -> String {
    next_message(socket).await.0["content"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) async fn expect_close(mut socket: TestSocket, code: &str, close: u16) {
    let frame = socket.next().await;
    assert_eq!(
        (&frame["code"], &frame["data"]),
        (&json!(code), &Value::Null)
    );
    assert_eq!(socket.expect_close().await, close);
}

async fn change_members(
    server: &TestServer,
    member: &TestMember,
    path: &str,
    channel: &str,
    members: &[&TestMember],
) {
    let members: Vec<_> = members.iter().map(|one| one.id.as_str()).collect();
    let body = json!({ "channelUuid": channel, "members": members });
    response_data(&member.post(server, path, &body).await);
}

both! {
    async fn message_frame_equals_the_list_item(server: TestServer) {
        let (a, b, c) = create_three_members(&server).await;
        let group = a.group(&server, &[&b]).await;
        let pair = a.open_pair(&server, &b).await;
        response_data(&b.post(&server, "/api/v1/userInfo/update", &json!({ "avatar": "https://example.org/b.png" })).await);
        response_data(&b.post(&server, "/api/v1/userChannels/mute", &json!({ "channelUuid": pair, "mute": true })).await);
        server.clock.advance(Duration::from_secs(120));
        let (mut as_, mut again, mut bs, mut cs) = (connect(&server, &a).await, connect(&server, &a).await, connect(&server, &b).await, connect(&server, &c).await);

        let first = response_data(&b.send_message(&server, &group, "Hi\n\"all\"").await);
        let quoting = json!({ "channelUuid": group, "content": "Hello", "quoteId": first["id"], "sendUuid": "mine-1" });
        response_data(&a.post(&server, "/api/v1/message/send", &quoting).await);
        let listed = a.messages(&server, &group, "limit=2").await;
        assert_eq!((&listed[1]["quote"]["id"], &listed[0]["fromAvatar"]), (&first["id"], &json!("https://example.org/b.png")));
        for socket in [&mut as_, &mut again, &mut bs] {
            for message in &listed {
                assert_eq!(next_message(socket).await, (message.clone(), false, "G".to_owned()));
            }
        }
        response_data(&a.send_message(&server, &pair, "You and me").await);
        let listed = a.messages(&server, &pair, "limit=1").await;
        for (socket, mute) in [(&mut as_, false), (&mut bs, true)] {
            assert_eq!(next_message(socket).await, (listed[0].clone(), mute, "P".to_owned()));
        }
        // A member of neither channel has received nothing so far.
        let own = c.group(&server, &[]).await;
        response_data(&c.send_message(&server, &own, "to myself").await);
        assert_eq!(next_text(&mut cs).await, "Cleo created Group team");
        assert_eq!(next_text(&mut cs).await, "to myself");
    }

    async fn channels_joined_later_are_received_until_left(server: TestServer) {
        let (a, b, c) = create_three_members(&server).await;
        let group = a.group(&server, &[]).await;
        response_data(&a.send_message(&server, &group, "long ago").await);
        server.clock.advance(Duration::from_secs(120));
        let (mut bs, mut cs) = (connect(&server, &b).await, connect(&server, &c).await);
        response_data(&a.send_message(&server, &group, "before you came").await);
        change_members(&server, &a, ADD_PATH, &group, &[&b]).await;
        assert_eq!(next_text(&mut bs).await, "Ada added Bob to the group");
        response_data(&a.send_message(&server, &group, "welcome").await);
        assert_eq!(next_text(&mut bs).await, "welcome");
        change_members(&server, &c, JOIN_PATH, &group, &[]).await;
        for socket in [&mut bs, &mut cs] {
            assert_eq!(next_text(socket).await, "Cleo joined the group");
        }
        change_members(&server, &a, REMOVE_PATH, &group, &[&b]).await;
        change_members(&server, &c, LEAVE_PATH, &group, &[]).await;
        response_data(&a.send_message(&server, &group, "without you").await);
        let other = a.group(&server, &[&b, &c]).await;
        response_data(&a.send_message(&server, &other, "elsewhere").await);
        // C may have received messages from before it left, but none from afterwards.
        for socket in [&mut bs, &mut cs] {
            let mut received = next_text(socket).await;
            while received != "elsewhere" {
                assert_ne!(received, "without you");
                received = next_text(socket).await;
            }
        }
        change_members(&server, &c, JOIN_PATH, &group, &[]).await;
        assert_eq!(next_text(&mut cs).await, "Cleo joined the group");
        response_data(&a.send_message(&server, &group, "again").await);
        assert_eq!(next_text(&mut cs).await, "again");
    }

    async fn all_messages_are_received_under_load(server: TestServer) {
        let (a, b, _) = create_three_members(&server).await;
        let groups = [a.group(&server, &[&b]).await, a.group(&server, &[&b]).await, a.group(&server, &[&b]).await];
        server.clock.advance(Duration::from_secs(120));
        let mut bs = connect(&server, &b).await;
        const EACH: usize = 120;
        let speaking = async {
            for n in 0..EACH {
                for group in &groups {
                    response_data(&a.send_message(&server, group, &n.to_string()).await);
                }
            }
        };
        let hearing = async {
            let mut received = vec![Vec::new(); groups.len()];
            for _ in 0..EACH * groups.len() {
                let (message, ..) = next_message(&mut bs).await;
                let group = groups.iter().position(|group| message["channelUuid"] == *group).unwrap();
                received[group].push(message["content"].as_str().unwrap().parse::<usize>().unwrap());
            }
            received
        };
        let ((), received) = tokio::join!(speaking, hearing);
        for received in received {
            assert!(received.into_iter().eq(0..EACH), "a channel's messages come once and in order");
        }
        // Only the next message follows.
        response_data(&a.send_message(&server, &groups[0], "the end").await);
        assert_eq!(next_text(&mut bs).await, "the end");
    }

    async fn only_messages_after_the_handshake_are_sent(server: TestServer) {
        let (a, b, c) = create_three_members(&server).await;
        let groups = [a.group(&server, &[&b]).await, a.group(&server, &[&b]).await, a.open_pair(&server, &b).await];
        for round in 0..3 {
            // The clock does not advance, so only the log determines the order.
            for group in &groups {
                response_data(&a.send_message(&server, group, &format!("before {round}")).await);
            }
            response_data(&b.post(&server, "/api/v1/userChannels/hide", &json!({ "channelUuid": groups[0] })).await);
            let mut bs = connect(&server, &b).await;
            for group in &groups {
                response_data(&a.send_message(&server, group, &format!("after {round}")).await);
            }
            for group in &groups {
                let (message, ..) = next_message(&mut bs).await;
                assert_eq!((&message["channelUuid"], &message["content"]), (&json!(group), &json!(format!("after {round}"))));
            }
            let own = c.group(&server, &[&b]).await;
            assert_eq!(next_message(&mut bs).await.0["channelUuid"], json!(own));
        }
    }

    async fn messages_of_channels_are_merged_by_time(server: TestServer) {
        let (a, b, _) = create_three_members(&server).await;
        let groups = [a.group(&server, &[&b]).await, a.group(&server, &[&b]).await, a.open_pair(&server, &b).await, a.group(&server, &[&b]).await];
        let mut bs = connect(&server, &b).await;
        const COUNT: usize = 150;
        let speaking = async {
            for n in 0..COUNT {
                // Sometimes many in one channel, more than are read at a time.
                let index = if n % 50 < 30 { n * 7 % groups.len() } else { n / 50 };
                response_data(&a.send_message(&server, &groups[index], &n.to_string()).await);
            }
        };
        let hearing = async {
            let mut received = Vec::new();
            while received.len() < COUNT {
                received.push(next_text(&mut bs).await.parse::<usize>().unwrap());
            }
            received
        };
        let ((), received) = tokio::join!(speaking, hearing);
        assert_eq!(received, (0..COUNT).collect::<Vec<_>>());
    }

    async fn connection_without_a_valid_token_is_refused(server: TestServer) {
        let a = create_member(&server, "Ada").await;
        let foreign = server.b.sign_in(&server.b.owner).await;
        let bearer = format!("Bearer {}", a.token);
        for (query, headers, code) in [
            ("", vec![], "10101"),
            ("?token=", vec![], "10101"),
            ("?token=nonsense", vec![], "10101"),
            ("?token=%00%ff", vec![], "10101"),
            ("", vec![("Authorization", "Bearer nonsense")], "10101"),
            ("", vec![("Authorization", bearer.as_str()), ("ApiKey", "nonsense")], "10120"),
            ("", vec![("Authorization", bearer.as_str()), ("ApiKey", server.b.key.as_str())], "10101"),
        ] {
            expect_close(server.open_socket(&format!("/ws/{query}"), &headers).await, code, 4401).await;
        }
        // The token in its header, with and without the project's key, with and without the trailing slash.
        for (path, headers) in [
            ("/ws/", vec![("Authorization", bearer.as_str())]),
            ("/ws", vec![("Authorization", a.token.as_str()), ("ApiKey", server.a.key.as_str())]),
        ] {
            let mut socket = server.open_socket(path, &headers).await;
            let group = a.group(&server, &[]).await;
            response_data(&a.send_message(&server, &group, "heard").await);
            while next_text(&mut socket).await != "heard" {}
        }
        // Another tenant's member receives only messages of its own channels.
        let mut theirs = server.open_socket(&format!("/ws/?token={foreign}"), &[]).await;
        let group = a.group(&server, &[]).await;
        response_data(&a.send_message(&server, &group, "not for you").await);
        let body = json!({ "type": "G", "name": "theirs", "members": [] });
        let request = server.post("/api/v1/channel/create").header("ApiKey", &server.b.key).bearer(&foreign).json(&body);
        response_data(&request.send().await);
        assert!(next_text(&mut theirs).await.ends_with("created Group theirs"));
        let plain = server.get(&format!("/ws/?token={}", a.token)).send().await;
        assert_eq!((plain.status, plain.json()["code"].clone()), (426, json!("-1")));
    }

    async fn revoked_credential_closes_the_socket(server: TestServer) {
        let a = create_member(&server, "Ada").await;
        let secret = server.a.create_key("*", None).await;
        let by_key = server.open_socket(&format!("/ws/?token={}", a.token), &[("ApiKey", &secret)]).await;
        let mut by_token = connect(&server, &a).await;
        let keys = api_key::list(&server.engine, &server.a.ctx()).await.unwrap();
        let id = keys.into_iter().find(|key| key.name.as_deref() == Some("another")).unwrap().id;
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        expect_close(by_key, "10101", 4401).await;
        let group = a.group(&server, &[]).await;
        response_data(&a.send_message(&server, &group, "still there").await);
        while next_text(&mut by_token).await != "still there" {}
        // Expiry of the token.
        server.clock.advance(Duration::from_secs(3_601));
        expect_close(by_token, "10101", 4401).await;
    }

    async fn member_may_open_twenty_sockets(server: TestServer) {
        let a = create_member(&server, "Ada").await;
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(connect(&server, &a).await);
        }
        expect_close(connect(&server, &a).await, "10110", 4429).await;
        // Client frames are ignored, up to the maximum size.
        let mut socket = held.pop().unwrap();
        socket.send_text("ping").await;
        socket.send_binary(vec![0, 255]).await;
        let group = a.group(&server, &[]).await;
        assert_eq!(next_text(&mut socket).await, "Ada created Group team");
        socket.send_text(&"x".repeat(20_000)).await;
        expect_close(socket, "10112", 1009).await;
        change_members(&server, &a, DISBAND_PATH, &group, &[]).await;
    }

    async fn shutdown_sends_a_close_frame(server: TestServer) {
        let mut server = server;
        let a = create_member(&server, "Ada").await;
        let socket = connect(&server, &a).await;
        let (_, ()) = tokio::join!(server.stop(), expect_close(socket, "10002", 1001));
    }
}

#[test]
fn client_without_pong_is_disconnected() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options.timeouts.ping_interval = Duration::from_millis(20);
            options.timeouts.pong_timeout = Duration::from_millis(1);
        })
        .await;
        let a = create_member(&server, "Ada").await;
        // The client answers no ping before it reads.
        expect_close(connect(&server, &a).await, "10002", 4408).await;
    });
}
