//! The sections `assistant` and `assistant_turns`.

use crate::access::set_mode;
use crate::program::{run, run_with_file, temp_dir};

use super::installation::{Installation, setting};

#[track_caller]
fn assert_refused_file(text: &str, error: &str, fix: &str) {
    run_with_file(text).assert_refused(2, error, fix);
}

#[test]
fn every_key_is_read_and_variables_win_over_the_file() {
    let installation = Installation::start(
        "[assistant]
        kind = \"openai\"
        base_url = \"http://127.0.0.1:9/v1\"
        model = \"small\"
        headers = { x-team = \"a\" }
        max_tokens_field = \"max_completion_tokens\"
        request_usage = false
        timeouts = { connect = 5, first_token = \"3m\", between_tokens = \"500ms\", total = \"1h\" }
        limits = { max_event_bytes = 1000, max_response_bytes = 2000 }
        retry = { max_attempts = 2, min_delay = \"1s\", max_delay = \"2s\", deadline = \"3s\" }
        circuit_breaker = { max_failures = 3, open_time = \"20s\" }
        [assistant_turns]
        max_concurrent_turns = 1
        max_concurrent_turns_per_workspace = 2
        requests_per_day = 3
        tokens_per_day = 4
        max_tool_rounds = 5
        history_tokens = 600
        max_output_tokens = 7
        ",
        None,
    );
    let shown = installation.assistant(&["show"]).json();
    for row in shown.as_array().unwrap() {
        if row["setting"] != "api_key" {
            assert_eq!(row["source"], "server", "{row}");
        }
    }
    assert_eq!(setting(&shown, "timeouts.connect").0, "5s");
    assert_eq!(setting(&shown, "timeouts.first_token").0, "180s");
    assert_eq!(setting(&shown, "turns.tokens_per_day").0, 4);
    let folder = temp_dir();
    let data = folder.path().join("data");
    let variables = [
        ("PARLOR_ASSISTANT__KIND", "openai"),
        ("PARLOR_ASSISTANT__BASE_URL", "http://127.0.0.1:9/v1"),
        ("PARLOR_ASSISTANT__MODEL", "4"),
        ("PARLOR_ASSISTANT__API_KEY", "123456"),
        ("PARLOR_ASSISTANT__HEADERS", "{ x-team = \"a\" }"),
        ("PARLOR_ASSISTANT__TIMEOUTS__CONNECT", "4s"),
        ("PARLOR_ASSISTANT_TURNS__MAX_TOOL_ROUNDS", "3"),
    ];
    crate::program::Program::start(&data, &[], &variables).stop();
    let arguments = [
        "assistant",
        "show",
        "--json",
        "--data",
        data.to_str().unwrap(),
    ];
    let shown = run(&arguments, &variables).json();
    assert_eq!(setting(&shown, "model").0, "4");
    assert_eq!(setting(&shown, "api_key").0, "set");
    assert_eq!(setting(&shown, "headers").0, serde_json::json!(["x-team"]));
    assert_eq!(setting(&shown, "timeouts.connect").0, "4s");
    assert_eq!(setting(&shown, "turns.max_tool_rounds").0, 3);
}

#[test]
fn unknown_key_gets_a_suggestion() {
    assert_refused_file(
        "[assistant]\nkind = \"echo\"\nbase_ulr = \"x\"\n",
        "unknown key `assistant.base_ulr` in",
        "did you mean base_url?",
    );
    assert_refused_file(
        "[assistant]\nkind = \"echo\"\nmodle = \"x\"\n",
        "line 3",
        "model?",
    );
    assert_refused_file(
        "[assistant]\nkind = \"echo\"\n[assistant.timeouts]\nconect = \"5s\"\n",
        "`assistant.timeouts.conect`",
        "did you mean connect?",
    );
    assert_refused_file(
        "[assistant_turns]\nmax_tool_round = 1\n",
        "`assistant_turns.max_tool_round`",
        "did you mean max_tool_rounds?",
    );
    run(&[], &[("PARLOR_ASSISTANT__KINDD", "echo")]).assert_refused(
        2,
        "`assistant.kindd` in the environment",
        "did you mean kind?",
    );
    run(&[], &[("PARLOR_ASISTANT__KIND", "echo")]).assert_refused(2, "PARLOR_ASISTANT__KIND", "");
    run(&[], &[("PARLOR_ASSISTANT", "echo")]).assert_refused(2, "is a section", "");
}

#[test]
fn wrong_value_names_its_key_and_quotes_no_secret() {
    for (line, error) in [
        ("kind = \"opnai\"", "`assistant.kind`"),
        ("model = \"m\"", "`assistant.kind` is missing"),
        ("kind = \"openai\"", "`assistant.base_url` must be"),
        (
            "kind = \"echo\"\necho_delay = \"soon\"",
            "`assistant.echo_delay`",
        ),
        (
            "kind = \"echo\"\nrequest_usage = 3",
            "`assistant.request_usage`",
        ),
        (
            "kind = \"echo\"\nretry = { max_attempts = 0 }",
            "`assistant.retry.max_attempts`",
        ),
    ] {
        assert_refused_file(&format!("[assistant]\n{line}\n"), error, "");
    }
    assert_refused_file("[assistant_turns]\nhistory_tokens = 1\n", "from 256", "");
    let openai = "[assistant]\nkind = \"openai\"\nbase_url = \"http://h/v1\"\nmodel = \"m\"\n";
    for line in [
        "api_key = \"secret with spaces\"",
        "api_key = [\"secret\"]",
        "api_key = \"k\"\nheaders = { authorization = \"secret\" }",
        "headers = { a = [\"secret\"] }",
        "headers = \"secret\"",
    ] {
        let refused = run_with_file(&format!("{openai}{line}\n"));
        refused.assert_refused(2, "`assistant.", "");
        assert!(!refused.stderr.contains("secret"), "{refused:?}");
    }
}

#[test]
fn key_file_that_others_can_read_is_refused() {
    let folder = temp_dir();
    let key = folder.path().join("key");
    std::fs::write(&key, "sk-1").unwrap();
    set_mode(&key, 0o644);
    let data = folder.path().join("data");
    let variables = [
        ("PARLOR_ASSISTANT__KIND", "openai"),
        ("PARLOR_ASSISTANT__BASE_URL", "http://127.0.0.1:9/v1"),
        ("PARLOR_ASSISTANT__MODEL", "m"),
        ("PARLOR_ASSISTANT__API_KEY_FILE", key.to_str().unwrap()),
    ];
    let arguments = ["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    run(&arguments, &variables).assert_refused(4, key.to_str().unwrap(), "chmod");
    assert!(!data.exists());
}
