//! Workflow, run, phone number and inbox fixtures of a tenant.

use std::collections::BTreeMap;

use parlor_engine::sender::{inbox, phone_number};
use parlor_engine::{assignment, chat, workflow};
use parlor_model::Ctx;
use parlor_model::chat::StartChat;
use parlor_model::conversation::Medium;
use parlor_model::id::IdOrNumber;
use parlor_model::inbox::CreateInbox;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::phone_number::CreatePhoneNumber;
use parlor_model::phone_options::UpdatePhoneOptions;
use parlor_model::workflow_commands::CreateWorkflow;
use parlor_testkit::{TestServer, TestTenant};
use uuid::Uuid;

use crate::fixtures::{FixtureEntities, FixtureEntity, tenant_marker};

/// Entities that serve conversations: a workflow with an active version, a run of it, a phone number, an inbox.
pub(crate) async fn create_service_fixtures(
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
    let run = assignment::find(engine, ctx, run).await.unwrap();
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
