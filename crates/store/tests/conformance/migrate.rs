//! Migrations: once, forward, never edited.

use parlor_model::error::ErrorKind;
use parlor_model::message::MessageRole;
use parlor_store::Store;
use parlor_store::append_message::AppendMessage;

use crate::fixture::{TestWorkspace, new_conversation, options};

test_both_backends!(
    second_open_applies_no_migration,
    concurrent_nodes_migrate_once,
    edited_migration_is_refused,
    newer_database_is_refused,
    migration_keeps_ratings_labels_and_versions,
    logs_refer_to_conversations_without_foreign_keys,
);

/// On SQLite the migration edits the schema's text.
async fn logs_refer_to_conversations_without_foreign_keys(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    let message = AppendMessage::from_text(ws, number, None, MessageRole::User, "x");
    workspace.store.append(message).await.unwrap();
    let keys = workspace.database.foreign_keys();
    let has = |table: &str, column: &str| keys.iter().any(|key| key.0 == table && key.1 == column);
    for (table, column) in [
        ("message", "conversation"),
        ("message", "author"),
        ("log_entry", "conversation"),
        ("log_entry", "actor"),
        ("mention", "conversation"),
        ("message_rating", "conversation"),
    ] {
        assert!(!has(table, column), "{table}.{column}");
    }
    assert!(has("participant", "conversation") && has("mention", "member"));
    if workspace.database.file().is_some() {
        workspace.store.close();
        let check =
            "select (select count(*) from pragma_integrity_check where integrity_check <> 'ok')
            + (select count(*) from pragma_foreign_key_check)";
        assert_eq!(workspace.database.query_number(check), 0);
    }
}

/// Reverts the migration of the dialects' fields, so that it runs again.
const WITHOUT_DIALECT_FIELDS: &str = "
    drop table message_rating; drop table thread_subject; drop table member_label;
    alter table member drop column instructions;
    alter table inbox drop column footer; alter table inbox drop column rules;
    alter table workflow drop column description; alter table workflow drop column opening_message;
    drop table workflow_version;";

async fn migration_keeps_ratings_labels_and_versions(workspace: TestWorkspace) {
    let (ws, member) = (workspace.ws, workspace.member);
    let conversation = workspace
        .store
        .write(move |tx| Ok(new_conversation(tx, ws, member, Some("old"))?.number))
        .await
        .unwrap();
    for _ in 0..2 {
        let message = AppendMessage::from_text(ws, conversation, None, MessageRole::Assistant, "x");
        workspace.store.append(message).await.unwrap();
    }
    workspace.store.close();
    let database = &workspace.database;
    let (versions, migration, id) = match database {
        crate::fixture::DatabaseLocation::Sqlite(_) => (
            "create table workflow_version(ws integer not null, workflow integer not null, version integer not null,
                slug text not null, name text not null, agent integer, default_phone_number integer, default_inbox integer,
                tasks text not null, note text, author integer, created_at integer not null,
                primary key (ws, workflow, version)) strict, without rowid;
             delete from sqlite_stat1 where tbl in ('message_rating', 'thread_subject', 'member_label');",
            include_str!("../../src/backend/sqlite/migrations/0017_dialect_fields.sql"),
            "x'00000000000000000000000000000001'",
        ),
        crate::fixture::DatabaseLocation::Postgres(_) => (
            "create table workflow_version(ws bigint not null, workflow bigint not null, version bigint not null,
                slug text not null, name text not null, agent bigint, default_phone_number bigint, default_inbox bigint,
                tasks text not null, note text, author bigint, created_at bigint not null,
                primary key (ws, workflow, version));",
            include_str!("../../src/backend/postgres/migrations/0017_dialect_fields.sql"),
            "'00000000-0000-0000-0000-000000000001'",
        ),
    };
    database.execute(WITHOUT_DIALECT_FIELDS);
    database.execute(versions);
    database.execute(&format!(
        "update message set rating = 'down', rating_comment = 'dull' where seq = 2;
         insert into label (ws, id, name, created_at) values ({ws}, {id}, 'vip', 0);
         update member set metadata = '{{\"labels\":[\"vip\",\" late \",\"late\",7,\"\"],\"data\":{{}}}}' where number = {member};
         insert into workflow (ws, id, slug, name, created_at, updated_at) values ({ws}, {id}, 'w', 'W', 0, 0);
         insert into workflow_version (ws, workflow, version, slug, name, tasks, created_at)
            select ws, number, 1, slug, name, tasks, 0 from workflow;
         insert into workflow_version (ws, workflow, version, slug, name, tasks, created_at)
            select ws, number, 2, slug, name, tasks, 1 from workflow;"
    ));
    database.execute(migration);
    assert_eq!(workspace.rows("message_rating"), 1);
    let kept = "select count(*) from message_rating r join message t on t.ws = r.ws and t.number = r.message
        and t.conversation = r.conversation and t.id = r.id
        where r.member is null and r.rating = 'down' and r.comment = 'dull'";
    assert_eq!(database.query_number(kept), 1);
    assert_eq!(workspace.rows("label"), 2);
    let borne = format!(
        "select count(*) from member_label b join label l on l.ws = b.ws and l.number = b.label
            where b.member = {member} and l.name in ('vip', 'late')"
    );
    assert_eq!(database.query_number(&borne), 2);
    assert_eq!(
        database
            .query_number("select count(distinct id) from workflow_version where number in (1, 2)"),
        2
    );
    assert_eq!(
        database.query_number("select number from workflow_version where version = 2"),
        2
    );
}

