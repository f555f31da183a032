//! Deletions and merges leave no dangling references.
//!
//! Proves INV-9 (`docs/invariants.md`).

use std::ops::ControlFlow;

use parlor_model::message::MessageRole;
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::{
    api_key, conversation, detach, direct_pair, member, merge, participant, space,
};

use crate::fixture::{DatabaseLocation, TestWorkspace, new_conversation, new_member};

test_both_backends!(
    deleted_conversation_leaves_no_rows,
    deleted_member_leaves_no_references,
    merged_member_leaves_no_references,
);

/// Columns that refer to a row of another table without a foreign key, which would refuse the deletion.
const UNENFORCED_REFERENCES: [(&str, &str, &str); 7] = [
    ("space", "default_conversation", "conversation"),
    ("conversation", "assignment", "assignment"),
    ("message_rating", "message", "message"),
    ("message_rating", "conversation", "conversation"),
    ("message", "conversation", "conversation"),
    ("log_entry", "conversation", "conversation"),
    ("mention", "conversation", "conversation"),
];
/// Columns that may name a member that is deleted.
const NAMES_OF_MEMBERS: [(&str, &str); 2] = [("message", "author"), ("log_entry", "actor")];

fn assert_no_orphans(database: &DatabaseLocation) {
    for (table, column, target) in UNENFORCED_REFERENCES {
        let orphans = database.query_number(&format!(
            "select count(*) from {table} r where r.{column} is not null
                and not exists (select 1 from {target} t where t.ws = r.ws and t.number = r.{column})"
        ));
        assert_eq!(orphans, 0, "{table}.{column}");
    }
}

/// Checks that every foreign key to a member or a conversation has a row that refers to this one, so that a table that a
/// deletion or a merge forgets makes it fail.
fn assert_all_references_exist(database: &DatabaseLocation, member: i64, conversation: i64) {
    let mut missing = Vec::new();
    let names = NAMES_OF_MEMBERS.map(|(table, column)| (table, column, "member"));
    let unenforced = UNENFORCED_REFERENCES.into_iter().chain(names);
    let unenforced = unenforced.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    for (table, column, target) in database.foreign_keys().into_iter().chain(unenforced) {
        let number = match target.as_str() {
            "member" => member,
            "conversation" => conversation,
            _ => continue,
        };
        // A member is one of the two of a pair, and the search index has triggers.
        if (table.as_str(), column.as_str()) == ("direct_pair", "low")
            || table.starts_with("search_")
        {
            continue;
        }
        let sql = format!("select count(*) from {table} where {column} = {number}");
        if database.query_number(&sql) == 0 {
            missing.push(format!("{table}.{column}"));
        }
    }
    assert!(
        missing.is_empty(),
        "`fill_workspace` inserts no row for {missing:?}"
    );
}

