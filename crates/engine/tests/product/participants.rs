//! Who takes part: joining, adding, removing, leaving, handing over.

use parlor_engine::conversation;
use parlor_engine::participant::{add, join, leave, remove, settings, transfer};
use parlor_model::Result;
use parlor_model::conversation::{Card, ConversationKey, State as Life, UpdateConversation};
use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::log::{EntryKind, Item};
use parlor_model::member::MemberKey;
use parlor_model::page::Order;
use parlor_model::participant::{
    AddParticipants, Authority, IfPresent, OwnSettings, RemoveParticipants, State,
};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{TestServer, both};

use crate::someone::{Someone, someone};

async fn names(server: &TestServer, key: ConversationKey) -> Vec<String> {
    let whole = conversation::whole(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
    whole
        .participants
        .into_iter()
        .map(|one| one.member.name.unwrap())
        .collect()
}

/// What the log tells besides messages, after the creation.
async fn told(server: &TestServer, key: ConversationKey) -> Vec<(EntryKind, String)> {
    let items = conversation::log(&server.engine, &server.a.ctx(), key, 1, 100)
        .await
        .unwrap();
    let entries = items.into_iter().filter_map(|item| match item {
        Item::Entry(entry) => Some((entry.kind, entry.payload)),
        Item::Message(_) | Item::Empty { .. } => None,
    });
    entries.collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, kind: &Kind) {
    assert_eq!(result.unwrap_err().kind(), kind);
}

both! {
    async fn whom_a_conversation_is_for_takes_part_again_and_lists_it(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        let key = ada.group(&server, &[&bob], Card::default()).await;
        leave(engine, &bob.ctx, key).await.unwrap();
        let assign = UpdateConversation {
            subject: Some(Some(MemberKey::Id(bob.who.id))),
            ..UpdateConversation::default()
        };
        conversation::update(engine, &server.a.ctx(), key, assign).await.unwrap();
        assert_eq!(names(&server, key).await, ["Ada", "Bob"]);
        let kinds: Vec<_> = told(&server, key).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [EntryKind::Left, EntryKind::Joined, EntryKind::Changed]);
        // It is still for him when he leaves once more: his list has it.
        leave(engine, &bob.ctx, key).await.unwrap();
        let who = MemberKey::Id(bob.who.id);
        let (rows, total) = conversation::of_member(engine, &bob.ctx, who, Order::Ascending, 10, 0).await.unwrap();
        assert_eq!((rows.len(), total), (1, 1));
    }

    async fn joining_leaving_and_handing_over_are_told_in_the_log(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob, cleo) =
            (someone(&server, "Ada").await, someone(&server, "Bob").await, someone(&server, "Cleo").await);
        let key = ada.group(&server, &[&bob], Card::default()).await;
        ada.says(&server, key, "before").await;
        join(engine, &cleo.ctx, key).await.unwrap();
        refused(join(engine, &cleo.ctx, key).await, &Kind::Conflict(Conflict::AlreadyParticipant));
        assert_eq!(cleo.list(&server).await[0].unread, 0);
        leave(engine, &ada.ctx, key).await.unwrap();
        refused(leave(engine, &ada.ctx, key).await, &Kind::Forbidden(Denied::Left));
        let found = conversation::find(engine, &server.a.ctx(), key).await.unwrap();
        assert_eq!(found.owner.unwrap().number, bob.who.number);
        join(engine, &ada.ctx, key).await.unwrap();
        assert_eq!(names(&server, key).await, ["Bob", "Cleo", "Ada"]);
        refused(
            transfer(engine, &ada.ctx, key, MemberKey::Id(ada.who.id)).await,
            &Kind::Forbidden(Denied::NotAdmin),
        );
        transfer(engine, &bob.ctx, key, MemberKey::Id(cleo.who.id)).await.unwrap();
        let (a, b, c) = (ada.who.number, bob.who.number, cleo.who.number);
        let one = |number: i64| format!(r#"{{"members":[{number}]}}"#);
        assert_eq!(
            told(&server, key).await,
            [
                (EntryKind::Joined, one(c)),
                (EntryKind::Left, one(a)),
                (EntryKind::Changed, format!(r#"{{"owner":{b}}}"#)),
                (EntryKind::Joined, one(a)),
                (EntryKind::Changed, format!(r#"{{"owner":{c}}}"#)),
            ]
        );
    }

    async fn the_last_one_leaving_closes_the_conversation(server: TestServer) {
        let engine = &server.engine;
        let ada = someone(&server, "Ada").await;
        let key = ada.group(&server, &[], Card::default()).await;
        leave(engine, &ada.ctx, key).await.unwrap();
        let found = conversation::find(engine, &server.a.ctx(), key).await.unwrap();
        assert_eq!(found.state, Life::Closed);
        refused(join(engine, &ada.ctx, key).await, &Kind::Conflict(Conflict::Closed));
    }

    async fn only_those_invited_enter_what_is_not_open(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob, cleo) =
            (someone(&server, "Ada").await, someone(&server, "Bob").await, someone(&server, "Cleo").await);
        let key = ada.group(&server, &[&bob], Card { open_access: false, ..Card::default() }).await;
        refused(join(engine, &cleo.ctx, key).await, &Kind::Forbidden(Denied::InviteOnly));
        let command = AddParticipants {
            conversation: key,
            who: vec![bob.named(), cleo.named(), cleo.named()],
            if_present: IfPresent::Skip,
            authority: Authority::Membership,
        };
        refused(add(engine, &cleo.ctx, command.clone()).await, &Kind::Forbidden(Denied::NotParticipant));
        refused(add(engine, &bob.ctx, command.clone()).await, &Kind::Forbidden(Denied::InviteOnly));
        let added = add(engine, &ada.ctx, command.clone()).await.unwrap();
        assert_eq!(added.iter().map(|one| one.number).collect::<Vec<_>>(), [cleo.who.number]);
        let refuse = AddParticipants { if_present: IfPresent::Refuse, ..command };
        refused(add(engine, &ada.ctx, refuse).await, &Kind::Conflict(Conflict::AlreadyParticipant));
    }

    async fn a_scope_adds_and_removes_but_never_the_owner(server: TestServer) {
        let (engine, key_ctx) = (&server.engine, server.a.ctx());
        let (ada, bob) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        let key = ada.group(&server, &[], Card { open_access: false, ..Card::default() }).await;
        let write = Scope::write(Resource::Conversations);
        let command = |who: &Someone| AddParticipants {
            conversation: key,
            who: vec![who.named()],
            if_present: IfPresent::Refuse,
            authority: Authority::Scope(write),
        };
        refused(add(engine, &ada.ctx, command(&bob)).await, &Kind::Forbidden(Denied::MissingScope(write)));
        refused(add(engine, &server.b.ctx(), command(&bob)).await, &Kind::NotFound(Noun::Conversation));
        add(engine, &key_ctx, command(&bob)).await.unwrap();
        let removal = |who: &Someone| RemoveParticipants {
            conversation: key,
            who: vec![MemberKey::Number(who.who.number)],
            authority: Authority::Scope(write),
        };
        refused(remove(engine, &key_ctx, removal(&ada)).await, &Kind::Conflict(Conflict::IsOwner));
        assert_eq!(remove(engine, &key_ctx, removal(&bob)).await.unwrap().len(), 1);
        refused(remove(engine, &key_ctx, removal(&bob)).await, &Kind::NotFound(Noun::Participant));
        assert_eq!(bob.list(&server).await[0].taking, State::Removed);
        add(engine, &key_ctx, command(&bob)).await.unwrap();
        assert_eq!(names(&server, key).await, ["Ada", "Bob"]);
    }

    async fn who_is_gone_sees_nothing_that_was_said_later(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        let key = ada.group(&server, &[&bob], Card::default()).await;
        ada.says(&server, key, "for both").await;
        leave(engine, &bob.ctx, key).await.unwrap();
        ada.says(&server, key, "for one").await;
        let rows = bob.list(&server).await;
        let last = rows[0].last.as_ref().unwrap();
        assert_eq!((rows[0].taking, rows[0].unread, last.text.as_str()), (State::Left, 0, "for both"));
        settings(engine, &bob.ctx, key, OwnSettings { hidden: Some(true), ..OwnSettings::default() }).await.unwrap();
        ada.says(&server, key, "still for one").await;
        assert!(bob.list(&server).await.is_empty());
    }
}
