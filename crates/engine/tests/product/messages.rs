//! Messages: created, repeated, edited, deleted.

use std::time::Duration;

use parlor_engine::log::{self, HistoryQuery};
use parlor_engine::{conversation, message};
use parlor_model::conversation::{
    ConversationKey, ConversationKind, ConversationState, CreateConversation, UpdateConversation,
    UpdateServiceConfig,
};
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::keyset::SortOrder;
use parlor_model::log::LogItem;
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageQuery, MessageRole, UpdateMessage};
use parlor_model::message_details::{DeliveryStatus, MessageDetails};
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Metadata};
use parlor_testkit::{TestServer, both};
use serde_json::json;

/// A user message without an author.
pub(crate) fn user_message(conversation: ConversationKey, text: &str) -> CreateMessage {
    CreateMessage::new(conversation, None, MessageRole::User, text)
}

pub(crate) async fn create_chat(server: &TestServer) -> ConversationKey {
    create_chat_for(server, "ada").await
}

pub(crate) async fn create_chat_for(server: &TestServer, subject: &str) -> ConversationKey {
    let command = CreateConversation {
        title: Some("Chat 1".to_owned()),
        title_is_automatic: true,
        subject: Some(MemberKey::External(subject.to_owned())),
        ..CreateConversation::new(ConversationKind::Chat)
    };
    let made = conversation::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
    ConversationKey::Id(made.id)
}

