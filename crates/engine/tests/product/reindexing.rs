//! A changed name is found at once, and the old one no longer.

use parlor_engine::participant::update_group_profile;
use parlor_engine::search::index_pending;
use parlor_engine::{conversation, member};
use parlor_model::conversation::{ConversationFilter, ConversationSort, GroupProfile};
use parlor_model::keyset::SortOrder;
use parlor_model::member::{MemberKey, UpdateOwnProfile};
use parlor_model::participant_commands::UpdateGroupProfile;
use parlor_testkit::{TestServer, both};

use crate::test_member::create_test_member;

async fn count_found(server: &TestServer, search: &str) -> i64 {
    let filter = ConversationFilter {
        search: Some(search.to_owned()),
        ..ConversationFilter::default()
    };
    let listing = conversation::ListConversations {
        sort: ConversationSort::CreatedAt,
        order: SortOrder::Descending,
        limit: 1,
        offset: 0,
    };
    let ctx = server.a.ctx();
    let page = conversation::list(&server.engine, &ctx, filter, listing).await;
    page.unwrap().1
}

both! {
    async fn changed_title_and_name_are_searchable(server: TestServer) {
        let engine = &server.engine;
        let ada = create_test_member(&server, "Adelheid").await;
        let key = ada.create_group(&server, &[], GroupProfile::default()).await;
        index_pending(engine).await.unwrap();
        assert_eq!((count_found(&server, "Team").await, count_found(&server, "Adelheid").await), (1, 1));
        let title = UpdateGroupProfile { title: Some("Mountaineers".to_owned()), ..UpdateGroupProfile::default() };
        update_group_profile(engine, &ada.ctx, key, title).await.unwrap();
        let profile = UpdateOwnProfile { name: Some("Wilhelmina".to_owned()), photo: Some("w.png".to_owned()) };
        member::update_own_profile(engine, &ada.ctx, profile).await.unwrap();
        assert_eq!((count_found(&server, "Mountaineers").await, count_found(&server, "Wilhelmina").await), (1, 1));
        assert_eq!((count_found(&server, "Team").await, count_found(&server, "Adelheid").await), (0, 0));
        let profile = member::public_profile(engine, &ada.ctx, MemberKey::Id(ada.member.id)).await.unwrap().unwrap();
        assert_eq!((profile.member.name.as_deref(), profile.photo.as_deref()), (Some("Wilhelmina"), Some("w.png")));
    }
}
