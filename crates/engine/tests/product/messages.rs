//! Messages said, repeated, edited and deleted.

use std::time::Duration;

use parlor_engine::message::HistoryQuery;
use parlor_engine::{conversation, message};
use parlor_model::conversation::{
    ConversationKey, CreateConversation, Kind as ConversationKind, ServicePatch, State,
    UpdateConversation,
};
use parlor_model::details::{Delivery, Details};
use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::id::MessageId;
use parlor_model::log::Item;
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageKey, MessageWalk, Role, UpdateMessage};
use parlor_model::page::Order;
use parlor_model::rating::{RateMessage, Rating};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Metadata};
use parlor_testkit::{TestServer, both};
use serde_json::json;

/// A person's message by nobody in particular.
pub(crate) fn say(conversation: ConversationKey, text: &str) -> CreateMessage {
    CreateMessage::new(conversation, None, Role::User, text)
}

pub(crate) async fn chat(server: &TestServer) -> ConversationKey {
    chat_of(server, "ada").await
}

pub(crate) async fn chat_of(server: &TestServer, subject: &str) -> ConversationKey {
    let command = CreateConversation {
        title: Some("Chat 1".to_owned()),
        title_is_automatic: true,
        subject: Some(MemberKey::External(subject.to_owned())),
        ..CreateConversation::of(ConversationKind::Chat)
    };
    let made = conversation::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
    ConversationKey::Id(made.id)
}

