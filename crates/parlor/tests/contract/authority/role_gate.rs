//! A thread bound to a role is answered as unknown on every route to a caller that does not carry the role.

use parlor_engine::thread::SubjectNames;
use parlor_engine::{conversation, custom_role, message, thread, workspace};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::id::SpaceId;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::scope::{AccessLevel, Resource, Scope};
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use super::all_scopes_except;
use super::report::FailureReport;
use crate::credentials::Credentials;
use crate::fixtures::{FixtureEntities, FixtureEntity, create_fixtures, owner_context};
use crate::ids::FixtureIds;
use crate::route_under_test::RouteUnderTest;

/// The mark in everything that is hidden.
const HIDDEN_MARKER: &str = "of-sales-alone";
/// The ids of the thread and its contents.
const THREAD_PARAMETERS: [&str; 4] = ["conversation", "thread", "message", "signal"];

/// A thread bound to a role, which replaces every conversation of the fixture.
async fn create_gated_thread(server: &TestServer) -> (FixtureEntities, ConversationKey) {
    let (engine, ctx) = (&server.engine, owner_context(server, &server.a).await);
    let mut entities = create_fixtures(server, &server.a).await;
    let sales = CreateCustomRole {
        name: "sales".to_owned(),
        description: None,
        customer_id: None,
    };
    let sales = custom_role::create(engine, &ctx, sales).await.unwrap();
    let thread = CreateConversation {
        title: Some(format!("{HIDDEN_MARKER} title")),
        space: Some(SpaceId::new(entities["space"].uuid)),
        ..CreateConversation::new(ConversationKind::Thread)
    };
    let names = SubjectNames::default();
    let thread = thread::create(engine, &ctx, thread, Some(sales.id), names)
        .await
        .unwrap();
    let thread = thread.conversation;
    let key = ConversationKey::Number(thread.number);
    let create_message = async |author, role| {
        let words = CreateMessage::new(key, author, role, format!("{HIDDEN_MARKER} words"));
        let created = message::create(engine, &ctx, words).await.unwrap();
        FixtureEntity::new(created.id.uuid(), created.number)
    };
    entities.insert(
        "message",
        create_message(Some(server.a.owner.number), MessageRole::User).await,
    );
    entities.insert("signal", create_message(None, MessageRole::Assistant).await);
    for noun in ["conversation", "thread"] {
        entities.insert(noun, FixtureEntity::new(thread.id.uuid(), thread.number));
    }
    let change = UpdateWorkspace {
        require_roles: Some(true),
        ..UpdateWorkspace::default()
    };
    workspace::update(engine, &ctx, change).await.unwrap();
    (entities, key)
}

/// The credentials of a key without `admin`, with a session that carries another role.
async fn create_caller(server: &TestServer) -> Credentials {
    let ctx = owner_context(server, &server.a).await;
    let guests = CreateCustomRole {
        name: "guests".to_owned(),
        description: None,
        customer_id: Some("guests".to_owned()),
    };
    custom_role::create(&server.engine, &ctx, guests)
        .await
        .unwrap();
    let key = server
        .a
        .create_key(
            &all_scopes_except(Scope {
                resource: Resource::Admin,
                level: AccessLevel::Read,
            }),
            None,
        )
        .await;
    let (_, member) = server.create_signed_in_member("Mallory", None, "").await;
    let mut caller = Credentials::from_key_and_token(server, &server.a, &key, member).await;
    let exchange = format!(
        "/workspaces/{}/generate-access-key-token",
        server.a.workspace
    );
    let exchange = server.post(&exchange).header("x-api-key", &key);
    let session = exchange
        .json(&json!({ "customerRoleId": "guests" }))
        .send()
        .await
        .expect(200);
    caller.session = session["token"].as_str().unwrap().to_owned();
    caller
}

both! {
    async fn thread_role_gate_holds_on_every_route(server: TestServer) {
        let server = &server;
        let (entities, key) = create_gated_thread(server).await;
        let (caller, ctx) = (create_caller(server).await, owner_context(server, &server.a).await);
        let state = async || {
            let found = conversation::find(&server.engine, &ctx, key).await.unwrap();
            format!("{} {:?} {:?}", found.last_seq, found.state, found.title)
        };
        let mut before = state().await;
        let (mut report, mut tried) = (FailureReport::default(), 0);
        for route in RouteUnderTest::all() {
            let probe = FixtureIds::own(route.dialect, &entities);
            for number in 0..route.samples(server, &probe).len() {
                let named = FixtureIds::own(route.dialect, &entities);
                route.path(&named);
                route.samples(server, &named).swap_remove(number);
                let names = named.used_ids().keys().any(|noun| THREAD_PARAMETERS.contains(noun));
                let ids = FixtureIds::own(route.dialect, &entities);
                let reply = route.call(server, number, &ids, &route.headers(&caller)).await;
                if reply.text().contains(HIDDEN_MARKER) {
                    report.add_reply(&route, number, "shows it", &reply);
                }
                if names {
                    tried += 1;
                    let now = state().await;
                    if now != before {
                        report.add_reply(&route, number, "changes it", &reply);
                        before = now;
                    }
                }
            }
        }
        assert!(tried > 40, "only {tried} requests name it");
        report.assert_empty();
    }
}
