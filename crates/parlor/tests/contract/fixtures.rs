//! Fixtures of a tenant: one entity of every kind that a path or body can name.

use std::collections::BTreeMap;

use parlor_engine::{
    api_key, conversation, custom_role, delivery, event_rule, member, message, participant, space,
};
use parlor_model::Ctx;
use parlor_model::api_key::CreateApiKey;
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::custom_role::CreateCustomRole;
use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::id::{ConversationId, IdOrNumber, SpaceId};
use parlor_model::member::{CreateMember, MemberKey, MemberKind, MemberRef, Profile};
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use parlor_model::outbox::EventKind;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::scope::Scopes;
use parlor_model::space::{ContactRef, CreateSpace};
use parlor_testkit::{TestServer, TestTenant};
use uuid::Uuid;

use crate::file_fixtures::create_files;
use crate::labels_filters_sites::create_labels_filters_sites;
use crate::service_fixtures::create_service_fixtures;

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
        ..named(MemberKind::Contact, "contact")
    };
    let fingerprint = contact.fingerprint.clone().unwrap();
    let contact = member::create(engine, &ctx, contact).await.unwrap();
    let person = member::create(engine, &ctx, named(MemberKind::Person, "member"))
        .await
        .unwrap();
    let agent = member::create(engine, &ctx, named(MemberKind::Assistant, "agent"))
        .await
        .unwrap();
    let customer = format!("user-{fresh}");
    let user = CreateMember {
        external_id: Some(customer.clone()),
        ..named(MemberKind::Person, "user")
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
            role: ParticipantRole::Member,
        }],
        ..CreateConversation::new(ConversationKind::Group)
    };
    let group = conversation::create(engine, &ctx, group).await.unwrap();
    let sent = CreateMessage::new(
        ConversationKey::Id(group.id),
        Some(tenant.owner.number),
        MessageRole::User,
        format!("{mark} message"),
    );
    let sent = message::create(engine, &ctx, sent).await.unwrap();
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
    let mut entities = create_service_fixtures(server, tenant, &ctx, &agent, &fresh).await;
    let key = ConversationKey::Id(group.id);
    entities.extend(create_labels_filters_sites(server, tenant, &ctx, key, &fresh).await);
    entities.extend(create_answer_fixtures(server, &ctx, room, group.id, &mark, &fresh).await);
    entities.extend([
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
        ("message", FixtureEntity::new(sent.id.uuid(), sent.number)),
        (
            "unjoined",
            FixtureEntity::new(unjoined.id.uuid(), unjoined.number),
        ),
        ("dm", FixtureEntity::new(pair.id.uuid(), pair.number)),
        // A channel is only an id that its users have agreed on.
        ("channel", FixtureEntity::new(engine.random_uuid(), 0)),
        ("knowledge", FixtureEntity::new(engine.random_uuid(), 0)),
        ("tool", FixtureEntity::from_text(TOOL_NAME)),
        // A signed URL needs no key; tests of the dialect cover it.
        ("token", FixtureEntity::from_text("nobodys.signed.address")),
    ]);
    entities.extend(create_files(server, &ctx, room, group.id, &fresh).await);
    entities.extend(create_admin_fixtures(server, &ctx, &mark).await);
    entities
}

/// Entities of a workspace's administrators: a key and an event rule.
async fn create_admin_fixtures(server: &TestServer, ctx: &Ctx, mark: &str) -> FixtureEntities {
    let engine = &server.engine;
    let key = CreateApiKey {
        name: Some(format!("{mark} key")),
        member: None,
        scopes: Scopes::NONE,
        expires_at: None,
    };
    let key = api_key::create(engine, ctx, key).await.unwrap().key;
    let rule = CreateEventRule {
        name: Some(format!("{mark} rule")),
        object_type: "chat".to_owned(),
        // Few requests lead to it: rules that concern every chat would have thousands of webhooks.
        event_type: "chat:archived".to_owned(),
        action: EventAction::SendWebhook,
        conditions: None,
        // Long after the test: attempts would be work of the server beside it.
        delay_seconds: 86_400,
        // An address that is never called.
        action_params: serde_json::Map::from_iter([(
            "url".to_owned(),
            "https://127.0.0.1:1/hook".into(),
        )]),
        is_enabled: true,
    };
    let rule = event_rule::create(engine, ctx, rule, event_from_name);
    let rule = rule.await.unwrap().rule;
    let chat = CreateConversation::new(ConversationKind::Chat);
    let chat = conversation::create(engine, ctx, chat).await.unwrap();
    let chat = ConversationKey::Number(chat.number);
    participant::close_conversation(engine, ctx, chat)
        .await
        .unwrap();
    let rule_key = IdOrNumber::Number(rule.number);
    let deliveries = delivery::page(engine, ctx, rule_key, 1, 0).await.unwrap().0;
    BTreeMap::from([
        ("key", FixtureEntity::new(key.id.uuid(), key.number)),
        (
            "event_rule",
            FixtureEntity::new(rule.id.uuid(), rule.number),
        ),
        (
            "delivery",
            FixtureEntity::new(deliveries[0].id.uuid(), deliveries[0].number),
        ),
    ])
}

fn event_from_name(name: &str) -> Option<EventKind> {
    (name == "chat:archived").then_some(EventKind::ConversationArchived)
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
    let rating = RateMessage {
        rating: Some(Rating::Up),
        comment: None,
    };
    message::rate(engine, ctx, key, MessageKey::Id(answer.id), rating)
        .await
        .unwrap();
    let thread = CreateConversation {
        title: Some(format!("{mark} thread")),
        space: Some(room),
        ..CreateConversation::new(ConversationKind::Thread)
    };
    let thread = conversation::create(engine, ctx, thread).await.unwrap();
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
        (
            "thread",
            FixtureEntity::new(thread.id.uuid(), thread.number),
        ),
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
    let mut entities: FixtureEntities = FIXTURE_NOUNS
        .iter()
        .map(|noun| (*noun, unknown("nobody")))
        .collect();
    entities.insert("tool", FixtureEntity::from_text(TOOL_NAME));
    entities.insert("member", unknown("d4swz-zaaaa-aaaaj-at5fa-cai"));
    entities
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
    "delivery",
    "path",
    "attachment",
    "token",
];
