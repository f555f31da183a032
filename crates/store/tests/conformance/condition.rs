//! Conditions of appends: if one does not hold, nothing is stored.
//!
//! Proves INV-11 (`docs/invariants.md`).

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::draft::Draft;
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageRole;
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_store::append_message::{AppendCondition, AppendMessage};
use parlor_store::repo::{conversation, detach, draft, log, member, participant};
use parlor_store::{Store, Tx};

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    condition_failure_returns_its_own_error,
    refused_append_leaves_batch_intact,
    deleted_author_cannot_append,
);

/// Adds a participant to a conversation.
pub(crate) async fn add_participant(workspace: &TestWorkspace, number: i64) -> i64 {
    let ws = workspace.ws;
    let join = move |tx: &mut dyn Tx| {
        let member = new_member(tx, ws, None)?;
        let kind = LogEntryKind::Joined;
        let seq = log::append_entry(tx, ws, number, kind, Some(member), "{}")?;
        let at = tx.next_stamp().at;
        participant::insert(tx, ws, number, member, ParticipantRole::Member, at, seq)?;
        Ok(member)
    };
    workspace.store.write(join).await.unwrap()
}

pub(crate) async fn mark_left(
    store: &Store,
    ws: i64,
    number: i64,
    member: i64,
    state: ParticipantState,
) -> i64 {
    let leave = move |tx: &mut dyn Tx| {
        let seq = log::append_entry(tx, ws, number, LogEntryKind::Removed, None, "{}")?;
        participant::mark_left(tx, ws, number, member, state, seq)?;
        Ok(seq)
    };
    store.write(leave).await.unwrap()
}

pub(crate) fn message_with_conditions(
    workspace: &TestWorkspace,
    number: i64,
    author: i64,
    conditions: Vec<AppendCondition>,
) -> AppendMessage {
    AppendMessage {
        conditions,
        ..AppendMessage::from_text(workspace.ws, number, Some(author), MessageRole::User, "x")
    }
}

