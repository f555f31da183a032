//! The socket of many conversations.

use parlor_engine::participant;
use parlor_model::conversation::ConversationKey;
use parlor_model::member::MemberKey;
use parlor_model::participant::{
    AddParticipants, Authority, IfPresent, NewParticipant, RemoveParticipants, Role as Part,
};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{Socket, TestServer};
use serde_json::{Value, json};

use crate::call::{AsTenantA, create, path};

mod ends;
mod hostile;
mod list;
mod many;
mod presence;
mod signs_in;

/// A socket of a user of tenant A, after its first frame.
async fn open(server: &TestServer, user: &str) -> (Socket, Value) {
    let path = format!("/live?api_key={}&user_id={user}", server.a.key);
    let mut socket = server.socket(&path, &[]).await;
    let first = socket.next().await;
    assert_eq!(first["event_type"], "connection_established", "{first}");
    (socket, first)
}

async fn chat(server: &TestServer, user: &str, title: &str) -> Value {
    create(server, json!({ "user_id": user, "title": title })).await
}

/// Follows chats; all are granted.
async fn subscribe(socket: &mut Socket, chats: &[&Value]) {
    for chat in chats {
        socket
            .send(&json!({ "action": "subscribe", "conversation": chat["id"] }))
            .await;
        let answer = next(socket).await;
        assert_eq!(answer["event_type"], "subscribed", "{answer}");
        assert_eq!(answer["conversation"], chat["id"]);
    }
}

/// The next frame that tells no presence.
async fn next(socket: &mut Socket) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] != "presence" {
            return frame;
        }
    }
}

/// The next frame of a kind, whatever comes before.
async fn next_of(socket: &mut Socket, kind: &str) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] == kind {
            return frame;
        }
    }
}

async fn post(server: &TestServer, chat: &Value, body: Value) -> Value {
    let request = server.post(&format!("{}/messages", path(chat)));
    request.by_a(server).json(&body).send().await.expect(201)
}

fn key(chat: &Value) -> ConversationKey {
    ConversationKey::Id(parlor_kit::ids::parse_dashed(chat["id"].as_str().unwrap()).unwrap())
}

/// Lets a user take part.
async fn add(server: &TestServer, chat: &Value, user: &str) {
    let command = AddParticipants {
        conversation: key(chat),
        who: vec![NewParticipant {
            who: MemberKey::External(user.to_owned()),
            role: Part::Member,
        }],
        if_present: IfPresent::Skip,
        authority: Authority::Scope(Scope::write(Resource::Messages)),
    };
    let added = participant::add(&server.engine, &server.a.ctx(), command).await;
    added.unwrap();
}

async fn remove(server: &TestServer, chat: &Value, user: &str) {
    let command = RemoveParticipants {
        conversation: key(chat),
        who: vec![MemberKey::External(user.to_owned())],
        authority: Authority::Scope(Scope::write(Resource::Messages)),
    };
    let removed = participant::remove(&server.engine, &server.a.ctx(), command).await;
    removed.unwrap();
}
