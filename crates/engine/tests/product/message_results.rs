//! Results of creating a message, and message totals.
//!
//! Proves INV-12 (`docs/invariants.md`).

use parlor_engine::{conversation, member, message, participant};
use parlor_model::Ctx;
use parlor_model::conversation::{
    ConversationKey, ConversationState, GroupProfile, UpdateConversation,
};
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::member::UpdateMember;
use parlor_model::message::{CreateMessage, MessageKey, MessageQuery, MessageRole, UpdateMessage};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::both;

use crate::messages::{create_chat, create_chat_for, user_message};
use crate::test_member::create_test_member;

both! {
    async fn create_returns_stored_message(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let found = conversation::find_header(engine, &ctx, key).await.unwrap();
        let subject = found.subject.clone().unwrap();
        let someone = conversation::find(engine, &ctx, create_chat_for(&server, "bo").await).await.unwrap().subject.unwrap();
        let other = create_chat(&server).await;
        let stranger = conversation::find(engine, &ctx, other).await.unwrap().number;
        for (index, author) in [None, Some(subject.number), Some(someone.number), Some(subject.number)].into_iter().enumerate() {
            let client_id = Some(format!("c-{}", index.min(2)));
            // The command's own conversation is ignored.
            let command = CreateMessage {
                author,
                client_id,
                subtype: Some("CARD".to_owned()),
                ..user_message(ConversationKey::Number(stranger), &format!("m{index}"))
            };
            let created = message::create_in_conversation(engine, &ctx, &found, command.clone()).await.unwrap();
            assert!(!created.duplicate);
            let repeated = message::create_in_conversation(engine, &ctx, &found, command).await.unwrap();
            assert!(repeated.duplicate);
            let stored = message::find(engine, &ctx, key, MessageKey::Id(created.message.id)).await.unwrap();
            for returned in [created.message, repeated.message] {
                assert_eq!((returned.number, returned.id, returned.seq), (stored.number, stored.id, stored.seq));
                assert_eq!(returned.conversation, stored.conversation);
                assert_eq!(returned.author.map(|member| member.id), stored.author.as_ref().map(|member| member.id));
                assert_eq!((returned.role, &returned.subtype, &returned.client_id), (stored.role, &stored.subtype, &stored.client_id));
                assert_eq!((returned.text.as_str(), &returned.metadata), (stored.text.as_str(), &stored.metadata));
                assert_eq!((returned.created_at, returned.updated_at), (stored.created_at, stored.updated_at));
            }
        }
    }

    // On SQLite a create reads the conversation again only after a change.
    async fn create_sees_changes_since_previous_message(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let send = async |ctx: &Ctx, key| match message::create(engine, ctx, user_message(key, "hello")).await {
            Ok(_) => None,
            Err(error) => Some(error.kind().clone()),
        };
        assert_eq!(send(&ctx, key).await, None);
        for (state, refusal) in [(ConversationState::Closed, Some(ErrorKind::Conflict(ConflictReason::Closed))), (ConversationState::Active, None)] {
            let change = UpdateConversation { state: Some(state), ..UpdateConversation::default() };
            conversation::update(engine, &ctx, key, change).await.unwrap();
            assert_eq!(send(&ctx, key).await, refusal);
        }
        let subject = async || conversation::find_header(engine, &ctx, key).await.unwrap().subject.clone().unwrap();
        let name = UpdateMember { name: Some(Some("Renamed".to_owned())), ..UpdateMember::default() };
        member::update(engine, &ctx, subject().await.id, name).await.unwrap();
        assert_eq!(subject().await.name.as_deref(), Some("Renamed"));

        let (ada, bob) = (create_test_member(&server, "ada").await, create_test_member(&server, "bob").await);
        let group = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        assert_eq!(send(&bob.ctx, group).await, None);
        participant::leave(engine, &bob.ctx, group).await.unwrap();
        assert_eq!(send(&bob.ctx, group).await, Some(ErrorKind::Forbidden(ForbiddenReason::NotParticipant)));

        conversation::delete(engine, &ctx, key, Scope::write(Resource::Conversations)).await.unwrap();
        assert_eq!(send(&ctx, key).await, Some(ErrorKind::NotFound(EntityKind::Conversation)));
    }

    async fn totals_count_remaining_messages_by_role(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), create_chat(&server).await);
        let mut sent = Vec::new();
        for (index, role) in [MessageRole::User, MessageRole::Assistant, MessageRole::System, MessageRole::User, MessageRole::Context, MessageRole::User].into_iter().enumerate() {
            let command = CreateMessage { role, ..user_message(key, &format!("m{index}")) };
            sent.push(MessageKey::Id(message::create(engine, &ctx, command).await.unwrap().id));
        }
        let totals = async || {
            let mut totals = Vec::new();
            for conversational_only in [true, false] {
                let query = MessageQuery { conversational_only, ..MessageQuery::default() };
                let page = message::list(engine, &ctx, key, query).await.unwrap();
                assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
                totals.push(page.total);
            }
            let counts = conversation::find_with_details(engine, &ctx, key).await.unwrap().counts;
            assert_eq!(counts.total(), totals[0]);
            totals.push(counts.assistant);
            totals
        };
        // The new title is a log entry and no message.
        assert_eq!(totals().await, [4, 6, 1]);
        let edit = UpdateMessage { text: Some(Redacted("other".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, key, sent[0], edit).await.unwrap();
        assert_eq!(totals().await, [4, 6, 1]);
        message::delete(engine, &ctx, key, sent[1]).await.unwrap();
        message::delete(engine, &ctx, key, sent[2]).await.unwrap();
        assert_eq!(totals().await, [3, 4, 0]);
        message::create(engine, &ctx, user_message(key, "more")).await.unwrap();
        assert_eq!(totals().await, [4, 5, 0]);
    }
}
