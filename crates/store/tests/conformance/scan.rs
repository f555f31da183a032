//! Keyset pages: complete, in order, and sound while rows are being inserted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use parlor_model::id::SpaceId;
use parlor_model::member::{CreateMember, MemberKind};
use parlor_model::{Result, Timestamp};
use parlor_store::repo::space::{self, SpaceScanWindow};
use parlor_store::repo::{log, member};
use parlor_store::{Store, Tx};

use crate::fixture::{TestWorkspace, new_member};

test_both_backends!(
    pages_have_no_overlap_or_gap,
    contact_pages_exclude_assistants_and_owner,
    ascending_scan_misses_no_late_commit,
);

/// Before and after everything.
const FIRST: (Timestamp, SpaceId) = (Timestamp::from_micros(i64::MIN), SpaceId::MIN);
const LAST: (Timestamp, SpaceId) = (Timestamp::from_micros(i64::MAX), SpaceId::MAX);

fn insert(tx: &mut dyn Tx, ws: i64, contact: Option<i64>) -> Result<SpaceId> {
    let new = space::NewSpaceRow {
        contact,
        metadata: "{}",
        ..Default::default()
    };
    Ok(space::insert(tx, ws, &new)?.unwrap().1)
}

/// Returns one page, ascending or descending.
async fn page(
    store: &Store,
    ws: i64,
    up: bool,
    window: SpaceScanWindow,
) -> Vec<(Timestamp, SpaceId)> {
    store
        .read(move |tx| {
            let mut ids = Vec::new();
            let mut each = |row: parlor_model::space::SpaceRow<'_>| {
                ids.push((row.created_at, row.id));
                Ok(())
            };
            if up {
                tx.wait_for_inserts(ws)?;
                space::scan_ascending(tx, ws, &window, &mut each)?;
            } else {
                space::scan_descending(tx, ws, &window, &mut each)?;
            }
            Ok(ids)
        })
        .await
        .unwrap()
}

async fn scan_all(
    store: &Store,
    ws: i64,
    up: bool,
    contact: Option<i64>,
    limit: i64,
) -> Vec<SpaceId> {
    let mut all = Vec::new();
    let mut after = if up { FIRST } else { LAST };
    loop {
        let window = SpaceScanWindow {
            after,
            until: SpaceId::MAX,
            contact,
            limit,
        };
        let ids = page(store, ws, up, window).await;
        let Some(last) = ids.last() else { return all };
        after = *last;
        all.extend(ids.into_iter().map(|(_, id)| id));
    }
}

async fn pages_have_no_overlap_or_gap(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let (ids, of_contact, contact) = workspace
        .store
        .write(move |tx| {
            let contact = new_member(tx, ws, None)?;
            let mut ids = Vec::new();
            let mut of_contact = Vec::new();
            for n in 0..57 {
                let whose = (n % 5 == 0).then_some(contact);
                let id = insert(tx, ws, whose)?;
                ids.push(id);
                of_contact.extend(whose.map(|_| id));
            }
            Ok((ids, of_contact, contact))
        })
        .await
        .unwrap();
    let other = workspace
        .store
        .write(|tx| {
            let organization = parlor_store::repo::workspace::insert_organization(tx, "B")?;
            let ws = parlor_store::repo::workspace::insert(tx, organization, "B")?.number;
            insert(tx, ws, None)?;
            Ok(ws)
        })
        .await
        .unwrap();
    let reversed = |ids: &[SpaceId]| ids.iter().rev().copied().collect::<Vec<_>>();
    for limit in [1, 7, 57, 100] {
        assert_eq!(scan_all(&workspace.store, ws, true, None, limit).await, ids);
        assert_eq!(
            scan_all(&workspace.store, ws, false, None, limit).await,
            reversed(&ids)
        );
        let some = Some(contact);
        assert_eq!(
            scan_all(&workspace.store, ws, true, some, limit).await,
            of_contact
        );
        assert_eq!(
            scan_all(&workspace.store, ws, false, some, limit).await,
            reversed(&of_contact)
        );
    }
    assert_eq!(
        scan_all(&workspace.store, other, true, None, 10)
            .await
            .len(),
        1
    );
    // The row of a cursor may be deleted, and a bound ends an ascending scan.
    let whole = SpaceScanWindow {
        after: FIRST,
        until: SpaceId::MAX,
        contact: None,
        limit: 100,
    };
    let (at, gone) = page(&workspace.store, ws, true, whole).await[20];
    assert_eq!(gone, ids[20]);
    workspace
        .store
        .write(move |tx| {
            let number = space::find_number(tx, ws, gone)?.unwrap();
            space::delete(tx, ws, number)
        })
        .await
        .unwrap();
    let window = SpaceScanWindow {
        after: (at, gone),
        until: ids[30],
        contact: None,
        limit: 100,
    };
    let left = page(&workspace.store, ws, true, window).await;
    let left: Vec<SpaceId> = left.into_iter().map(|(_, id)| id).collect();
    assert_eq!(left, ids[21..=30]);
}