both! {
    async fn first_line_becomes_title_once(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        message::create(engine, &ctx, user_message(key, "Where is my order?\nIt is late.")).await.unwrap();
        message::create(engine, &ctx, user_message(key, "Hello?")).await.unwrap();
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!(found.title.as_deref(), Some("Where is my order?"));
        assert!(found.last_message_at.is_some());
    }

    async fn repeated_client_id_returns_first_message(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let command = CreateMessage { client_id: Some("c-1".to_owned()), ..user_message(key, "once") };
        let first = message::create(engine, &ctx, command.clone()).await.unwrap();
        let again = message::create(engine, &ctx, command).await.unwrap();
        assert_eq!((first.id, first.duplicate, again.id, again.duplicate), (again.id, false, first.id, true));
        let page = message::list(engine, &ctx, key, MessageQuery::default()).await.unwrap();
        assert_eq!((page.items.len(), page.total), (1, 1));
    }

    async fn pages_read_both_directions_with_total(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        for n in 0..5 {
            message::create(engine, &ctx, user_message(key, &format!("m{n}"))).await.unwrap();
        }
        let note = CreateMessage { role: MessageRole::System, ..user_message(key, "be kind") };
        message::create(engine, &ctx, note).await.unwrap();
        let texts = async |query: MessageQuery| {
            let page = message::list(engine, &ctx, key, query).await.unwrap();
            let texts: Vec<_> = page.items.iter().map(|message| message.text.to_string()).collect();
            (texts.join(" "), page.total)
        };
        let newest = MessageQuery { order: SortOrder::Descending, limit: 2, ..MessageQuery::default() };
        assert_eq!(texts(newest).await, ("m4 m3".to_owned(), 5));
        assert_eq!(texts(MessageQuery { offset: 3, ..MessageQuery::default() }).await, ("m3 m4".to_owned(), 5));
        let all = MessageQuery { conversational_only: false, offset: 4, ..MessageQuery::default() };
        assert_eq!(texts(all).await, ("m4 be kind".to_owned(), 6));
    }

    async fn rejected_message_stores_nothing(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        for bad in ["", "nul\0"] {
            let refused = message::create(engine, &ctx, user_message(key, bad)).await.unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Invalid { .. }), "{refused:?}");
        }
        let long = "é".repeat(65_537);
        assert!(message::create(engine, &ctx, user_message(key, &long)).await.is_err());
        let foreign = message::create(engine, &server.b.ctx(), user_message(key, "hi")).await.unwrap_err();
        assert_eq!(*foreign.kind(), ErrorKind::NotFound(EntityKind::Conversation));
        let reader = Ctx { scopes: Scopes::NONE.with_scope(Scope::read(Resource::Conversations)), ..ctx };
        let denied = message::create(engine, &reader, user_message(key, "hi")).await.unwrap_err();
        assert_eq!(*denied.kind(), ErrorKind::Forbidden(ForbiddenReason::MissingScope(Scope::write(Resource::Messages))));
        let close = UpdateConversation { state: Some(ConversationState::Closed), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, close).await.unwrap();
        let closed = message::create(engine, &ctx, user_message(key, "hi")).await.unwrap_err();
        assert_eq!(*closed.kind(), ErrorKind::Conflict(ConflictReason::Closed));
        assert_eq!(message::list(engine, &ctx, key, MessageQuery::default()).await.unwrap().total, 0);
    }

    async fn edit_merges_metadata_and_deletion_is_final(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let sent = message::create(engine, &ctx, user_message(key, "draft")).await.unwrap();
        let metadata = Metadata::new(serde_json::from_str(r#"{"a":1}"#).unwrap(), "metadata").unwrap();
        let edit = UpdateMessage { metadata: Some(metadata.clone()), ..UpdateMessage::default() };
        message::edit(engine, &ctx, key, MessageKey::Id(sent.id), edit).await.unwrap();
        let found = message::find(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        assert_eq!((found.text.as_str(), &found.metadata), ("draft", &metadata));
        message::delete(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        for _ in 0..2 {
            let gone = message::delete(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap_err();
            assert_eq!(*gone.kind(), ErrorKind::NotFound(EntityKind::Message));
        }
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!(found.last_message_at, None);
    }

    async fn chosen_id_repeats_here_and_conflicts_elsewhere(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let id = MessageId::new(engine.random_uuid());
        let command = CreateMessage { id: Some(id), ..user_message(key, "once") };
        let first = message::create(engine, &ctx, command.clone()).await.unwrap();
        assert_eq!((first.id, first.duplicate), (id, false));
        let mut repeats = Vec::new();
        for _ in 0..8 {
            let (engine, command) = (server.engine.clone(), command.clone());
            repeats.push(tokio::spawn(async move { message::create(&engine, &ctx, command).await }));
        }
        for again in repeats {
            let again = again.await.unwrap().unwrap();
            assert_eq!((again.id, again.seq, again.duplicate), (id, first.seq, true));
        }
        let other = conversation::create(engine, &ctx, CreateConversation::new(ConversationKind::Group)).await.unwrap();
        let elsewhere = CreateMessage { conversation: ConversationKey::Id(other.id), ..command };
        let refused = message::create(engine, &ctx, elsewhere).await.unwrap_err();
        assert_eq!(*refused.kind(), ErrorKind::Forbidden(ForbiddenReason::NotOwn));
    }

    async fn last_message_decides_needs_response(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let needs_response = async || conversation::find(engine, &ctx, key).await.unwrap().service.needs_response;
        message::create(engine, &ctx, CreateMessage { requests_answer: false, ..user_message(key, "noted") }).await.unwrap();
        assert!(!needs_response().await);
        // The assistant is switched on, and the workspace has no provider for it.
        message::create(engine, &ctx, user_message(key, "served?")).await.unwrap();
        assert!(needs_response().await);
        let answer = CreateMessage { role: MessageRole::Assistant, ..user_message(key, "here") };
        message::create(engine, &ctx, answer).await.unwrap();
        assert!(!needs_response().await);
        let pause = UpdateServiceConfig { paused: Some(true), ..UpdateServiceConfig::default() };
        let pause = UpdateConversation { service: Some(pause), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, pause).await.unwrap();
        message::create(engine, &ctx, user_message(key, "help")).await.unwrap();
        assert!(needs_response().await);
        let note = CreateMessage { role: MessageRole::System, ..user_message(key, "be kind") };
        message::create(engine, &ctx, note).await.unwrap();
        assert!(needs_response().await);
        let answer = CreateMessage { role: MessageRole::Assistant, ..user_message(key, "here") };
        message::create(engine, &ctx, answer).await.unwrap();
        assert!(!needs_response().await);
    }

    async fn details_and_ratings_are_deleted_with_message(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let details = MessageDetails { sources: Some(json!(["https://a.example"])), delivery: Some(DeliveryStatus::Sent), ..MessageDetails::default() };
        let answer = CreateMessage { role: MessageRole::Assistant, details: details.clone(), ..user_message(key, "see there") };
        let sent = MessageKey::Id(message::create(engine, &ctx, answer).await.unwrap().id);
        let asked = MessageKey::Id(message::create(engine, &ctx, user_message(key, "thanks")).await.unwrap().id);
        let up = RateMessage { rating: Some(Rating::Up), comment: Some("clear".to_owned().into()) };
        message::rate(engine, &ctx, key, sent, up.clone()).await.unwrap();
        let found = message::find(engine, &ctx, key, sent).await.unwrap();
        assert_eq!((found.details, found.rating), (details, Some(Rating::Up)));
        assert_eq!(found.rating_comment.unwrap().as_str(), "clear");
        let by_number = message::find(engine, &ctx, key, MessageKey::Number(found.number)).await.unwrap();
        assert_eq!(by_number.id, found.id);
        assert!(message::rate(engine, &ctx, key, asked, up.clone()).await.is_err());
        message::rate(engine, &ctx, key, sent, RateMessage::default()).await.unwrap();
        assert_eq!(message::find(engine, &ctx, key, sent).await.unwrap().rating, None);
        message::delete(engine, &ctx, key, sent).await.unwrap();
        assert!(message::rate(engine, &ctx, key, sent, up).await.is_err());
    }

    async fn history_lists_messages_and_entries_before_a_time(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let mut times = Vec::new();
        for n in 0..200 {
            server.clock.advance(Duration::from_millis(10));
            times.push(message::create(engine, &ctx, user_message(key, &format!("m{n}"))).await.unwrap().at.millis());
        }
        let history = async |until: i64, limit: usize| {
            let query = HistoryQuery { conversation: key, until, limit, entry_filter: |_| true };
            let items = log::read_history(engine, &ctx, query).await.unwrap();
            let texts = items.iter().map(|item| match &item.item {
                LogItem::Message(message) => message.text.to_string(),
                LogItem::Tombstone { .. } => "empty".to_owned(),
                LogItem::Entry(entry) => entry.kind.as_str().to_owned(),
            });
            texts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(history(i64::MAX - 1, 3).await, "m199 m198 m197");
        // Anywhere in the history, including the requested time.
        assert_eq!(history(times[99], 2).await, "m99 m98");
        assert_eq!(history(times[100] - 1, 2).await, "m99 m98");
        assert_eq!(history(times[1], 10).await, "m1 changed m0 created");
        assert_eq!(history(0, 10).await, "");
        let gone = MessageQuery { limit: 1, offset: 99, ..MessageQuery::default() };
        let gone = message::list(engine, &ctx, key, gone).await.unwrap();
        message::delete(engine, &ctx, key, MessageKey::Id(gone.items[0].id)).await.unwrap();
        assert_eq!(history(times[99], 2).await, "m98 m97");
    }
}
