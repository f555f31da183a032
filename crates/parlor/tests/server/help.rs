//! The help texts on a terminal of 80 columns.

use crate::program::run;

#[test]
fn help_text_fits_80_columns_and_matches_snapshot() {
    let mut all = String::new();
    for words in [
        &[][..],
        &["serve"],
        &["key"],
        &["key", "create"],
        &["workspace"],
        &["workspace", "create"],
        &["workspace", "update"],
        &["member", "create"],
        &["member", "update"],
        &["member", "merge"],
        &["token", "create"],
        &["token", "revoke"],
        &["assistant"],
        &["assistant", "set"],
        &["assistant", "test"],
        &["channels"],
        &["channels", "simulate"],
        &["channels", "call"],
        &["channels", "write-mail"],
        &["curl"],
        &["tail"],
        &["backup"],
        &["doctor"],
    ] {
        let ended = run(&[words, &["--help"]].concat(), &[]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for line in ended.stdout.lines() {
            assert!(line.chars().count() <= 80, "too long: {line}");
        }
        all.push_str(&format!(
            "$ parlor {}\n{}\n",
            [words, &["--help"]].concat().join(" "),
            ended.stdout
        ));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn short_help_fits_a_small_terminal() {
    for words in [
        &["key", "create"][..],
        &["key", "list"],
        &["member", "merge"],
        &["token", "create"],
        &["tail"],
        &["send"],
        &["requests"],
        &["explain"],
        &["backup"],
        &["restore"],
        &["verify"],
        &["doctor"],
        &["config"],
        &["bench"],
    ] {
        let ended = run(&[words, &["-h"]].concat(), &[]);
        let lines: Vec<&str> = ended.stdout.lines().collect();
        assert!(lines.len() <= 24, "{}", ended.stdout);
        // The examples come before the options.
        let place = |words: &str| lines.iter().position(|line| line.starts_with(words));
        if let Some(examples) = place("Example") {
            assert!(Some(examples) < place("Common"), "{}", ended.stdout);
        }
    }
}