/// Creates two members, a shared conversation, one of their own each, messages, a space, a key and an assignment.
async fn fill_workspace(workspace: &TestWorkspace) -> (i64, i64) {
    let (ws, one) = (workspace.ws, workspace.member);
    let (other, number) = workspace
        .store
        .write(move |tx| {
            let other = new_member(tx, ws, None)?;
            let shared = new_conversation(tx, ws, one, Some("shared"))?.number;
            let role = parlor_model::participant::ParticipantRole::Member;
            let at = tx.next_stamp().at;
            participant::insert(tx, ws, shared, other, role, at, 0)?;
            direct_pair::insert(tx, ws, other, one, shared)?;
            new_conversation(tx, ws, other, Some("other's"))?;
            let new = space::NewSpaceRow {
                contact: Some(other),
                owner: Some(other),
                metadata: "{}",
                ..Default::default()
            };
            let (space, _) = space::insert(tx, ws, &new)?.unwrap();
            space::set_default_conversation(tx, ws, space, shared)?;
            let new = api_key::NewApiKeyRow {
                hash: b"hash",
                hint: "abcd",
                name: None,
                member: Some(other),
                scopes: parlor_model::scope::Scopes::NONE,
                expires_at: None,
            };
            api_key::insert(tx, ws, &new)?;
            Ok((other, shared))
        })
        .await
        .unwrap();
    for author in [Some(one), Some(other), None] {
        let entry = AppendMessage {
            mentions: vec![one, other],
            ..AppendMessage::from_text(ws, number, author, MessageRole::User, "x")
        };
        workspace.store.append(entry).await.unwrap();
    }
    let (id, second, hash) = if workspace.database.file().is_some() {
        (
            "x'00000000000000000000000000000001'",
            "x'00000000000000000000000000000002'",
            "x'01'",
        )
    } else {
        (
            "'00000000-0000-0000-0000-000000000001'",
            "'00000000-0000-0000-0000-000000000002'",
            "'\\x01'",
        )
    };
    workspace.database.execute(&format!(
        "insert into workflow (ws, id, slug, name, agent, created_at, updated_at)
            values ({ws}, {id}, 'w', 'W', {other}, 0, 0);
         insert into workflow_version (ws, id, workflow, version, slug, name, tasks, author, created_at)
            select ws, id, number, 1, slug, name, tasks, {other}, 0 from workflow;
         insert into assignment (ws, id, workflow, member, conversation, status, created_at, updated_at)
            select ws, id, number, {other}, {number}, 'active', 0, 0 from workflow;
         insert into draft (ws, id, conversation, author, role, created_at, updated_at)
            select ws, id, {number}, {other}, 'assistant', 0, 0 from workflow;
         insert into remote_file (ws, conversation, message, url, created_at)
            select ws, {number}, id, 'https://carrier.example/1', 0 from workflow;
         insert into label (ws, id, name, created_at) select ws, id, 'late', 0 from workflow;
         insert into conversation_label (ws, conversation, label) select ws, {number}, number from label;
         insert into message_rating (ws, id, conversation, message, member, rating, comment, rated_at)
            select ws, id, conversation, number, author, 'up', 'kind', 0 from message;
         update message set rating = 'up', rating_comment = 'kind';
         insert into thread_subject (ws, conversation, member, user_id) values ({ws}, {number}, {other}, 'her name');
         insert into member_label (ws, member, label) select ws, {other}, number from label;
         insert into follow (ws, follower, followee, followed_at) values ({ws}, {one}, {other}, 0), ({ws}, {other}, {one}, 0);
         insert into conversation_vote (ws, id, conversation, member, value, voted_at)
            select ws, id, {number}, {other}, 1, 0 from workflow;
         insert into file_content (ws, hash, size, location, claims, created_at)
            select ws, {hash}, 0, id, 1, 0 from workflow;
         insert into file (ws, id, conversation, path, content, created_at, updated_at)
            select ws, location, {number}, 'a.txt', number, 0, 0 from file_content;
         insert into saved_filter (ws, id, owner, name, rules, created_at, updated_at)
            select ws, id, {other}, 'mine', '[]', 0, 0 from workflow;
         insert into role (ws, id, name, created_at, updated_at) select ws, id, 'r', 0, 0 from workflow;
         insert into thread_role (ws, conversation, role) select ws, {number}, number from role;
         insert into outbox_queue (ws, kind, target, state, created_at) values ({ws}, 'webhook', 1, 'active', 0);
         insert into delivery (ws, id, queue, event, conversation, seq, state, due_at, created_at)
            select ws, id, number, 'message_created', {number}, 1, 'queued', 0, 0 from (
                select q.ws as ws, w.id as id, q.number as number from outbox_queue q join workflow w on w.ws = q.ws
                where q.kind = 'webhook') p;
         insert into outbox_queue (ws, kind, target, state, created_at) values ({ws}, 'carrier', {number}, 'active', 0);
         insert into delivery (ws, id, queue, event, seq, state, due_at, created_at)
            select ws, {second}, number, 'message_created', 1, 'sent', 0, 0 from outbox_queue where kind = 'carrier';
         insert into turn (ws, conversation, message_id, state, assistant, created_at)
            select ws, {number}, id, 'queued', {other}, 0 from role;
         insert into voice_call (ws, id, conversation, direction, status, created_at, updated_at)
            select ws, id, {number}, 'outbound', 'queued', 0, 0 from role;
         update conversation set assistant = {other} where number = {number};
         update conversation set assignment = (select number from assignment) where number = {number};"
    ));
    assert_all_references_exist(&workspace.database, other, number);
    (other, number)
}

async fn deleted_conversation_leaves_no_rows(workspace: TestWorkspace) {
    let (ws, (_, number)) = (workspace.ws, fill_workspace(&workspace).await);
    assert_eq!(workspace.rows("message"), 3);
    workspace
        .store
        .write(move |tx| conversation::delete(tx, ws, number))
        .await
        .unwrap();
    assert_no_orphans(&workspace.database);
    assert_eq!(workspace.rows("message"), 0);
    assert_eq!(workspace.rows("direct_pair"), 0);
    assert_eq!(workspace.rows("mention"), 0);
    assert_eq!(workspace.rows("draft"), 0);
    assert_eq!(workspace.rows("conversation_label"), 0);
    assert_eq!(workspace.rows("message_rating"), 0);
    assert_eq!(workspace.rows("thread_subject"), 0);
    assert_eq!(workspace.rows("conversation_vote"), 0);
    assert_eq!(workspace.rows("file"), 0);
    assert_eq!(workspace.rows("turn"), 0);
    assert_eq!(workspace.rows("voice_call"), 0);
    assert_eq!(workspace.rows("delivery"), 0);
    // Only the rows of the other conversation remain.
    assert_eq!(workspace.rows("conversation"), 1);
    assert_eq!(workspace.rows("log_entry"), 1);
    assert_eq!(workspace.rows("participant"), 1);
    assert_eq!(workspace.rows("assignment"), 1);
}

