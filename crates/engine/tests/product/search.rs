//! Finding messages and conversations by what was said, and only where one may look.

use parlor_engine::search::{Hit, SearchMessages, Within, Words, messages, settle, waiting};
use parlor_engine::{conversation, space};
use parlor_model::conversation::{
    Card, ConversationFilter, ConversationKey, CreateConversation, Kind as What, SortBy,
};
use parlor_model::error::{Denied, Kind, Noun};
use parlor_model::id::SpaceId;
use parlor_model::member::MemberKey;
use parlor_model::page::Order;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::space::CreateSpace;
use parlor_model::{Ctx, Metadata, Result};
use parlor_testkit::{TestServer, both};

use crate::messages::say;
use crate::someone::someone;

fn all(text: &str) -> SearchMessages {
    SearchMessages {
        text: text.to_owned(),
        words: Words::All,
        within: Within::Everything,
        limit: 10,
        before: None,
    }
}

async fn find(server: &TestServer, ctx: &Ctx, search: SearchMessages) -> Vec<String> {
    texts(messages(&server.engine, ctx, search).await)
}

fn texts(hits: Result<Vec<Hit>>) -> Vec<String> {
    hits.unwrap()
        .into_iter()
        .map(|hit| hit.message.text.to_string())
        .collect()
}

async fn space(server: &TestServer) -> SpaceId {
    let command = CreateSpace {
        name: None,
        description: None,
        contact: None,
        alias: None,
        blueprint: None,
        metadata: Metadata::default(),
    };
    space::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap()
}

async fn room(server: &TestServer, space: Option<SpaceId>) -> ConversationKey {
    let command = CreateConversation {
        space,
        ..CreateConversation::of(What::Group)
    };
    let made = conversation::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
    ConversationKey::Id(made.id)
}

async fn hear(server: &TestServer, key: ConversationKey, text: &str) {
    parlor_engine::message::create(&server.engine, &server.a.ctx(), say(key, text))
        .await
        .unwrap();
}

async fn listed(server: &TestServer, ctx: &Ctx, search: &str) -> i64 {
    let filter = ConversationFilter {
        search: Some(search.to_owned()),
        ..ConversationFilter::default()
    };
    let listing = conversation::Listing {
        sort: SortBy::LastMessageAt,
        order: Order::Descending,
        limit: 10,
        offset: 0,
    };
    let (items, total) = conversation::list(&server.engine, ctx, filter, listing)
        .await
        .unwrap();
    assert_eq!(items.len(), usize::try_from(total).unwrap());
    total
}

