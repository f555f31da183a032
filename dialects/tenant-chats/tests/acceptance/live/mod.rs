//! `/live`, the socket for many conversations.

use parlor_engine::participant;
use parlor_model::conversation::ConversationKey;
use parlor_model::member::MemberKey;
use parlor_model::participant::{NewParticipant, ParticipantRole as Part};
use parlor_model::participant_commands::{
    AddParticipants, OnDuplicate, ParticipantAuthority, RemoveParticipants,
};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{TestServer, TestSocket};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, path_of_chat};

mod assistant;
mod connect;
mod disconnect;
mod list;
mod malicious_input;
mod presence;
mod subscriptions;

/// Opens a socket for a user of tenant A. Returns it with its first frame.
async fn connect(server: &TestServer, user: &str) -> (TestSocket, Value) {
    let path = format!("/live?api_key={}&user_id={user}", server.a.key);
    let mut socket = server.open_socket(&path, &[]).await;
    let first = socket.next().await;
    assert_eq!(first["event_type"], "connection_established", "{first}");
    (socket, first)
}

async fn create_titled_chat(server: &TestServer, user: &str, title: &str) -> Value {
    create_chat(server, json!({ "user_id": user, "title": title })).await
}

/// Subscribes to chats, all of which must be confirmed.
async fn subscribe(socket: &mut TestSocket, chats: &[&Value]) {
    for chat in chats {
        socket
            .send(&json!({ "action": "subscribe", "conversation": chat["id"] }))
            .await;
        let answer = next_frame(socket).await;
        assert_eq!(answer["event_type"], "subscribed", "{answer}");
        assert_eq!(answer["conversation"], chat["id"]);
    }
}

/// Returns the next frame that is no presence.
async fn next_frame(socket: &mut TestSocket) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] != "presence" {
            return frame;
        }
    }
}

/// Returns the next frame of a type, and skips others.
async fn next_frame_of_type(socket: &mut TestSocket, kind: &str) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] == kind {
            return frame;
        }
    }
}

async fn post_message(server: &TestServer, chat: &Value, body: Value) -> Value {
    let request = server.post(&format!("{}/messages", path_of_chat(chat)));
    request.by_a(server).json(&body).send().await.expect(201)
}

fn conversation_key(chat: &Value) -> ConversationKey {
    ConversationKey::Id(parlor_kit::ids::parse_uuid(chat["id"].as_str().unwrap()).unwrap())
}

/// Adds a user as a participant.
async fn add_participant(server: &TestServer, chat: &Value, user: &str) {
    let command = AddParticipants {
        conversation: conversation_key(chat),
        participants: vec![NewParticipant {
            member: MemberKey::External(user.to_owned()),
            role: Part::Member,
        }],
        on_duplicate: OnDuplicate::Skip,
        authority: ParticipantAuthority::Scope(Scope::write(Resource::Messages)),
    };
    let added = participant::add(&server.engine, &server.a.ctx(), command).await;
    added.unwrap();
}

async fn remove_participant(server: &TestServer, chat: &Value, user: &str) {
    let command = RemoveParticipants {
        conversation: conversation_key(chat),
        members: vec![MemberKey::External(user.to_owned())],
        authority: ParticipantAuthority::Scope(Scope::write(Resource::Messages)),
    };
    let removed = participant::remove(&server.engine, &server.a.ctx(), command).await;
    removed.unwrap();
}
