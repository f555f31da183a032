//! The search index: filled in order and once; deleted rows leave it.

use std::time::Duration;

use futures_util::FutureExt;
use parlor_model::conversation::ConversationKey;
use parlor_store::Tx;
use parlor_store::repo::search_index::{self, IndexBatchOutcome, IndexedEntity};
use parlor_store::repo::{conversation, detach, job, member};

use crate::fixture::{DatabaseLocation, TestWorkspace, new_member};
use crate::search::{add_newer_messages, append_message, claim, find, index_all, settled_bound};

test_both_backends!(
    deleted_rows_leave_the_index,
    filling_resumes_at_its_last_position,
    in_flight_insert_is_not_skipped,
);

/// Returns the number of indexed rows of an entity, without the empty ones of cleared messages.
fn entries(workspace: &TestWorkspace, entity: IndexedEntity) -> i64 {
    match &workspace.database {
        DatabaseLocation::Sqlite(_) => {
            workspace.rows(&format!("search_{}_docsize", entity.as_str()))
        }
        DatabaseLocation::Postgres(_) => workspace.database.query_number(&format!(
            "select count(*) from search_{} where grams <> '{{}}'",
            entity.as_str()
        )),
    }
}

async fn deleted_rows_leave_the_index(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let room = workspace.conversation().await.number;
    let kept = workspace.conversation().await.number;
    for n in 0..3 {
        append_message(&workspace, room, &format!("going {n}")).await;
        append_message(&workspace, kept, &format!("staying {n}")).await;
    }
    let leaver = workspace
        .store
        .write(move |tx| {
            let made = new_member(tx, ws, None)?;
            let mut stored = member::find(tx, ws, member::MemberLookup::Number(made))?.unwrap();
            stored.member.profile.name = Some("Leaver".to_owned());
            member::update(tx, ws, &stored)?;
            conversation::find(tx, ws, ConversationKey::Number(room))?
                .map(|mut found| {
                    found.title = Some("Going away".to_owned());
                    conversation::update(tx, ws, &found)
                })
                .transpose()?;
            Ok(made)
        })
        .await
        .unwrap();
    index_all(&workspace.store).await;
    let counts =
        |workspace: &TestWorkspace| IndexedEntity::ALL.map(|entity| entries(workspace, entity));
    assert_eq!(counts(&workspace), [6, 1, 1]);
    workspace
        .store
        .write(move |tx| {
            conversation::delete(tx, ws, room)?;
            detach::delete(tx, ws, leaver)
        })
        .await
        .unwrap();
    assert_eq!(counts(&workspace), [3, 0, 0]);
    assert_eq!(find(&workspace, "going").await, [] as [i64; 0]);
    assert_eq!(find(&workspace, "staying").await.len(), 3);
}

async fn filling_resumes_at_its_last_position(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    let needle = append_message(&workspace, room, "one needle").await;
    add_newer_messages(&workspace, room);
    let last = append_message(&workspace, room, "the last needle").await;
    let entity = IndexedEntity::Message;
    let bound = settled_bound(&workspace.store, entity).await;
    let job = claim(&workspace.store, entity).await;
    let batch = move |tx: &mut dyn Tx| search_index::index_batch(tx, entity, &job, bound, 64);
    assert_eq!(
        workspace.store.write(batch).await.unwrap(),
        IndexBatchOutcome::Behind
    );
    // The job is not given back, as in a crash.
    let workspace = workspace.reopened();
    workspace.store.end_stale_leases().await.unwrap();
    if let DatabaseLocation::Postgres(_) = &workspace.database {
        let claimed = workspace
            .store
            .claim(entity.job(), 1, search_index::INDEX_LEASE);
        assert_eq!(claimed.await.unwrap(), []);
        workspace.database.execute("update job set lease_until = 0");
        let other = claim(&workspace.store, entity).await;
        assert!(other.number == job.number && other.fence > job.fence);
        assert_eq!(
            workspace.store.write(batch).await.unwrap(),
            IndexBatchOutcome::LeaseLost
        );
        let release = workspace
            .store
            .write(move |tx| job::release(tx, &other, Duration::ZERO));
        assert!(release.await.unwrap());
    }
    let some = entries(&workspace, entity);
    assert!(0 < some && some < 1_100, "{some}");
    assert_eq!(find(&workspace, "needle").await, [last, needle]);
    index_all(&workspace.store).await;
    assert_eq!(entries(&workspace, entity), 1_102);
    assert_eq!(find(&workspace, "needle").await, [last, needle]);
}

