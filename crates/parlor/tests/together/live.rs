//! Whatever words it is said in, everybody who listens hears it, in the one order there is.

use parlor_testkit::{Events, Socket, TestServer, both};
use serde_json::{Value, json};

use crate::cast::{Cast, bare};
use crate::model::{Member, OWNER};
use crate::order::{EACH, room, writers};

/// Somebody who listens, in some vocabulary.
enum Ear {
    /// A tenant chat's socket, of one chat or of many.
    Chat(Socket),
    Channels(Socket),
    Rail(Events),
    Group(Events),
}

impl Ear {
    /// The next thing that is said; nothing for what is told beside it.
    async fn said(&mut self) -> String {
        loop {
            let text = match self {
                Self::Chat(socket) => {
                    let frame = socket.next().await;
                    match frame["event_type"].as_str() {
                        Some("message_created") => Some(frame["message"]["content"].clone()),
                        // The first version has an assistant's words as the end of a stream.
                        Some("message_stream_ended") => Some(frame["content"].clone()),
                        _ => None,
                    }
                }
                Self::Channels(socket) => {
                    let message = socket.next().await["im-message"].clone();
                    (message["type"] != "SYS").then(|| message["content"].clone())
                }
                Self::Rail(events) => {
                    let said = events.next().await;
                    (said.name == "chat:message_created").then(|| said.data["content"].clone())
                }
                Self::Group(events) => {
                    let said = events.next().await;
                    (said.name == "message.created").then(|| said.data["message"].clone())
                }
            };
            if let Some(Value::String(text)) = text {
                return text;
            }
        }
    }
}

/// Everybody who can listen to a conversation, at a node.
async fn ears(
    cast: &Cast<'_>,
    node: &str,
    people: &[&Member],
    id: uuid::Uuid,
    space: uuid::Uuid,
) -> Vec<(&'static str, Ear)> {
    let (key, workspace) = (&cast.tenant.key, &cast.tenant.workspace);
    let token = |who: &Member| format!("Bearer {}", who.token.as_ref().unwrap());
    let chat = |version: &str| {
        format!("/ws/chat?api_key={key}&user_id=customer-1&chat_id={id}&v={version}")
    };
    let mut ears = Vec::new();
    for (name, version) in [
        ("a chat's first socket", "1"),
        ("a chat's second socket", "2"),
    ] {
        let mut socket = Socket::open(node, &chat(version), &[]).await;
        assert_eq!(socket.next().await["event_type"], "connection_established");
        ears.push((name, Ear::Chat(socket)));
    }
    let path = format!("/live?api_key={key}&user_id=customer-1");
    let mut socket = Socket::open(node, &path, &[]).await;
    assert_eq!(socket.next().await["event_type"], "connection_established");
    socket
        .send(&json!({ "action": "subscribe", "conversation": id.to_string() }))
        .await;
    while socket.next().await["event_type"] != "subscribed" {}
    ears.push(("the socket of many chats", Ear::Chat(socket)));

    let path = format!("/ws/?token={}", people[1].token.as_ref().unwrap());
    ears.push((
        "a member's socket",
        Ear::Channels(Socket::open(node, &path, &[]).await),
    ));

    let path = format!("/api/v2/w/{workspace}/chats/{id}/events");
    let by_member = token(people[2]);
    let by_key = format!("Bearer {key}");
    for (name, bearer) in [
        ("a chat's stream", &by_member),
        ("the same by key", &by_key),
    ] {
        let mut events = Events::open(node, &path, &[("authorization", bearer)]).await;
        events.next().await;
        ears.push((name, Ear::Rail(events)));
    }
    let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group/{id}/events");
    let session = format!("Bearer {}", cast.session());
    let headers = [
        ("authorization", session.as_str()),
        ("organizationid", cast.tenant.organization.as_str()),
    ];
    let mut events = Events::open(node, &path, &headers).await;
    events.next().await;
    ears.push(("a group's stream", Ear::Group(events)));
    ears
}

/// Much is said in every vocabulary while everybody listens at a node; all hear it, in the order that is stored.
pub(crate) async fn whatever_is_said_is_heard(server: &TestServer, node: &str) {
    let (cast, model) = Cast::of(server).await;
    let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
    let (id, space) = room(&cast, &people).await;
    let ears = ears(&cast, node, &people, id, space).await;
    let count = 8 * EACH;
    let listening = ears.into_iter().map(|(name, mut ear)| async move {
        let mut heard = Vec::with_capacity(count);
        while heard.len() < count {
            heard.push(ear.said().await);
        }
        (name, heard)
    });
    let speaking = async {
        // One vocabulary after another, and then all of them at once.
        let mut requests = writers(&cast, &people, id, space).into_iter();
        for request in requests.by_ref().take(count / 2) {
            let reply = request.send().await;
            assert!(reply.status < 300, "{}", reply.text());
        }
        let rest = requests.map(|request| async move { request.send().await.status });
        for status in futures_util::future::join_all(rest).await {
            assert!(status < 300, "{status}");
        }
    };
    let (heard, ()) = tokio::join!(futures_util::future::join_all(listening), speaking);
    let path = format!("message/list?limit=100&channelUuid={}", bare(id));
    let shown = cast
        .relation(people[0], http::Method::GET, &path, None)
        .await
        .granted("")
        .unwrap();
    let rows = shown["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["type"] != "SYS");
    let order: Vec<_> = rows.map(|row| row["content"].as_str().unwrap()).collect();
    assert_eq!(order.len(), count.min(100));
    for (name, heard) in &heard {
        assert_eq!(
            &heard[count - order.len()..],
            order,
            "what {name} has heard"
        );
    }
}

both! {
    async fn whatever_is_said_reaches_everybody_who_listens(server: TestServer) {
        whatever_is_said_is_heard(&server, &server.url).await;
    }
}
