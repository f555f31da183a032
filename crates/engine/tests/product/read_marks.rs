//! Read marks, unread counts and a member's own list.

use parlor_engine::conversation;
use parlor_engine::participant::{self, list_own, mark_read, unread_totals, update_settings};
use parlor_model::conversation::GroupProfile;
use parlor_model::conversation_list_item::{ConversationListItem, ListOwnConversations};
use parlor_model::member::MemberKey;
use parlor_model::participant_commands::{
    ReadTarget, UpdateGroupProfile, UpdateParticipantSettings,
};
use parlor_testkit::both;

use crate::test_member::create_test_member;

both! {
    async fn read_mark_moves_forward_and_counts_unread(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        let mut seqs = Vec::new();
        for n in 0..4 {
            seqs.push(ada.send(&server, key, &format!("m{n}")).await);
            bob.send(&server, key, "mine").await;
        }
        let ctx = &bob.ctx;
        assert_eq!(unread_totals(engine, ctx).await.unwrap().unread, 4);
        let one = mark_read(engine, ctx, key, ReadTarget::Count(1)).await.unwrap();
        assert_eq!((one.unread, one.read_seq), (3, seqs[0]));
        let two = mark_read(engine, ctx, key, ReadTarget::Seq(seqs[2])).await.unwrap();
        assert_eq!(two.unread, 1);
        let back = mark_read(engine, ctx, key, ReadTarget::Seq(0)).await.unwrap();
        assert_eq!((back.unread, back.read_seq), (1, seqs[2]));
        let all = mark_read(engine, ctx, key, ReadTarget::Count(9_999)).await.unwrap();
        assert_eq!((all.unread, all.last_read.is_some()), (0, true));
        assert_eq!(unread_totals(engine, ctx).await.unwrap().unread, 0);
        assert_eq!(unread_totals(engine, &ada.ctx).await.unwrap().unread, 4);
    }

    async fn own_list_puts_pinned_first_and_hides_until_next_message(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let first = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        let second = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        participant::update_group_profile(engine, &ada.ctx, second, UpdateGroupProfile { title: Some("Ünder".to_owned()), ..UpdateGroupProfile::default() })
            .await
            .unwrap();
        conversation::find_or_create_direct(engine, &ada.ctx, MemberKey::Id(bob.member.id), false).await.unwrap();
        ada.send(&server, first, "hello").await;
        let titles = |rows: Vec<ConversationListItem>| {
            rows.into_iter()
                .map(|row| row.title.or(row.peer.and_then(|peer| peer.name)).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(bob.list_own(&server).await), ["Team", "Ada", "Ünder"]);
        let set = async |key, own: UpdateParticipantSettings| update_settings(engine, &bob.ctx, key, own).await.unwrap();
        set(second, UpdateParticipantSettings { pinned: Some(true), ..UpdateParticipantSettings::default() }).await;
        set(first, UpdateParticipantSettings { hidden: Some(true), ..UpdateParticipantSettings::default() }).await;
        assert_eq!(titles(bob.list_own(&server).await), ["Ünder", "Ada"]);
        assert_eq!(titles(ada.list_own(&server).await), ["Team", "Bob", "Ünder"]);
        ada.send(&server, first, "again").await;
        let rows = bob.list_own(&server).await;
        assert_eq!((rows[1].unread, rows[1].last.as_ref().unwrap().text.as_str()), (2, "again"));
        let filter = ListOwnConversations { keyword: Some("üN".to_owned()), limit: 9, ..ListOwnConversations::default() };
        assert_eq!(titles(list_own(engine, &bob.ctx, filter).await.unwrap()), ["Ünder"]);
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let filter = ListOwnConversations { after, limit: 1, ..ListOwnConversations::default() };
            let page = list_own(engine, &bob.ctx, filter).await.unwrap();
            let Some(row) = page.first() else { break };
            after = Some(row.cursor);
            listed.extend(titles(page));
        }
        assert_eq!(listed, ["Ünder", "Team", "Ada"]);
    }
}
