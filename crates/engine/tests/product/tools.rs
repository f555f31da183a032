//! Tools of assistants: what they may find, what they change, and what goes back to the model.
//!
//! Proves INV-66 (`docs/invariants.md`).

use parlor_engine::log::read_items;
use parlor_engine::{conversation, message};
use parlor_model::conversation::{
    ConversationKey, ConversationKind, CreateConversation, UpdateConversation, UpdateServiceConfig,
};
use parlor_model::id::SpaceId;
use parlor_model::keyset::SortOrder;
use parlor_model::log::LogItem;
use parlor_model::message::{Message, MessageQuery, MessageRole};
use parlor_model::space::CreateSpace;
use parlor_model::{Ctx, Metadata};
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, with_assistant};
use serde_json::{Value, json};

use crate::messages::{create_chat, user_message};
use crate::test_member::{TestMember, create_test_member};

const UNDER_WAY: &str = "select count(*) from turn where state in ('queued', 'running')";

/// Asks something and returns all messages after the question once the turn is over, of all roles.
async fn ask(server: &TestServer, ctx: &Ctx, chat: ConversationKey, text: &str) -> Vec<Message> {
    let mut question = user_message(chat, text);
    question.author = ctx.actor.map(|actor| actor.number);
    let asked = message::create(&server.engine, ctx, question)
        .await
        .unwrap();
    server.wait_for_count(UNDER_WAY, 0).await;
    let query = MessageQuery {
        after_seq: asked.seq,
        order: SortOrder::Ascending,
        conversational_only: false,
        limit: 100,
        ..MessageQuery::default()
    };
    message::list(&server.engine, &server.a.ctx(), chat, query)
        .await
        .unwrap()
        .items
}

fn texts(messages: &[Message]) -> Vec<(MessageRole, &str)> {
    messages
        .iter()
        .map(|message| (message.role, message.text.as_str()))
        .collect()
}

/// Returns the result of the only call.
fn only_result(messages: &[Message]) -> Value {
    let mut results = messages
        .iter()
        .filter(|message| message.details.tool_result.is_some());
    let result = results.next().unwrap();
    assert!(results.next().is_none());
    serde_json::from_str(&result.text).unwrap()
}

fn found_texts(result: &Value) -> Vec<&str> {
    let messages = result["messages"]
        .as_array()
        .unwrap_or_else(|| panic!("{result}"));
    messages
        .iter()
        .map(|message| message["text"].as_str().unwrap())
        .collect()
}

async fn create_space(server: &TestServer) -> SpaceId {
    let command = CreateSpace {
        name: None,
        description: None,
        contact: None,
        alias: None,
        blueprint: None,
        metadata: Metadata::default(),
    };
    parlor_engine::space::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap()
}

async fn create_chat_in(
    server: &TestServer,
    owner: &TestMember,
    others: &[&TestMember],
    space: Option<SpaceId>,
) -> ConversationKey {
    let participants = others.iter().map(|other| other.to_new_participant());
    let command = CreateConversation {
        participants: participants.collect(),
        ..CreateConversation::new(ConversationKind::Chat)
    };
    let made = conversation::create(&server.engine, &owner.ctx, command);
    let key = ConversationKey::Id(made.await.unwrap().id);
    if space.is_some() {
        let command = UpdateConversation {
            space: Some(space),
            ..UpdateConversation::default()
        };
        conversation::update(&server.engine, &server.a.ctx(), key, command)
            .await
            .unwrap();
    }
    key
}

/// Says something that nobody answers.
async fn note(server: &TestServer, author: &TestMember, chat: ConversationKey, text: &str) {
    let mut command = user_message(chat, text);
    command.author = Some(author.member.number);
    command.requests_answer = false;
    message::create(&server.engine, &author.ctx, command)
        .await
        .unwrap();
}

const SEARCH: &str = "/tool search_messages {\"query\": \"zebra\"}";

