use super::*;

const PATH: &str = "crates/store/src/sql/space.rs";

fn tree(body: &str, reviewed: &str) -> SourceTree {
    let text = format!("//! d\n\nstatements! {{\n{body}}}\n");
    SourceTree::from_texts(&[(PATH, text.as_str()), (REVIEWED_LIST, reviewed)])
}

fn findings_for(body: &str, reviewed: &str) -> Vec<Finding> {
    let tree = tree(body, reviewed);
    check(&read_statements(&tree), &tree)
}

#[test]
fn tenant_statement_without_workspace_is_found() {
    for good in [
        "tenant A = \"select id from space where ws = $1 and id = $2\";\n",
        "tenant A = \"select s.id from space s\\\n where s.ws = $1; -- not an end\";\n",
        "tenant A = r#\"insert into space (ws, id) values ($1, $2)\"#;\n",
        "tenant A = concat!(\"select id\", \" from space where ws\", \" = $1\");\n",
    ] {
        assert_eq!(findings_for(good, ""), [], "{good}");
    }
    for bad in [
        "tenant A = \"select id from space where id = $1\";\n",
        "tenant A = \"select id from space where news = $1\";\n",
        "tenant A = \"insert into space (id, ws) values ($1, $2)\";\n",
        "tenant A = \"insert into space (wsx) values ($1)\";\n",
    ] {
        assert_eq!(findings_for(bad, "")[0].location(), (PATH, 4), "{bad}");
    }
}

#[test]
fn macro_text_is_part_of_statement() {
    let local = "macro_rules! page {\n ($s:literal) => { concat!(\"select\", whole!(), \" order by \", $s) };\n}\n";
    let file = |whole: &str, import: &str| {
        format!("{import}{whole}{local}statements! {{\n tenant A = page!(\"id\");\n}}\n")
    };
    let good = "macro_rules! whole {\n () => { \" from space s where s.ws = $1\" };\n}\n";
    let bad = "macro_rules! whole {\n () => { \" from space s\" };\n}\n";
    let breaches = |here: &str, import: &str, there: &str| {
        let here = file(here, import);
        let tree = SourceTree::from_texts(&[
            (PATH, here.as_str()),
            ("crates/store/src/sql/other.rs", there),
        ]);
        check(&read_statements(&tree), &tree).len()
    };
    assert_eq!(breaches(good, "", ""), 0);
    assert_eq!(breaches(bad, "", good), 1);
    assert_eq!(breaches("", "use super::other::{joins, whole};\n", good), 0);
    assert_eq!(breaches("", "use super::other::{joins, whole};\n", bad), 1);
    assert_eq!(breaches("", "", good), 1);
}

#[test]
fn all_statements_of_a_block_are_read() {
    let tree = tree(
        "/// One; of them.\ntenant A = \"x where ws = $1\";\n/// Two.\nglobal B = \"y\";\n",
        "space::B  counts all of them\n",
    );
    let statements = read_statements(&tree);
    let entries: Vec<String> = statements.iter().map(StatementSource::list_entry).collect();
    assert_eq!(entries, ["space::A", "space::B"]);
    assert!(statements[1].is_global());
    assert_eq!(check(&statements, &tree), []);
}

#[test]
fn global_statement_requires_review_entry_with_reason() {
    let body = "global A = \"select 1\";\n";
    assert_eq!(findings_for(body, "")[0].location(), (PATH, 4));
    assert_eq!(
        findings_for(body, "# list\nspace::A\n")[0].location(),
        (REVIEWED_LIST, 2)
    );
    assert_eq!(findings_for(body, "space::A needs no rows\n"), []);
}

#[test]
fn stale_review_entry_is_found() {
    let found = findings_for("tenant A = \"x where ws = $1\";\n", "space::A old reason\n");
    assert_eq!(found[0].location(), (REVIEWED_LIST, 1));
}