/// Two nodes: a row with a smaller number that commits late is not skipped.
async fn in_flight_insert_is_not_skipped(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    let DatabaseLocation::Postgres(_) = &workspace.database else {
        // SQLite has one writer: an in-flight insert has no number yet.
        append_message(&workspace, room, "only").await;
        index_all(&workspace.store).await;
        return assert_eq!(entries(&workspace, IndexedEntity::Message), 1);
    };
    let (url, ws) = (workspace.database.url(), workspace.ws);
    let (begun, wait) = std::sync::mpsc::channel();
    let (go_on, resume) = std::sync::mpsc::channel::<()>();
    let late = std::thread::spawn(move || {
        let mut client = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
        let mut transaction = client.transaction().unwrap();
        transaction
            .batch_execute(&format!(
                "insert into message (ws, id, conversation, seq, role, text, created_at, updated_at)
                    values ({ws}, gen_random_uuid(), {room}, 800000, 'user', 'late needle', 0, 0)"
            ))
            .unwrap();
        begun.send(()).unwrap();
        resume.recv().unwrap();
        transaction.commit().unwrap();
    });
    wait.recv().unwrap();
    let prompt = append_message(&workspace, room, "prompt needle").await;
    let other = workspace.open_second_store();
    let mut bound = settled_bound(&other, IndexedEntity::Message).boxed();
    for _ in 0..20 {
        other.ping().await.unwrap();
        assert!((&mut bound).now_or_never().is_none());
    }
    // Others write and clean up meanwhile.
    append_message(&workspace, room, "another").await;
    workspace.database.execute("vacuum message");
    go_on.send(()).unwrap();
    late.join().unwrap();
    bound.await;
    let (one, two) = tokio::join!(index_all(&other), index_all(&workspace.store));
    let _ = (one, two);
    add_newer_messages(&workspace, room);
    index_all(&other).await;
    let found = find(&workspace, "needle").await;
    assert_eq!(found.len(), 2);
    assert!(found.contains(&prompt));
}

/// Every statement that changes a searched text must update the index: see `repo::search_index`. Add a new statement to
/// this list once its function does so.
#[test]
fn statements_that_change_searched_texts_are_listed() {
    const KNOWN: [&str; 11] = [
        "conversation::SET_TITLE",
        "conversation::UPDATE",
        "import::UPDATE_CONTACT",
        "import::UPDATE_CONVERSATION",
        "import::UPDATE_MESSAGE",
        "member::ADOPT",
        "member::SET_FACE",
        "member::UPDATE",
        "message::ERASE",
        "message::UPDATE",
        "participant::SET_CARD",
    ];
    let mut found: Vec<&str> = parlor_store::catalogue::all()
        .filter(|statement| {
            [
                ("message", "text ="),
                ("conversation", "title ="),
                ("member", "name ="),
            ]
            .iter()
            .any(|(table, column)| {
                let set = statement.text.strip_prefix(&format!("update {table} set "));
                let set = set.map(|set| set.split(" where ").next().unwrap_or(set));
                let columns = set.map(|set| format!(" {}", set.replace('\n', " ")));
                columns.is_some_and(|set| set.contains(&format!(" {column}")))
            })
        })
        .map(|statement| statement.name.trim_start_matches("parlor_store::sql::"))
        .collect();
    found.sort_unstable();
    assert_eq!(found, KNOWN);
}
