//! Concurrent transactions on one row.

use parlor_model::Metadata;
use parlor_model::conversation::ConversationKey;
use parlor_model::member::{CreateMember, MemberKind};
use parlor_model::participant::ParticipantRole;
use parlor_store::repo::{conversation, direct_pair, log, member, participant, signing, space};
use parlor_store::{Store, Tx};

use crate::fixture::{TestWorkspace, new_conversation, new_member};

test_both_backends!(
    concurrent_find_or_create_yields_one_row,
    concurrent_pair_creation_yields_one_conversation,
    concurrent_updates_of_one_row_all_survive,
    concurrent_entries_of_one_log_have_no_gap,
    join_during_deletion_is_refused_cleanly,
    concurrent_first_use_of_a_purpose_yields_one_key,
);

/// As concurrent nodes do on the first use of a purpose.
async fn concurrent_first_use_of_a_purpose_yields_one_key(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let keys = write_concurrently(&nodes(&workspace), |_| {
        move |tx: &mut dyn Tx| {
            let present = signing::list(tx, ws, "p")?;
            if present.is_empty() {
                signing::insert_first(tx, ws, "p", b"sealed")?;
            }
            signing::list(tx, ws, "p")
        }
    })
    .await;
    assert!(
        keys.iter()
            .all(|of_one| of_one.len() == 1 && *of_one == keys[0])
    );
    assert_eq!(workspace.rows("signing_key"), 1);
}

/// Members join a conversation while it is deleted: each joins before, or gets an error.
async fn join_during_deletion_is_refused_cleanly(workspace: TestWorkspace) {
    let ws = workspace.ws;
    for _ in 0..5 {
        let number = workspace.conversation().await.number;
        let outcomes = write_concurrently(&nodes(&workspace), |n| {
            move |tx: &mut dyn Tx| {
                if n == CONCURRENT_CALLS / 2 {
                    conversation::delete(tx, ws, number)?;
                    return Ok(None);
                }
                let member = new_member(tx, ws, None)?;
                let key = ConversationKey::Number(number);
                let found = conversation::find(tx, ws, key)?;
                if found.is_some() {
                    let at = tx.next_stamp().at;
                    participant::insert(tx, ws, number, member, ParticipantRole::Member, at, 0)?;
                }
                Ok(Some(found.is_some()))
            }
        })
        .await;
        assert_eq!(outcomes.iter().filter(|joined| joined.is_none()).count(), 1);
        assert_eq!(
            workspace.rows("conversation") + workspace.rows("participant"),
            0
        );
    }
}

const CONCURRENT_CALLS: usize = 50;

/// Starts concurrent writes, distributed over the stores, and returns their results.
async fn write_concurrently<T, F>(stores: &[Store], work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: FnMut(&mut dyn Tx) -> parlor_model::Result<T> + Send + 'static,
{
    let tasks: Vec<_> = (0..CONCURRENT_CALLS)
        .map(|n| {
            let (store, work) = (stores[n % stores.len()].clone(), work(n));
            tokio::spawn(async move { store.write(work).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap().unwrap());
    }
    results
}

/// Returns two nodes on PostgreSQL, one on SQLite.
fn nodes(workspace: &TestWorkspace) -> Vec<Store> {
    if workspace.store.is_exclusive() {
        vec![workspace.store.clone()]
    } else {
        vec![workspace.store.clone(), workspace.open_second_store()]
    }
}

async fn concurrent_find_or_create_yields_one_row(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let before = workspace.rows("member");
    let numbers = write_concurrently(&nodes(&workspace), |_| {
        move |tx: &mut dyn Tx| {
            if let Some(known) = member::find_ref_by_external_id(tx, ws, "u-1")? {
                return Ok((known.number, false));
            }
            let new = CreateMember {
                external_id: Some("u-1".to_owned()),
                ..CreateMember::new(MemberKind::Person)
            };
            let made = member::insert(tx, ws, &new)?;
            match made {
                Some(made) => Ok((made.number, true)),
                None => Ok((
                    member::find_ref_by_external_id(tx, ws, "u-1")?
                        .unwrap()
                        .number,
                    false,
                )),
            }
        }
    })
    .await;
    assert!(numbers.iter().all(|(number, _)| *number == numbers[0].0));
    assert_eq!(numbers.iter().filter(|(_, made)| *made).count(), 1);
    assert_eq!(workspace.rows("member"), before + 1);
    // Its personal space, found or created the same way.
    let owner = numbers[0].0;
    let spaces = write_concurrently(&nodes(&workspace), |_| {
        move |tx: &mut dyn Tx| {
            if let Some(space) = space::find_by_owner(tx, ws, owner)? {
                return Ok(space.id);
            }
            let new = space::NewSpaceRow {
                owner: Some(owner),
                metadata: "{}",
                ..Default::default()
            };
            match space::insert(tx, ws, &new)? {
                Some((_, id)) => Ok(id),
                None => Ok(space::find_by_owner(tx, ws, owner)?.unwrap().id),
            }
        }
    })
    .await;
    assert!(spaces.iter().all(|id| *id == spaces[0]));
    assert_eq!(workspace.rows("space"), 1);
}

async fn concurrent_pair_creation_yields_one_conversation(workspace: TestWorkspace) {
    let (ws, one) = (workspace.ws, workspace.member);
    let other = workspace
        .store
        .write(move |tx| new_member(tx, ws, None))
        .await
        .unwrap();
    let numbers = write_concurrently(&nodes(&workspace), |n| {
        // Half of them name the pair in reverse order.
        let (a, b) = if n % 2 == 0 {
            (one, other)
        } else {
            (other, one)
        };
        move |tx: &mut dyn Tx| {
            if let Some(number) = direct_pair::find(tx, ws, a, b)? {
                return Ok(number);
            }
            let made = new_conversation(tx, ws, a, None)?;
            direct_pair::insert(tx, ws, a, b, made.number)?;
            Ok(made.number)
        }
    })
    .await;
    assert!(numbers.iter().all(|number| *number == numbers[0]));
    assert_eq!(workspace.rows("conversation"), 1);
    assert_eq!(workspace.rows("direct_pair"), 1);
}

async fn concurrent_updates_of_one_row_all_survive(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    write_concurrently(&nodes(&workspace), |n| {
        move |tx: &mut dyn Tx| {
            let mut found = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
            let mut map = found.metadata.into_map();
            map.insert(format!("k{n}"), n.into());
            found.metadata = Metadata::new(map, "metadata")?;
            conversation::update(tx, ws, &found)
        }
    })
    .await;
    let found = workspace
        .store
        .read(move |tx| conversation::find(tx, ws, ConversationKey::Number(number)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.metadata.map().len(), CONCURRENT_CALLS);
}

async fn concurrent_entries_of_one_log_have_no_gap(workspace: TestWorkspace) {
    let (ws, number, actor) = (
        workspace.ws,
        workspace.conversation().await.number,
        workspace.member,
    );
    let mut positions = write_concurrently(&nodes(&workspace), |_| {
        move |tx: &mut dyn Tx| {
            let kind = parlor_model::log::LogEntryKind::Changed;
            log::append_entry(tx, ws, number, kind, Some(actor), "{}")
        }
    })
    .await;
    positions.sort_unstable();
    let expected: Vec<i64> = (2..).take(CONCURRENT_CALLS).collect();
    assert_eq!(positions, expected);
}
