//! Two nodes that are connected through NATS with TLS and a password, where the first address is of a server that is down.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor::bus::NatsSettings;
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio::time::interval;
use parlor_testkit::{NatsServer, TestSocket};
use serde_json::json;

use crate::nodes::create_chat;
use crate::two_nodes::{TwoNodes, nats_settings};

/// Interval at which a user begins and ends to type.
const TYPING_INTERVAL: Duration = Duration::from_millis(200);

/// A file beside this one.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cross_dialect")
        .join(name)
}

/// Starts a server that requires TLS and a password.
fn start_guarded() -> NatsServer {
    let (certificate, key) = (file("nats_server.pem"), file("nats_server.key.pem"));
    NatsServer::start(&[
        "--tls",
        "--tlscert",
        certificate.to_str().unwrap(),
        "--tlskey",
        key.to_str().unwrap(),
        "--user",
        "parlor",
        "--pass",
        "word",
    ])
}

/// Returns the settings with a user, of the server and of one that is down.
fn settings(nats: &NatsServer, user: &str) -> NatsSettings {
    let down = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let servers = [down.unwrap(), nats.address()].map(|address| format!("tls://{user}@{address}"));
    NatsSettings {
        certificates_file: Some(file("nats_server.pem")),
        ..nats_settings(servers.join(","))
    }
}

/// A user on each node, in one chat.
async fn open_sockets(nodes: &TwoNodes) -> (TestSocket, TestSocket) {
    let (server, node) = (&nodes.server, &nodes.node);
    let (id, key) = (create_chat(server).await, &server.a.key);
    let path = |user: &str| format!("/ws/chat?api_key={key}&user_id={user}&chat_id={id}&v=2");
    let here = TestSocket::open_greeted(&server.url, &path("u1")).await;
    let there = TestSocket::open_greeted(node.url(), &path("u2")).await;
    (here, there)
}

/// Waits until typing on one node reaches the other: without a bus it never does.
async fn assert_typing_arrives(nodes: &TwoNodes) {
    let (mut here, mut there) = open_sockets(nodes).await;
    let typing = async {
        // The nodes may not be connected yet.
        let mut ticks = interval(TYPING_INTERVAL);
        for state in ["start", "stop"].iter().cycle() {
            ticks.tick().await;
            here.send(&json!({ "action": "typing", "state": state }))
                .await;
        }
    };
    let reading = async { while there.next().await["event_type"] != "typing" {} };
    parlor_testkit::tokio::select! {
        () = reading => {}
        () = typing => {}
    }
}

/// Checks that only what is stored reaches the other node, which finds it in the database.
async fn assert_only_messages_arrive(nodes: &TwoNodes) {
    let (mut here, mut there) = open_sockets(nodes).await;
    here.send(&json!({ "action": "typing", "state": "start" }))
        .await;
    for content in ["first", "second"] {
        here.send(&json!({ "action": "send", "content": content }))
            .await;
        loop {
            let frame = there.next().await;
            assert_ne!(frame["event_type"], "typing", "{frame}");
            if frame["event_type"] == "message_created" {
                break;
            }
        }
    }
}

#[test]
fn guarded_server_connects_nodes_that_have_its_password() {
    block_on(async {
        let nats = start_guarded();
        let settings = settings(&nats, "parlor:word");
        let nodes = TwoNodes::start_with_nats(nats, settings).await;
        assert_typing_arrives(&nodes).await;
    });
}

#[test]
fn nodes_without_the_password_serve_without_a_bus() {
    block_on(async {
        let nats = start_guarded();
        let settings = settings(&nats, "parlor:wrong");
        let nodes = TwoNodes::start_with_nats(nats, settings).await;
        assert_only_messages_arrive(&nodes).await;
    });
}

#[test]
fn certificate_of_an_unknown_authority_is_refused() {
    block_on(async {
        let nats = start_guarded();
        let settings = NatsSettings {
            certificates_file: None,
            ..settings(&nats, "parlor:word")
        };
        let nodes = TwoNodes::start_with_nats(nats, settings).await;
        assert_only_messages_arrive(&nodes).await;
    });
}