both! {
    async fn the_first_line_becomes_the_title_once(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        message::create(engine, &ctx, say(key, "Where is my order?\nIt is late.")).await.unwrap();
        message::create(engine, &ctx, say(key, "Hello?")).await.unwrap();
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!(found.title.as_deref(), Some("Where is my order?"));
        assert!(found.last_message_at.is_some());
    }

    async fn a_client_id_makes_a_send_repeatable(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let command = CreateMessage { client_id: Some("c-1".to_owned()), ..say(key, "once") };
        let first = message::create(engine, &ctx, command.clone()).await.unwrap();
        let again = message::create(engine, &ctx, command).await.unwrap();
        assert_eq!((first.id, first.duplicate, again.id, again.duplicate), (again.id, false, first.id, true));
        let page = message::list(engine, &ctx, key, MessageWalk::default()).await.unwrap();
        assert_eq!((page.items.len(), page.total), (1, 1));
    }

    async fn pages_run_both_ways_and_count_what_was_said(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        for n in 0..5 {
            message::create(engine, &ctx, say(key, &format!("m{n}"))).await.unwrap();
        }
        let note = CreateMessage { role: Role::System, ..say(key, "be kind") };
        message::create(engine, &ctx, note).await.unwrap();
        let texts = async |walk: MessageWalk| {
            let page = message::list(engine, &ctx, key, walk).await.unwrap();
            let texts: Vec<_> = page.items.iter().map(|message| message.text.to_string()).collect();
            (texts.join(" "), page.total)
        };
        let newest = MessageWalk { order: Order::Descending, limit: 2, ..MessageWalk::default() };
        assert_eq!(texts(newest).await, ("m4 m3".to_owned(), 5));
        assert_eq!(texts(MessageWalk { offset: 3, ..MessageWalk::default() }).await, ("m3 m4".to_owned(), 5));
        let all = MessageWalk { said_only: false, offset: 4, ..MessageWalk::default() };
        assert_eq!(texts(all).await, ("m4 be kind".to_owned(), 6));
    }

    async fn refusals_store_nothing(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        for bad in ["", "nul\0"] {
            let refused = message::create(engine, &ctx, say(key, bad)).await.unwrap_err();
            assert!(matches!(refused.kind(), Kind::Invalid { .. }), "{refused:?}");
        }
        let long = "é".repeat(65_537);
        assert!(message::create(engine, &ctx, say(key, &long)).await.is_err());
        let foreign = message::create(engine, &server.b.ctx(), say(key, "hi")).await.unwrap_err();
        assert_eq!(*foreign.kind(), Kind::NotFound(Noun::Conversation));
        let reader = Ctx { scopes: Scopes::NONE.with(Scope::read(Resource::Conversations)), ..ctx };
        let denied = message::create(engine, &reader, say(key, "hi")).await.unwrap_err();
        assert_eq!(*denied.kind(), Kind::Forbidden(Denied::MissingScope(Scope::write(Resource::Messages))));
        let close = UpdateConversation { state: Some(State::Closed), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, close).await.unwrap();
        let closed = message::create(engine, &ctx, say(key, "hi")).await.unwrap_err();
        assert_eq!(*closed.kind(), Kind::Conflict(Conflict::Closed));
        assert_eq!(message::list(engine, &ctx, key, MessageWalk::default()).await.unwrap().total, 0);
    }

    async fn an_edit_merges_and_a_deletion_is_final(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let sent = message::create(engine, &ctx, say(key, "draft")).await.unwrap();
        let metadata = Metadata::new(serde_json::from_str(r#"{"a":1}"#).unwrap(), "metadata").unwrap();
        let edit = UpdateMessage { metadata: Some(metadata.clone()), ..UpdateMessage::default() };
        message::edit(engine, &ctx, key, MessageKey::Id(sent.id), edit).await.unwrap();
        let found = message::find(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        assert_eq!((found.text.as_str(), &found.metadata), ("draft", &metadata));
        message::delete(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        for _ in 0..2 {
            let gone = message::delete(engine, &ctx, key, MessageKey::Id(sent.id)).await.unwrap_err();
            assert_eq!(*gone.kind(), Kind::NotFound(Noun::Message));
        }
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!(found.last_message_at, None);
    }

    async fn a_chosen_id_is_a_repeat_here_and_refused_elsewhere(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let id = MessageId::new(engine.random_uuid());
        let command = CreateMessage { id: Some(id), ..say(key, "once") };
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
        let other = conversation::create(engine, &ctx, CreateConversation::of(ConversationKind::Group)).await.unwrap();
        let elsewhere = CreateMessage { conversation: ConversationKey::Id(other.id), ..command };
        let refused = message::create(engine, &ctx, elsewhere).await.unwrap_err();
        assert_eq!(*refused.kind(), Kind::Forbidden(Denied::NotOwn));
    }

    async fn what_is_said_last_decides_whether_a_person_has_to_answer(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let waits = async || conversation::find(engine, &ctx, key).await.unwrap().service.needs_response;
        message::create(engine, &ctx, say(key, "served")).await.unwrap();
        assert!(!waits().await);
        let pause = ServicePatch { paused: Some(true), ..ServicePatch::default() };
        let pause = UpdateConversation { service: Some(pause), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, pause).await.unwrap();
        message::create(engine, &ctx, say(key, "help")).await.unwrap();
        assert!(waits().await);
        let note = CreateMessage { role: Role::System, ..say(key, "be kind") };
        message::create(engine, &ctx, note).await.unwrap();
        assert!(waits().await);
        let answer = CreateMessage { role: Role::Assistant, ..say(key, "here") };
        message::create(engine, &ctx, answer).await.unwrap();
        assert!(!waits().await);
    }

    async fn details_and_ratings_are_kept_and_go_with_the_message(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let details = Details { sources: Some(json!(["https://a.example"])), delivery: Some(Delivery::Sent), ..Details::default() };
        let answer = CreateMessage { role: Role::Assistant, details: details.clone(), ..say(key, "see there") };
        let sent = MessageKey::Id(message::create(engine, &ctx, answer).await.unwrap().id);
        let asked = MessageKey::Id(message::create(engine, &ctx, say(key, "thanks")).await.unwrap().id);
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

    async fn history_tells_messages_and_changes_backwards_from_a_time(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let mut times = Vec::new();
        for n in 0..200 {
            server.clock.advance(Duration::from_millis(10));
            times.push(message::create(engine, &ctx, say(key, &format!("m{n}"))).await.unwrap().at.millis());
        }
        let told = async |until: i64, limit: usize| {
            let query = HistoryQuery { conversation: key, until, limit, entries: |_| true };
            let items = message::history(engine, &ctx, query).await.unwrap();
            let texts = items.iter().map(|item| match &item.item {
                Item::Message(message) => message.text.to_string(),
                Item::Empty { .. } => "empty".to_owned(),
                Item::Entry(entry) => entry.kind.word().to_owned(),
            });
            texts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(i64::MAX - 1, 3).await, "m199 m198 m197");
        // Wherever in the story that is, the time included.
        assert_eq!(told(times[99], 2).await, "m99 m98");
        assert_eq!(told(times[100] - 1, 2).await, "m99 m98");
        assert_eq!(told(times[1], 10).await, "m1 changed m0 created");
        assert_eq!(told(0, 10).await, "");
        let gone = MessageWalk { limit: 1, offset: 99, ..MessageWalk::default() };
        let gone = message::list(engine, &ctx, key, gone).await.unwrap();
        message::delete(engine, &ctx, key, MessageKey::Id(gone.items[0].id)).await.unwrap();
        assert_eq!(told(times[99], 2).await, "m98 m97");
    }
}
