//! Turns of assistants: one at a time, one holder, one answer.
//!
//! Proves INV-65 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::turn::{Turn, TurnError, TurnState, TurnUsage};
use parlor_model::{Error, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::append_message::{AppendCondition, AppendEffect, AppendMessage, AppendResult};
use parlor_store::repo::conversation;
use parlor_store::repo::job::{self, ClaimedJob, JobKind};
use parlor_store::repo::tool_round::{RoundMessage, insert_message};
use parlor_store::repo::turn::{self, TurnEnd};

use crate::fixture::TestWorkspace;

test_both_backends!(
    messages_during_a_turn_request_one_more,
    only_the_holder_stores_an_answer,
    only_the_holder_records_a_round,
    hand_off_is_followed_by_no_turn,
    withdrawn_turn_stores_nothing,
    message_that_is_refused_requests_nothing,
    stopped_assistant_is_requested_nothing,
    cancellation_ends_what_was_said_before_it,
    failed_turn_is_not_followed_and_usage_is_counted,
    turn_of_a_deleted_conversation_is_over,
);

const LEASE: Duration = Duration::from_secs(60);
const USAGE: TurnUsage = TurnUsage {
    input_tokens: 7,
    output_tokens: 3,
};

/// Appends a question that requests a turn.
async fn ask(workspace: &TestWorkspace, conversation: i64, text: &str) -> Result<AppendResult> {
    let question = AppendMessage {
        effects: vec![AppendEffect::RequestTurn],
        ..AppendMessage::from_text(
            workspace.ws,
            conversation,
            Some(workspace.member),
            MessageRole::User,
            text,
        )
    };
    workspace.store.append(question).await
}

/// Claims the only due turn and begins it.
async fn begin(workspace: &TestWorkspace, lease: Duration) -> (ClaimedJob, Turn) {
    let mut claimed = workspace
        .store
        .claim(JobKind::Turn, 10, lease)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    let (ws, job) = (workspace.ws, claimed.remove(0));
    let begun = workspace.store.write(move |tx| turn::begin(tx, ws, &job));
    (job, begun.await.unwrap().unwrap())
}

async fn is_idle(workspace: &TestWorkspace) -> bool {
    let claimed = workspace.store.claim(JobKind::Turn, 10, LEASE).await;
    claimed.unwrap().is_empty()
}

fn end(job: ClaimedJob, state: TurnState, error: Option<TurnError>) -> TurnEnd {
    TurnEnd {
        job,
        state,
        error,
        usage: USAGE,
        hands_off: false,
    }
}

async fn answer(
    workspace: &TestWorkspace,
    job: ClaimedJob,
    turn: &Turn,
) -> Result<AppendResult, Error> {
    let answer = AppendMessage {
        id: Some(turn.message),
        conditions: vec![AppendCondition::TurnHeld(job)],
        effects: vec![AppendEffect::EndTurn(end(job, TurnState::Done, None))],
        ..AppendMessage::from_text(
            workspace.ws,
            turn.conversation,
            None,
            MessageRole::Assistant,
            "answer",
        )
    };
    workspace.store.append(answer).await
}

fn is_refused(answered: &Result<AppendResult, Error>) -> bool {
    let kind = answered.as_ref().map_err(Error::kind);
    matches!(kind, Err(ErrorKind::Conflict(ConflictReason::InUse)))
}

async fn newest(workspace: &TestWorkspace, conversation: i64) -> Turn {
    let ws = workspace.ws;
    let find = workspace
        .store
        .read(move |tx| turn::find_newest(tx, ws, conversation));
    find.await.unwrap().unwrap()
}

async fn messages_during_a_turn_request_one_more(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    let first = ask(&workspace, number, "one").await.unwrap();
    ask(&workspace, number, "before it begins").await.unwrap();
    let (job, turn) = begin(&workspace, LEASE).await;
    assert_eq!(
        (turn.state, turn.answered_seq),
        (TurnState::Running, first.seq + 1)
    );
    assert!(is_idle(&workspace).await);
    for text in ["two", "three"] {
        ask(&workspace, number, text).await.unwrap();
    }
    assert!(is_idle(&workspace).await, "one turn at a time");
    answer(&workspace, job, &turn).await.unwrap();
    let (next_job, next) = begin(&workspace, LEASE).await;
    assert_eq!(next.answered_seq, first.seq + 4);
    assert_ne!(next.message, turn.message);
    answer(&workspace, next_job, &next).await.unwrap();
    assert!(is_idle(&workspace).await);
    assert_eq!(workspace.rows("job"), 3, "those of the search index");
    assert_eq!((workspace.rows("turn"), workspace.rows("message")), (2, 6));
}

async fn only_the_holder_stores_an_answer(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    ask(&workspace, number, "hello").await.unwrap();
    let (lost, first) = begin(&workspace, Duration::ZERO).await;
    let (held, second) = begin(&workspace, LEASE).await;
    assert_eq!(
        (first.message, first.attempts, second.attempts),
        (second.message, 1, 2)
    );
    assert!(is_refused(&answer(&workspace, lost, &first).await));
    let ws = workspace.ws;
    let progress = workspace
        .store
        .write(move |tx| turn::save_progress(tx, ws, (&lost, LEASE), "x"));
    assert_eq!(progress.await.unwrap(), None);
    let stored = answer(&workspace, held, &second).await.unwrap();
    assert_eq!((stored.id, stored.duplicate), (second.message, false));
    // Whoever does not know that the answer is stored, and stores it again, stores nothing.
    let again = answer(&workspace, held, &second).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (stored.seq, true));
    assert_eq!(workspace.rows("message"), 2);
}