async fn deleted_member_leaves_no_references(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let (other, number) = fill_workspace(&workspace).await;
    // The direct conversation must be deleted before the member.
    let direct = workspace
        .store
        .read(move |tx| member::list_direct_conversations(tx, ws, other))
        .await
        .unwrap();
    assert_eq!(direct, [number]);
    workspace.database.execute("delete from direct_pair");
    detach_in_steps(&workspace, other).await;
    workspace
        .store
        .write(move |tx| detach::delete(tx, ws, other))
        .await
        .unwrap();
    assert_no_orphans(&workspace.database);
    assert_eq!(workspace.rows("member"), 1);
    // Its messages stay without author, its conversations without owner.
    assert_eq!(workspace.rows("message"), 3);
    assert_eq!(workspace.rows("conversation"), 2);
    assert_eq!(workspace.rows("space"), 1);
    assert_eq!(workspace.rows("assignment"), 0);
    assert_eq!(workspace.rows("mention"), 3);
    assert_eq!(workspace.rows("draft"), 1);
    assert_eq!(workspace.rows("saved_filter"), 0);
    assert_eq!(workspace.rows("member_label"), 0);
    assert_eq!(workspace.rows("thread_subject"), 0);
    assert_eq!(workspace.rows("follow"), 0);
    // Its ratings are deleted, those of others are unchanged.
    assert_eq!(workspace.rows("message_rating"), 2);
    let rated =
        "select count(*) from message where rating is not null and rating_comment is not null";
    assert_eq!(workspace.database.query_number(rated), 2);
    assert_eq!(
        workspace
            .database
            .query_number("select count(*) from api_key where revoked_at is not null"),
        1
    );
}

async fn merged_member_leaves_no_references(workspace: TestWorkspace) {
    let (ws, into) = (workspace.ws, workspace.member);
    let (from, number) = fill_workspace(&workspace).await;
    // Pairs are merged by the engine, and assistants, which workflows refer to, are not merged.
    workspace
        .database
        .execute("delete from direct_pair; update workflow set agent = null;");
    workspace
        .store
        .write(move |tx| {
            assert!(merge::list_participations(tx, ws, from)?.contains(&number));
            assert_eq!(merge::move_newest(tx, ws, (from, into), 0)?, (1, 1));
            for conversation in merge::list_participations(tx, ws, from)? {
                if participant::find(tx, ws, conversation, into)?.is_some() {
                    merge::delete_participation(tx, ws, conversation, from)?;
                } else {
                    merge::move_participation(tx, ws, conversation, from, into)?;
                }
            }
            merge::move_rows(tx, ws, from, into)?;
            merge::delete_merged(tx, ws, from)
        })
        .await
        .unwrap();
    assert_no_orphans(&workspace.database);
    for (table, column) in NAMES_OF_MEMBERS {
        let left = format!("select count(*) from {table} where {column} = {from}");
        assert_eq!(workspace.database.query_number(&left), 0, "{table}");
    }
    assert_eq!(workspace.rows("member"), 1);
    assert_eq!(workspace.rows("message"), 3);
    assert_eq!(workspace.rows("assignment"), 1);
    assert_eq!(workspace.rows("saved_filter"), 1);
    assert_eq!(workspace.rows("member_label"), 1);
    // The one followed the other.
    assert_eq!(workspace.rows("follow"), 0);
}

/// Detaches from conversations in steps of two rows, so that every step has a next one.
async fn detach_in_steps(workspace: &TestWorkspace, member: i64) {
    let ws = workspace.ws;
    let mut next = ControlFlow::Continue(None);
    while let ControlFlow::Continue(after) = next {
        let step = workspace
            .store
            .read(move |tx| detach::scan_conversations(tx, ws, member, after, 2))
            .await
            .unwrap();
        if let Some(range) = step.found {
            workspace
                .store
                .write(move |tx| detach::detach_conversations(tx, ws, member, range))
                .await
                .unwrap();
        }
        next = step.next;
    }
}
