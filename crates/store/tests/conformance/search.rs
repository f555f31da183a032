//! Search: the same answers on both databases, before and after a row is in the index.
//!
//! Proves INV-60, INV-61 (`docs/invariants.md`).

use std::time::Duration;

use parlor_model::Result;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{MessageKey, MessageRole};
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::job::{self, ClaimedJob};
use parlor_store::repo::search::{self, MessageMatch, SearchScope};
use parlor_store::repo::search_index::{self, IndexBatchOutcome, IndexedEntity, PendingBound};
use parlor_store::repo::{conversation, member, message, workspace};
use parlor_store::search_terms::SearchTerms;
use parlor_store::{Store, Tx};

use crate::fixture::{DatabaseLocation, TestWorkspace, new_conversation, new_member};

test_both_backends!(
    search_ignores_case_across_scripts,
    search_requires_every_word_and_whole_phrases,
    edits_and_deletions_apply_to_search_at_once,
    search_finds_old_messages_through_index,
    search_is_limited_to_its_workspace,
    search_finds_conversations_by_title_and_name,
);

/// Indexes everything written so far.
pub(crate) async fn index_all(store: &Store) {
    for entity in IndexedEntity::ALL {
        let bound = settled_bound(store, entity).await;
        let job = claim(store, entity).await;
        let next = || store.write(move |tx| search_index::index_batch(tx, entity, &job, bound, 64));
        while next().await.unwrap() != IndexBatchOutcome::Done {}
        let release = store.write(move |tx| job::release(tx, &job, Duration::ZERO));
        assert!(release.await.unwrap());
        let waiting = store.read(move |tx| search_index::backlog(tx, entity));
        assert_eq!(waiting.await.unwrap(), 0);
    }
}