with_assistant! {
    async fn round_is_recorded_and_answered(server: TestServer) {
        let chat = create_chat(&server).await;
        let said = ask(&server, &server.a.ctx(), chat, &format!("I look\n{SEARCH}")).await;
        let [call, result, answer] = said.as_slice() else { panic!("{:?}", texts(&said)) };
        assert_eq!((call.role, call.text.as_str()), (MessageRole::Assistant, "You said: I look"));
        assert_eq!(call.details.tool_calls, Some(json!([{
            "id": "call_1_0", "type": "function", "function": { "name": "search_messages", "arguments": "{\"query\": \"zebra\"}" },
        }])));
        assert_eq!((result.role, result.details.tool_call.as_deref()), (MessageRole::Tool, Some("call_1_0")));
        assert_eq!(found_texts(&serde_json::from_str(&result.text).unwrap()), Vec::<&str>::new());
        assert_eq!((answer.role, answer.text.as_str()), (MessageRole::Assistant, "The tool returned: {\"messages\":[]}"));
        assert_eq!(answer.details.finish_reason.as_deref(), Some("stop"));
        // The answer has the tokens of both requests, and the day counts both.
        let used = answer.details.token_usage.as_ref().unwrap();
        assert!(used["outputTokens"].as_i64() > Some(5), "{used}");
        assert_eq!(server.count("select requests from assistant_usage"), 2);
        assert_eq!(server.count("select input_tokens + output_tokens from assistant_usage"), used["totalTokens"].as_i64().unwrap());
        assert_eq!(server.count("select input_tokens + output_tokens from turn"), used["totalTokens"].as_i64().unwrap());
    }

    async fn call_without_words_is_no_message_for_people(server: TestServer) {
        let chat = create_chat(&server).await;
        let said = ask(&server, &server.a.ctx(), chat, SEARCH).await;
        let roles: Vec<_> = said.iter().map(|message| message.role).collect();
        assert_eq!(roles, [MessageRole::Tool, MessageRole::Tool, MessageRole::Assistant]);
        assert_eq!((said[0].text.as_str(), said[0].subtype.as_deref()), ("", Some("call")));
        let page = message::list(&server.engine, &server.a.ctx(), chat, MessageQuery::default()).await.unwrap();
        assert_eq!((page.total, page.items.len()), (2, 2));
        // The next turn has the round in its prompt: `echo` names its calls by the number of messages before.
        let said = ask(&server, &server.a.ctx(), chat, SEARCH).await;
        assert_eq!(said[1].details.tool_call.as_deref(), Some("call_5_0"));
    }

    async fn rounds_end_at_their_limit(server: TestServer) {
        let chat = create_chat(&server).await;
        let said = ask(&server, &server.a.ctx(), chat, &format!("/rounds 100\n{SEARCH}")).await;
        let calls = said.iter().filter(|message| message.details.tool_calls.is_some()).count();
        assert_eq!((calls, said.len()), (8, 17));
        assert!(said[16].text.starts_with("The tool returned: "), "{:?}", said[16].text.0);
        assert_eq!(server.count("select tool_rounds from turn"), 8);
    }

    async fn broken_calls_go_back_to_the_model(server: TestServer) {
        let chat = create_chat(&server).await;
        for (call, code) in [
            ("search_messages {\"query\": ", "invalid_arguments"),
            ("search_messages [1]", "invalid_arguments"),
            ("search_messages {\"query\": 7}", "invalid_arguments"),
            ("search_messages {\"query\": \" \"}", "invalid_arguments"),
            ("search_messages {\"query\": \"a\", \"limit\": \"many\"}", "invalid_arguments"),
            ("search_messages {\"query\": \"a\", \"limit\": 21}", "invalid_arguments"),
            ("search_messages", "invalid_arguments"),
            ("hand_off {}", "invalid_arguments"),
            ("request_contributor_input {\"question\": \"Who?\"}", "unknown_tool"),
            ("rm {\"path\": \"/\"}", "unknown_tool"),
        ] {
            let said = ask(&server, &server.a.ctx(), chat, &format!("/tool {call}")).await;
            assert_eq!(only_result(&said)["error"]["code"], code, "{call}");
            let answer = said.last().unwrap();
            assert!(answer.text.contains(code) && answer.role == MessageRole::Assistant, "{call}");
        }
        let long = format!("/tool search_messages {{\"query\": \"{}\"}}", "x".repeat(9_000));
        assert_eq!(only_result(&ask(&server, &server.a.ctx(), chat, &long).await)["error"]["code"], "invalid_arguments");
        assert!(!conversation::find(&server.engine, &server.a.ctx(), chat).await.unwrap().service.needs_response);
    }

    async fn search_finds_what_everybody_may_read(server: TestServer) {
        let (ada, bob) = (create_test_member(&server, "ada").await, create_test_member(&server, "bob").await);
        let space = Some(create_space(&server).await);
        let other_space = Some(create_space(&server).await);
        let both = create_chat_in(&server, &ada, &[&bob], space).await;
        let adas = create_chat_in(&server, &ada, &[], space).await;
        let shared = create_chat_in(&server, &ada, &[&bob], space).await;
        let elsewhere = create_chat_in(&server, &ada, &[&bob], other_space).await;
        note(&server, &ada, both, "zebra one").await;
        note(&server, &ada, adas, "zebra of ada alone").await;
        note(&server, &bob, shared, "zebra two").await;
        note(&server, &ada, elsewhere, "zebra of another space").await;
        let result = only_result(&ask(&server, &ada.ctx, both, SEARCH).await);
        assert_eq!(found_texts(&result), ["zebra two", "zebra one"]);
        assert_eq!(result["messages"][0]["author"], "bob");
        let at = result["messages"][0]["at"].as_str().unwrap();
        assert!(at.ends_with('Z') && at.contains('T'), "{at}");
        let limited = only_result(&ask(&server, &ada.ctx, both, "/tool search_messages {\"query\": \"zebra\", \"limit\": 1}").await);
        assert_eq!(limited["messages"].as_array().unwrap().len(), 1);
        // Alone, ada may know of her own chats of the space.
        let result = only_result(&ask(&server, &ada.ctx, adas, SEARCH).await);
        let texts = found_texts(&result);
        assert!(texts.contains(&"zebra of ada alone") && texts.contains(&"zebra two"), "{texts:?}");
        assert!(!texts.contains(&"zebra of another space"), "{texts:?}");
    }

    async fn search_without_a_space_stays_in_the_conversation(server: TestServer) {
        let ada = create_test_member(&server, "ada").await;
        let (one, two) = (create_chat_in(&server, &ada, &[], None).await, create_chat_in(&server, &ada, &[], None).await);
        note(&server, &ada, one, "zebra here").await;
        note(&server, &ada, two, "zebra there").await;
        let mut foreign = user_message(create_foreign_chat(&server).await, "zebra of another workspace");
        foreign.requests_answer = false;
        message::create(&server.engine, &server.b.ctx(), foreign).await.unwrap();
        assert_eq!(found_texts(&only_result(&ask(&server, &ada.ctx, one, SEARCH).await)), ["zebra here"]);
    }

    async fn hand_off_puts_the_chat_before_a_person(server: TestServer) {
        let (engine, ctx, chat) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let call = "/tool hand_off {\"reason\": \"wants a refund\"}";
        let said = ask(&server, &ctx, chat, &format!("Somebody will help you\n{call}")).await;
        assert_eq!(texts(&said), [
            (MessageRole::Assistant, "You said: Somebody will help you"),
            (MessageRole::Tool, "{\"handed_off\":true}"),
        ]);
        let found = conversation::find(engine, &ctx, chat).await.unwrap();
        assert!(found.service.needs_response && found.service.paused);
        let items = read_items(engine, &ctx, chat, said[1].seq, 10).await.unwrap();
        let [LogItem::Entry(entry)] = items.as_slice() else { panic!("{}", items.len()) };
        let payload: Value = serde_json::from_str(&entry.payload).unwrap();
        assert_eq!(payload, json!({ "paused": true, "needs_response": true, "hand_off": "wants a refund" }));
        // It answers again once it is given back.
        assert!(ask(&server, &ctx, chat, "Hello?").await.is_empty());
        let service = UpdateServiceConfig { paused: Some(false), ..UpdateServiceConfig::default() };
        let give_back = UpdateConversation { service: Some(service), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, chat, give_back).await.unwrap();
        let said = ask(&server, &ctx, chat, "Are you back?").await;
        assert_eq!(texts(&said), [(MessageRole::Assistant, "You said: Are you back?")]);
        // Without words there is no message for people.
        let said = ask(&server, &ctx, chat, call).await;
        assert!(said.iter().all(|message| message.role == MessageRole::Tool), "{:?}", texts(&said));
        assert!(conversation::find(engine, &ctx, chat).await.unwrap().service.needs_response);
    }
}

