//! What a tenant has: one of every noun that a path or a body can name.

use std::collections::BTreeMap;

use parlor_engine::{conversation, member, message, space};
use parlor_model::conversation::{ConversationKey, CreateConversation, Kind};
use parlor_model::member::{CreateMember, Kind as Of, MemberKey, MemberRef, Profile};
use parlor_model::message::{CreateMessage, Role};
use parlor_model::participant::{NewParticipant, Role as As};
use parlor_model::space::{ContactKey, CreateSpace};
use parlor_model::{Ctx, Metadata};
use parlor_testkit::{Tenant, TestServer};
use serde_json::{Value, json};
use uuid::Uuid;

/// One thing by everything it can be called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thing {
    pub(crate) uuid: Uuid,
    pub(crate) number: i64,
    /// A handle, a customer's own id, a fingerprint.
    pub(crate) text: String,
}

/// A tenant's things by noun.
pub(crate) type Things = BTreeMap<&'static str, Thing>;

impl Thing {
    pub(crate) fn of(uuid: Uuid, number: i64) -> Self {
        Self {
            uuid,
            number,
            text: String::new(),
        }
    }
    pub(crate) fn named(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
    fn member(member: &MemberRef) -> Self {
        Self {
            uuid: member.id.uuid(),
            number: member.number,
            text: member.handle.clone(),
        }
    }
}

/// What stands in every name and message of a tenant's things, and in nobody else's.
pub(crate) fn mark(tenant: &Tenant) -> String {
    format!("private-{}", &tenant.workspace[24..])
}

/// The same tenant's context when its owner acts.
pub(crate) async fn owner(server: &TestServer, tenant: &Tenant) -> Ctx {
    let ctx = tenant.ctx();
    member::act_by_id(
        &server.engine,
        ctx.workspace,
        tenant.owner.id,
        None,
        ctx.request,
    )
    .await
    .unwrap()
}

/// Makes one of everything for a tenant. May be called as often as things are used up.
pub(crate) async fn furnish(server: &TestServer, tenant: &Tenant) -> Things {
    let engine = &server.engine;
    let ctx = owner(server, tenant).await;
    let fresh = engine.random_uuid().simple().to_string();
    let mark = mark(tenant);
    let named = |kind, noun: &str| CreateMember {
        profile: Profile {
            name: Some(format!("{mark} {noun}")),
            ..Profile::default()
        },
        ..CreateMember::of(kind)
    };
    let contact = CreateMember {
        fingerprint: Some(format!("fingerprint-{fresh}")),
        ..named(Of::Contact, "contact")
    };
    let fingerprint = contact.fingerprint.clone().unwrap();
    let contact = member::create(engine, &ctx, contact).await.unwrap();
    let person = member::create(engine, &ctx, named(Of::Person, "member"))
        .await
        .unwrap();
    let agent = member::create(engine, &ctx, named(Of::Assistant, "agent"))
        .await
        .unwrap();
    let customer = format!("user-{fresh}");
    let user = CreateMember {
        external_id: Some(customer.clone()),
        ..named(Of::Person, "user")
    };
    member::create(engine, &ctx, user).await.unwrap();
    let room = CreateSpace {
        name: Some(format!("{mark} space")),
        contact: Some(ContactKey::Id(contact.id)),
        ..CreateSpace::default()
    };
    let room = space::create(engine, &ctx, room).await.unwrap();
    let group = CreateConversation {
        title: Some(format!("{mark} conversation")),
        space: Some(room),
        subject: Some(MemberKey::External(customer.clone())),
        participants: vec![NewParticipant {
            who: MemberKey::Id(person.id),
            role: As::Member,
        }],
        ..CreateConversation::of(Kind::Group)
    };
    let group = conversation::create(engine, &ctx, group).await.unwrap();
    let said = CreateMessage {
        conversation: ConversationKey::Id(group.id),
        author: Some(tenant.owner.number),
        role: Role::User,
        form: None,
        text: format!("{mark} message").into(),
        metadata: Metadata::default(),
        client_id: None,
    };
    let said = message::create(engine, &ctx, said).await.unwrap();
    conversation::direct(engine, &ctx, MemberKey::Id(person.id), false)
        .await
        .unwrap();
    let mut things = BTreeMap::from([
        (
            "workspace",
            Thing::of(tenant.place.id.uuid(), tenant.place.number),
        ),
        (
            "organization",
            Thing::of(tenant.place.organization.uuid(), 0),
        ),
        ("space", Thing::of(room.uuid(), 0)),
        ("contact", Thing::member(&contact)),
        ("fingerprint", Thing::named(fingerprint)),
        ("member", Thing::member(&person)),
        ("agent", Thing::member(&agent)),
        ("user", Thing::named(customer)),
        ("conversation", Thing::of(group.id.uuid(), group.number)),
        ("message", Thing::of(said.id.uuid(), said.number)),
    ]);
    things.extend(lines(server, tenant, &fresh).await);
    things
}

/// What is made through the one dialect that has it: a workflow with a version and a run, a number, an inbox.
async fn lines(server: &TestServer, tenant: &Tenant, fresh: &str) -> Things {
    let mark = mark(tenant);
    let call = async |path: &str, body: Value| {
        let path = format!("/api/v2/w/{}{path}", tenant.workspace);
        let request = server.post(&path).bearer(&tenant.key);
        request.json(&body).send().await.expect(200)
    };
    let thing = |made: &Value| {
        let uuid = made["uuid"].as_str().unwrap().parse().unwrap();
        Thing::of(uuid, made["id"].as_i64().unwrap())
    };
    let digits: String = fresh
        .bytes()
        .take(9)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect();
    let number = call(
        "/phone-numbers",
        json!({ "number": format!("+44{digits}"), "name": format!("{mark} number") }),
    )
    .await;
    let inbox = call(
        "/inboxes",
        json!({ "address": format!("{fresh}@example.org"), "name": format!("{mark} inbox") }),
    )
    .await;
    let workflow = json!({ "name": format!("{mark} workflow"), "slug": format!("w-{fresh}"), "tasks": [{ "id": 1, "name": mark }] });
    let workflow = call("/workflows", workflow).await;
    let versions = format!("/workflows/{}/versions", workflow["uuid"].as_str().unwrap());
    call(&versions, json!({ "note": format!("{mark} version") })).await;
    call(&format!("{versions}/1/activate"), json!({})).await;
    let chat = call("/chats", json!({ "channel": "web-chat", "workflowId": workflow["id"], "title": format!("{mark} run") })).await;
    let path = format!(
        "/api/v2/w/{}/assignments/{}",
        tenant.workspace, chat["assignmentId"]
    );
    let run = server
        .get(&path)
        .bearer(&tenant.key)
        .send()
        .await
        .expect(200);
    BTreeMap::from([
        ("phone_number", thing(&number)),
        ("inbox", thing(&inbox)),
        ("workflow", thing(&workflow)),
        ("version", Thing::of(Uuid::nil(), 1)),
        ("assignment", thing(&run)),
    ])
}

/// As many things that nobody has.
pub(crate) fn nothing() -> Things {
    let id = Uuid::from_u128(0x0192_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001);
    let unknown = |text: &str| Thing {
        uuid: id,
        number: 900_000_001,
        text: text.to_owned(),
    };
    let mut things: Things = NOUNS
        .iter()
        .map(|noun| (*noun, unknown("nobody")))
        .collect();
    things.insert("member", unknown("d4swz-zaaaa-aaaaj-at5fa-cai"));
    things
}

/// Every noun that is in the table.
pub(crate) const NOUNS: &[&str] = &[
    "workspace",
    "organization",
    "space",
    "contact",
    "fingerprint",
    "member",
    "agent",
    "user",
    "conversation",
    "message",
    "phone_number",
    "inbox",
    "workflow",
    "version",
    "assignment",
];
