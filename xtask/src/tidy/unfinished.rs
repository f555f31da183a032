//! Rule: no unfinished code, no `unwrap` in shipped code, no ignored tests, no sleeping tests.

use super::finding::Finding;
use super::source::{in_tests_folder, line_of};
use super::source_tree::SourceTree;

const FORBIDDEN_ANYWHERE: &[(&str, &str)] = &[
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
const FORBIDDEN_IN_PRODUCT: (&str, &str) = (
    ".unwrap()",
    "a panic waiting for its input: return an error of the model, or give a default",
);
const FORBIDDEN_IN_TESTS: (&str, &str) = (
    "sleep(",
    "a test that waits by the clock: wait for the condition, with a bound",
);

/// Checks all Rust code, and scripts in `tests` folders.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in &tree.sources {
        let in_tests = in_tests_folder(path);
        let rules = FORBIDDEN_ANYWHERE
            .iter()
            .chain(std::iter::once(&FORBIDDEN_IN_PRODUCT))
            .chain(in_tests.then_some(&FORBIDDEN_IN_TESTS));
        for (piece, why) in rules {
            for offset in source.find(piece) {
                if *piece == FORBIDDEN_IN_PRODUCT.0 && source.is_test(offset) {
                    continue;
                }
                findings.push(leftover_finding(
                    path,
                    line_of(&source.code, offset),
                    piece,
                    why,
                ));
            }
        }
    }
    for (path, text) in &tree.files {
        let script = [".py", ".js", ".mjs", ".ts", ".sh"]
            .iter()
            .any(|end| path.ends_with(end));
        if script && in_tests_folder(path) {
            for (offset, _) in text.match_indices(FORBIDDEN_IN_TESTS.0) {
                findings.push(leftover_finding(
                    path,
                    line_of(text, offset),
                    FORBIDDEN_IN_TESTS.0,
                    FORBIDDEN_IN_TESTS.1,
                ));
            }
        }
    }
    findings
}

fn leftover_finding(path: &str, line: usize, piece: &str, why: &str) -> Finding {
    Finding::new(path, line, format!("`{piece}` is {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_LINES: [usize; 0] = [];

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&SourceTree::from_texts(&[(path, text)]))
            .iter()
            .map(|f| f.location().1)
            .collect()
    }

    #[test]
    fn unfinished_code_is_found_everywhere() {
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
            NO_LINES
        );
    }

    #[test]
    fn unwrap_outside_tests_is_found() {
        let text =
            "fn a() { b().unwrap() }\n#[cfg(test)]\nmod tests {\n fn c() { b().unwrap() }\n}\n";
        assert_eq!(lines("src/a.rs", text), [1]);
        assert_eq!(lines("crates/x/tests/a.rs", text), NO_LINES);
        assert_eq!(lines("crates/testkit/src/a.rs", text), NO_LINES);
    }

    #[test]
    fn sleep_in_tests_is_found() {
        assert_eq!(
            lines("crates/x/tests/a.rs", "fn a() { thread::sleep(d) }\n"),
            [1]
        );
        assert_eq!(lines("crates/x/tests/b.py", "\ntime.sleep(1)\n"), [2]);
        assert_eq!(
            lines("crates/x/src/a.rs", "fn a() { thread::sleep(d) }\n"),
            NO_LINES
        );
    }
}