/// Returns why the newest turn has failed, by the log's last entry.
async fn last_failure(server: &TestServer, chat: ConversationKey, after: i64) -> Value {
    let items = read_items(&server.engine, &server.a.ctx(), chat, after, 100)
        .await
        .unwrap();
    let mut entries = items.iter().filter_map(|item| match item {
        LogItem::Entry(entry) => Some(entry.payload.as_str()),
        _ => None,
    });
    serde_json::from_str(entries.next_back().unwrap()).unwrap()
}

fn day_is_used_up_between_rounds(backend: TestBackend) {
    block_on(async {
        let server = TestServer::start_with_turn_limits(backend, |turns| {
            turns.requests_per_day = Some(2);
        });
        let server = server.await;
        let chat = create_chat(&server).await;
        let said = ask(
            &server,
            &server.a.ctx(),
            chat,
            &format!("/rounds 5\n{SEARCH}"),
        )
        .await;
        // Two rounds, which stay.
        assert_eq!(said.len(), 4);
        let failure = last_failure(&server, chat, 0).await;
        assert_eq!(
            failure,
            json!({ "assistant_error": "daily_limit", "needs_response": true })
        );
    });
}

#[test]
fn day_is_used_up_between_rounds_on_sqlite() {
    day_is_used_up_between_rounds(TestBackend::Sqlite);
}

