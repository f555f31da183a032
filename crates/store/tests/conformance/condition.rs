//! What must hold when a message is stored holds, or nothing of it is.

use parlor_model::conversation::{ConversationKey, ConversationState};
use parlor_model::draft::Draft;
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::log::LogEntryKind;
use parlor_model::message::{MessageQuery, MessageRole};
use parlor_model::participant::{ParticipantRole, ParticipantState};
use parlor_store::append_message::{AppendCondition, AppendMessage};
use parlor_store::repo::{conversation, detach, draft, log, member, message, participant};
use parlor_store::{Store, Tx};

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    each_condition_refuses_with_its_own_error,
    a_refusal_hurts_no_neighbour,
    an_author_that_is_gone_says_nothing,
    nothing_of_the_removed_stands_behind_the_removal,
);

/// A member that takes part in a conversation.
async fn add_participant(world: &TestWorkspace, number: i64) -> i64 {
    let ws = world.ws;
    let join = move |tx: &mut dyn Tx| {
        let member = new_member(tx, ws, None)?;
        let kind = LogEntryKind::Joined;
        let seq = log::append_entry(tx, ws, number, kind, Some(member), "{}")?;
        let at = tx.next_stamp().at;
        participant::insert(tx, ws, number, member, ParticipantRole::Member, at, seq)?;
        Ok(member)
    };
    world.store.write(join).await.unwrap()
}

