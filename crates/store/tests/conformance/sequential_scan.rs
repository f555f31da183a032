//! Sequential scans on PostgreSQL: no statement reads the whole of a table that grows.
//!
//! Proves INV-8 (`docs/invariants.md`).

use std::collections::BTreeSet;

use parlor_store::catalogue;
use postgres::{Client, NoTls};

use crate::fixture::{DatabaseLocation, TestWorkspace, run};

/// Tables that stay small: what operators and customers configure, and rows that are deleted soon.
const SMALL_TABLES: &[&str] = &[
    "assistant_settings",
    "event_rule",
    "inbox",
    "instance",
    "invalidation",
    "job",
    "label",
    "migration",
    "organization",
    "outbox_queue",
    "outbox_signal",
    "phone_number",
    "role",
    "search_position",
    "sending_rate",
    "signing_key",
    "site",
    "tool_name",
    "workflow",
    "workflow_version",
    "workspace",
];

/// Reason, beginning of the names of statements, and the tables that they may scan.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    (
        "A total of the workspace.",
        &[
            "api_key::COUNT",
            "assignment::COUNT",
            "member::COUNT",
            "turn::TOTAL_USAGE",
        ],
        &["api_key", "assignment", "assistant_usage", "member"],
    ),
    (
        "A numbered page of the workspace, of which the last one reads everything.",
        &["api_key::LIST", "assignment::PAGE_"],
        &["api_key", "assignment", "member"],
    ),
    (
        "The planner does not know the length of a page and assumes a tenth of all rows, to which it joins these.",
        &["listing::"],
        &["member", "space"],
    ),
    (
        "For the same reason it prepares what each row of the page looks up.",
        &[
            "follow::MEMBERS",
            "follow::WALLET_HOLDERS",
            "scan::ALL_DESC",
            "statistics::DAILY",
        ],
        &["follow", "participant", "thread_role"],
    ),
    (
        "The planner assumes that a list of numbers matches a twentieth of the rows, as it does of these few.",
        &["conversation_list_item::CONCERNED", "search::INVOLVING"],
        &["participant"],
    ),
    (
        "An operator merges two members: rare, and no index is worth its cost to each append.",
        &["merge::CONVERSATIONS"],
        &["conversation"],
    ),
];

/// Values of text columns that partial indexes and conditions compare.
const WORDS: &[(&str, &str, &str)] = &[
    ("conversation", "kind", "'chat'"),
    ("conversation", "state", "'active'"),
    ("turn", "state", "'done'"),
    ("delivery", "state", "'sent'"),
    (
        "message",
        "role",
        "case when i % 2 = 0 then 'user' else 'assistant' end",
    ),
    ("participant", "state", "'joined'"),
    ("participant", "role", "'member'"),
    (
        "member",
        "kind",
        "case when i % 100 = 0 then 'assistant' else 'person' end",
    ),
];

/// Rows of the large tables, by half of which a workspace has: reading all rows of a workspace is then a scan.
const ROWS: i64 = 20_000;
const MESSAGES: i64 = 40_000;
/// Rows of a conversation.
const ROWS_PER_GROUP: i64 = 20;
/// Members that the rows refer to.
const MEMBERS: i64 = 2_000;

#[test]
fn no_statement_scans_a_table_that_grows() {
    run(
        DatabaseLocation::postgres(),
        async |workspace: TestWorkspace| {
            workspace.store.close();
            let url = workspace.database.url();
            let scans = std::thread::spawn(move || find_scans(&url)).join();
            let scans = scans.unwrap();
            let new: Vec<_> = scans.iter().filter(|scan| !is_allowed(scan)).collect();
            assert!(new.is_empty(), "sequential scans: {new:#?}");
        },
    );
}

fn is_allowed((statement, table): &(String, String)) -> bool {
    let statement = statement.trim_start_matches("sql::");
    ALLOWED.iter().any(|(_, statements, tables)| {
        statements.iter().any(|begin| statement.starts_with(begin))
            && tables.contains(&table.as_str())
    })
}

/// Returns the names of the statements that scan a growing table, with the table.
fn find_scans(url: &str) -> BTreeSet<(String, String)> {
    let mut client = Client::connect(url, NoTls).unwrap();
    let growing = fill_tables(&mut client);
    // Plans for any parameters, as the prepared statements of the store have them after a few uses.
    let settings =
        "set plan_cache_mode = force_generic_plan; set max_parallel_workers_per_gather = 0";
    client.batch_execute(settings).unwrap();
    let mut scans = BTreeSet::new();
    for (statement, text) in catalogue::postgres_texts() {
        for table in scanned_tables(&mut client, text) {
            if growing.contains(&table) {
                let name = statement.name.trim_start_matches("parlor_store::");
                scans.insert((name.to_owned(), table));
            }
        }
    }
    scans
}

