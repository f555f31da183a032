//! Rule: every migration exists for both backends and is listed in order, and numbers have no gaps.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::source_tree::SourceTree;

const BACKENDS: [&str; 2] = ["sqlite", "postgres"];
/// List of the migrations that are applied.
const LIST: &str = "crates/store/src/backend/migrate.rs";

/// Compares the migrations of both backends.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let [sqlite, postgres] = BACKENDS.map(|backend| file_names(tree, backend));
    let mut findings = Vec::new();
    for (mine, theirs, other) in [
        (&sqlite, &postgres, "postgres"),
        (&postgres, &sqlite, "sqlite"),
    ] {
        for name in mine.difference(theirs) {
            findings.push(Finding::new(
                &format!("{}{name}", migrations_folder(other)),
                1,
                "this half of a pair of migrations is missing: write it, under exactly this name",
            ));
        }
    }
    let mut last = 0;
    for name in sqlite.union(&postgres) {
        let path = format!("{}{name}", migrations_folder("sqlite"));
        match migration_number(name) {
            Some(n) if n == last + 1 => last = n,
            Some(n) if n > last => {
                findings.push(Finding::new(
                    &path,
                    1,
                    format!(
                        "number {n:04} follows {last:04}: number migrations without gaps from 0001"
                    ),
                ));
                last = n;
            }
            Some(n) => findings.push(Finding::new(
                &path,
                1,
                format!("number {n:04} is taken: give it {:04}", last + 1),
            )),
            None => findings.push(Finding::new(
                &path,
                1,
                "not of the form NNNN_name.sql: rename it",
            )),
        }
    }
    let names: Vec<&str> = sqlite
        .union(&postgres)
        .filter_map(|name| name.strip_suffix(".sql"))
        .collect();
    if listed_names(tree.text(LIST)) != names {
        let text = "the list must have each migration's file without `.sql`, in order: one that is not listed is never applied";
        findings.push(Finding::new(LIST, 1, text));
    }
    findings
}

/// Returns the names in the list, each of which is a line of its own.
fn listed_names(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'))
        .filter(|name| name.starts_with(|first: char| first.is_ascii_digit()))
        .collect()
}

fn migrations_folder(backend: &str) -> String {
    format!("crates/store/src/backend/{backend}/migrations/")
}

fn file_names(tree: &SourceTree, backend: &str) -> BTreeSet<String> {
    let folder = migrations_folder(backend);
    tree.files
        .keys()
        .filter_map(|path| path.strip_prefix(folder.as_str()))
        .filter(|name| name.ends_with(".sql"))
        .map(str::to_owned)
        .collect()
}

fn migration_number(name: &str) -> Option<u32> {
    let (digits, rest) = name.split_once('_')?;
    let well_formed = digits.len() == 4 && rest.len() > ".sql".len();
    digits.parse().ok().filter(|_| well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_for(sqlite: &[&str], postgres: &[&str]) -> Vec<(String, String)> {
        let paths: Vec<String> = sqlite
            .iter()
            .map(|n| format!("{}{n}", migrations_folder("sqlite")))
            .chain(
                postgres
                    .iter()
                    .map(|n| format!("{}{n}", migrations_folder("postgres"))),
            )
            .collect();
        let mut files: Vec<(&str, &str)> = paths.iter().map(|p| (p.as_str(), "")).collect();
        let names: BTreeSet<&&str> = sqlite.iter().chain(postgres).collect();
        let list: String = names
            .iter()
            .map(|name| format!("    \"{}\"\n", name.trim_end_matches(".sql")))
            .collect();
        files.push((LIST, &list));
        check(&SourceTree::from_texts(&files))
            .iter()
            .map(|f| (f.location().0.to_owned(), f.text().to_owned()))
            .collect()
    }

    #[test]
    fn equal_consecutive_pairs_pass() {
        let names = ["0001_first.sql", "0002_second.sql"];
        assert_eq!(findings_for(&names, &names), []);
    }

    #[test]
    fn unlisted_migration_is_found() {
        let path = format!("{}0001_first.sql", migrations_folder("sqlite"));
        let other = format!("{}0001_first.sql", migrations_folder("postgres"));
        let tree = SourceTree::from_texts(&[(&path, ""), (&other, ""), (LIST, "")]);
        assert_eq!(check(&tree)[0].location().0, LIST);
    }

    #[test]
    fn missing_counterpart_is_found() {
        let missing = findings_for(&["0001_first.sql"], &[]);
        assert!(missing[0].0.ends_with("postgres/migrations/0001_first.sql"));
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn gaps_duplicates_and_invalid_names_are_found() {
        let gap = ["0001_a.sql", "0003_b.sql"];
        assert!(findings_for(&gap, &gap)[0].1.contains("0003 follows 0001"));
        let repeat = ["0001_a.sql", "0001_b.sql"];
        assert!(findings_for(&repeat, &repeat)[0].1.contains("give it 0002"));
        let odd = ["0001_a.sql", "2_b.sql"];
        assert!(findings_for(&odd, &odd)[0].1.contains("NNNN_name.sql"));
    }
}
