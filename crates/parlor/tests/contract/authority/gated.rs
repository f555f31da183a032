//! A thread that is bound to a role is as unknown as none to whoever does not carry the role, whichever road is taken.

use parlor_engine::thread::SubjectNames;
use parlor_engine::{conversation, message, role, thread, workspace};
use parlor_model::conversation::{ConversationKey, CreateConversation, Kind};
use parlor_model::id::SpaceId;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::role::CreateRole;
use parlor_model::scope::{Level, Resource, Scope};
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use super::all_but;
use super::report::Report;
use crate::call::Place;
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::world::{Thing, Things, furnish, owner};

/// What stands in everything that is hidden.
const HIDDEN: &str = "of-sales-alone";
/// What names the thread or something in it.
const NOUNS: [&str; 4] = ["conversation", "thread", "message", "signal"];

/// A thread of a role, in place of every conversation there is.
async fn gated(server: &TestServer) -> (Things, ConversationKey) {
    let (engine, ctx) = (&server.engine, owner(server, &server.a).await);
    let mut things = furnish(server, &server.a).await;
    let sales = CreateRole {
        name: "sales".to_owned(),
        description: None,
        customer_id: None,
    };
    let sales = role::create(engine, &ctx, sales).await.unwrap();
    let talk = CreateConversation {
        title: Some(format!("{HIDDEN} title")),
        space: Some(SpaceId::new(things["space"].uuid)),
        ..CreateConversation::of(Kind::Thread)
    };
    let names = SubjectNames::default();
    let talk = thread::create(engine, &ctx, talk, Some(sales.id), names)
        .await
        .unwrap();
    let talk = talk.conversation;
    let key = ConversationKey::Number(talk.number);
    let said = async |author, role| {
        let words = CreateMessage::new(key, author, role, format!("{HIDDEN} words"));
        let said = message::create(engine, &ctx, words).await.unwrap();
        Thing::of(said.id.uuid(), said.number)
    };
    things.insert(
        "message",
        said(Some(server.a.owner.number), Role::User).await,
    );
    things.insert("signal", said(None, Role::Assistant).await);
    for noun in ["conversation", "thread"] {
        things.insert(noun, Thing::of(talk.id.uuid(), talk.number));
    }
    let change = UpdateWorkspace {
        require_roles: Some(true),
        ..UpdateWorkspace::default()
    };
    workspace::update(engine, &ctx, change).await.unwrap();
    (things, key)
}

/// What a key without `admin` opens, and a session of it that carries another role.
async fn caller(server: &TestServer) -> Credentials {
    let ctx = owner(server, &server.a).await;
    let guests = CreateRole {
        name: "guests".to_owned(),
        description: None,
        customer_id: Some("guests".to_owned()),
    };
    role::create(&server.engine, &ctx, guests).await.unwrap();
    let key = server
        .a
        .another_key(
            &all_but(Scope {
                resource: Resource::Admin,
                level: Level::Read,
            }),
            None,
        )
        .await;
    let (_, member) = server.signed_in("Mallory", None, "").await;
    let mut caller = Credentials::made_of(server, &server.a, &key, member).await;
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
    async fn no_road_leads_around_the_role_of_a_thread(server: TestServer) {
        let server = &server;
        let (things, key) = gated(server).await;
        let (caller, ctx) = (caller(server).await, owner(server, &server.a).await);
        let state = async || {
            let found = conversation::find(&server.engine, &ctx, key).await.unwrap();
            format!("{} {:?} {:?}", found.last_seq, found.state, found.title)
        };
        let mut before = state().await;
        let (mut report, mut tried) = (Report::default(), 0);
        for place in Place::all() {
            let probe = Ids::own(place.dialect, &things);
            for number in 0..place.samples(server, &probe).len() {
                let named = Ids::own(place.dialect, &things);
                place.path(&named);
                place.samples(server, &named).swap_remove(number);
                let names = named.asked().keys().any(|noun| NOUNS.contains(noun));
                let ids = Ids::own(place.dialect, &things);
                let reply = place.call(server, number, &ids, &place.headers(&caller)).await;
                if reply.text().contains(HIDDEN) {
                    report.note(&place, number, "shows it", &reply);
                }
                if names {
                    tried += 1;
                    let now = state().await;
                    if now != before {
                        report.note(&place, number, "changes it", &reply);
                        before = now;
                    }
                }
            }
        }
        assert!(tried > 40, "only {tried} requests name it");
        report.assert_empty();
    }
}
