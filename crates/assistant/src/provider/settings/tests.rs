use super::*;

fn parse(text: &str) -> ProviderSettings {
    toml::from_str(text).unwrap()
}

fn rejected_field(text: &str) -> &'static str {
    parse(text).validate().unwrap_err().field
}

const VALID: &str = "kind = 'openai'\nbase_url = 'http://h/v1'\nmodel = 'm'\n";

#[test]
fn settings_with_all_fields_are_valid() {
    let settings = parse(
        "kind = 'openai'
        base_url = 'https://host/v1/?version=2'
        api_key = 'sk-123'
        model = 'small'
        max_tokens_field = 'max_completion_tokens'
        request_usage = false
        headers = { x-team = 'a' }
        timeouts = { connect = '500ms', first_token = '2m' }
        limits = { max_event_bytes = 1000 }
        retry = { max_attempts = 2, deadline = '10s' }
        circuit_breaker = { max_failures = 3, open_time = '20s' }",
    );
    assert_eq!(settings.validate(), Ok(()));
    assert_eq!(settings.timeouts.connect, Duration::from_millis(500));
    assert_eq!(settings.timeouts.first_token, Duration::from_secs(120));
    assert_eq!(settings.timeouts.total, Duration::from_secs(600));
    let url = chat_completions_url(&settings).unwrap();
    assert_eq!(url.as_str(), "https://host/v1/chat/completions?version=2");
}

#[test]
fn echo_needs_no_other_setting() {
    assert_eq!(parse("kind = 'echo'").validate(), Ok(()));
}

#[test]
fn invalid_setting_is_named() {
    assert_eq!(rejected_field("kind = 'openai'"), "base_url");
    for base_url in [
        "",
        "host/v1",
        "ftp://host/v1",
        "http://user:password@host/v1",
        "http://host/v1/chat/completions",
    ] {
        let text = format!("kind = 'openai'\nmodel = 'm'\nbase_url = '{base_url}'");
        assert_eq!(rejected_field(&text), "base_url", "{base_url}");
    }
    for (field, more) in [
        ("api_key", "api_key = 'two words'"),
        ("api_key", "api_key = ''"),
        ("api_key_file", "api_key = 'k'\napi_key_file = '/k'"),
        ("headers", "headers = { 'a b' = 'x' }"),
        ("headers", "headers = { host = 'x' }"),
        ("headers", "headers = { a = \"x\\ny\" }"),
        (
            "headers",
            "api_key = 'k'\nheaders = { Authorization = 'x' }",
        ),
        ("timeouts.connect", "timeouts = { connect = '0s' }"),
        ("timeouts.total", "timeouts = { total = '25h' }"),
        ("retry.deadline", "retry = { deadline = '1000000h' }"),
        ("limits.max_event_bytes", "limits = { max_event_bytes = 0 }"),
        ("retry.max_attempts", "retry = { max_attempts = 0 }"),
        (
            "circuit_breaker.max_failures",
            "circuit_breaker = { max_failures = 0 }",
        ),
    ] {
        assert_eq!(rejected_field(&format!("{VALID}{more}")), field, "{more}");
    }
    assert_eq!(
        rejected_field("kind = 'openai'\nbase_url = 'http://h/v1'"),
        "model"
    );
}

#[test]
fn unreadable_setting_is_refused_with_a_remedy() {
    for (text, remedy) in [
        ("kind = 'other'", "`openai` or `echo`"),
        ("kind = 'echo'\nbase_ulr = 'x'", "base_ulr"),
        (
            "kind = 'echo'\necho_delay = '5 parsecs'",
            "500ms, 30s or 5m",
        ),
        ("kind = 'echo'\necho_delay = '-5s'", "500ms, 30s or 5m"),
    ] {
        let error = toml::from_str::<ProviderSettings>(text).unwrap_err();
        assert!(error.to_string().contains(remedy), "{error}");
    }
}

#[test]
fn debug_text_hides_keys_and_headers() {
    let text = "kind = 'openai'\nmodel = 'm'\nbase_url = 'http://h/v1?key=sk-789'\napi_key = 'sk-123'\n\
        headers = { a = 'sk-456' }";
    let shown = format!("{:?}", parse(text));
    assert!(!shown.contains("sk-"), "{shown}");
}