async fn condition_failure_returns_its_own_error(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let (stays, leaves) = (
        add_participant(&workspace, number).await,
        add_participant(&workspace, number).await,
    );
    let removed = add_participant(&workspace, number).await;
    let stranger = workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    let ask = async |member: i64, condition: AppendCondition| {
        let entry = message_with_conditions(&workspace, number, member, vec![condition]);
        workspace
            .store
            .append(entry)
            .await
            .map_err(|error| error.kind().clone())
    };
    // Before and after, to see that cached states are dropped.
    for member in [stays, leaves, removed] {
        ask(member, AppendCondition::IsParticipant(member))
            .await
            .unwrap();
        ask(member, AppendCondition::NotDeparted(member))
            .await
            .unwrap();
    }
    mark_left(&workspace.store, ws, number, leaves, ParticipantState::Left).await;
    mark_left(
        &workspace.store,
        ws,
        number,
        removed,
        ParticipantState::Removed,
    )
    .await;
    let before = workspace.rows("message");
    for (member, denied) in [
        (leaves, ForbiddenReason::Left),
        (removed, ForbiddenReason::Removed),
    ] {
        for condition in [
            AppendCondition::IsParticipant(member),
            AppendCondition::NotDeparted(member),
        ] {
            assert_eq!(
                ask(member, condition).await.unwrap_err(),
                ErrorKind::Forbidden(denied)
            );
        }
    }
    assert_eq!(
        ask(stranger, AppendCondition::IsParticipant(stranger))
            .await
            .unwrap_err(),
        ErrorKind::Forbidden(ForbiddenReason::NotParticipant)
    );
    assert_eq!(workspace.rows("message"), before);
    ask(stranger, AppendCondition::NotDeparted(stranger))
        .await
        .unwrap();
    ask(stays, AppendCondition::MemberActive(stays))
        .await
        .unwrap();
    ask(stays, AppendCondition::NotArchived).await.unwrap();
    assert_eq!(
        ask(stays, AppendCondition::IsOwner(stays))
            .await
            .unwrap_err(),
        ErrorKind::Forbidden(ForbiddenReason::NotAdmin)
    );
    let owner = workspace.member;
    ask(owner, AppendCondition::IsOwner(owner)).await.unwrap();
    let hand_over = move |tx: &mut dyn Tx| {
        participant::set_role(tx, ws, number, owner, ParticipantRole::Member)?;
        participant::set_role(tx, ws, number, stays, ParticipantRole::Owner)
    };
    workspace.store.write(hand_over).await.unwrap();
    ask(stays, AppendCondition::IsOwner(stays)).await.unwrap();
    assert_eq!(
        ask(owner, AppendCondition::IsOwner(owner))
            .await
            .unwrap_err(),
        ErrorKind::Forbidden(ForbiddenReason::NotAdmin)
    );
    let announcement = |text: &str| AppendCondition::AnnouncementUnchanged(text.to_owned().into());
    ask(stays, announcement("")).await.unwrap();
    assert_eq!(
        ask(stays, announcement("old")).await.unwrap_err(),
        ErrorKind::Conflict(ConflictReason::InUse)
    );

    let archive = move |tx: &mut dyn Tx| {
        let mut found = member::find(tx, ws, member::MemberLookup::Number(stays))?.unwrap();
        found.member.archived_at = Some(tx.next_stamp().at);
        member::update(tx, ws, &found)?;
        let mut archived = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
        archived.state = ConversationState::Archived;
        conversation::update(tx, ws, &archived)
    };
    workspace.store.write(archive).await.unwrap();
    assert_eq!(
        ask(stays, AppendCondition::MemberActive(stays))
            .await
            .unwrap_err(),
        ErrorKind::NotFound(EntityKind::Member)
    );
    assert_eq!(
        ask(stays, AppendCondition::NotArchived).await.unwrap_err(),
        ErrorKind::Conflict(ConflictReason::Closed)
    );
    ask(stays, AppendCondition::IsParticipant(stays))
        .await
        .unwrap();

    let (id, other) = (
        MessageId::new(workspace.store.stamps().next().id),
        workspace.conversation().await,
    );
    let keep = move |tx: &mut dyn Tx| {
        let at = tx.next_stamp().at;
        let draft = Draft {
            id,
            conversation: number,
            author: Some(stays),
            role: MessageRole::Assistant,
            details: Default::default(),
            metadata: Default::default(),
            created_at: at,
            updated_at: at,
        };
        draft::save(tx, ws, &draft)
    };
    workspace.store.write(keep).await.unwrap();
    ask(stays, AppendCondition::DraftExists(id)).await.unwrap();
    let elsewhere = message_with_conditions(
        &workspace,
        other.number,
        stays,
        vec![AppendCondition::DraftExists(id)],
    );
    for refused in [
        workspace
            .store
            .append(elsewhere)
            .await
            .map_err(|error| error.kind().clone()),
        ask(
            stays,
            AppendCondition::DraftExists(MessageId::new(uuid::Uuid::max())),
        )
        .await,
    ] {
        assert_eq!(
            refused.unwrap_err(),
            ErrorKind::NotFound(EntityKind::Message)
        );
    }
}

async fn refused_append_leaves_batch_intact(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    let removed = add_participant(&workspace, number).await;
    mark_left(
        &workspace.store,
        workspace.ws,
        number,
        removed,
        ParticipantState::Removed,
    )
    .await;
    // Concurrently, so that they share a commit.
    let sends: Vec<_> = (0..60)
        .map(|n| {
            let author = if n % 3 == 0 {
                removed
            } else {
                workspace.member
            };
            let entry = message_with_conditions(
                &workspace,
                number,
                author,
                vec![AppendCondition::IsParticipant(author)],
            );
            let store = workspace.store.clone();
            tokio::spawn(async move { (n, store.append(entry).await) })
        })
        .collect();
    let mut positions = Vec::new();
    for send in sends {
        let (n, outcome) = send.await.unwrap();
        assert_eq!(outcome.is_err(), n % 3 == 0);
        positions.extend(outcome.ok().map(|appended| appended.seq));
    }
    positions.sort_unstable();
    // Created, joined, removed, then messages without a gap.
    assert_eq!(positions, (4..44).collect::<Vec<i64>>());
    assert_eq!(workspace.rows("message"), 40);
}

async fn deleted_author_cannot_append(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let author = workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    workspace
        .store
        .append(message_with_conditions(
            &workspace,
            number,
            author,
            Vec::new(),
        ))
        .await
        .unwrap();
    workspace
        .store
        .write(move |tx| detach::delete(tx, ws, author))
        .await
        .unwrap();
    let refused = workspace
        .store
        .append(message_with_conditions(
            &workspace,
            number,
            author,
            Vec::new(),
        ))
        .await;
    assert_eq!(
        *refused.unwrap_err().kind(),
        ErrorKind::NotFound(EntityKind::Member)
    );
    assert_eq!(workspace.rows("message"), 1);
}