/// Waits until another node has given the job of an entity back, and claims it.
pub(crate) async fn claim(store: &Store, entity: IndexedEntity) -> ClaimedJob {
    loop {
        let claimed = store.claim(entity.job(), 1, search_index::INDEX_LEASE);
        if let Some(job) = claimed.await.unwrap().pop() {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

/// Returns the greatest number, once all inserts that were in progress have ended.
pub(crate) async fn settled_bound(store: &Store, entity: IndexedEntity) -> i64 {
    let read = store.read(move |tx| PendingBound::read(tx, entity));
    let mut bound = read.await.unwrap();
    loop {
        let mut settling = bound;
        let settle = store.read(move |tx| {
            let is_settled = settling.settle(tx, entity)?;
            Ok((settling, is_settled))
        });
        let (settled, is_settled) = settle.await.unwrap();
        if is_settled {
            return settled.number;
        }
        bound = settled;
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn append_message(
    workspace: &TestWorkspace,
    conversation: i64,
    text: &str,
) -> i64 {
    let entry = AppendMessage::from_text(
        workspace.ws,
        conversation,
        Some(workspace.member),
        MessageRole::User,
        text,
    );
    workspace.store.append(entry).await.unwrap().number
}

fn collect(tx: &mut dyn Tx, ws: i64, text: &str, limit: usize) -> Result<Vec<i64>> {
    let terms = SearchTerms::parse("search", text)?;
    let mut found = Vec::new();
    search::find_messages(
        tx,
        ws,
        &terms,
        &SearchScope::default(),
        i64::MAX,
        &mut |one: MessageMatch| {
            found.push(one.number);
            found.len() == limit
        },
    )?;
    Ok(found)
}

async fn find_in(workspace: &TestWorkspace, ws: i64, text: &str) -> Vec<i64> {
    let text = text.to_owned();
    let work = move |tx: &mut dyn Tx| collect(tx, ws, &text, 50);
    workspace.store.read_throttled(ws, work).await.unwrap()
}

pub(crate) async fn find(workspace: &TestWorkspace, text: &str) -> Vec<i64> {
    find_in(workspace, workspace.ws, text).await
}

/// Adds enough unrelated messages that older ones are no longer among the newest.
pub(crate) fn add_newer_messages(workspace: &TestWorkspace, conversation: i64) {
    let ws = workspace.ws;
    let columns = "ws, id, conversation, seq, role, text, created_at, updated_at";
    let rows = match &workspace.database {
        DatabaseLocation::Sqlite(_) => {
            "with recursive s(n) as (select 1 union all select n + 1 from s where n < 1100)
            select {ws}, randomblob(16), {conversation}, 900000 + n, 'user', 'hay and straw ' || n, 0, 0 from s"
        }
        DatabaseLocation::Postgres(_) => {
            "select {ws}, gen_random_uuid(), {conversation}, 900000 + n, 'user', 'hay and straw ' || n, 0, 0
            from generate_series(1, 1100) s(n)"
        }
    };
    let rows = rows
        .replace("{ws}", &ws.to_string())
        .replace("{conversation}", &conversation.to_string());
    workspace
        .database
        .execute(&format!("insert into message ({columns}) {rows}"));
}

async fn search_ignores_case_across_scripts(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    let mut messages = Vec::new();
    for text in [
        "Grüße aus ZÜRICH",
        "Ο ΛΌΓΟΣ του Ηράκλειτου",
        "東京へようこそ",
        "100% of it_self \\ done",
        "e\u{301}te\u{301} \u{1F469}\u{200d}\u{1F4BB} coding",
        "ПРИВЕТ, мир",
    ] {
        messages.push(append_message(&workspace, room, text).await);
    }
    for turn in 0..3 {
        for (query, which) in [
            ("zürich", 0),
            ("GRÜSSE", 0),
            ("GRÜßE", 0),
            ("GRÜẞE", 0),
            ("λόγος", 1),
            ("ΗΡΆΚΛ", 1),
            ("東京", 2),
            ("ようこ", 2),
            ("100%", 3),
            ("it_s", 3),
            ("itxs", usize::MAX),
            // Only short words: found while the message is among the newest.
            ("\\ do", if turn < 2 { 3 } else { usize::MAX }),
            ("\"f \\ do\"", 3),
            ("\u{1F469}\u{200d}\u{1F4BB}", 4),
            ("Привет", 5),
            ("nothing", usize::MAX),
            ("it", if turn < 2 { 3 } else { usize::MAX }),
            ("zq", usize::MAX),
            ("\"", usize::MAX),
        ] {
            let expected: Vec<i64> = messages.get(which).copied().into_iter().collect();
            assert_eq!(
                find(&workspace, query).await,
                expected,
                "{query} in turn {turn}"
            );
        }
        match turn {
            0 => index_all(&workspace.store).await,
            _ => {
                add_newer_messages(&workspace, room);
                workspace
                    .database
                    .execute("delete from message where text like 'hay and straw 9%'");
                index_all(&workspace.store).await;
                break;
            }
        }
    }
    assert_eq!(find(&workspace, "zürich").await, [messages[0]]);
}

async fn search_requires_every_word_and_whole_phrases(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    let first = append_message(&workspace, room, "The red bus is late").await;
    let second = append_message(&workspace, room, "Is the bus a red one?").await;
    for _ in 0..2 {
        assert_eq!(find(&workspace, "red BUS").await, [second, first]);
        assert_eq!(find(&workspace, "\"red bus\"").await, [first]);
        assert_eq!(find(&workspace, "red bus train").await, [] as [i64; 0]);
        // Short words filter the matches of others.
        assert_eq!(find(&workspace, "bus a").await, [second, first]);
        assert_eq!(find(&workspace, "bus e?").await, [second]);
        index_all(&workspace.store).await;
    }
}

async fn edits_and_deletions_apply_to_search_at_once(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    for indexed_before in [false, true] {
        let edited = append_message(&workspace, room, "an apple a day").await;
        let erased = append_message(&workspace, room, "an apple a night").await;
        if indexed_before {
            index_all(&workspace.store).await;
        }
        let ws = workspace.ws;
        let change = move |tx: &mut dyn Tx| {
            let find = |tx: &mut dyn Tx, number| {
                message::find(tx, ws, room, MessageKey::Number(number)).map(Option::unwrap)
            };
            let mut one = find(tx, edited)?;
            one.text = parlor_model::redacted::Redacted("a pear a day".to_owned());
            message::update(tx, ws, &one)?;
            let other = find(tx, erased)?;
            message::clear(tx, ws, room, &other)
        };
        workspace.store.write(change).await.unwrap();
        for _ in 0..2 {
            assert_eq!(find(&workspace, "apple").await, [] as [i64; 0]);
            assert_eq!(find(&workspace, "pear").await, [edited]);
            index_all(&workspace.store).await;
        }
        add_newer_messages(&workspace, room);
        index_all(&workspace.store).await;
        assert_eq!(find(&workspace, "apple").await, [] as [i64; 0]);
        assert_eq!(find(&workspace, "pear").await, [edited]);
        workspace.database.execute("delete from message");
    }
}

async fn search_finds_old_messages_through_index(workspace: TestWorkspace) {
    let room = workspace.conversation().await.number;
    let needle = append_message(&workspace, room, "one needle").await;
    index_all(&workspace.store).await;
    add_newer_messages(&workspace, room);
    index_all(&workspace.store).await;
    assert_eq!(find(&workspace, "needle").await, [needle]);
    let new = append_message(&workspace, room, "another needle").await;
    assert_eq!(find(&workspace, "needle").await, [new, needle]);
    // Of many matches the newest are returned first, and not more than requested.
    let hay = find(&workspace, "straw").await;
    assert_eq!(hay.len(), 50);
    assert!(hay.is_sorted_by(|one, other| one > other));
    // Without the index the old message is not found, so the index had found it.
    workspace.database.execute("delete from search_message");
    assert_eq!(find(&workspace, "needle").await, [new]);
}

async fn search_is_limited_to_its_workspace(workspace: TestWorkspace) {
    let (other, room) = workspace
        .store
        .write(|tx| {
            let organization = workspace::insert_organization(tx, "B")?;
            let ws = workspace::insert(tx, organization, "B")?.number;
            let member = new_member(tx, ws, None)?;
            Ok((
                ws,
                new_conversation(tx, ws, member, Some("secret plan"))?.number,
            ))
        })
        .await
        .unwrap();
    let own = workspace.conversation().await.number;
    let mine = append_message(&workspace, own, "a secret of mine").await;
    let entry =
        AppendMessage::from_text(other, room, None, MessageRole::User, "a secret of theirs");
    let theirs = workspace.store.append(entry).await.unwrap().number;
    for _ in 0..2 {
        assert_eq!(find(&workspace, "secret").await, [mine]);
        assert_eq!(find_in(&workspace, other, "secret").await, [theirs]);
        assert_eq!(conversations(&workspace, "secret").await, [own]);
        index_all(&workspace.store).await;
    }
}

async fn conversations(workspace: &TestWorkspace, text: &str) -> Vec<i64> {
    let (ws, text) = (workspace.ws, text.to_owned());
    workspace
        .store
        .read_throttled(ws, move |tx| {
            let terms = SearchTerms::parse("search", &text)?;
            search::find_conversations(tx, ws, &terms, &SearchScope::default())
        })
        .await
        .unwrap()
}

async fn search_finds_conversations_by_title_and_name(workspace: TestWorkspace) {
    let (ws, member) = (workspace.ws, workspace.member);
    let room = workspace
        .store
        .write(move |tx| {
            let mut stored = member::find(tx, ws, member::MemberLookup::Number(member))?.unwrap();
            stored.member.profile.name = Some("Ada Lovelace".to_owned());
            member::update(tx, ws, &stored)?;
            Ok(new_conversation(tx, ws, member, Some("Äpfel & Co"))?.number)
        })
        .await
        .unwrap();
    for turn in 0..2 {
        for query in ["äpfel", "Ä", "& co", "ada", "LOVE ad", "a"] {
            assert_eq!(
                conversations(&workspace, query).await,
                [room],
                "{query} in turn {turn}"
            );
        }
        // One text must have all the words.
        for query in ["äpfel ada", "x", "%"] {
            assert_eq!(
                conversations(&workspace, query).await,
                [] as [i64; 0],
                "{query}"
            );
        }
        index_all(&workspace.store).await;
    }
    workspace
        .store
        .write(move |tx| {
            let mut found = conversation::find(tx, ws, ConversationKey::Number(room))?.unwrap();
            found.title = Some("Birnen".to_owned());
            conversation::update(tx, ws, &found)
        })
        .await
        .unwrap();
    assert_eq!(conversations(&workspace, "äpfel").await, [] as [i64; 0]);
    assert_eq!(conversations(&workspace, "birne").await, [room]);
}
