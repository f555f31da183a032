//! Participants: join, add, remove, leave, transfer.

use parlor_engine::participant::{add, join, leave, remove, transfer, update_settings};
use parlor_engine::{conversation, log};
use parlor_model::Result;
use parlor_model::conversation::{
    ConversationKey, ConversationState, GroupProfile, UpdateConversation,
};
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::keyset::SortOrder;
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::member::MemberKey;
use parlor_model::participant::ParticipantState;
use parlor_model::participant_commands::{
    AddParticipants, OnDuplicate, ParticipantAuthority, RemoveParticipants,
    UpdateParticipantSettings,
};
use parlor_model::scope::{Resource, Scope};
use parlor_testkit::{TestServer, both};

use crate::test_member::{TestMember, create_test_member};

async fn participant_names(server: &TestServer, key: ConversationKey) -> Vec<String> {
    let details = conversation::find_with_details(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
    details
        .participants
        .into_iter()
        .map(|one| one.member.name.unwrap())
        .collect()
}

/// Returns the log entries after the creation that are no messages.
async fn log_entries(server: &TestServer, key: ConversationKey) -> Vec<(LogEntryKind, String)> {
    let items = log::read_items(&server.engine, &server.a.ctx(), key, 1, 100)
        .await
        .unwrap();
    let entries = items.into_iter().filter_map(|item| match item {
        LogItem::Entry(entry) => Some((entry.kind, entry.payload)),
        LogItem::Message(_) | LogItem::Tombstone { .. } => None,
    });
    entries.collect()
}

#[track_caller]
fn assert_error_kind<T: std::fmt::Debug>(result: Result<T>, kind: &ErrorKind) {
    assert_eq!(result.unwrap_err().kind(), kind);
}

both! {
    async fn new_subject_rejoins_and_lists_conversation(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        leave(engine, &bob.ctx, key).await.unwrap();
        let assign = UpdateConversation {
            subject: Some(Some(MemberKey::Id(bob.member.id))),
            ..UpdateConversation::default()
        };
        conversation::update(engine, &server.a.ctx(), key, assign).await.unwrap();
        assert_eq!(participant_names(&server, key).await, ["Ada", "Bob"]);
        let kinds: Vec<_> = log_entries(&server, key).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [LogEntryKind::Left, LogEntryKind::Joined, LogEntryKind::Changed]);
        // He remains its subject after leaving again, so his list contains it.
        leave(engine, &bob.ctx, key).await.unwrap();
        let member_key = MemberKey::Id(bob.member.id);
        let (rows, total) = conversation::list_for_member(engine, &bob.ctx, member_key, SortOrder::Ascending, 10, 0).await.unwrap();
        assert_eq!((rows.len(), total), (1, 1));
    }

    async fn join_leave_and_transfer_are_logged(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob, cleo) =
            (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await, create_test_member(&server, "Cleo").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        ada.send(&server, key, "before").await;
        join(engine, &cleo.ctx, key).await.unwrap();
        assert_error_kind(join(engine, &cleo.ctx, key).await, &ErrorKind::Conflict(ConflictReason::AlreadyParticipant));
        assert_eq!(cleo.list_own(&server).await[0].unread, 0);
        leave(engine, &ada.ctx, key).await.unwrap();
        assert_error_kind(leave(engine, &ada.ctx, key).await, &ErrorKind::Forbidden(ForbiddenReason::Left));
        let found = conversation::find(engine, &server.a.ctx(), key).await.unwrap();
        assert_eq!(found.owner.unwrap().number, bob.member.number);
        join(engine, &ada.ctx, key).await.unwrap();
        assert_eq!(participant_names(&server, key).await, ["Bob", "Cleo", "Ada"]);
        assert_error_kind(
            transfer(engine, &ada.ctx, key, MemberKey::Id(ada.member.id)).await,
            &ErrorKind::Forbidden(ForbiddenReason::NotAdmin),
        );
        transfer(engine, &bob.ctx, key, MemberKey::Id(cleo.member.id)).await.unwrap();
        let (a, b, c) = (ada.member.number, bob.member.number, cleo.member.number);
        let one = |number: i64| format!(r#"{{"members":[{number}]}}"#);
        assert_eq!(
            log_entries(&server, key).await,
            [
                (LogEntryKind::Joined, one(c)),
                (LogEntryKind::Left, one(a)),
                (LogEntryKind::Changed, format!(r#"{{"owner":{b}}}"#)),
                (LogEntryKind::Joined, one(a)),
                (LogEntryKind::Changed, format!(r#"{{"owner":{c}}}"#)),
            ]
        );
    }

    async fn last_participant_leaving_closes_conversation(server: TestServer) {
        let engine = &server.engine;
        let ada = create_test_member(&server, "Ada").await;
        let key = ada.create_group(&server, &[], GroupProfile::default()).await;
        leave(engine, &ada.ctx, key).await.unwrap();
        let found = conversation::find(engine, &server.a.ctx(), key).await.unwrap();
        assert_eq!(found.state, ConversationState::Closed);
        assert_error_kind(join(engine, &ada.ctx, key).await, &ErrorKind::Conflict(ConflictReason::Closed));
    }

    async fn uninvited_member_cannot_join_closed_group(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob, cleo) =
            (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await, create_test_member(&server, "Cleo").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile { open_access: false, ..GroupProfile::default() }).await;
        assert_error_kind(join(engine, &cleo.ctx, key).await, &ErrorKind::Forbidden(ForbiddenReason::InviteOnly));
        let command = AddParticipants {
            conversation: key,
            participants: vec![bob.to_new_participant(), cleo.to_new_participant(), cleo.to_new_participant()],
            on_duplicate: OnDuplicate::Skip,
            authority: ParticipantAuthority::Membership,
        };
        assert_error_kind(add(engine, &cleo.ctx, command.clone()).await, &ErrorKind::Forbidden(ForbiddenReason::NotParticipant));
        assert_error_kind(add(engine, &bob.ctx, command.clone()).await, &ErrorKind::Forbidden(ForbiddenReason::InviteOnly));
        let added = add(engine, &ada.ctx, command.clone()).await.unwrap();
        assert_eq!(added.iter().map(|one| one.number).collect::<Vec<_>>(), [cleo.member.number]);
        let refuse = AddParticipants { on_duplicate: OnDuplicate::Refuse, ..command };
        assert_error_kind(add(engine, &ada.ctx, refuse).await, &ErrorKind::Conflict(ConflictReason::AlreadyParticipant));
    }

    async fn scope_adds_and_removes_anyone_but_owner(server: TestServer) {
        let (engine, key_ctx) = (&server.engine, server.a.ctx());
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[], GroupProfile { open_access: false, ..GroupProfile::default() }).await;
        let write = Scope::write(Resource::Conversations);
        let command = |member_key: &TestMember| AddParticipants {
            conversation: key,
            participants: vec![member_key.to_new_participant()],
            on_duplicate: OnDuplicate::Refuse,
            authority: ParticipantAuthority::Scope(write),
        };
        assert_error_kind(add(engine, &ada.ctx, command(&bob)).await, &ErrorKind::Forbidden(ForbiddenReason::MissingScope(write)));
        assert_error_kind(add(engine, &server.b.ctx(), command(&bob)).await, &ErrorKind::NotFound(EntityKind::Conversation));
        add(engine, &key_ctx, command(&bob)).await.unwrap();
        let removal = |member_key: &TestMember| RemoveParticipants {
            conversation: key,
            members: vec![MemberKey::Number(member_key.member.number)],
            authority: ParticipantAuthority::Scope(write),
        };
        assert_error_kind(remove(engine, &key_ctx, removal(&ada)).await, &ErrorKind::Conflict(ConflictReason::IsOwner));
        assert_eq!(remove(engine, &key_ctx, removal(&bob)).await.unwrap().len(), 1);
        assert_error_kind(remove(engine, &key_ctx, removal(&bob)).await, &ErrorKind::NotFound(EntityKind::Participant));
        assert_eq!(bob.list_own(&server).await[0].membership, ParticipantState::Removed);
        add(engine, &key_ctx, command(&bob)).await.unwrap();
        assert_eq!(participant_names(&server, key).await, ["Ada", "Bob"]);
    }

    async fn former_participant_sees_no_later_messages(server: TestServer) {
        let engine = &server.engine;
        let (ada, bob) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        let key = ada.create_group(&server, &[&bob], GroupProfile::default()).await;
        ada.send(&server, key, "for both").await;
        leave(engine, &bob.ctx, key).await.unwrap();
        ada.send(&server, key, "for one").await;
        let rows = bob.list_own(&server).await;
        let last = rows[0].last.as_ref().unwrap();
        assert_eq!((rows[0].membership, rows[0].unread, last.text.as_str()), (ParticipantState::Left, 0, "for both"));
        update_settings(engine, &bob.ctx, key, UpdateParticipantSettings { hidden: Some(true), ..UpdateParticipantSettings::default() }).await.unwrap();
        ada.send(&server, key, "still for one").await;
        assert!(bob.list_own(&server).await.is_empty());
    }
}