/// Records a round with one message.
async fn record(workspace: &TestWorkspace, job: ClaimedJob, turn: &Turn) -> Option<bool> {
    let (ws, number) = (workspace.ws, turn.conversation);
    let record = workspace.store.write(move |tx| {
        tx.lock_head(ws, number)?;
        let next = tx.next_stamp().id();
        let recorded = turn::record_round(tx, ws, (&job, LEASE), next, USAGE)?;
        if recorded.is_some() {
            let result = RoundMessage {
                id: tx.next_stamp().id(),
                author: None,
                role: MessageRole::Tool,
                subtype: None,
                text: "found",
                details: &MessageDetails::default(),
                mentions: &[],
            };
            insert_message(tx, ws, number, &result)?;
        }
        Ok(recorded)
    });
    record.await.unwrap()
}

async fn only_the_holder_records_a_round(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    ask(&workspace, number, "hello").await.unwrap();
    let (lost, first) = begin(&workspace, Duration::ZERO).await;
    assert_eq!(record(&workspace, lost, &first).await, Some(false));
    // The lease was extended, so the turn is given back first.
    let release = move |tx: &mut dyn Tx| job::release(tx, &lost, Duration::ZERO);
    assert!(workspace.store.write(release).await.unwrap());
    let (held, second) = begin(&workspace, LEASE).await;
    assert_eq!((second.tool_rounds, second.usage), (1, USAGE));
    assert_ne!(second.message, first.message);
    // It goes on after the recorded round.
    assert_eq!(second.answered_seq, first.answered_seq + 1);
    assert_eq!(record(&workspace, lost, &first).await, None);
    assert_eq!(workspace.rows("message"), 2);
    assert_eq!(record(&workspace, held, &second).await, Some(false));
    let third = newest(&workspace, number).await;
    answer(&workspace, held, &third).await.unwrap();
    let ended = newest(&workspace, number).await;
    let all = USAGE.plus(USAGE).plus(USAGE);
    assert_eq!((ended.tool_rounds, ended.usage), (2, all));
    let (ws, now) = (workspace.ws, Timestamp::from_micros(0));
    let used = workspace.store.write(move |tx| {
        let today = tx.next_stamp().at.max(now);
        turn::usage_of_day(tx, ws, today)
    });
    let used = used.await.unwrap();
    assert_eq!((used.requests, used.tokens), (3, all));
}

async fn hand_off_is_followed_by_no_turn(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    ask(&workspace, number, "hello").await.unwrap();
    let (job, _) = begin(&workspace, LEASE).await;
    ask(&workspace, number, "is anybody there").await.unwrap();
    let ws = workspace.ws;
    let ended = workspace.store.write(move |tx| {
        let end = TurnEnd {
            hands_off: true,
            ..end(job, TurnState::Done, None)
        };
        turn::end(tx, ws, number, &end)
    });
    assert!(ended.await.unwrap());
    assert!(is_idle(&workspace).await);
    assert_eq!(workspace.rows("turn"), 1);
}

async fn withdrawn_turn_stores_nothing(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    ask(&workspace, number, "hello").await.unwrap();
    let (job, turn) = begin(&workspace, LEASE).await;
    let person = AppendMessage {
        effects: vec![AppendEffect::WithdrawTurn],
        ..AppendMessage::from_text(ws, number, None, MessageRole::Assistant, "a person")
    };
    workspace.store.append(person).await.unwrap();
    assert!(is_refused(&answer(&workspace, job, &turn).await));
    assert_eq!(newest(&workspace, number).await.state, TurnState::Cancelled);
    assert!(is_idle(&workspace).await);
    assert_eq!(workspace.rows("message"), 2);
    ask(&workspace, number, "again").await.unwrap();
    assert!(!is_idle(&workspace).await);
}

