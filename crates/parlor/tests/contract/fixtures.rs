//! Fixtures of a tenant: one entity of every kind that a path or body can name.

use std::collections::BTreeMap;

use parlor_engine::sender::{inbox, phone_number};
use parlor_engine::{
    api_key, chat, conversation, custom_role, event_rule, member, message, space, workflow,
};
use parlor_model::Ctx;
use parlor_model::api_key::CreateApiKey;
use parlor_model::chat::StartChat;
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation, Medium};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::id::{ConversationId, IdOrNumber, SpaceId};
use parlor_model::member::{CreateMember, MemberKey, MemberKind as Of, MemberRef, Profile};
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::participant::{NewParticipant, ParticipantRole as As};
use parlor_model::phone_number::{CreateInbox, CreatePhoneNumber};
use parlor_model::phone_options::UpdatePhoneOptions;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::scope::Scopes;
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_model::workflow::CreateWorkflow;
use parlor_testkit::{TestServer, TestTenant};
use uuid::Uuid;

use crate::file_fixtures::create_files;
use crate::labels_filters_sites::create_labels_filters_sites;

/// One entity with all its ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct FixtureEntity {
    pub(crate) uuid: Uuid,
    pub(crate) number: i64,
    /// A handle, an external id, a fingerprint.
    pub(crate) text: String,
}

/// A tenant's entities by kind.
pub(crate) type FixtureEntities = BTreeMap<&'static str, FixtureEntity>;

impl FixtureEntity {
    pub(crate) fn new(uuid: Uuid, number: i64) -> Self {
        Self {
            uuid,
            number,
            text: String::new(),
        }
    }
    pub(crate) fn from_text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
    fn from_member(member: &MemberRef) -> Self {
        Self {
            uuid: member.id.uuid(),
            number: member.number,
            text: member.handle.clone(),
        }
    }
}

/// The mark in every name and message of this tenant, and of no other.
pub(crate) fn tenant_marker(tenant: &TestTenant) -> String {
    format!("private-{}", &tenant.workspace[24..])
}

/// The same tenant's context with its owner as actor.
pub(crate) async fn owner_context(server: &TestServer, tenant: &TestTenant) -> Ctx {
    let ctx = tenant.ctx();
    member::context_by_id(
        &server.engine,
        ctx.workspace,
        tenant.owner.id,
        None,
        ctx.request,
    )
    .await
    .unwrap()
}

/// Creates one entity of every kind for a tenant. Can be called again when entities are used up.
pub(crate) async fn create_fixtures(server: &TestServer, tenant: &TestTenant) -> FixtureEntities {
    let engine = &server.engine;
    let ctx = owner_context(server, tenant).await;
    let fresh = engine.random_uuid().simple().to_string();
    let mark = tenant_marker(tenant);
    let named = |kind, noun: &str| CreateMember {
        profile: Profile {
            name: Some(format!("{mark} {noun}")),
            ..Profile::default()
        },
        ..CreateMember::new(kind)
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
        contact: Some(ContactRef::Id(contact.id)),
        ..CreateSpace::default()
    };
    let room = space::create(engine, &ctx, room).await.unwrap();
    let group = CreateConversation {
        title: Some(format!("{mark} conversation")),
        space: Some(room),
        subject: Some(MemberKey::External(customer.clone())),
        participants: vec![NewParticipant {
            member: MemberKey::Id(person.id),
            role: As::Member,
        }],
        ..CreateConversation::new(ConversationKind::Group)
    };
    let group = conversation::create(engine, &ctx, group).await.unwrap();
    let said = CreateMessage::new(
        ConversationKey::Id(group.id),
        Some(tenant.owner.number),
        MessageRole::User,
        format!("{mark} message"),
    );
    let said = message::create(engine, &ctx, said).await.unwrap();
    let pair = conversation::find_or_create_direct(engine, &ctx, MemberKey::Id(person.id), false)
        .await
        .unwrap();
    // A conversation without the owner as participant: created by an unbound key, for a user of the customer.
    let unjoined = CreateConversation {
        title: Some(format!("{mark} conversation of others")),
        subject: Some(MemberKey::External(customer.clone())),
        ..CreateConversation::new(ConversationKind::Group)
    };
    let unjoined = conversation::create(engine, &tenant.ctx(), unjoined)
        .await
        .unwrap();
    let mut things = create_service_fixtures(server, tenant, &ctx, &agent, &fresh).await;
    let place = ConversationKey::Id(group.id);
    things.extend(create_labels_filters_sites(server, tenant, &ctx, place, &fresh).await);
    things.extend(create_answer_fixtures(server, &ctx, room, group.id, &mark, &fresh).await);
    things.extend([
        (
            "workspace",
            FixtureEntity::new(tenant.workspace_ref.id.uuid(), tenant.workspace_ref.number),
        ),
        (
            "organization",
            FixtureEntity::new(tenant.workspace_ref.organization.uuid(), 0),
        ),
        ("space", FixtureEntity::new(room.uuid(), 0)),
        ("contact", FixtureEntity::from_member(&contact)),
        ("fingerprint", FixtureEntity::from_text(fingerprint)),
        ("member", FixtureEntity::from_member(&person)),
        ("participant", FixtureEntity::from_member(&person)),
        ("agent", FixtureEntity::from_member(&agent)),
        ("user", FixtureEntity::from_text(customer)),
        (
            "conversation",
            FixtureEntity::new(group.id.uuid(), group.number),
        ),
        ("message", FixtureEntity::new(said.id.uuid(), said.number)),
        (
            "unjoined",
            FixtureEntity::new(unjoined.id.uuid(), unjoined.number),
        ),
        ("dm", FixtureEntity::new(pair.id.uuid(), pair.number)),
        // A channel is only an id that its users have agreed on.
        ("channel", FixtureEntity::new(engine.random_uuid(), 0)),
        ("knowledge", FixtureEntity::new(engine.random_uuid(), 0)),
        ("tool", FixtureEntity::from_text(TOOL_NAME)),
        // The address needs no key; what it opens is tested by the dialect.
        ("token", FixtureEntity::from_text("nobodys.signed.address")),
    ]);
    things.extend(create_files(server, &ctx, room, group.id, &fresh).await);
    things.extend(create_admin_fixtures(server, &ctx, &mark).await);
    things
}

