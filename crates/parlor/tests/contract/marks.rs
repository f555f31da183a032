//! What hangs on a conversation: labels, filters, sites, and an answer that calls a tool.

use std::collections::BTreeMap;

use parlor_engine::label::Named;
use parlor_engine::{filter, label, message, site};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::details::Details;
use parlor_model::filter::CreateFilter;
use parlor_model::id::Locator;
use parlor_model::label::CreateLabel;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::site::CreateSite;
use parlor_testkit::{Tenant, TestServer};
use serde_json::json;
use uuid::Uuid;

use crate::world::{Thing, Things, mark};

/// One of each, in a conversation of the tenant's.
pub(crate) async fn marked(
    server: &TestServer,
    tenant: &Tenant,
    ctx: &Ctx,
    conversation: ConversationKey,
    fresh: &str,
) -> Things {
    let (engine, mark) = (&server.engine, mark(tenant));
    let urgent = CreateLabel {
        name: format!("{mark} label {fresh}"),
        color: None,
    };
    let urgent = label::create(engine, ctx, urgent).await.unwrap();
    let named = Named::Key(Locator::Id(urgent.id));
    label::mark(engine, ctx, conversation, vec![named])
        .await
        .unwrap();
    let waiting = CreateFilter {
        name: format!("{mark} filter {fresh}"),
        rules: json!({ "archived": false }),
    };
    let waiting = filter::create(engine, ctx, waiting).await.unwrap();
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
        Role::Assistant,
        format!("{mark} answer"),
    );
    answer.details = Details {
        tool_calls: Some(json!([{
            "id": call, "type": "function", "function": { "name": format!("{mark} tool"), "arguments": "" },
        }])),
        ..Details::default()
    };
    let answer = message::create(engine, ctx, answer).await.unwrap();
    BTreeMap::from([
        ("label", Thing::of(urgent.id.uuid(), urgent.number)),
        ("filter", Thing::of(waiting.id.uuid(), waiting.number)),
        ("site", Thing::of(page.id.uuid(), page.number)),
        ("answer", Thing::of(answer.id.uuid(), answer.number)),
        ("call", Thing::named(call)),
        // The first step of a workflow is called the same everywhere.
        ("task", Thing::of(Uuid::nil(), 1)),
    ])
}