async fn second_open_applies_no_migration(workspace: TestWorkspace) {
    let applied = workspace.rows("migration");
    let at = workspace
        .database
        .query_number("select max(applied_at) from migration");
    let workspace = workspace.reopened();
    assert!(applied > 0);
    assert_eq!(workspace.rows("migration"), applied);
    assert_eq!(
        workspace
            .database
            .query_number("select max(applied_at) from migration"),
        at
    );
    assert_eq!(workspace.rows("workspace"), 1);
}

async fn concurrent_nodes_migrate_once(workspace: TestWorkspace) {
    let database = match &workspace.database {
        crate::fixture::DatabaseLocation::Sqlite(_) => crate::fixture::DatabaseLocation::sqlite(),
        crate::fixture::DatabaseLocation::Postgres(_) => {
            crate::fixture::DatabaseLocation::postgres()
        }
    };
    // SQLite databases are opened by one process only.
    let nodes = if database.file().is_some() { 1 } else { 6 };
    let url = database.url();
    let starts: Vec<_> = (0..nodes)
        .map(|_| {
            let options = options(&url, workspace.clock.clone());
            std::thread::spawn(move || Store::open(&options).map(drop))
        })
        .collect();
    for start in starts {
        start.join().unwrap().unwrap();
    }
    assert_eq!(
        database.query_number("select count(*) from migration"),
        workspace.rows("migration")
    );
}

async fn edited_migration_is_refused(workspace: TestWorkspace) {
    workspace.store.close();
    workspace
        .database
        .execute("update migration set checksum = checksum + 1 where number = 1");
    assert_open_refused(&workspace, "edited");
}

async fn newer_database_is_refused(workspace: TestWorkspace) {
    workspace.store.close();
    workspace
        .database
        .execute("insert into migration values (9999, 'later', 0, 0)");
    assert_open_refused(&workspace, "newer version");
}

fn assert_open_refused(workspace: &TestWorkspace, why: &str) {
    let error = Store::open(&options(&workspace.database.url(), workspace.clock.clone()))
        .err()
        .unwrap();
    assert_eq!(*error.kind(), ErrorKind::Internal);
    assert!(error.context().unwrap().contains(why), "{error:?}");
}
