//! The log orders everything that happens in a conversation.

use parlor_engine::{conversation, log, message};
use parlor_model::conversation::{
    ConversationKey, ConversationKind, ConversationState, CreateConversation, UpdateConversation,
};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::message::{MessageKey, UpdateMessage};
use parlor_testkit::both;

use crate::messages::user_message;

/// Returns a word for a log item.
fn describe(item: &LogItem) -> String {
    match item {
        LogItem::Message(message) => format!("said {}", message.text.as_str()),
        LogItem::Tombstone { .. } => "empty".to_owned(),
        LogItem::Entry(entry) => entry.kind.as_str().to_owned(),
    }
}

both! {
    async fn every_change_takes_next_seq(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let made = conversation::create(engine, &ctx, CreateConversation::new(ConversationKind::Group)).await.unwrap();
        let key = ConversationKey::Id(made.id);
        let one = message::create(engine, &ctx, user_message(key, "one")).await.unwrap();
        let two = message::create(engine, &ctx, user_message(key, "two")).await.unwrap();
        let edit = UpdateMessage { text: Some("uno".to_owned().into()), ..UpdateMessage::default() };
        message::edit(engine, &ctx, key, MessageKey::Id(one.id), edit).await.unwrap();
        message::delete(engine, &ctx, key, MessageKey::Id(two.id)).await.unwrap();
        let rename = UpdateConversation { title: Some(Some("New".to_owned())), ..UpdateConversation::default() };
        conversation::update(engine, &ctx, key, rename.clone()).await.unwrap();
        // Writes nothing without a change.
        conversation::update(engine, &ctx, key, rename).await.unwrap();
        message::create(engine, &ctx, user_message(key, "three")).await.unwrap();

        let log = log::read_items(engine, &ctx, key, 0, 100).await.unwrap();
        let kinds: Vec<_> = log.iter().map(describe).collect();
        let edited = LogEntryKind::MessageEdited.as_str();
        let deleted = LogEntryKind::MessageDeleted.as_str();
        assert_eq!(kinds, ["created", "said uno", "empty", edited, deleted, "changed", "said three"]);
        assert_eq!(log.iter().map(LogItem::seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
        let rest = log::read_items(engine, &ctx, key, 5, 1).await.unwrap();
        assert_eq!(rest.iter().map(LogItem::seq).collect::<Vec<_>>(), [6]);
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!((found.last_seq, found.title.as_deref(), found.state), (7, Some("New"), ConversationState::Active));
    }

    async fn parallel_writers_leave_no_seq_gap(server: TestServer) {
        let (engine, ctx) = (server.engine.clone(), server.a.ctx());
        let made = conversation::create(&engine, &ctx, CreateConversation::new(ConversationKind::Group)).await.unwrap();
        let key = ConversationKey::Id(made.id);
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let engine = engine.clone();
                parlor_testkit::tokio::spawn(async move {
                    for n in 0..20 {
                        if n % 5 == 4 {
                            let title = Some(Some(format!("{writer} {n}")));
                            let rename = UpdateConversation { title, ..UpdateConversation::default() };
                            conversation::update(&engine, &ctx, key, rename).await.unwrap();
                        } else {
                            message::create(&engine, &ctx, user_message(key, "x")).await.unwrap();
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let log = log::read_items(&engine, &ctx, key, 0, 1_000).await.unwrap();
        let expected: Vec<i64> = (1..=161).collect();
        assert_eq!(log.iter().map(LogItem::seq).collect::<Vec<_>>(), expected);
    }

    async fn concurrent_log_reader_skips_no_seq(server: TestServer) {
        let (engine, ctx) = (server.engine.clone(), server.a.ctx());
        let made = conversation::create(&engine, &ctx, CreateConversation::new(ConversationKind::Group)).await.unwrap();
        let key = ConversationKey::Id(made.id);
        // Messages and other entries are in separate tables, which are read one after the other.
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let engine = engine.clone();
                parlor_testkit::tokio::spawn(async move {
                    for n in 0..100 {
                        if writer == 1 {
                            let title = Some(Some(format!("t{n}")));
                            let rename = UpdateConversation { title, ..UpdateConversation::default() };
                            conversation::update(&engine, &ctx, key, rename).await.unwrap();
                        } else {
                            message::create(&engine, &ctx, user_message(key, "x")).await.unwrap();
                        }
                    }
                })
            })
            .collect();
        let mut last = 0;
        while last < 201 {
            for item in log::read_items(&engine, &ctx, key, last, 50).await.unwrap() {
                assert_eq!(item.seq(), last + 1);
                last = item.seq();
            }
            parlor_testkit::tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
    }
}
