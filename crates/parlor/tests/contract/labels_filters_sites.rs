//! Entities attached to a conversation: labels, filters, sites, and an answer that calls a tool.

use std::collections::BTreeMap;

use parlor_engine::label::LabelRef;
use parlor_engine::{label, message, saved_filter, site};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::IdOrNumber;
use parlor_model::label::CreateLabel;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::saved_filter::CreateSavedFilter;
use parlor_model::site::CreateSite;
use parlor_testkit::{TestServer, TestTenant};
use serde_json::json;
use uuid::Uuid;

use crate::fixtures::{FixtureEntities, FixtureEntity, tenant_marker};

/// One of each, in a conversation of the tenant's.
pub(crate) async fn create_labels_filters_sites(
    server: &TestServer,
    tenant: &TestTenant,
    ctx: &Ctx,
    conversation: ConversationKey,
    fresh: &str,
) -> FixtureEntities {
    let (engine, mark) = (&server.engine, tenant_marker(tenant));
    let urgent = CreateLabel {
        name: format!("{mark} label {fresh}"),
        color: None,
    };
    let urgent = label::create(engine, ctx, urgent).await.unwrap();
    let named = LabelRef::Key(IdOrNumber::Id(urgent.id));
    label::attach(engine, ctx, conversation, vec![named])
        .await
        .unwrap();
    let waiting = CreateSavedFilter {
        name: format!("{mark} filter {fresh}"),
        rules: json!({ "archived": false }),
    };
    let waiting = saved_filter::create(engine, ctx, waiting).await.unwrap();
    let page = CreateSite {
        name: format!("{mark} site"),
        slug: None,
        workflow: None,
        locale: None,
    };
    let page = site::create(engine, ctx, page).await.unwrap();
    let call = format!("call-{fresh}");
    let mut answer = CreateMessage::new(
        conversation,
        Some(tenant.owner.number),
        MessageRole::Assistant,
        format!("{mark} answer"),
    );
    answer.details = MessageDetails {
        tool_calls: Some(json!([{
            "id": call, "type": "function", "function": { "name": format!("{mark} tool"), "arguments": "" },
        }])),
        ..MessageDetails::default()
    };
    let answer = message::create(engine, ctx, answer).await.unwrap();
    BTreeMap::from([
        ("label", FixtureEntity::new(urgent.id.uuid(), urgent.number)),
        (
            "filter",
            FixtureEntity::new(waiting.id.uuid(), waiting.number),
        ),
        ("site", FixtureEntity::new(page.id.uuid(), page.number)),
        (
            "answer",
            FixtureEntity::new(answer.id.uuid(), answer.number),
        ),
        ("call", FixtureEntity::from_text(call)),
        // The first step of a workflow has the same name in every tenant.
        ("task", FixtureEntity::new(Uuid::nil(), 1)),
    ])
}
