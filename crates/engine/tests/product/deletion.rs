//! Deleted conversations and members are gone at once, whatever their messages still wait for.
//!
//! Proves INV-63, INV-64 (`docs/invariants.md`).

use std::time::Duration;

use parlor_engine::search::{MatchMode, SearchMessages, SearchTarget, index_pending, messages};
use parlor_engine::{conversation, log, member, message, statistics};
use parlor_model::conversation::{ConversationKey, GroupProfile};
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::message::{CreateMessage, MessageKey, MessageQuery};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{TestServer, both, tokio};

use crate::messages::user_message;
use crate::test_member::{TestMember, create_test_member};

/// More than are deleted together with their conversation.
const MESSAGES: usize = 600;

async fn fill(server: &TestServer, author: &TestMember, key: ConversationKey) {
    let command = |_| CreateMessage {
        author: Some(author.member.number),
        mentions: vec![author.member.number],
        ..user_message(key, "haystack needle")
    };
    for _ in 0..MESSAGES / 100 {
        let commands = (0..100).map(command).collect();
        let sent = message::create_many(&server.engine, &author.ctx, key, commands).await;
        assert!(sent.unwrap().iter().all(Result::is_ok));
    }
}

async fn count_found(server: &TestServer, member: &TestMember) -> usize {
    let search = SearchMessages {
        text: "needle".to_owned(),
        match_mode: MatchMode::All,
        target: SearchTarget::Everything,
        limit: 10,
        before: None,
    };
    let found = messages(&server.engine, &member.ctx, search).await;
    found.unwrap().len()
}

async fn count_messages(server: &TestServer) -> i64 {
    let usage = statistics::count_usage(&server.engine, &server.a.ctx()).await;
    usage.unwrap().messages
}

both! {
    async fn deleted_conversation_is_invisible_before_its_rows_are_removed(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        let kept = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        fill(&server, &ada, key).await;
        index_pending(engine).await.unwrap();
        let page = message::list(engine, &bob.ctx, key, MessageQuery::default()).await.unwrap();
        let known = page.items.first().unwrap().clone();
        assert_eq!((count_found(&server, &bob).await, count_messages(&server).await), (10, 600));
        let scope = Scope::write(Resource::Conversations);
        conversation::delete(engine, &server.a.ctx(), key, scope).await.unwrap();
        for pass in 0..2 {
            assert_eq!((count_found(&server, &bob).await, count_messages(&server).await), (0, 0), "{pass}");
            let own = bob.list_own(&server).await;
            assert_eq!(own.iter().map(|item| (ConversationKey::Id(item.id), item.unread)).collect::<Vec<_>>(), [(kept, 0)]);
            let gone = ErrorKind::NotFound(EntityKind::Conversation);
            for ctx in [&server.a.ctx(), &bob.ctx] {
                let failures = [
                    conversation::find(engine, ctx, key).await.map(drop),
                    message::list(engine, ctx, key, MessageQuery::default()).await.map(drop),
                    message::find(engine, ctx, key, MessageKey::Id(known.id)).await.map(drop),
                    log::read_items(engine, ctx, key, 0, 10).await.map(drop),
                    message::create(engine, ctx, user_message(key, "late")).await.map(drop),
                ];
                for failure in failures {
                    assert_eq!(*failure.unwrap_err().kind(), gone);
                }
            }
            assert_eq!(message::locate(engine, &bob.ctx, known.number).await.unwrap(), None);
            // The background may have begun; after this all is removed.
            conversation::remove_deleted(engine).await.unwrap();
        }
        ada.send(&server, kept, "on").await;
        assert_eq!(count_messages(&server).await, 1);
    }

    async fn background_task_removes_rows_while_others_send(server: TestServer) {
        let engine = &server.engine;
        let ada = create_test_member(&server, "Ada").await;
        let key = ada.create_group(&server, &[], GroupProfile::default()).await;
        let kept = ada.create_group(&server, &[], GroupProfile::default()).await;
        fill(&server, &ada, key).await;
        conversation::delete(engine, &server.a.ctx(), key, Scope::write(Resource::Conversations)).await.unwrap();
        let remover = conversation::Remover { idle_interval: Duration::from_millis(1) };
        let sends = async {
            let mut sent = 0;
            while sent == 0 || conversation::has_deleted_rows(engine).await.unwrap() {
                ada.send(&server, kept, "meanwhile").await;
                sent += 1;
            }
            sent
        };
        let sent = tokio::select! {
            sent = sends => sent,
            () = remover.run(engine) => panic!("the task ended"),
        };
        assert_eq!(count_messages(&server).await, sent);
    }

    async fn message_id_of_deleted_conversation_can_be_used_again(server: TestServer) {
        let engine = &server.engine;
        let ada = create_test_member(&server, "Ada").await;
        let key = ada.create_group(&server, &[], GroupProfile::default()).await;
        let kept = ada.create_group(&server, &[], GroupProfile::default()).await;
        fill(&server, &ada, key).await;
        let page = message::list(engine, &ada.ctx, key, MessageQuery::default()).await.unwrap();
        let known = page.items.first().unwrap().id;
        let again = CreateMessage { id: Some(known), ..user_message(kept, "again") };
        assert!(message::create(engine, &server.a.ctx(), again.clone()).await.is_err());
        conversation::delete(engine, &server.a.ctx(), key, Scope::write(Resource::Conversations)).await.unwrap();
        let sent = message::create(engine, &server.a.ctx(), again).await.unwrap();
        assert!(sent.id == known && !sent.duplicate);
        conversation::remove_deleted(engine).await.unwrap();
        assert_eq!(count_messages(&server).await, 1);
    }

    async fn messages_of_deleted_member_have_no_author(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        let command = CreateMessage {
            author: Some(bob.member.number),
            client_id: Some("c-1".to_owned()),
            ..user_message(key, "mine")
        };
        let sent = message::create(engine, &bob.ctx, command).await.unwrap();
        let found = message::find(engine, &ada.ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        assert_eq!(found.author.map(|author| author.number), Some(bob.member.number));
        assert_eq!(found.client_id.as_deref(), Some("c-1"));
        member::delete(engine, &server.a.ctx(), bob.member.id).await.unwrap();
        let found = message::find(engine, &ada.ctx, key, MessageKey::Id(sent.id)).await.unwrap();
        assert!(found.author.is_none() && found.client_id.is_none());
        let located = message::locate(engine, &ada.ctx, sent.number).await.unwrap().unwrap();
        assert_eq!(located.author, None);
        let page = log::read_page(engine, &ada.ctx, key, 0, 100).await.unwrap();
        for item in &page.items {
            match item {
                parlor_model::log::LogItem::Entry(entry) => assert_ne!(entry.actor, Some(bob.member.number)),
                parlor_model::log::LogItem::Message(message) => assert!(message.author.is_none()),
                parlor_model::log::LogItem::Tombstone { .. } => panic!("no message was deleted"),
            }
        }
        assert!(!page.members.contains_key(&bob.member.number));
    }
}