async fn mark_left(
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

fn message_with_conditions(
    world: &TestWorkspace,
    number: i64,
    author: i64,
    conditions: Vec<AppendCondition>,
) -> AppendMessage {
    let key = ConversationKey::Number(number);
    AppendMessage {
        conditions,
        ..AppendMessage::from_text(world.ws, key, Some(author), MessageRole::User, "x")
    }
}

async fn each_condition_refuses_with_its_own_error(world: TestWorkspace) {
    let (ws, number) = (world.ws, world.conversation().await.number);
    let (stays, leaves) = (
        add_participant(&world, number).await,
        add_participant(&world, number).await,
    );
    let removed = add_participant(&world, number).await;
    let stranger = world
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    let ask = async |member: i64, condition: AppendCondition| {
        let entry = message_with_conditions(&world, number, member, vec![condition]);
        world
            .store
            .append(entry)
            .await
            .map_err(|error| error.kind().clone())
    };
    // Before and after, so that what was remembered of them is seen to be dropped.
    for member in [stays, leaves, removed] {
        ask(member, AppendCondition::IsParticipant(member))
            .await
            .unwrap();
        ask(member, AppendCondition::NotDeparted(member))
            .await
            .unwrap();
    }
    mark_left(&world.store, ws, number, leaves, ParticipantState::Left).await;
    mark_left(&world.store, ws, number, removed, ParticipantState::Removed).await;
    let before = world.rows("message");
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
    assert_eq!(world.rows("message"), before);
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
    let owner = world.member;
    ask(owner, AppendCondition::IsOwner(owner)).await.unwrap();
    let hand_over = move |tx: &mut dyn Tx| {
        participant::set_role(tx, ws, number, owner, ParticipantRole::Member)?;
        participant::set_role(tx, ws, number, stays, ParticipantRole::Owner)
    };
    world.store.write(hand_over).await.unwrap();
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
        let mut place = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
        place.state = ConversationState::Archived;
        conversation::update(tx, ws, &place)
    };
    world.store.write(archive).await.unwrap();
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
        MessageId::new(world.store.stamps().next().id),
        world.conversation().await,
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
    world.store.write(keep).await.unwrap();
    ask(stays, AppendCondition::DraftExists(id)).await.unwrap();
    let elsewhere = message_with_conditions(
        &world,
        other.number,
        stays,
        vec![AppendCondition::DraftExists(id)],
    );
    for refused in [
        world
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

async fn a_refusal_hurts_no_neighbour(world: TestWorkspace) {
    let number = world.conversation().await.number;
    let removed = add_participant(&world, number).await;
    mark_left(
        &world.store,
        world.ws,
        number,
        removed,
        ParticipantState::Removed,
    )
    .await;
    // At once, so that they meet in one commit.
    let sends: Vec<_> = (0..60)
        .map(|n| {
            let author = if n % 3 == 0 { removed } else { world.member };
            let entry = message_with_conditions(
                &world,
                number,
                author,
                vec![AppendCondition::IsParticipant(author)],
            );
            let store = world.store.clone();
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
    // Created, joined, removed, and then no gap.
    assert_eq!(positions, (4..44).collect::<Vec<i64>>());
    assert_eq!(world.rows("message"), 40);
}

async fn an_author_that_is_gone_says_nothing(world: TestWorkspace) {
    let (ws, number) = (world.ws, world.conversation().await.number);
    let author = world
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    world
        .store
        .append(message_with_conditions(&world, number, author, Vec::new()))
        .await
        .unwrap();
    world
        .store
        .write(move |tx| detach::delete(tx, ws, author, 0))
        .await
        .unwrap();
    let refused = world
        .store
        .append(message_with_conditions(&world, number, author, Vec::new()))
        .await;
    assert_eq!(
        *refused.unwrap_err().kind(),
        ErrorKind::NotFound(EntityKind::Member)
    );
    assert_eq!(world.rows("message"), 1);
}

/// Six send as somebody who is being removed meanwhile, again and again. `PARLOR_REMOVAL_ROUNDS` and
/// `PARLOR_REMOVAL_SEED` say how often and how the remover is held back.
async fn nothing_of_the_removed_stands_behind_the_removal(world: TestWorkspace) {
    const SENDERS: usize = 6;
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|value| value.parse::<u64>().unwrap())
    };
    let rounds = number("PARLOR_REMOVAL_ROUNDS").unwrap_or(1_000);
    let clock = || u64::from(std::process::id());
    let mut seed = number("PARLOR_REMOVAL_SEED").unwrap_or_else(clock);
    println!("PARLOR_REMOVAL_SEED={seed}");
    // Half of the rounds on PostgreSQL remove on another node than the one that sends.
    let remover = match world.store.is_exclusive() {
        true => world.store.clone(),
        false => world.open_second_store(),
    };
    let (mut before, mut refused) = (0, 0);
    for round in 0..rounds {
        let ws = world.ws;
        let place = world.conversation().await.number;
        let author = add_participant(&world, place).await;
        let sends: Vec<_> = (0..SENDERS)
            .map(|_| {
                let store = world.store.clone();
                let entry = message_with_conditions(
                    &world,
                    place,
                    author,
                    vec![AppendCondition::IsParticipant(author)],
                );
                tokio::spawn(async move {
                    let mut answers = Vec::new();
                    for _ in 0..3 {
                        answers.push(store.append(entry.clone()).await);
                    }
                    answers
                })
            })
            .collect();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        for _ in 0..(seed >> 60) {
            tokio::task::yield_now().await;
        }
        let by = if round % 2 == 0 {
            &world.store
        } else {
            &remover
        };
        let end = mark_left(by, ws, place, author, ParticipantState::Removed).await;
        let mut answered = Vec::new();
        for send in sends {
            for answer in send.await.unwrap() {
                match answer {
                    Ok(appended) => answered.push(appended.seq),
                    Err(error) => {
                        assert_eq!(
                            *error.kind(),
                            ErrorKind::Forbidden(ForbiddenReason::Removed)
                        );
                        refused += 1;
                    }
                }
            }
        }
        let stored = world
            .store
            .read(move |tx| Ok(message::page(tx, ws, place, &MessageQuery::default())?.items))
            .await
            .unwrap();
        let mut stored: Vec<i64> = stored.iter().map(|message| message.seq).collect();
        assert!(
            stored.iter().all(|seq| *seq < end),
            "round {round}: {stored:?} behind {end}"
        );
        stored.sort_unstable();
        answered.sort_unstable();
        assert_eq!(stored, answered, "round {round}");
        before += stored.len();
    }
    assert!(
        before > 0 && refused > 0,
        "the two never met: {before} {refused}"
    );
}
