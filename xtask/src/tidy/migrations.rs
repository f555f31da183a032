//! Every migration exists for both backends, numbered without gaps.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::tree::Tree;

const BACKENDS: [&str; 2] = ["sqlite", "postgres"];

/// Compares the two folders of migrations.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let [sqlite, postgres] = BACKENDS.map(|backend| names(tree, backend));
    let mut findings = Vec::new();
    for (mine, theirs, other) in [
        (&sqlite, &postgres, "postgres"),
        (&postgres, &sqlite, "sqlite"),
    ] {
        for name in mine.difference(theirs) {
            findings.push(Finding::new(
                &format!("{}{name}", folder(other)),
                1,
                "this half of a pair of migrations is missing: write it, under exactly this name",
            ));
        }
    }
    let mut last = 0;
    for name in sqlite.union(&postgres) {
        let path = format!("{}{name}", folder("sqlite"));
        match number(name) {
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
    findings
}

fn folder(backend: &str) -> String {
    format!("crates/store/src/backend/{backend}/migrations/")
}

fn names(tree: &Tree, backend: &str) -> BTreeSet<String> {
    let folder = folder(backend);
    tree.files
        .keys()
        .filter_map(|path| path.strip_prefix(folder.as_str()))
        .filter(|name| name.ends_with(".sql"))
        .map(str::to_owned)
        .collect()
}

fn number(name: &str) -> Option<u32> {
    let (digits, rest) = name.split_once('_')?;
    let well_formed = digits.len() == 4 && rest.len() > ".sql".len();
    digits.parse().ok().filter(|_| well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sqlite: &[&str], postgres: &[&str]) -> Vec<(String, String)> {
        let paths: Vec<String> = sqlite
            .iter()
            .map(|n| format!("{}{n}", folder("sqlite")))
            .chain(
                postgres
                    .iter()
                    .map(|n| format!("{}{n}", folder("postgres"))),
            )
            .collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|p| (p.as_str(), "")).collect();
        check(&Tree::of(&files))
            .iter()
            .map(|f| (f.place().0.to_owned(), f.text().to_owned()))
            .collect()
    }

    #[test]
    fn equal_pairs_without_gaps_pass() {
        let names = ["0001_first.sql", "0002_second.sql"];
        assert_eq!(found(&names, &names), []);
    }

    #[test]
    fn a_missing_half_is_named() {
        let missing = found(&["0001_first.sql"], &[]);
        assert!(missing[0].0.ends_with("postgres/migrations/0001_first.sql"));
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn gaps_repeats_and_odd_names_are_found() {
        let gap = ["0001_a.sql", "0003_b.sql"];
        assert!(found(&gap, &gap)[0].1.contains("0003 follows 0001"));
        let repeat = ["0001_a.sql", "0001_b.sql"];
        assert!(found(&repeat, &repeat)[0].1.contains("give it 0002"));
        let odd = ["0001_a.sql", "2_b.sql"];
        assert!(found(&odd, &odd)[0].1.contains("NNNN_name.sql"));
    }
}