/// Entities that serve conversations: a workflow with an active version, a run of it, a phone number, an inbox.
async fn create_service_fixtures(
    server: &TestServer,
    tenant: &TestTenant,
    ctx: &Ctx,
    agent: &MemberRef,
    fresh: &str,
) -> FixtureEntities {
    let (engine, mark) = (&server.engine, tenant_marker(tenant));
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
        // Nothing may depend on it, or it could not be archived.
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
        default_inbox: Some(IdOrNumber::Id(mailbox.id)),
        tasks: vec![serde_json::json!({ "name": mark })],
        description: Some(format!("{mark} description")),
        opening_message: Some(format!("{mark} opening")),
        permissions: Some(serde_json::json!({ "note": mark })),
        role_access: Vec::new(),
    };
    let flow = workflow::create(engine, ctx, flow).await.unwrap();
    let key = IdOrNumber::Id(flow.id);
    // A version is a number within its workflow: the tenants have different ones, so that neither has the other's.
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
        ..StartChat::new(Medium::Web)
    };
    let run = chat::start(engine, ctx, run).await.unwrap();
    let run = run.details.conversation.service.assignment;
    let run = IdOrNumber::Number(run.unwrap());
    let run = parlor_engine::assignment::find(engine, ctx, run)
        .await
        .unwrap();
    BTreeMap::from([
        (
            "phone_number",
            FixtureEntity::new(number.id.uuid(), number.number),
        ),
        (
            "inbox",
            FixtureEntity::new(mailbox.id.uuid(), mailbox.number),
        ),
        ("workflow", FixtureEntity::new(flow.id.uuid(), flow.number)),
        ("version", FixtureEntity::new(Uuid::nil(), versions)),
        ("assignment", FixtureEntity::new(run.id.uuid(), run.number)),
    ])
}

/// Entities of a workspace's administrators: a key and an event rule.
async fn create_admin_fixtures(server: &TestServer, ctx: &Ctx, mark: &str) -> FixtureEntities {
    let engine = &server.engine;
    let opens = CreateApiKey {
        name: Some(format!("{mark} key")),
        member: None,
        scopes: Scopes::NONE,
        expires_at: None,
    };
    let opens = api_key::create(engine, ctx, opens).await.unwrap().key;
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
        ("key", FixtureEntity::new(opens.id.uuid(), opens.number)),
        (
            "event_rule",
            FixtureEntity::new(rule.id.uuid(), rule.number),
        ),
    ])
}

/// A rated answer in a conversation, a thread, and a custom role.
async fn create_answer_fixtures(
    server: &TestServer,
    ctx: &Ctx,
    room: SpaceId,
    group: ConversationId,
    mark: &str,
    fresh: &str,
) -> FixtureEntities {
    let (engine, key) = (&server.engine, ConversationKey::Id(group));
    let answer = CreateMessage::new(key, None, MessageRole::Assistant, format!("{mark} answer"));
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
        ..CreateConversation::new(ConversationKind::Thread)
    };
    let talk = conversation::create(engine, ctx, talk).await.unwrap();
    let role = CreateCustomRole {
        name: format!("{mark} role"),
        description: None,
        customer_id: Some(format!("role-{fresh}")),
    };
    let role = custom_role::create(engine, ctx, role).await.unwrap();
    let mut role = FixtureEntity::new(role.id.uuid(), role.number);
    role.text = format!("role-{fresh}");
    BTreeMap::from([
        (
            "signal",
            FixtureEntity::new(answer.id.uuid(), answer.number),
        ),
        ("thread", FixtureEntity::new(talk.id.uuid(), talk.number)),
        ("role", role),
    ])
}

/// A tool has the same name in every tenant.
const TOOL_NAME: &str = "search_knowledge";

/// Ids of every kind that no tenant has.
pub(crate) fn unknown_fixtures() -> FixtureEntities {
    let id = Uuid::from_u128(0x0192_aaaa_bbbb_7ccc_8ddd_eeee_ffff_0001);
    let unknown = |text: &str| FixtureEntity {
        uuid: id,
        number: 900_000_001,
        text: text.to_owned(),
    };
    let mut things: FixtureEntities = FIXTURE_NOUNS
        .iter()
        .map(|noun| (*noun, unknown("nobody")))
        .collect();
    things.insert("tool", FixtureEntity::from_text(TOOL_NAME));
    things.insert("member", unknown("d4swz-zaaaa-aaaaj-at5fa-cai"));
    things
}

/// Every kind in the table.
pub(crate) const FIXTURE_NOUNS: &[&str] = &[
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
