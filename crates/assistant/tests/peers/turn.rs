//! Whole turns of a server whose model aimock plays.

use parlor_engine::{conversation, message};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::message::{CreateMessage, MessageQuery, MessageRole};
use parlor_testkit::{TestBackend, TestServer};
use serde_json::json;

use crate::aimock::Aimock;
use crate::fixture::settings;

const UNDER_WAY: &str = "select count(*) from turn where state in ('queued', 'running')";

#[tokio::test(flavor = "multi_thread")]
async fn model_calls_a_tool_of_the_server_and_receives_its_result() {
    let call = json!({ "toolCalls": [{ "name": "search_messages", "arguments": "{\"query\":\"parcel\"}" }] });
    let peer = Aimock::start(json!([
        { "match": { "userMessage": "where", "hasToolResult": false }, "response": call },
        { "match": { "userMessage": "where", "hasToolResult": true }, "response": { "content": "It is on its way." } },
    ]))
    .await;
    let model = settings(peer.port());
    let server = TestServer::start_with(TestBackend::Sqlite, |options| {
        options.assistant.provider = Some(model);
    })
    .await;
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let command = CreateConversation::new(ConversationKind::Chat);
    let made = conversation::create(engine, &ctx, command).await.unwrap();
    let key = ConversationKey::Id(made.id);
    let earlier = CreateMessage {
        requests_answer: false,
        ..CreateMessage::new(key, None, MessageRole::User, "my parcel has the number 7")
    };
    message::create(engine, &ctx, earlier).await.unwrap();
    let question = CreateMessage::new(key, None, MessageRole::User, "where is it");
    message::create(engine, &ctx, question).await.unwrap();
    server.wait_for_count(UNDER_WAY, 0).await;
    let query = MessageQuery {
        conversational_only: false,
        ..MessageQuery::default()
    };
    let page = message::list(engine, &ctx, key, query).await.unwrap();
    let roles: Vec<_> = page.items.iter().map(|message| message.role).collect();
    assert_eq!(
        roles,
        [
            MessageRole::User,
            MessageRole::User,
            MessageRole::Tool,
            MessageRole::Tool,
            MessageRole::Assistant,
        ]
    );
    assert_eq!(page.items[4].text.as_str(), "It is on its way.");
    let sent = peer.requests().await;
    assert_eq!(sent.len(), 2);
    let names = sent[0]["tools"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|tool| &tool["function"]["name"]).collect();
    assert_eq!(names, ["search_messages", "hand_off"]);
    let messages = sent[1]["messages"].as_array().unwrap();
    let (call, result) = (&messages[2], &messages[3]);
    assert_eq!(call["tool_calls"][0]["function"]["name"], "search_messages");
    assert_eq!(call["tool_calls"][0]["id"], result["tool_call_id"]);
    let found = result["content"].as_str().unwrap();
    assert!(found.contains("my parcel has the number 7"), "{found}");
}