#[test]
fn day_is_used_up_between_rounds_on_postgres() {
    day_is_used_up_between_rounds(TestBackend::Postgres);
}

fn without_rounds_no_tool_is_called(backend: TestBackend) {
    block_on(async {
        let server = TestServer::start_with_turn_limits(backend, |turns| {
            turns.max_tool_rounds = 0;
        });
        let server = server.await;
        let (ctx, chat) = (server.a.ctx(), create_chat(&server).await);
        // Calls of a model that was offered none are left out.
        let said = ask(&server, &ctx, chat, &format!("I look\n{SEARCH}")).await;
        assert_eq!(texts(&said), [(MessageRole::Assistant, "You said: I look")]);
        assert_eq!(said[0].details.tool_calls, None);
        assert!(ask(&server, &ctx, chat, SEARCH).await.is_empty());
        let failure = last_failure(&server, chat, said[0].seq).await;
        assert_eq!(failure["assistant_error"], "too_many_tool_rounds");
    });
}

#[test]
fn without_rounds_no_tool_is_called_on_sqlite() {
    without_rounds_no_tool_is_called(TestBackend::Sqlite);
}

#[test]
fn without_rounds_no_tool_is_called_on_postgres() {
    without_rounds_no_tool_is_called(TestBackend::Postgres);
}

async fn create_foreign_chat(server: &TestServer) -> ConversationKey {
    let command = CreateConversation::new(ConversationKind::Chat);
    let made = conversation::create(&server.engine, &server.b.ctx(), command).await;
    ConversationKey::Id(made.unwrap().id)
}
