//! Every subscriber receives messages sent in any dialect, in the order in which they are stored.

use parlor_testkit::{SseClient, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::actors::{Actors, relation_id};
use crate::message_order::{MESSAGES_PER_WRITER, create_shared_group, writer_requests};
use crate::model::{Member, OWNER};

/// A subscriber in some dialect.
enum LiveListener {
    /// A socket of tenant chats, of one chat or multiplexed.
    Chat(TestSocket),
    Channels(TestSocket),
    Rail(SseClient),
    Group(SseClient),
}

impl LiveListener {
    /// The next message, or `None` for any other frame.
    async fn next_text(&mut self) -> String {
        loop {
            let text = match self {
                Self::Chat(socket) => {
                    let frame = socket.next().await;
                    match frame["event_type"].as_str() {
                        Some("message_created") => Some(frame["message"]["content"].clone()),
                        // Protocol version 1 delivers an assistant's message as the end of a stream.
                        Some("message_stream_ended") => Some(frame["content"].clone()),
                        _ => None,
                    }
                }
                Self::Channels(socket) => {
                    let message = socket.next().await["im-message"].clone();
                    (message["type"] != "SYS").then(|| message["content"].clone())
                }
                Self::Rail(events) => {
                    let event = events.next().await;
                    (event.name == "chat:message_created").then(|| event.data["content"].clone())
                }
                Self::Group(events) => {
                    let event = events.next().await;
                    (event.name == "message.created").then(|| event.data["message"].clone())
                }
            };
            if let Some(Value::String(text)) = text {
                return text;
            }
        }
    }
}

/// A subscriber of every kind to one conversation, on one node.
async fn open_listeners(
    actors: &Actors<'_>,
    node: &str,
    people: &[&Member],
    id: uuid::Uuid,
    space: uuid::Uuid,
) -> Vec<(&'static str, LiveListener)> {
    let (key, workspace) = (&actors.tenant.key, &actors.tenant.workspace);
    let token = |who: &Member| format!("Bearer {}", who.token.as_ref().unwrap());
    let chat = |version: &str| {
        format!("/ws/chat?api_key={key}&user_id=customer-1&chat_id={id}&v={version}")
    };
    let mut listeners = Vec::new();
    for (name, version) in [
        ("a chat's first socket", "1"),
        ("a chat's second socket", "2"),
    ] {
        let mut socket = TestSocket::open(node, &chat(version), &[]).await;
        assert_eq!(socket.next().await["event_type"], "connection_established");
        listeners.push((name, LiveListener::Chat(socket)));
    }
    let path = format!("/live?api_key={key}&user_id=customer-1");
    let mut socket = TestSocket::open(node, &path, &[]).await;
    assert_eq!(socket.next().await["event_type"], "connection_established");
    socket
        .send(&json!({ "action": "subscribe", "conversation": id.to_string() }))
        .await;
    while socket.next().await["event_type"] != "subscribed" {}
    listeners.push(("the socket of many chats", LiveListener::Chat(socket)));

    let path = format!("/ws/?token={}", people[1].token.as_ref().unwrap());
    listeners.push((
        "a member's socket",
        LiveListener::Channels(TestSocket::open(node, &path, &[]).await),
    ));

    let path = format!("/api/v2/w/{workspace}/chats/{id}/events");
    let by_member = token(people[2]);
    let by_key = format!("Bearer {key}");
    for (name, bearer) in [
        ("a chat's stream", &by_member),
        ("the same by key", &by_key),
    ] {
        let mut events = SseClient::open(node, &path, &[("authorization", bearer)]).await;
        events.next().await;
        listeners.push((name, LiveListener::Rail(events)));
    }
    let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group/{id}/events");
    let session = format!("Bearer {}", actors.session());
    let headers = [
        ("authorization", session.as_str()),
        ("organizationid", actors.tenant.organization.as_str()),
    ];
    let mut events = SseClient::open(node, &path, &headers).await;
    events.next().await;
    listeners.push(("a group's stream", LiveListener::Group(events)));
    listeners
}

/// Many messages in every dialect while all subscribers are connected to a node; all receive them in the stored order.
pub(crate) async fn assert_all_listeners_receive(server: &TestServer, node: &str) {
    let (actors, model) = Actors::create(server).await;
    let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
    let (id, space) = create_shared_group(&actors, &people).await;
    let listeners = open_listeners(&actors, node, &people, id, space).await;
    let count = 8 * MESSAGES_PER_WRITER;
    let listening = listeners
        .into_iter()
        .map(|(name, mut listener)| async move {
            let mut received = Vec::with_capacity(count);
            while received.len() < count {
                received.push(listener.next_text().await);
            }
            (name, received)
        });
    let speaking = async {
        // One dialect after the other, then all concurrently.
        let mut requests = writer_requests(&actors, &people, id, space).into_iter();
        for request in requests.by_ref().take(count / 2) {
            let reply = request.send().await;
            assert!(reply.status < 300, "{}", reply.text());
        }
        let rest = requests.map(|request| async move { request.send().await.status });
        for status in futures_util::future::join_all(rest).await {
            assert!(status < 300, "{status}");
        }
    };
    let (received, ()) = tokio::join!(futures_util::future::join_all(listening), speaking);
    let path = format!("message/list?limit=100&channelUuid={}", relation_id(id));
    let shown = actors
        .relation(people[0], http::Method::GET, &path, None)
        .await
        .require_granted("")
        .unwrap();
    let rows = shown["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["type"] != "SYS");
    let order: Vec<_> = rows.map(|row| row["content"].as_str().unwrap()).collect();
    assert_eq!(order.len(), count.min(100));
    for (name, received) in &received {
        assert_eq!(
            &received[count - order.len()..],
            order,
            "what {name} has heard"
        );
    }
}

both! {
    async fn every_subscriber_receives_every_message(server: TestServer) {
        assert_all_listeners_receive(&server, &server.url).await;
    }
}