both! {
    async fn each_finds_what_it_may_see(server: TestServer) {
        let (ada, bob, cleo) =
            (someone(&server, "Ada").await, someone(&server, "Bob").await, someone(&server, "Cleo").await);
        let group = ada.group(&server, &[&bob], Card::default()).await;
        ada.says(&server, group, "the group's plum").await;
        let direct = conversation::direct(&server.engine, &ada.ctx, MemberKey::Id(bob.who.id), false).await.unwrap();
        ada.says(&server, ConversationKey::Id(direct.id), "a private plum").await;
        let (shared, both) = (vec!["the group's plum"], vec!["a private plum", "the group's plum"]);
        let key = server.a.ctx();
        let reader = Ctx { scopes: Scopes::NONE.with(Scope::read(Resource::Conversations)), ..cleo.ctx };
        for _ in 0..2 {
            for (ctx, found) in [(&ada.ctx, &both), (&bob.ctx, &both), (&key, &shared), (&reader, &shared)] {
                assert_eq!(&find(&server, ctx, all("Plum")).await, found);
            }
            assert!(find(&server, &cleo.ctx, all("plum")).await.is_empty());
            assert!(find(&server, &server.b.ctx(), all("plum")).await.is_empty());
            for (ctx, count) in [(&ada.ctx, 2), (&cleo.ctx, 0), (&key, 1)] {
                assert_eq!(listed(&server, ctx, "plum").await, count);
            }
            let within = |of| SearchMessages { within: Within::Conversation(of), ..all("plum") };
            assert_eq!(find(&server, &ada.ctx, within(ConversationKey::Id(direct.id))).await, ["a private plum"]);
            let refused = messages(&server.engine, &cleo.ctx, within(group)).await.unwrap_err();
            assert_eq!(*refused.kind(), Kind::Forbidden(Denied::NotParticipant));
            let foreign = messages(&server.engine, &server.b.ctx(), within(group)).await.unwrap_err();
            assert_eq!(*foreign.kind(), Kind::NotFound(Noun::Conversation));
            settle(&server.engine).await.unwrap();
        }
        let bare = Ctx { scopes: Scopes::NONE, ..key };
        let refused = messages(&server.engine, &bare, all("plum")).await.unwrap_err();
        assert_eq!(*refused.kind(), Kind::Forbidden(Denied::MissingScope(Scope::read(Resource::Conversations))));
    }

    async fn a_space_is_searched_alone(server: TestServer) {
        let (one, other) = (space(&server).await, space(&server).await);
        let (here, there) = (room(&server, Some(one)).await, room(&server, Some(other)).await);
        hear(&server, here, "refunds take five days").await;
        hear(&server, here, "parcels take two days").await;
        hear(&server, there, "refunds are refused").await;
        let within = |space| SearchMessages { within: Within::Space(space), ..all("refunds") };
        for _ in 0..2 {
            let ctx = server.a.ctx();
            assert_eq!(find(&server, &ctx, within(one)).await, ["refunds take five days"]);
            let question = "How many DAYS do refunds take?".to_owned();
            let prose = SearchMessages { text: question, words: Words::Any, ..within(one) };
            let found = messages(&server.engine, &ctx, prose).await.unwrap();
            let words: Vec<usize> = found.iter().map(|hit| hit.words).collect();
            assert_eq!(words, [3, 2]);
            assert_eq!(texts(Ok(found)), ["refunds take five days", "parcels take two days"]);
            let empty = space(&server).await;
            assert!(find(&server, &ctx, within(empty)).await.is_empty());
            let foreign = messages(&server.engine, &server.b.ctx(), within(one)).await.unwrap_err();
            assert_eq!(*foreign.kind(), Kind::NotFound(Noun::Space));
            settle(&server.engine).await.unwrap();
        }
    }

    async fn pages_join_and_blank_finds_nothing(server: TestServer) {
        let key = room(&server, None).await;
        for n in 0..7 {
            hear(&server, key, &format!("apple {n}")).await;
        }
        let ctx = server.a.ctx();
        for _ in 0..2 {
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let search = SearchMessages { limit: 3, before, ..all("apple") };
                let page = messages(&server.engine, &ctx, search).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some(last.message.number);
                found.extend(texts(Ok(page)));
            }
            assert_eq!(found, (0..7).rev().map(|n| format!("apple {n}")).collect::<Vec<_>>());
            for nothing in ["", "  ", "\"\"", "%%%"] {
                assert!(find(&server, &ctx, all(nothing)).await.is_empty(), "{nothing}");
            }
            assert_eq!(listed(&server, &ctx, " ").await, 1);
            settle(&server.engine).await.unwrap();
        }
        assert_eq!(waiting(&server.engine).await.unwrap().map(|(_, rows)| rows), [0; 3]);
    }

    async fn the_index_is_filled_without_being_told(server: TestServer) {
        let key = room(&server, None).await;
        hear(&server, key, "quince").await;
        let patience = std::time::Duration::from_secs(30);
        let caught_up = async {
            while waiting(&server.engine).await.unwrap().iter().any(|(_, rows)| *rows > 0) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(patience, caught_up).await.unwrap();
        assert_eq!(find(&server, &server.a.ctx(), all("quince")).await, ["quince"]);
    }
}