async fn contact_pages_exclude_assistants_and_owner(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let contacts = workspace
        .store
        .write(move |tx| {
            let mut contacts = Vec::new();
            for (kind, role) in [
                (MemberKind::Contact, None),
                (MemberKind::Assistant, None),
                (
                    MemberKind::Person,
                    Some(parlor_model::access::WorkspaceRole::Owner),
                ),
                (
                    MemberKind::Person,
                    Some(parlor_model::access::WorkspaceRole::Manager),
                ),
                (MemberKind::Contact, None),
            ] {
                let new = CreateMember {
                    role,
                    ..CreateMember::new(kind)
                };
                let made = member::insert(tx, ws, &new)?.unwrap();
                let owner = role == Some(parlor_model::access::WorkspaceRole::Owner);
                if kind != MemberKind::Assistant && !owner {
                    contacts.push(made.id);
                }
            }
            Ok(contacts)
        })
        .await
        .unwrap();
    let (up, down) = workspace
        .store
        .read(move |tx| {
            let (first, last) = (FIRST.0, LAST.0);
            let (min, max) = (parlor_model::Id::MIN, parlor_model::Id::MAX);
            let up = member::contacts_after(tx, ws, (first, min), max, 100)?;
            let down = member::contacts_before(tx, ws, (last, max), 100)?;
            Ok((up, down))
        })
        .await
        .unwrap();
    let ids = |rows: &[member::MemberRow]| -> Vec<_> {
        rows.iter().map(|row| row.member.key.id).collect()
    };
    // The fixture's member is the first.
    assert_eq!(ids(&up)[1..], contacts);
    assert_eq!(ids(&down).into_iter().rev().collect::<Vec<_>>(), ids(&up));
}

async fn ascending_scan_misses_no_late_commit(workspace: TestWorkspace) {
    const WRITERS: usize = 8;
    const EACH: usize = 40;
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let mut stores = vec![workspace.store.clone()];
    if !workspace.store.is_exclusive() {
        stores.push(workspace.open_second_store());
    }
    let running = Arc::new(AtomicUsize::new(WRITERS));
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, running) = (stores[writer % stores.len()].clone(), running.clone());
            tokio::spawn(async move {
                let mut made = Vec::new();
                for n in 0..EACH {
                    let id = store
                        .write(move |tx| {
                            let id = insert(tx, ws, None)?;
                            // Some transactions stay open much longer after their insert.
                            for _ in 0..(writer * n) % 30 {
                                log::entries_after(tx, ws, number, 0, i64::MAX, 10)?;
                            }
                            Ok(id)
                        })
                        .await
                        .unwrap();
                    made.push(id);
                }
                running.fetch_sub(1, Ordering::SeqCst);
                made
            })
        })
        .collect();
    let walker = {
        let (store, running, stop) = (workspace.store.clone(), running.clone(), stop.clone());
        tokio::spawn(async move {
            let mut seen: Vec<(Timestamp, SpaceId)> = Vec::new();
            loop {
                let done = running.load(Ordering::SeqCst) == 0 || stop.load(Ordering::SeqCst);
                // Complete up to this stamp, which is taken before waiting for in-flight inserts.
                let until = store.stamps().next().id();
                let window = SpaceScanWindow {
                    after: seen.last().copied().unwrap_or(FIRST),
                    until,
                    contact: None,
                    limit: 5,
                };
                let ids = page(&store, ws, true, window).await;
                if ids.is_empty() && done {
                    return seen;
                }
                seen.extend(ids);
            }
        })
    };
    let mut made = Vec::new();
    for writer in writers {
        match writer.await {
            Ok(ids) => made.extend(ids),
            Err(error) => {
                stop.store(true, Ordering::SeqCst);
                panic!("{error}");
            }
        }
    }
    let seen = walker.await.unwrap();
    assert!(seen.is_sorted());
    let mut seen: Vec<SpaceId> = seen.into_iter().map(|(_, id)| id).collect();
    seen.sort_unstable();
    made.sort_unstable();
    assert_eq!(seen.len(), WRITERS * EACH);
    assert_eq!(seen, made);
}
