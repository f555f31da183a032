//! Connections to a thread of a role by members without it: each ends when the workspace starts to require roles, and no
//! new one opens.

use parlor_engine::thread::SubjectNames;
use parlor_engine::{custom_role, thread, workspace};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::id::SpaceId;
use parlor_model::member::MemberKey;
use parlor_model::scope::{AccessLevel, Resource, Scope};
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{TestServer, both};

use super::all_scopes_except;
use super::connection::{Connection, Opener, TELLINGS, Telling};
use super::report::FailureReport;
use super::socket_opening::{OPENINGS, SocketFixture, open_socket};
use super::socket_revocation::find_member;
use super::streams::send_message;
use crate::fixtures::{create_fixtures, owner_context};

/// Scope that gives access to every thread.
const SEES_ALL: Scope = Scope {
    resource: Resource::Admin,
    level: AccessLevel::Read,
};
/// Customer's name of another role than the thread's.
const GUESTS: &str = "guests";

/// Creates a role with a customer's name.
async fn made(server: &TestServer, name: &str) -> parlor_model::id::CustomRoleId {
    let command = CreateCustomRole {
        name: name.to_owned(),
        description: None,
        customer_id: Some(name.to_owned()),
    };
    let ctx = owner_context(server, &server.a).await;
    custom_role::create(&server.engine, &ctx, command)
        .await
        .unwrap()
        .id
}

both! {
    async fn a_connection_to_a_thread_of_a_role_ends_where_roles_are_asked_for(server: TestServer) {
        let server = &server;
        let (engine, ctx) = (&server.engine, owner_context(server, &server.a).await);
        let mut report = FailureReport::default();
        let (sales, _) = (made(server, "sales").await, made(server, GUESTS).await);
        let entities = create_fixtures(server, &server.a).await;
        let space = SpaceId::new(entities["space"].uuid);
        let thread = CreateConversation {
            space: Some(space),
            subject: Some(MemberKey::External(entities["user"].text.clone())),
            ..CreateConversation::new(ConversationKind::Thread)
        };
        let thread = thread::create(engine, &ctx, thread, Some(sales), SubjectNames::default()).await;
        let thread = thread.unwrap().conversation;
        let fixture = SocketFixture {
            chat: thread.id.uuid().hyphenated().to_string(),
            user: entities["user"].text.clone(),
        };
        let key = server.a.create_key(&all_scopes_except(SEES_ALL), None).await;
        let user = find_member(server, &fixture).await;
        let opener = Opener {
            session: Opener::session(server, &key, Some(GUESTS)).await,
            key: key.clone(),
            token: server.a.sign_in(&user).await,
            space,
            chat: fixture.chat.clone(),
        };
        let mut open = Vec::new();
        for opening in OPENINGS {
            let path = opening.path(server, &key, &fixture.user, &fixture.chat).await;
            let socket = open_socket(server, opening, path.as_deref(), &fixture.chat).await;
            let socket = socket.unwrap_or_else(|| panic!("{opening:?} before"));
            open.push((format!("{opening:?}"), Connection::of_socket(socket)));
        }
        for telling in TELLINGS {
            let connection = opener.open(server, telling).await;
            open.push((format!("{telling:?}"), connection.unwrap_or_else(|| panic!("{telling:?} before"))));
        }
        send_message(server, thread.id.uuid(), "said-openly").await;
        for (name, connection) in &mut open {
            assert!(connection.tells("said-openly").await, "{name} before");
        }
        let asks = UpdateWorkspace { require_roles: Some(true), ..UpdateWorkspace::default() };
        workspace::update(engine, &ctx, asks).await.unwrap();
        for (name, connection) in &mut open {
            // The connection to all channels loses only this channel.
            if !connection.ends().await && *name != format!("{:?}", Telling::ChannelsByUser) {
                report.add(name.clone(), "goes on".to_owned());
            }
        }
        send_message(server, thread.id.uuid(), "said-to-sales").await;
        for (name, connection) in &mut open {
            connection.ends().await;
            if !connection.received(&["said-to-sales"]).is_empty() {
                report.add(name.clone(), "tells what is said then".to_owned());
            }
        }
        for opening in OPENINGS {
            let path = opening.path(server, &key, &fixture.user, &fixture.chat).await;
            if open_socket(server, opening, path.as_deref(), &fixture.chat).await.is_some() {
                report.add(format!("{opening:?} again"), "opened".to_owned());
            }
        }
        for telling in TELLINGS {
            if telling != Telling::ChannelsByUser && opener.open(server, telling).await.is_some() {
                report.add(format!("{telling:?} again"), "opened".to_owned());
            }
        }
        report.assert_empty();
    }
}
