//! Counts of passed and failed tests from the output of test runners.

/// Counts of one or more runners.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TestCounts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl TestCounts {
    /// Adds another count.
    pub(crate) fn add(&mut self, other: TestCounts) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Parses a line of output: the result line of `cargo test`, or the summary of nextest. Other lines count nothing.
    pub(crate) fn from_line(line: &str) -> TestCounts {
        let plain = strip_ansi_colors(line);
        // nextest indents the output of failed tests, which is counted already.
        let is_result = plain.starts_with("test result:")
            || (plain.trim_start().starts_with("Summary [") && plain.contains("run:"));
        if !is_result {
            return TestCounts::default();
        }
        // Text in brackets repeats or refines the number before it.
        let mut depth = 0_u32;
        let flat: String = plain
            .chars()
            .filter(|c| match c {
                '(' | '[' => {
                    depth += 1;
                    false
                }
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    false
                }
                _ => depth == 0,
            })
            .collect();
        let count_of = |label: &str| -> u64 {
            flat.split([',', ';', ':', '.'])
                .filter_map(|part| part.trim().strip_suffix(label))
                .filter_map(|number| number.trim().parse::<u64>().ok())
                .sum()
        };
        TestCounts {
            passed: count_of("passed"),
            failed: count_of("failed") + count_of("exec failed") + count_of("timed out"),
        }
    }
}

fn strip_ansi_colors(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            plain.push(c);
            continue;
        }
        // An escape sequence ends with its first letter.
        chars.by_ref().find(char::is_ascii_alphabetic);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(line: &str) -> (u64, u64) {
        let count = TestCounts::from_line(line);
        (count.passed, count.failed)
    }

    #[test]
    fn cargo_test_result_line_is_counted() {
        assert_eq!(
            counts(
                "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.01s"
            ),
            (12, 3)
        );
    }

    #[test]
    fn nextest_summary_is_counted() {
        assert_eq!(
            counts("     Summary [   0.012s] 3 tests run: 3 passed, 0 skipped"),
            (3, 0)
        );
        assert_eq!(
            counts(
                "     Summary [   9.5s] 8 tests run: 4 passed (1 slow, 1 leaky), 2 failed, 1 timed out, 1 exec failed, 0 skipped"
            ),
            (4, 4)
        );
        assert_eq!(
            counts(
                "\u{1b}[32;1m     Summary\u{1b}[0m [   0.012s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped"
            ),
            (3, 0)
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(counts("test a ... ok"), (0, 0));
        assert_eq!(counts("3 passed, 2 failed"), (0, 0));
        let repeated =
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(counts(repeated), (0, 0));
    }
}
