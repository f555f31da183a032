//! What a tenant has: one of every noun that a path or a body can name.

use std::collections::BTreeMap;

use parlor_engine::file::{StoreFile, Target, Upload};
use parlor_engine::line::{inbox, phone_number};
use parlor_engine::{chat, conversation, event_rule, key, member, message, role, space, workflow};
use parlor_model::Ctx;
use parlor_model::chat::StartChat;
use parlor_model::conversation::{ConversationKey, CreateConversation, Kind, Medium};
use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::file::FilePath;
use parlor_model::id::{ConversationId, FileId, Locator, SpaceId};
use parlor_model::key::CreateKey;
use parlor_model::line::{CreateInbox, CreatePhoneNumber};
use parlor_model::member::{CreateMember, Kind as Of, MemberKey, MemberRef, Profile};
use parlor_model::message::{CreateMessage, MessageKey, Role};
use parlor_model::participant::{NewParticipant, Role as As};
use parlor_model::phone_options::UpdatePhoneOptions;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::role::CreateRole;
use parlor_model::scope::Scopes;
use parlor_model::space::{ContactKey, CreateSpace};
use parlor_model::workflow::CreateWorkflow;
use parlor_testkit::{Tenant, TestServer};
use uuid::Uuid;

use crate::marks::marked;

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
    let said = CreateMessage::new(
        ConversationKey::Id(group.id),
        Some(tenant.owner.number),
        Role::User,
        format!("{mark} message"),
    );
    let said = message::create(engine, &ctx, said).await.unwrap();
    let pair = conversation::direct(engine, &ctx, MemberKey::Id(person.id), false)
        .await
        .unwrap();
    // One that the owner does not take part in: made by a key that acts for nobody, for a customer's user.
    let unjoined = CreateConversation {
        title: Some(format!("{mark} conversation of others")),
        subject: Some(MemberKey::External(customer.clone())),
        ..CreateConversation::of(Kind::Group)
    };
    let unjoined = conversation::create(engine, &tenant.ctx(), unjoined)
        .await
        .unwrap();
    let mut things = served(server, tenant, &ctx, &agent, &fresh).await;
    let place = ConversationKey::Id(group.id);
    things.extend(marked(server, tenant, &ctx, place, &fresh).await);
    things.extend(answered(server, &ctx, room, group.id, &mark, &fresh).await);
    things.extend([
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
        ("participant", Thing::member(&person)),
        ("agent", Thing::member(&agent)),
        ("user", Thing::named(customer)),
        ("conversation", Thing::of(group.id.uuid(), group.number)),
        ("message", Thing::of(said.id.uuid(), said.number)),
        ("unjoined", Thing::of(unjoined.id.uuid(), unjoined.number)),
        ("dm", Thing::of(pair.id.uuid(), pair.number)),
        // A channel is an id that its users have agreed on, and nothing besides.
        ("channel", Thing::of(engine.random_uuid(), 0)),
        ("knowledge", Thing::of(engine.random_uuid(), 0)),
        ("tool", Thing::named(TOOL)),
        // Whoever has an address needs no key: the tests of the dialect try what it opens.
        ("token", Thing::named("nobodys.signed.address")),
    ]);
    things.extend(filed(server, &ctx, room, group.id, &fresh).await);
    things.extend(managed(server, &ctx, &mark).await);
    things
}

/// What serves conversations: a workflow with an active version, a run of it, a phone number, an inbox.
async fn served(
    server: &TestServer,
    tenant: &Tenant,
    ctx: &Ctx,
    agent: &MemberRef,
    fresh: &str,
) -> Things {
    let (engine, mark) = (&server.engine, mark(tenant));
    let digits: String = fresh
        .bytes()
        .map(|byte| char::from(b'0' + byte % 10))
        .take(9)
        .collect();
    let number = CreatePhoneNumber {
        e164: format!("+12{digits}"),
        name: Some(format!("{mark} number")),
        sms: true,
        voice: true,
        // Nothing may rest on it, or it could not be archived.
        is_default: false,
        options: UpdatePhoneOptions {
            brand_name: Some(Some(format!("{mark} brand"))),
            ..UpdatePhoneOptions::default()
        },
    };
    let number = phone_number::create(engine, ctx, number).await.unwrap();
    let mailbox = CreateInbox {
        slug: None,
        name: Some(format!("{mark} inbox")),
        address: format!("{fresh}@example.org"),
        workflow: None,
        footer: Some(format!("{mark} footer")),
        rules: vec![serde_json::json!({ "rule": mark })],
        is_default: true,
    };
    let mailbox = inbox::create(engine, ctx, mailbox).await.unwrap();
    let flow = CreateWorkflow {
        name: format!("{mark} workflow"),
        slug: None,
        agent: Some(MemberKey::Id(agent.id)),
        default_phone_number: None,
        default_inbox: Some(Locator::Id(mailbox.id)),
        tasks: vec![serde_json::json!({ "name": mark })],
        description: Some(format!("{mark} description")),
        opening_message: Some(format!("{mark} opening")),
        permissions: Some(serde_json::json!({ "note": mark })),
        role_access: Vec::new(),
    };
    let flow = workflow::create(engine, ctx, flow).await.unwrap();
    let key = Locator::Id(flow.id);
    // A version is only a number of its workflow: the tenants' differ, so that one has not what the other has.
    let versions = if tenant.workspace == server.b.workspace {
        2
    } else {
        1
    };
    for _ in 0..versions {
        workflow::publish(engine, ctx, key, None).await.unwrap();
    }
    workflow::activate(engine, ctx, key, versions)
        .await
        .unwrap();
    let run = StartChat {
        workflow: Some(key),
        ..StartChat::over(Medium::Web)
    };
    let run = chat::start(engine, ctx, run).await.unwrap();
    let run = run.whole.conversation.service.assignment;
    let run = Locator::Number(run.unwrap());
    let run = parlor_engine::assignment::find(engine, ctx, run)
        .await
        .unwrap();
    BTreeMap::from([
        ("phone_number", Thing::of(number.id.uuid(), number.number)),
        ("inbox", Thing::of(mailbox.id.uuid(), mailbox.number)),
        ("workflow", Thing::of(flow.id.uuid(), flow.number)),
        ("version", Thing::of(Uuid::nil(), versions)),
        ("assignment", Thing::of(run.id.uuid(), run.number)),
    ])
}

