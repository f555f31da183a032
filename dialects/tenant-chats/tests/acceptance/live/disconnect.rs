//! How subscriptions end, and the socket.

use std::time::Duration;

use parlor_engine::thread::SubjectNames;
use parlor_engine::{api_key, thread, workspace};
use parlor_kit::ids::format_uuid;
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::member::MemberKey;
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::backend::run;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use super::{
    add_participant, connect, create_titled_chat, next_frame, next_frame_of_type, post_message,
    remove_participant, subscribe,
};
use crate::requests::{AsTenantA, path_of_chat};

both! {
    async fn what_ends_a_conversation_ends_its_subscription_alone(server: TestServer) {
        let mut chats = Vec::new();
        for title in ["Deleted", "Closed", "Left", "Stays"] {
            let chat = create_titled_chat(&server, "u1", title).await;
            add_participant(&server, &chat, "u2").await;
            chats.push(chat);
        }
        let (mut socket, _) = connect(&server, "u2").await;
        subscribe(&mut socket, &chats.iter().collect::<Vec<_>>()).await;
        let ended = async |socket: &mut parlor_testkit::TestSocket, chat: &Value, reason: &str| {
            let frame = next_frame_of_type(socket, "unsubscribed").await;
            assert_eq!((&frame["conversation"], &frame["reason"]), (&chat["id"], &json!(reason)));
        };
        // Nothing but a chat's own sockets keeps it from being deleted.
        server.delete(&path_of_chat(&chats[0])).by_a(&server).send().await.expect(200);
        ended(&mut socket, &chats[0], "CHAT_DELETED").await;
        let close = server.patch(&path_of_chat(&chats[1])).by_a(&server).json(&json!({ "status": "closed" }));
        close.send().await.expect(200);
        ended(&mut socket, &chats[1], "CHAT_CLOSED").await;
        remove_participant(&server, &chats[2], "u2").await;
        ended(&mut socket, &chats[2], "FORBIDDEN").await;
        // What is said there afterwards is not heard, and it cannot be followed again.
        post_message(&server, &chats[2], json!({ "content": "secret" })).await;
        for chat in &chats[..3] {
            socket.send(&json!({ "action": "subscribe", "conversation": chat["id"] })).await;
            let refused = next_frame(&mut socket).await;
            assert_eq!(refused["event_type"], "error", "{refused}");
            socket.send(&json!({ "conversation": chat["id"], "content": "hello?" })).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], "NOT_SUBSCRIBED");
        }
        post_message(&server, &chats[3], json!({ "content": "heard" })).await;
        assert_eq!(next_frame(&mut socket).await["message"]["content"], "heard");
    }
}

both! {
    async fn a_workspace_that_comes_to_ask_for_roles_ends_what_it_hides_on_open_sockets(server: TestServer) {
        let user = create_titled_chat(&server, "u1", "Stays").await;
        let (engine, owner) = (&server.engine, server.a.ctx());
        let command = CreateConversation {
            subject: Some(MemberKey::External("u1".to_owned())),
            title: Some("Of a role".to_owned()),
            ..CreateConversation::new(ConversationKind::Thread)
        };
        let id = thread::create(engine, &owner, command, None, SubjectNames::default()).await.unwrap();
        let id = format_uuid(id.conversation.id);
        let hidden = json!({ "id": id });
        let path = format!("/ws/chat?api_key={}&user_id=u1&chat_id={id}&v=2", server.a.key);
        let mut one = server.open_socket(&path, &[]).await;
        assert_eq!(one.next().await["event_type"], "connection_established");
        let (mut many, _) = connect(&server, "u1").await;
        subscribe(&mut many, &[&user, &hidden]).await;

        let change = UpdateWorkspace { require_roles: Some(true), ..UpdateWorkspace::default() };
        workspace::update(engine, &owner, change).await.unwrap();
        assert_eq!(next_frame_of_type(&mut one, "error").await["error_code"], "FORBIDDEN");
        assert_eq!(one.expect_close().await, 4403);
        let ended = next_frame_of_type(&mut many, "unsubscribed").await;
        assert_eq!((&ended["conversation"], &ended["reason"]), (&hidden["id"], &json!("FORBIDDEN")));
        // The rest of the socket goes on.
        post_message(&server, &hidden, json!({ "content": "secret" })).await;
        post_message(&server, &user, json!({ "content": "heard" })).await;
        assert_eq!(next_frame(&mut many).await["message"]["content"], "heard");
    }
}

#[test]
fn revoked_key_closes_the_socket() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        run(backend, async |_: TestServer| {
            let server = TestServer::start_with(backend, |options| {
                options.timeouts.reauthorize_interval = Duration::from_millis(50);
            })
            .await;
            create_titled_chat(&server, "u1", "One").await;
            let (mut socket, _) = connect(&server, "u1").await;
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
fn changed_rights_close_the_socket() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        run(backend, async |_: TestServer| {
            let server = TestServer::start_with(backend, |options| {
                options.timeouts.reauthorize_interval = Duration::from_millis(50);
            })
            .await;
            use parlor_model::access::WorkspaceRole;
            use parlor_model::member::UpdateMember;
            let manager = server
                .a
                .create_person("Mia", Some(WorkspaceRole::Manager), "")
                .await;
            let key = server
                .a
                .create_key("messages:write,conversations:read", Some(&manager))
                .await;
            let mut socket = server
                .open_socket(&format!("/live?api_key={key}"), &[])
                .await;
            assert_eq!(socket.next().await["event_type"], "connection_established");
            let command = UpdateMember {
                role: Some(Some(WorkspaceRole::User)),
                ..UpdateMember::default()
            };
            server.a.update_member(&manager, command).await;
            assert_eq!(socket.next().await["error_code"], "FORBIDDEN");
            assert_eq!(socket.expect_close().await, 4403);
        });
    }
}

#[test]
fn a_server_that_stops_asks_to_come_back() {
    run(TestBackend::Sqlite, async |mut server: TestServer| {
        let one = create_titled_chat(&server, "u1", "One").await;
        let (mut socket, _) = connect(&server, "u1").await;
        subscribe(&mut socket, &[&one]).await;
        socket.send(&json!({ "action": "list" })).await;
        next_frame_of_type(&mut socket, "list_current").await;
        let stopping = tokio::spawn(async move { server.restart().await });
        assert_eq!(
            next_frame(&mut socket).await["error_code"],
            "SERVER_SHUTDOWN"
        );
        assert_eq!(socket.expect_close().await, 1001);
        stopping.await.unwrap();
    });
}
