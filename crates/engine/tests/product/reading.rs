//! Read marks, unread counts and a member's own list.

use parlor_engine::conversation;
use parlor_engine::participant::{self, mine, read, settings, unread};
use parlor_model::conversation::Card;
use parlor_model::member::MemberKey;
use parlor_model::overview::{Overview, OverviewFilter};
use parlor_model::participant::{OwnSettings, ReadTo, UpdateCard};
use parlor_testkit::both;

use crate::someone::someone;

both! {
    async fn marks_move_forward_only_and_count_what_others_said(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        let key = ada.group(&server, &[&bob], Card::default()).await;
        let mut seqs = Vec::new();
        for n in 0..4 {
            seqs.push(ada.says(&server, key, &format!("m{n}")).await);
            bob.says(&server, key, "mine").await;
        }
        let ctx = &bob.ctx;
        assert_eq!(unread(engine, ctx).await.unwrap().unread, 4);
        let one = read(engine, ctx, key, ReadTo::Count(1)).await.unwrap();
        assert_eq!((one.unread, one.read_seq), (3, seqs[0]));
        let two = read(engine, ctx, key, ReadTo::Seq(seqs[2])).await.unwrap();
        assert_eq!(two.unread, 1);
        let back = read(engine, ctx, key, ReadTo::Seq(0)).await.unwrap();
        assert_eq!((back.unread, back.read_seq), (1, seqs[2]));
        let all = read(engine, ctx, key, ReadTo::Count(9_999)).await.unwrap();
        assert_eq!((all.unread, all.last_read.is_some()), (0, true));
        assert_eq!(unread(engine, ctx).await.unwrap().unread, 0);
        assert_eq!(unread(engine, &ada.ctx).await.unwrap().unread, 4);
    }

    async fn a_list_is_pinned_first_and_hides_until_something_is_said(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        let first = ada.group(&server, &[&bob], Card::default()).await;
        let second = ada.group(&server, &[&bob], Card::default()).await;
        participant::rename(engine, &ada.ctx, second, UpdateCard { title: Some("Ünder".to_owned()), ..UpdateCard::default() })
            .await
            .unwrap();
        conversation::direct(engine, &ada.ctx, MemberKey::Id(bob.who.id), false).await.unwrap();
        ada.says(&server, first, "hello").await;
        let titles = |rows: Vec<Overview>| {
            rows.into_iter()
                .map(|row| row.title.or(row.peer.and_then(|peer| peer.name)).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(bob.list(&server).await), ["Team", "Ada", "Ünder"]);
        let set = async |key, own: OwnSettings| settings(engine, &bob.ctx, key, own).await.unwrap();
        set(second, OwnSettings { pinned: Some(true), ..OwnSettings::default() }).await;
        set(first, OwnSettings { hidden: Some(true), ..OwnSettings::default() }).await;
        assert_eq!(titles(bob.list(&server).await), ["Ünder", "Ada"]);
        assert_eq!(titles(ada.list(&server).await), ["Team", "Bob", "Ünder"]);
        ada.says(&server, first, "again").await;
        let rows = bob.list(&server).await;
        assert_eq!((rows[1].unread, rows[1].last.as_ref().unwrap().text.as_str()), (2, "again"));
        let filter = OverviewFilter { keyword: Some("üN".to_owned()), limit: 9, ..OverviewFilter::default() };
        assert_eq!(titles(mine(engine, &bob.ctx, filter).await.unwrap()), ["Ünder"]);
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let filter = OverviewFilter { after, limit: 1, ..OverviewFilter::default() };
            let page = mine(engine, &bob.ctx, filter).await.unwrap();
            let Some(row) = page.first() else { break };
            after = Some(row.place);
            walked.extend(titles(page));
        }
        assert_eq!(walked, ["Ünder", "Team", "Ada"]);
    }
}
