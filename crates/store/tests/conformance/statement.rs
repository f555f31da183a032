//! The catalogue of statements.

use parlor_store::{SqlStatement, StatementScope, catalogue};

use crate::fixture::TestWorkspace;

test_both_backends!(every_statement_prepares);

async fn every_statement_prepares(workspace: TestWorkspace) {
    workspace.store.check_statements().await.unwrap();
    workspace.store.ping().await.unwrap();
}

const ABOVE_TENANTS: [&str; 2] = ["organization", "workspace"];

/// Returns the tables of a statement with their aliases.
fn tables(words: &[&str]) -> Vec<(String, Option<String>)> {
    let ends = [
        "join",
        "left",
        "on",
        "where",
        "set",
        "order",
        "returning",
        "group",
        "limit",
        "values",
    ];
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let begins = ["from", "join", "update", "into"].contains(word)
            && !(*word == "update" && words[index - usize::from(index > 0)] == "do");
        // Set-returning functions are not tables.
        let Some(table) = words
            .get(index + 1)
            .filter(|table| begins && !table.contains('('))
        else {
            continue;
        };
        let alias = words
            .get(index + 2)
            .filter(|next| !ends.contains(*next) && !next.starts_with('('))
            .map(|alias| alias.trim_matches([',', ')', ';']).to_owned());
        found.push((table.trim_matches([',', ')', '(', ';']).to_owned(), alias));
    }
    found
}

fn filters_by_workspace(statement: &SqlStatement) -> Result<(), String> {
    let words: Vec<&str> = statement.text.split_whitespace().collect();
    let text = words.join(" ");
    if let Some(rest) = text.strip_prefix("insert into ") {
        let columns = rest.split_once('(').map_or("", |(_, columns)| columns);
        let values = rest.split_once("values (").map_or("", |(_, values)| values);
        let chosen = rest.split_once(") select cast($1 as bigint), ");
        if !columns.starts_with("ws,") || (chosen.is_none() && !values.starts_with("$1,")) {
            return Err("does not insert the workspace first".to_owned());
        }
        return match chosen {
            Some((_, chosen)) => every_table(&format!("select {chosen}")),
            None => Ok(()),
        };
    }
    every_table(&text)
}

fn every_table(text: &str) -> Result<(), String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if !text.contains("ws = $1") {
        return Err("does not compare with $1".to_owned());
    }
    for (table, alias) in tables(&words) {
        let alias = alias.map_or_else(String::new, |alias| format!("{alias}."));
        // Tables above tenants may be joined to the current row.
        let (filter, end) = match ABOVE_TENANTS.iter().position(|above| *above == table) {
            None => (format!("{alias}ws = "), ""),
            Some(0) => (format!("{alias}number = "), ".organization"),
            Some(_) => (format!("{alias}number = "), ".ws"),
        };
        let restricted = text.split(&filter).skip(1).any(|rest| {
            rest.split(' ')
                .next()
                .is_some_and(|word| word.trim_end_matches(')').ends_with(end))
        });
        if !restricted {
            return Err(format!("does not restrict {table} by `{filter}...{end}`"));
        }
    }
    Ok(())
}

#[test]
fn every_tenant_statement_filters_each_table_by_the_workspace() {
    let mut checked = 0;
    for statement in catalogue::all().filter(|statement| statement.scope == StatementScope::Tenant)
    {
        if let Err(why) = filters_by_workspace(statement) {
            panic!("{} {why}", statement.name);
        }
        checked += 1;
    }
    assert!(checked > 50, "the catalogue was not read");
}

#[test]
fn tenancy_check_finds_unfiltered_table() {
    for (text, good) in [
        ("select a from space s where s.ws = $1", true),
        ("select a from space where id = $1", false),
        (
            "select a from space s join member m on m.number = s.owner where s.ws = $1",
            false,
        ),
        (
            "select a from space s join member m on m.ws = s.ws where s.ws = $1",
            true,
        ),
        ("insert into space (ws, id) values ($1, $2)", true),
        ("insert into space (id, ws) values ($1, $2)", false),
        (
            "insert into space (ws, id) select cast($1 as bigint), m.id from member m where m.ws = $1",
            true,
        ),
        (
            "insert into space (ws, id) select cast($1 as bigint), m.id from member m where m.id = $2",
            false,
        ),
        (
            "select 1 from api_key k join workspace w on w.number = k.ws where k.ws = $1",
            true,
        ),
        (
            "select 1 from api_key k join workspace w on w.id = $2 where k.ws = $1",
            false,
        ),
        ("update space set id = $2 where number = $1", false),
        (
            "delete from space where ws = $1 and number in (select x from member m where m.id = $2)",
            false,
        ),
    ] {
        let statement: &'static SqlStatement = Box::leak(Box::new(SqlStatement::new(
            "test",
            StatementScope::Tenant,
            text,
        )));
        assert_eq!(filters_by_workspace(statement).is_ok(), good, "{text}");
    }
}

#[test]
fn statement_names_are_unique() {
    let mut names: Vec<_> = catalogue::all().map(|statement| statement.name).collect();
    names.sort_unstable();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before);
}