/// A file of a space, and one of a conversation.
async fn filed(
    server: &TestServer,
    ctx: &Ctx,
    room: SpaceId,
    group: ConversationId,
    fresh: &str,
) -> Things {
    let engine = &server.engine;
    let path = format!("file-{fresh}.txt");
    let name = FilePath::parse(&path, "path").unwrap();
    let in_space = Target::Space(room, name.clone());
    let attached = Target::Conversation(ConversationKey::Id(group), name);
    let mut ids = Vec::new();
    for target in [in_space, attached] {
        let id: FileId = engine.horizon().into();
        let mut upload = Upload::begin(engine, ctx, 1_024);
        upload.write(b"a file").await.unwrap();
        let command = StoreFile {
            id,
            target,
            media_type: Some("text/plain".to_owned()),
        };
        upload.store(engine, ctx, command).await.unwrap();
        ids.push(id);
    }
    BTreeMap::from([
        ("path", Thing::named(path)),
        ("attachment", Thing::of(ids[1].uuid(), 0)),
    ])
}

/// What those who manage a workspace keep: a key and an event rule.
async fn managed(server: &TestServer, ctx: &Ctx, mark: &str) -> Things {
    let engine = &server.engine;
    let opens = CreateKey {
        name: Some(format!("{mark} key")),
        member: None,
        scopes: Scopes::NONE,
        expires_at: None,
    };
    let opens = key::create(engine, ctx, opens).await.unwrap().key;
    let rule = CreateEventRule {
        name: Some(format!("{mark} rule")),
        object_type: "chat".to_owned(),
        event_type: "chat:created".to_owned(),
        action: EventAction::LabelMember,
        conditions: None,
        delay_seconds: 0,
        action_params: serde_json::Map::new(),
        is_enabled: true,
    };
    let rule = event_rule::create(engine, ctx, rule).await.unwrap();
    BTreeMap::from([
        ("key", Thing::of(opens.id.uuid(), opens.number)),
        ("event_rule", Thing::of(rule.id.uuid(), rule.number)),
    ])
}

/// A rated answer in a conversation, a thread, and a role of the workspace's own.
async fn answered(
    server: &TestServer,
    ctx: &Ctx,
    room: SpaceId,
    group: ConversationId,
    mark: &str,
    fresh: &str,
) -> Things {
    let (engine, key) = (&server.engine, ConversationKey::Id(group));
    let answer = CreateMessage::new(key, None, Role::Assistant, format!("{mark} answer"));
    let answer = message::create(engine, ctx, answer).await.unwrap();
    let good = RateMessage {
        rating: Some(Rating::Up),
        comment: None,
    };
    message::rate(engine, ctx, key, MessageKey::Id(answer.id), good)
        .await
        .unwrap();
    let talk = CreateConversation {
        title: Some(format!("{mark} thread")),
        space: Some(room),
        ..CreateConversation::of(Kind::Thread)
    };
    let talk = conversation::create(engine, ctx, talk).await.unwrap();
    let role = CreateRole {
        name: format!("{mark} role"),
        description: None,
        customer_id: Some(format!("role-{fresh}")),
    };
    let role = role::create(engine, ctx, role).await.unwrap();
    let mut role = Thing::of(role.id.uuid(), role.number);
    role.text = format!("role-{fresh}");
    BTreeMap::from([
        ("signal", Thing::of(answer.id.uuid(), answer.number)),
        ("thread", Thing::of(talk.id.uuid(), talk.number)),
        ("role", role),
    ])
}

/// A tool is called the same everywhere.
const TOOL: &str = "search_knowledge";

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
    things.insert("tool", Thing::named(TOOL));
    things.insert("member", unknown("d4swz-zaaaa-aaaaj-at5fa-cai"));
    things
}

/// Every noun that is in the table.
pub(crate) const NOUNS: &[&str] = &[
    "knowledge",
    "tool",
    "workspace",
    "organization",
    "space",
    "contact",
    "fingerprint",
    "member",
    "agent",
    "user",
    "conversation",
    "unjoined",
    "channel",
    "message",
    "phone_number",
    "inbox",
    "workflow",
    "version",
    "assignment",
    "participant",
    "label",
    "filter",
    "site",
    "answer",
    "call",
    "task",
    "thread",
    "signal",
    "role",
    "dm",
    "key",
    "event_rule",
    "path",
    "attachment",
    "token",
];