async fn message_that_is_refused_requests_nothing(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    let refused = AppendMessage {
        conditions: vec![AppendCondition::IsParticipant(-1)],
        effects: vec![AppendEffect::RequestTurn],
        ..AppendMessage::from_text(workspace.ws, number, None, MessageRole::User, "x")
    };
    workspace.store.append(refused).await.unwrap_err();
    assert!(is_idle(&workspace).await);
    assert_eq!(workspace.rows("turn"), 0);
}

/// Says something that the conversation's assistant answers, if it may.
async fn say(workspace: &TestWorkspace, conversation: i64) {
    let (ws, member) = (workspace.ws, Some(workspace.member));
    let question = AppendMessage {
        effects: vec![AppendEffect::RequestTurnIfServed],
        ..AppendMessage::from_text(ws, conversation, member, MessageRole::User, "hello")
    };
    workspace.store.append(question).await.unwrap();
}

async fn stopped_assistant_is_requested_nothing(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let key = ConversationKey::Number(number);
    for (enabled, paused) in [(false, false), (true, true), (true, false)] {
        let stop = workspace.store.write(move |tx| {
            let mut found = conversation::find(tx, ws, key)?.unwrap();
            found.service.assistant_enabled = enabled;
            found.service.paused = paused;
            found.service.needs_response = false;
            conversation::update(tx, ws, &found)
        });
        stop.await.unwrap();
        say(&workspace, number).await;
        let may_answer = enabled && !paused;
        let find = workspace.store.read(move |tx| {
            let found = conversation::find(tx, ws, key)?.unwrap();
            Ok((found, turn::find_under_way(tx, ws, number)?))
        });
        let (found, under_way) = find.await.unwrap();
        assert_eq!(found.service.needs_response, !may_answer);
        assert_eq!(under_way.is_some(), may_answer);
    }
    assert!(!is_idle(&workspace).await);
}

async fn cancel(workspace: &TestWorkspace, conversation: i64) {
    let ws = workspace.ws;
    let cancel = workspace
        .store
        .write(move |tx| turn::request_cancel(tx, ws, conversation));
    assert!(cancel.await.unwrap().is_some());
}

async fn cancellation_ends_what_was_said_before_it(workspace: TestWorkspace) {
    let number = workspace.conversation().await.number;
    say(&workspace, number).await;
    say(&workspace, number).await;
    cancel(&workspace, number).await;
    let (_, first) = begin(&workspace, Duration::ZERO).await;
    assert!(first.cancel_requested);
    // Its worker is gone; what is said meanwhile is answered.
    say(&workspace, number).await;
    let (_, second) = begin(&workspace, Duration::ZERO).await;
    assert_eq!(
        (second.message, second.cancel_requested),
        (first.message, false)
    );
    // What is said during an answer is answered by the next one.
    say(&workspace, number).await;
    cancel(&workspace, number).await;
    let (held, third) = begin(&workspace, LEASE).await;
    assert!(!third.cancel_requested);
    answer(&workspace, held, &third).await.unwrap();
    assert!(is_idle(&workspace).await);
}

async fn failed_turn_is_not_followed_and_usage_is_counted(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    ask(&workspace, number, "one").await.unwrap();
    let (job, _) = begin(&workspace, LEASE).await;
    ask(&workspace, number, "two").await.unwrap();
    let failed = end(job, TurnState::Failed, Some(TurnError::TimedOut));
    let ended = workspace
        .store
        .write(move |tx| turn::end(tx, ws, number, &failed));
    assert!(ended.await.unwrap());
    let turn = newest(&workspace, number).await;
    assert_eq!(
        (turn.state, turn.error),
        (TurnState::Failed, Some(TurnError::TimedOut))
    );
    assert!(is_idle(&workspace).await, "a person responds to both");
    let usage = workspace.store.write(move |tx| {
        let now = tx.next_stamp().at;
        turn::usage_of_day(tx, ws, now)
    });
    let usage = usage.await.unwrap();
    assert_eq!((usage.requests, usage.tokens), (1, USAGE));
}

async fn turn_of_a_deleted_conversation_is_over(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    ask(&workspace, number, "one").await.unwrap();
    workspace
        .store
        .write(move |tx| parlor_store::repo::conversation::delete(tx, ws, number))
        .await
        .unwrap();
    let claimed = workspace
        .store
        .claim(JobKind::Turn, 10, LEASE)
        .await
        .unwrap();
    let job = claimed[0];
    let begun = workspace.store.write(move |tx| turn::begin(tx, ws, &job));
    assert!(begun.await.unwrap().is_none());
    assert!(is_idle(&workspace).await);
}