fn scanned_tables(client: &mut Client, text: &str) -> Vec<String> {
    client
        .batch_execute(&format!("deallocate all; prepare explained as {text}"))
        .unwrap_or_else(|error| panic!("{error:?}: {text}"));
    let count = "select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements where name = 'explained'";
    let count: i32 = client.query_one(count, &[]).unwrap().get(0);
    let nulls = vec!["null"; usize::try_from(count).unwrap()].join(", ");
    let explain = match count {
        0 => "explain execute explained".to_owned(),
        _ => format!("explain execute explained({nulls})"),
    };
    let plan = client.simple_query(&explain).unwrap();
    let lines = plan.iter().filter_map(|message| match message {
        postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let scanned = lines.filter_map(|line| line.split_once("Seq Scan on ")?.1.split(' ').next());
    scanned.map(str::to_owned).collect()
}

/// Fills every table that grows with rows of two workspaces, without checks of references, and returns their names.
fn fill_tables(client: &mut Client) -> BTreeSet<String> {
    client
        .batch_execute(
            "set session_replication_role = replica;
             insert into workspace (id, organization, name, created_at)
                select gen_random_uuid(), organization, 'Other', 0 from workspace;",
        )
        .unwrap();
    let columns =
        "select table_name::text, column_name::text, data_type::text, column_default is not null,
            is_identity = 'YES', is_nullable = 'YES'
        from information_schema.columns where table_schema = current_schema()
            and table_name in (select tablename from pg_tables where schemaname = current_schema())
        order by table_name, ordinal_position";
    let mut tables: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for row in client.query(columns, &[]).unwrap() {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let kind: String = row.get(2);
        let [has_default, is_identity, is_nullable]: [bool; 3] = [3, 4, 5].map(|n| row.get(n));
        if SMALL_TABLES.contains(&table.as_str()) {
            continue;
        }
        if tables.last().is_none_or(|(last, _)| *last != table) {
            tables.push((table.clone(), Vec::new()));
        }
        if is_identity || has_default || (is_nullable && is_rare(&column)) {
            continue;
        }
        let value = value_of(&table, &column, &kind);
        tables.last_mut().unwrap().1.push((column, value));
    }
    let mut filled = BTreeSet::new();
    for (table, columns) in tables {
        let rows = if table.contains("message") {
            MESSAGES
        } else {
            ROWS
        };
        let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let insert = format!(
            "insert into {table} ({}) select {} from generate_series(1000, {}) i; analyze {table}",
            names.join(", "),
            values.join(", "),
            1_000 + rows,
        );
        client
            .batch_execute(&insert)
            .unwrap_or_else(|error| panic!("{error:?}: {insert}"));
        filled.insert(table);
    }
    filled
}

/// Nullable columns that few rows have a value in.
fn is_rare(column: &str) -> bool {
    (column.ends_with("_at") && column != "last_message_at")
        || ["backdated_after", "hidden_seq"].contains(&column)
}

fn value_of(table: &str, column: &str, kind: &str) -> String {
    if let Some((.., word)) = WORDS
        .iter()
        .find(|word| (word.0, word.1) == (table, column))
    {
        return (*word).to_owned();
    }
    match (table, column, kind) {
        (_, "ws", _) => "1 + i % 2".to_owned(),
        // These have one row of each.
        ("thread_subject" | "thread_role", "conversation", _) | ("space", "owner", _) => {
            "i".to_owned()
        }
        (_, "conversation", _) => format!("i / {ROWS_PER_GROUP}"),
        (_, "member" | "author" | "actor" | "owner" | "contact" | "follower", "bigint") => {
            format!("i % {MEMBERS}")
        }
        (_, _, "bigint") => "i".to_owned(),
        (_, _, "uuid") => "gen_random_uuid()".to_owned(),
        (_, _, "bytea") => "decode(md5(i::text), 'hex')".to_owned(),
        (_, _, "boolean") => "i % 10 = 0".to_owned(),
        (_, _, "ARRAY") => "array[i % 1000, i % 77]".to_owned(),
        _ => "'x' || i".to_owned(),
    }
}
