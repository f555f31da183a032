//! Import of backups.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlor_bus::BusMessage;
use parlor_engine::{conversation, import, log};
use parlor_model::conversation::ConversationKey;
use parlor_model::id::{ConversationId, MemberId, MessageId};
use parlor_model::import::{
    ImportContact, ImportConversation, ImportMessage, ImportRecord, ImportTimestamps,
};
use parlor_model::message::MessageRole;
use parlor_testkit::both;
use uuid::Uuid;

/// Returns an id of the past.
fn id(n: u128) -> Uuid {
    Uuid::from_u128((0x0190_0000_0000_u128 << 80) | (7 << 76) | (2 << 62) | n)
}

fn contact(n: u128) -> ImportRecord {
    ImportRecord::Contact(Box::new(ImportContact {
        id: MemberId::new(id(n)),
        fingerprint: None,
        profile: Default::default(),
        verified_at: None,
        metadata: Default::default(),
        times: ImportTimestamps::default(),
    }))
}

fn conversation_for(contact: u128, title: &str, times: ImportTimestamps) -> ImportRecord {
    ImportRecord::Conversation(Box::new(ImportConversation {
        id: ConversationId::new(id(1)),
        title: Some(title.to_owned()),
        description: None,
        space: None,
        contact: Some(MemberId::new(id(contact))),
        model: None,
        responder: Default::default(),
        metadata: Default::default(),
        times,
    }))
}

fn message(n: u128, text: &str) -> ImportRecord {
    ImportRecord::Message(Box::new(ImportMessage {
        id: MessageId::new(id(n)),
        conversation: ConversationId::new(id(1)),
        role: MessageRole::User,
        subtype: None,
        type_name: |role, _| role.as_str(),
        text: text.to_owned().into(),
        name: None,
        description: None,
        metadata: Default::default(),
        entities: None,
        times: ImportTimestamps::default(),
    }))
}

const IMPORTED_CONVERSATION: ConversationKey = ConversationKey::Id(ConversationId::new(
    Uuid::from_u128((0x0190_0000_0000_u128 << 80) | (7 << 76) | (2 << 62) | 1),
));

both! {
    async fn rejected_import_row_stores_nothing(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let first = vec![(1, contact(11)), (2, contact(12))];
        assert_eq!(import::import_batch(engine, &ctx, first).await.unwrap().imported, 2);
        let first = vec![(1, conversation_for(11, "Old", ImportTimestamps::default()))];
        assert_eq!(import::import_batch(engine, &ctx, first).await.unwrap().imported, 1);
        let before = conversation::find_with_details(engine, &ctx, IMPORTED_CONVERSATION).await.unwrap();
        // The other contact joins before the row's timestamps, which are in the wrong order, are checked.
        let now = engine.now();
        let times = ImportTimestamps {
            created_at: Some(now.saturating_sub(Duration::from_secs(60))),
            updated_at: Some(now.saturating_sub(Duration::from_secs(120))),
        };
        let rows = vec![
            (1, message(21, "before")),
            (2, conversation_for(12, "New", times)),
            (3, message(22, "behind")),
        ];
        let done = import::import_batch(engine, &ctx, rows).await.unwrap();
        assert_eq!((done.imported, done.updated, done.failed.len()), (2, 0, 1));
        assert_eq!(done.failed[0].0, 2);
        let after = conversation::find_with_details(engine, &ctx, IMPORTED_CONVERSATION).await.unwrap();
        assert_eq!(after.participants.len(), before.participants.len());
        assert_eq!(after.conversation.title.as_deref(), Some("Old"));
        let log = log::read_items(engine, &ctx, IMPORTED_CONVERSATION, 0, 100).await.unwrap();
        assert_eq!(log.len(), 3, "made, and two messages");
    }

    async fn imported_rows_are_published_to_subscribers(server: TestServer) {
        let (engine, ctx) = (&server.engine, server.a.ctx());
        let published = Arc::<Mutex<Vec<i64>>>::default();
        let sink = published.clone();
        engine.bus().subscribe(Box::new(move |messages| {
            let mut published = sink.lock().unwrap();
            for message in messages {
                if let BusMessage::LogUpdate(update) = message {
                    published.push(update.seq);
                }
            }
        }));
        let rows = vec![(1, contact(11)), (2, conversation_for(11, "Old", ImportTimestamps::default()))];
        import::import_batch(engine, &ctx, rows).await.unwrap();
        published.lock().unwrap().clear();
        let rows = vec![(1, message(21, "one")), (2, message(22, "two"))];
        assert_eq!(import::import_batch(engine, &ctx, rows).await.unwrap().imported, 2);
        assert_eq!(published.lock().unwrap().last(), Some(&3));
        // An imported edit is a log entry and is published.
        let rows = vec![(1, message(21, "uno"))];
        assert_eq!(import::import_batch(engine, &ctx, rows).await.unwrap().updated, 1);
        assert_eq!(published.lock().unwrap().last(), Some(&4));
    }
}
