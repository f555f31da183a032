//! What a send gives back, and how many messages a conversation is said to have.

use parlor_engine::{conversation, member, message, participant};
use parlor_model::Ctx;
use parlor_model::conversation::{Card, ConversationKey, State, UpdateConversation};
use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::member::UpdateMember;
use parlor_model::message::{CreateMessage, MessageKey, MessageWalk, Role, UpdateMessage};
use parlor_model::private::Private;
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::both;

use crate::messages::{chat, chat_of, say};
use crate::someone::someone;

both! {
    async fn a_send_gives_back_what_is_stored(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let found = conversation::outline(engine, &ctx, key).await.unwrap();
        let subject = found.subject.clone().unwrap();
        let someone = conversation::find(engine, &ctx, chat_of(&server, "bo").await).await.unwrap().subject.unwrap();
        let other = chat(&server).await;
        let stranger = conversation::find(engine, &ctx, other).await.unwrap().number;
        for (place, author) in [None, Some(subject.number), Some(someone.number), Some(subject.number)].into_iter().enumerate() {
            let client_id = Some(format!("c-{}", place.min(2)));
            // The command's own conversation is not read.
            let command = CreateMessage {
                author,
                client_id,
                form: Some("CARD".to_owned()),
                ..say(ConversationKey::Number(stranger), &format!("m{place}"))
            };
            let said = message::create_in(engine, &ctx, &found, command.clone()).await.unwrap();
            assert!(!said.duplicate);
            let again = message::create_in(engine, &ctx, &found, command).await.unwrap();
            assert!(again.duplicate);
            let stored = message::find(engine, &ctx, key, MessageKey::Id(said.message.id)).await.unwrap();
            for given in [said.message, again.message] {
                assert_eq!((given.number, given.id, given.seq), (stored.number, stored.id, stored.seq));
                assert_eq!(given.conversation, stored.conversation);
                assert_eq!(given.author.map(|who| who.id), stored.author.as_ref().map(|who| who.id));
                assert_eq!((given.role, &given.form, &given.client_id), (stored.role, &stored.form, &stored.client_id));
                assert_eq!((given.text.as_str(), &given.metadata), (stored.text.as_str(), &stored.metadata));
                assert_eq!((given.created_at, given.updated_at), (stored.created_at, stored.updated_at));
            }
        }
    }

    // On the embedded database a send looks at its conversation again only when something has changed.
    async fn a_send_knows_what_has_changed_since_the_last(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let send = async |ctx: &Ctx, key| match message::create(engine, ctx, say(key, "hello")).await {
            Ok(_) => None,
            Err(error) => Some(error.kind().clone()),
        };
        assert_eq!(send(&ctx, key).await, None);
        for (state, refusal) in [(State::Closed, Some(Kind::Conflict(Conflict::Closed))), (State::Active, None)] {
            let change = UpdateConversation { state: Some(state), ..UpdateConversation::default() };
            conversation::update(engine, &ctx, key, change).await.unwrap();
            assert_eq!(send(&ctx, key).await, refusal);
        }
        let subject = async || conversation::outline(engine, &ctx, key).await.unwrap().subject.clone().unwrap();
        let name = UpdateMember { name: Some(Some("Renamed".to_owned())), ..UpdateMember::default() };
        member::update(engine, &ctx, subject().await.id, name).await.unwrap();
        assert_eq!(subject().await.name.as_deref(), Some("Renamed"));

        let (ada, bob) = (someone(&server, "ada").await, someone(&server, "bob").await);
        let group = ada.group(&server, &[&bob], Card::default()).await;
        assert_eq!(send(&bob.ctx, group).await, None);
        participant::leave(engine, &bob.ctx, group).await.unwrap();
        assert_eq!(send(&bob.ctx, group).await, Some(Kind::Forbidden(Denied::NotParticipant)));

        conversation::delete(engine, &ctx, key, Scope::write(Resource::Conversations)).await.unwrap();
        assert_eq!(send(&ctx, key).await, Some(Kind::NotFound(Noun::Conversation)));
    }

    async fn a_total_counts_what_is_left_of_each_kind(server: TestServer) {
        let (engine, ctx, key) = (&server.engine, server.a.ctx(), chat(&server).await);
        let mut sent = Vec::new();
        for (place, role) in [Role::User, Role::Assistant, Role::System, Role::User, Role::Context, Role::User].into_iter().enumerate() {
            let command = CreateMessage { role, ..say(key, &format!("m{place}")) };
            sent.push(MessageKey::Id(message::create(engine, &ctx, command).await.unwrap().id));
        }
        let totals = async || {
            let mut totals = Vec::new();
            for said_only in [true, false] {
                let walk = MessageWalk { said_only, ..MessageWalk::default() };
                let page = message::list(engine, &ctx, key, walk).await.unwrap();
                assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
                totals.push(page.total);
            }
            let counts = conversation::whole(engine, &ctx, key).await.unwrap().counts;
            assert_eq!(counts.said(), totals[0]);
            totals.push(counts.assistant);
            totals
        };
        // The new title is an entry of the log that is no message.
        assert_eq!(totals().await, [4, 6, 1]);
        let edit = UpdateMessage { text: Some(Private("other".to_owned())), ..UpdateMessage::default() };
        message::edit(engine, &ctx, key, sent[0], edit).await.unwrap();
        assert_eq!(totals().await, [4, 6, 1]);
        message::delete(engine, &ctx, key, sent[1]).await.unwrap();
        message::delete(engine, &ctx, key, sent[2]).await.unwrap();
        assert_eq!(totals().await, [3, 4, 0]);
        message::create(engine, &ctx, say(key, "more")).await.unwrap();
        assert_eq!(totals().await, [4, 5, 0]);
    }
}
