//! Rule: files are small. Longer ones are listed, and the list may only shrink.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::source_tree::SourceTree;

const ALLOWED_LIST: &str = "xtask/tidy/allowed-sizes.txt";
const MAX_LINES: usize = 350;
const MAX_MEDIAN_LINES: usize = 150;
const MIN_SMALL_FILE_PERCENT: usize = 90;

/// Checks the number of code lines of every Rust file.
pub(crate) fn check(tree: &SourceTree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let allowed = read_allowed(tree.text(ALLOWED_LIST), &mut findings);
    for (path, source) in &tree.sources {
        let lines = source.lines;
        match allowed.get(path) {
            Some(&(number, line)) if lines <= MAX_LINES => findings.push(Finding::new(
                ALLOWED_LIST,
                line,
                format!("{path} is down from {number} to {lines} lines of code: delete this entry"),
            )),
            Some(&(number, line)) if lines < number => findings.push(Finding::new(
                ALLOWED_LIST,
                line,
                format!("{path} has shrunk to {lines} lines of code: write `{path} {lines}` here"),
            )),
            Some(&(number, _)) if lines > number => findings.push(Finding::new(
                path,
                1,
                format!("{lines} lines of code where {number} are allowed: split it, the list of {ALLOWED_LIST} may only shrink"),
            )),
            Some(_) => {}
            None if lines > MAX_LINES => findings.push(Finding::new(
                path,
                1,
                format!("{lines} lines of code, over {MAX_LINES}: split it, one idea a file"),
            )),
            None => {}
        }
    }
    for (path, (_, line)) in &allowed {
        if !tree.sources.contains_key(path) {
            findings.push(Finding::new(
                ALLOWED_LIST,
                *line,
                format!("{path} does not exist: delete this entry"),
            ));
        }
    }
    findings.extend(check_distribution(tree));
    findings
}

fn check_distribution(tree: &SourceTree) -> Option<Finding> {
    let mut sizes: Vec<usize> = tree.sources.values().map(|source| source.lines).collect();
    sizes.sort_unstable();
    let median = *sizes.get(sizes.len() / 2)?;
    let small = sizes.iter().filter(|lines| **lines < MAX_LINES).count();
    if median > MAX_MEDIAN_LINES {
        return Some(Finding::new(
            ".",
            1,
            format!(
                "half of the Rust files have {median} lines of code or more, over {MAX_MEDIAN_LINES}: split the longest"
            ),
        ));
    }
    if small * 100 < sizes.len() * MIN_SMALL_FILE_PERCENT {
        return Some(Finding::new(
            ".",
            1,
            format!(
                "only {small} of {} Rust files are under {MAX_LINES} lines of code, below {MIN_SMALL_FILE_PERCENT} %: split the longest",
                sizes.len()
            ),
        ));
    }
    None
}

/// Parses the list into a map from path to allowed number and list line.
fn read_allowed(text: &str, findings: &mut Vec<Finding>) -> BTreeMap<String, (usize, usize)> {
    let mut allowed = BTreeMap::new();
    for (index, entry) in text.lines().enumerate() {
        if entry.trim().is_empty() || entry.starts_with('#') {
            continue;
        }
        let mut words = entry.split_whitespace();
        match (words.next(), words.next().map(str::parse)) {
            (Some(path), Some(Ok(number))) => {
                allowed.insert(path.to_owned(), (number, index + 1));
            }
            _ => findings.push(Finding::new(
                ALLOWED_LIST,
                index + 1,
                "not `path number`: write it so",
            )),
        }
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a tree of one long and ten short files, so that the median is within its limit.
    fn tree(lines: usize, allowed: &str) -> SourceTree {
        let long = "fn a() {}\n".repeat(lines);
        let names: Vec<String> = (0..10).map(|n| format!("src/short{n}.rs")).collect();
        let mut files = vec![("src/long.rs", long.as_str()), (ALLOWED_LIST, allowed)];
        files.extend(names.iter().map(|name| (name.as_str(), "fn a() {}\n")));
        SourceTree::from_texts(&files)
    }

    #[test]
    fn long_file_is_found_unless_listed() {
        assert_eq!(check(&tree(350, "")), []);
        assert_eq!(check(&tree(351, ""))[0].location(), ("src/long.rs", 1));
        assert_eq!(check(&tree(450, "# why\nsrc/long.rs 450\n")), []);
    }

    #[test]
    fn allowed_list_may_only_shrink() {
        let grown = check(&tree(451, "src/long.rs 450\n"));
        assert_eq!(grown[0].location(), ("src/long.rs", 1));
        let shrunk = check(&tree(449, "src/long.rs 450\n"));
        assert_eq!(shrunk[0].location(), (ALLOWED_LIST, 1));
        assert!(shrunk[0].text().contains("src/long.rs 449"));
        let done = check(&tree(400, "\nsrc/long.rs 450\n"));
        assert_eq!(done[0].location(), (ALLOWED_LIST, 2));
        let gone = check(&tree(1, "src/gone.rs 450\n"));
        assert_eq!(gone[0].location(), (ALLOWED_LIST, 1));
    }

    #[test]
    fn median_over_limit_is_found() {
        let text = "fn a() {}\n".repeat(151);
        let found = check(&SourceTree::from_texts(&[
            ("a.rs", &text),
            ("b.rs", &text),
            ("c.rs", ""),
        ]));
        assert!(found[0].text().contains("151"));
    }
}
