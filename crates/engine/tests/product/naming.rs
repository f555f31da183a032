//! What is called anew is found by its new name at once, and no more by the old one.

use parlor_engine::participant::rename;
use parlor_engine::search::settle;
use parlor_engine::{conversation, member};
use parlor_model::conversation::{Card, ConversationFilter, SortBy};
use parlor_model::member::{MemberKey, OwnFace};
use parlor_model::page::Order;
use parlor_model::participant::UpdateCard;
use parlor_testkit::{TestServer, both};

use crate::someone::someone;

async fn found(server: &TestServer, search: &str) -> i64 {
    let filter = ConversationFilter {
        search: Some(search.to_owned()),
        ..ConversationFilter::default()
    };
    let listing = conversation::Listing {
        sort: SortBy::CreatedAt,
        order: Order::Descending,
        limit: 1,
        offset: 0,
    };
    let ctx = server.a.ctx();
    let page = conversation::list(&server.engine, &ctx, filter, listing).await;
    page.unwrap().1
}

both! {
    async fn a_new_title_and_a_new_name_are_found(server: TestServer) {
        let engine = &server.engine;
        let ada = someone(&server, "Adelheid").await;
        let key = ada.group(&server, &[], Card::default()).await;
        settle(engine).await.unwrap();
        assert_eq!((found(&server, "Team").await, found(&server, "Adelheid").await), (1, 1));
        let title = UpdateCard { title: Some("Mountaineers".to_owned()), ..UpdateCard::default() };
        rename(engine, &ada.ctx, key, title).await.unwrap();
        let face = OwnFace { name: Some("Wilhelmina".to_owned()), photo: Some("w.png".to_owned()) };
        member::present(engine, &ada.ctx, face).await.unwrap();
        assert_eq!((found(&server, "Mountaineers").await, found(&server, "Wilhelmina").await), (1, 1));
        assert_eq!((found(&server, "Team").await, found(&server, "Adelheid").await), (0, 0));
        let face = member::face(engine, &ada.ctx, MemberKey::Id(ada.who.id)).await.unwrap().unwrap();
        assert_eq!((face.member.name.as_deref(), face.photo.as_deref()), (Some("Wilhelmina"), Some("w.png")));
    }
}
