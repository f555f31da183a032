//! Messages said, repeated, edited and deleted.

use parlor_engine::{conversation, message};
use parlor_model::conversation::{
    ConversationKey, CreateConversation, Kind as ConversationKind, State, UpdateConversation,
};
use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageWalk, Role, UpdateMessage};
use parlor_model::page::Order;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Metadata};
use parlor_testkit::{TestServer, both};

/// A person's message by nobody in particular.
pub(crate) fn say(conversation: ConversationKey, text: &str) -> CreateMessage {
    CreateMessage {
        conversation,
        author: None,
        role: Role::User,
        form: None,
        text: text.to_owned().into(),
        metadata: Metadata::default(),
        client_id: None,
    }
}

async fn chat(server: &TestServer) -> ConversationKey {
    let command = CreateConversation {
        title: Some("Chat 1".to_owned()),
        title_is_automatic: true,
        subject: Some(MemberKey::External("ada".to_owned())),
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
        message::edit(engine, &ctx, key, sent.id, edit).await.unwrap();
        let found = message::find(engine, &ctx, key, sent.id).await.unwrap();
        assert_eq!((found.text.as_str(), &found.metadata), ("draft", &metadata));
        message::delete(engine, &ctx, key, sent.id).await.unwrap();
        for _ in 0..2 {
            let gone = message::delete(engine, &ctx, key, sent.id).await.unwrap_err();
            assert_eq!(*gone.kind(), Kind::NotFound(Noun::Message));
        }
        let found = conversation::find(engine, &ctx, key).await.unwrap();
        assert_eq!(found.last_message_at, None);
    }
}
