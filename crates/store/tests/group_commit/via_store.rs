//! The same rows through the store, from `depth` tasks.

use std::sync::Arc;
use std::time::Instant;

use parlor_model::message::MessageRole;
use parlor_store::Store;
use parlor_store::append_message::{AppendCondition, AppendMessage};

use crate::fixture::{CONVERSATIONS, SplitMixRandom, TestWorkspace, create, runtime};
use crate::{Load, must};

/// Runs tasks that request the next row as soon as they are answered.
fn run<F>(store: &Store, load: Load, ask: impl Fn() -> F + Clone + Send + 'static) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let until = Instant::now() + load.duration;
    let start = Instant::now();
    let count = runtime().block_on(async {
        let tasks: Vec<_> = (0..load.depth)
            .map(|_| {
                let ask = ask.clone();
                tokio::spawn(async move {
                    let mut count = 0;
                    while Instant::now() < until {
                        ask().await;
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        let mut count = 0;
        for task in tasks {
            count += must(task.await);
        }
        count
    });
    let rate = Load::rate(count, start);
    store.close();
    rate
}

pub(crate) fn creates(workspace: &TestWorkspace, load: Load) -> f64 {
    let store = workspace.store();
    let (ws, member, clone) = (workspace.ws, workspace.member, store.clone());
    run(&store, load, move || {
        let store = clone.clone();
        async move {
            must(store.write(move |tx| create(tx, ws, member)).await);
        }
    })
}

pub(crate) fn messages(workspace: &TestWorkspace, load: Load) -> f64 {
    messages_under(workspace, load, Vec::new())
}

/// Measures messages with the conditions of a participant's message.
pub(crate) fn messages_with_conditions(workspace: &TestWorkspace, load: Load) -> f64 {
    let member = workspace.member;
    let conditions = vec![
        AppendCondition::MemberActive(member),
        AppendCondition::IsParticipant(member),
    ];
    messages_under(workspace, load, conditions)
}

fn messages_under(workspace: &TestWorkspace, load: Load, conditions: Vec<AppendCondition>) -> f64 {
    let store = workspace.store();
    let (ws, member, first) = (workspace.ws, workspace.member, workspace.first);
    let (text, clone) = (workspace.text.clone(), store.clone());
    let random = Arc::new(SplitMixRandom::new());
    run(&store, load, move || {
        let number = first + must(i64::try_from(random.next_u64() >> 1)) % CONVERSATIONS;
        let entry = AppendMessage {
            conditions: conditions.clone(),
            ..AppendMessage::from_text(ws, number, Some(member), MessageRole::User, text.clone())
        };
        let store = clone.clone();
        async move {
            must(store.append(entry).await);
        }
    })
}
