//! Messages of a member that is removed concurrently.

use parlor_model::error::{ErrorKind, ForbiddenReason};
use parlor_model::message::MessageQuery;
use parlor_model::participant::ParticipantState;
use parlor_store::append_message::AppendCondition;
use parlor_store::repo::message;

use crate::condition::{add_participant, mark_left, message_with_conditions};
use crate::fixture::TestWorkspace;

test_both_backends!(removed_member_has_no_message_after_removal);

/// Six tasks send as a member that is removed concurrently, repeatedly. `PARLOR_REMOVAL_ROUNDS` sets the number of rounds,
/// `PARLOR_REMOVAL_SEED` the delays of the removal.
async fn removed_member_has_no_message_after_removal(workspace: TestWorkspace) {
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
    // On PostgreSQL, half of the rounds remove on another node than the sending one.
    let remover = match workspace.store.is_exclusive() {
        true => workspace.store.clone(),
        false => workspace.open_second_store(),
    };
    let (mut before, mut refused) = (0, 0);
    for round in 0..rounds {
        let ws = workspace.ws;
        let conversation = workspace.conversation().await.number;
        let author = add_participant(&workspace, conversation).await;
        let sends: Vec<_> = (0..SENDERS)
            .map(|_| {
                let store = workspace.store.clone();
                let entry = message_with_conditions(
                    &workspace,
                    conversation,
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
            &workspace.store
        } else {
            &remover
        };
        let end = mark_left(by, ws, conversation, author, ParticipantState::Removed).await;
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
        let stored = workspace
            .store
            .read(move |tx| {
                Ok(message::page(tx, ws, conversation, &MessageQuery::default())?.items)
            })
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
