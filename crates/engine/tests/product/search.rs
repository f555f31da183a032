//! Search for messages and conversations within the caller's access.

use parlor_engine::search::{
    MatchMode, SearchHit, SearchMessages, SearchTarget, backlog, index_pending, messages,
};
use parlor_engine::{conversation, space};
use parlor_model::conversation::{
    ConversationFilter, ConversationKey, ConversationKind, ConversationSort, CreateConversation,
    GroupProfile,
};
use parlor_model::error::{EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::id::SpaceId;
use parlor_model::keyset::SortOrder;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::space::CreateSpace;
use parlor_model::{Ctx, Metadata, Result};
use parlor_testkit::{TestServer, both};

use crate::messages::user_message;
use crate::test_member::create_test_member;

fn match_all(text: &str) -> SearchMessages {
    SearchMessages {
        text: text.to_owned(),
        match_mode: MatchMode::All,
        target: SearchTarget::Everything,
        limit: 10,
        before: None,
    }
}

async fn search_texts(server: &TestServer, ctx: &Ctx, search: SearchMessages) -> Vec<String> {
    texts(messages(&server.engine, ctx, search).await)
}

fn texts(hits: Result<Vec<SearchHit>>) -> Vec<String> {
    hits.unwrap()
        .into_iter()
        .map(|hit| hit.message.text.to_string())
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
    space::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap()
}

async fn create_conversation(server: &TestServer, space: Option<SpaceId>) -> ConversationKey {
    let command = CreateConversation {
        space,
        ..CreateConversation::new(ConversationKind::Group)
    };
    let made = conversation::create(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
    ConversationKey::Id(made.id)
}

async fn send(server: &TestServer, key: ConversationKey, text: &str) {
    parlor_engine::message::create(&server.engine, &server.a.ctx(), user_message(key, text))
        .await
        .unwrap();
}

async fn count_listed(server: &TestServer, ctx: &Ctx, search: &str) -> i64 {
    let filter = ConversationFilter {
        search: Some(search.to_owned()),
        ..ConversationFilter::default()
    };
    let listing = conversation::ListConversations {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
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
    async fn search_returns_only_visible_messages(server: TestServer) {
        let (ada, bob, cleo) =
            (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await, create_test_member(&server, "Cleo").await);
        let group = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        ada.send(&server, group, "the group's plum").await;
        let direct = conversation::find_or_create_direct(&server.engine, &ada.ctx, MemberKey::Id(bob.member.id), false).await.unwrap();
        ada.send(&server, ConversationKey::Id(direct.id), "a private plum").await;
        let (shared, both) = (vec!["the group's plum"], vec!["a private plum", "the group's plum"]);
        let key = server.a.ctx();
        let reader = Ctx { scopes: Scopes::NONE.with_scope(Scope::read(Resource::Conversations)), ..cleo.ctx };
        for _ in 0..2 {
            for (ctx, found) in [(&ada.ctx, &both), (&bob.ctx, &both), (&key, &shared), (&reader, &shared)] {
                assert_eq!(&search_texts(&server, ctx, match_all("Plum")).await, found);
            }
            assert!(search_texts(&server, &cleo.ctx, match_all("plum")).await.is_empty());
            assert!(search_texts(&server, &server.b.ctx(), match_all("plum")).await.is_empty());
            for (ctx, count) in [(&ada.ctx, 2), (&cleo.ctx, 0), (&key, 1)] {
                assert_eq!(count_listed(&server, ctx, "plum").await, count);
            }
            let within = |of| SearchMessages { target: SearchTarget::Conversation(of), ..match_all("plum") };
            assert_eq!(search_texts(&server, &ada.ctx, within(ConversationKey::Id(direct.id))).await, ["a private plum"]);
            let refused = messages(&server.engine, &cleo.ctx, within(group)).await.unwrap_err();
            assert_eq!(*refused.kind(), ErrorKind::Forbidden(ForbiddenReason::NotParticipant));
            let foreign = messages(&server.engine, &server.b.ctx(), within(group)).await.unwrap_err();
            assert_eq!(*foreign.kind(), ErrorKind::NotFound(EntityKind::Conversation));
            index_pending(&server.engine).await.unwrap();
        }
        let bare = Ctx { scopes: Scopes::NONE, ..key };
        let refused = messages(&server.engine, &bare, match_all("plum")).await.unwrap_err();
        assert_eq!(*refused.kind(), ErrorKind::Forbidden(ForbiddenReason::MissingScope(Scope::read(Resource::Conversations))));
    }

    async fn space_search_returns_only_its_messages(server: TestServer) {
        let (one, other) = (create_space(&server).await, create_space(&server).await);
        let (here, there) = (create_conversation(&server, Some(one)).await, create_conversation(&server, Some(other)).await);
        send(&server, here, "refunds take five days").await;
        send(&server, here, "parcels take two days").await;
        send(&server, there, "refunds are refused").await;
        let within = |space| SearchMessages { target: SearchTarget::Space(space), ..match_all("refunds") };
        for _ in 0..2 {
            let ctx = server.a.ctx();
            assert_eq!(search_texts(&server, &ctx, within(one)).await, ["refunds take five days"]);
            let question = "How many DAYS do refunds take?".to_owned();
            let prose = SearchMessages { text: question, match_mode: MatchMode::Any, ..within(one) };
            let found = messages(&server.engine, &ctx, prose).await.unwrap();
            let words: Vec<usize> = found.iter().map(|hit| hit.matched_words).collect();
            assert_eq!(words, [3, 2]);
            assert_eq!(texts(Ok(found)), ["refunds take five days", "parcels take two days"]);
            let empty = create_space(&server).await;
            assert!(search_texts(&server, &ctx, within(empty)).await.is_empty());
            let foreign = messages(&server.engine, &server.b.ctx(), within(one)).await.unwrap_err();
            assert_eq!(*foreign.kind(), ErrorKind::NotFound(EntityKind::Space));
            index_pending(&server.engine).await.unwrap();
        }
    }

    async fn search_pages_are_contiguous_and_blank_query_is_empty(server: TestServer) {
        let key = create_conversation(&server, None).await;
        for n in 0..7 {
            send(&server, key, &format!("apple {n}")).await;
        }
        let ctx = server.a.ctx();
        for _ in 0..2 {
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let search = SearchMessages { limit: 3, before, ..match_all("apple") };
                let page = messages(&server.engine, &ctx, search).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some(last.message.number);
                found.extend(texts(Ok(page)));
            }
            assert_eq!(found, (0..7).rev().map(|n| format!("apple {n}")).collect::<Vec<_>>());
            for nothing in ["", "  ", "\"\"", "%%%"] {
                assert!(search_texts(&server, &ctx, match_all(nothing)).await.is_empty(), "{nothing}");
            }
            assert_eq!(count_listed(&server, &ctx, " ").await, 1);
            index_pending(&server.engine).await.unwrap();
        }
        assert_eq!(backlog(&server.engine).await.unwrap().map(|(_, rows)| rows), [0; 3]);
    }

    async fn index_is_filled_in_background(server: TestServer) {
        let key = create_conversation(&server, None).await;
        send(&server, key, "quince").await;
        let timeout = std::time::Duration::from_secs(30);
        let caught_up = async {
            while backlog(&server.engine).await.unwrap().iter().any(|(_, rows)| *rows > 0) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(timeout, caught_up).await.unwrap();
        assert_eq!(search_texts(&server, &server.a.ctx(), match_all("quince")).await, ["quince"]);
    }
}
