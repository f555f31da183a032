//! Nothing half done: no unfinished code, no quiet panics, no skipped tests, no tests that wait by the clock.

use super::finding::Finding;
use super::source::{in_tests_folder, line_of};
use super::tree::Tree;

const ANYWHERE: &[(&str, &str)] = &[
    ("todo!(", "unfinished code: finish it or leave it out"),
    (
        "unimplemented!(",
        "unfinished code: finish it or leave it out",
    ),
    (
        "#[ignore",
        "a skipped test proves nothing: make it run or delete it",
    ),
];
const UNWRAP: (&str, &str) = (
    ".unwrap()",
    "a panic waiting for its input: return an error of the model, or give a default",
);
const SLEEP: (&str, &str) = (
    "sleep(",
    "a test that waits by the clock: wait for the condition, with a bound",
);

/// Checks Rust code everywhere, and scripts in the folders of tests.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in &tree.sources {
        let in_tests = in_tests_folder(path);
        let rules = ANYWHERE
            .iter()
            .chain(std::iter::once(&UNWRAP))
            .chain(in_tests.then_some(&SLEEP));
        for (piece, why) in rules {
            for offset in source.find(piece) {
                if *piece == UNWRAP.0 && source.is_test(offset) {
                    continue;
                }
                findings.push(said(path, line_of(&source.code, offset), piece, why));
            }
        }
    }
    for (path, text) in &tree.files {
        let script = [".py", ".js", ".mjs", ".ts", ".sh"]
            .iter()
            .any(|end| path.ends_with(end));
        if script && in_tests_folder(path) {
            for (offset, _) in text.match_indices(SLEEP.0) {
                findings.push(said(path, line_of(text, offset), SLEEP.0, SLEEP.1));
            }
        }
    }
    findings
}

fn said(path: &str, line: usize, piece: &str, why: &str) -> Finding {
    Finding::new(path, line, format!("`{piece}` is {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)]))
            .iter()
            .map(|f| f.place().1)
            .collect()
    }

    #[test]
    fn unfinished_code_is_found_anywhere() {
        assert_eq!(lines("src/a.rs", "fn a() { todo!() }\n"), [1]);
        assert_eq!(
            lines("src/a.rs", "\nfn a() { unimplemented!(\"x\") }\n"),
            [2]
        );
        assert_eq!(
            lines("tests/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n"),
            [2]
        );
        assert_eq!(
            lines("src/a.rs", "// todo!()\nconst A: &str = \"todo!()\";\n"),
            NONE
        );
    }

    #[test]
    fn unwrap_is_for_tests() {
        let text =
            "fn a() { b().unwrap() }\n#[cfg(test)]\nmod tests {\n fn c() { b().unwrap() }\n}\n";
        assert_eq!(lines("src/a.rs", text), [1]);
        assert_eq!(lines("crates/x/tests/a.rs", text), NONE);
        assert_eq!(lines("crates/testkit/src/a.rs", text), NONE);
    }

    #[test]
    fn tests_do_not_sleep() {
        assert_eq!(
            lines("crates/x/tests/a.rs", "fn a() { thread::sleep(d) }\n"),
            [1]
        );
        assert_eq!(lines("crates/x/tests/b.py", "\ntime.sleep(1)\n"), [2]);
        assert_eq!(
            lines("crates/x/src/a.rs", "fn a() { thread::sleep(d) }\n"),
            NONE
        );
    }
}
