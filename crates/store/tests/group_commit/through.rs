//! Ours: the same rows through the store, from as many tasks as the load is deep.

use std::sync::Arc;
use std::time::Instant;

use parlor_model::conversation::ConversationKey;
use parlor_model::message::Role;
use parlor_store::Store;
use parlor_store::append::{Append, Condition};

use crate::world::{CONVERSATIONS, Scrambled, World, create, runtime};
use crate::{Load, must};

/// Tasks that ask again as soon as they are answered.
fn serve<F>(store: &Store, load: Load, ask: impl Fn() -> F + Clone + Send + 'static) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let until = Instant::now() + load.until;
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

pub(crate) fn creates(world: &World, load: Load) -> f64 {
    let store = world.store();
    let (ws, member, clone) = (world.ws, world.member, store.clone());
    serve(&store, load, move || {
        let store = clone.clone();
        async move {
            must(store.write(move |tx| create(tx, ws, member)).await);
        }
    })
}

pub(crate) fn messages(world: &World, load: Load) -> f64 {
    messages_if(world, load, Vec::new())
}

/// With what a message of a participant rests on.
pub(crate) fn messages_with_conditions(world: &World, load: Load) -> f64 {
    let member = world.member;
    let conditions = vec![
        Condition::MemberActive(member),
        Condition::TakesPart(member),
    ];
    messages_if(world, load, conditions)
}

fn messages_if(world: &World, load: Load, conditions: Vec<Condition>) -> f64 {
    let store = world.store();
    let (ws, member, first) = (world.ws, world.member, world.first);
    let (text, clone) = (world.text.clone(), store.clone());
    let random = Arc::new(Scrambled::new());
    serve(&store, load, move || {
        let number = first + must(i64::try_from(random.word() >> 1)) % CONVERSATIONS;
        let key = ConversationKey::Number(number);
        let entry = Append {
            conditions: conditions.clone(),
            ..Append::text(ws, key, Some(member), Role::User, text.clone())
        };
        let store = clone.clone();
        async move {
            must(store.append(entry).await);
        }
    })
}
