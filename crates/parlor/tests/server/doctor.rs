//! What the doctor finds, and the commands that explain settings and topics.

use serde_json::{Value, json};

use crate::program::{CommandOutcome, Program, block_on, client, run, temp_dir};

/// The checks that a command has printed, also when some have failed.
fn checks(outcome: &CommandOutcome) -> Vec<Value> {
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    report["checks"].as_array().unwrap().clone()
}

fn status<'c>(checks: &'c [Value], name: &str) -> &'c str {
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))["status"]
        .as_str()
        .unwrap()
}

#[test]
fn doctor_finds_faults_with_and_without_running_server() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let options = ["--data", data.to_str().unwrap(), "--json"];
    let doctor = |more: &[&str]| {
        run(
            &[&["doctor"], more, &options].concat(),
            &[("PARLOR_LISTEN", "127.0.0.1:0")],
        )
    };
    let nothing = doctor(&[]);
    assert_eq!(nothing.code, Some(1), "{nothing:?}");
    assert_eq!(status(&checks(&nothing), "data folder"), "fail");
    assert_eq!(status(&checks(&nothing), "database"), "fail");
    assert!(nothing.stderr.contains("fix: "), "{nothing:?}");
    assert!(!data.exists(), "a doctor changes nothing");

    let program = Program::start(&data, &[], &[]);
    let secret = "sk-parlor-11111111111111111111111111111111111111111111";
    block_on(async {
        let request = client().get(format!("{}/api/v1/space/list", program.url));
        assert_eq!(
            request.bearer_auth(secret).send().await.unwrap().status(),
            401
        );
    });
    let bundle = folder.path().join("bundle.json");
    let found = doctor(&["--bundle", bundle.to_str().unwrap()]);
    assert_eq!(found.code, Some(0), "{found:?}");
    let all = checks(&found);
    for name in [
        "data folder",
        "database",
        "master key",
        "clock",
        "port",
        "public url",
        "assistant",
    ] {
        assert_eq!(status(&all, name), "ok", "{all:?}");
    }
    assert_eq!(status(&all, "backups"), "warn");
    assert!(
        all.iter()
            .all(|check| check["status"] == "ok" || check["remedy"].is_string())
    );
    let text = std::fs::read_to_string(&bundle).unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["failedRequests"][0]["refusedBy"], "credential");
    let master_key = std::fs::read_to_string(data.join("master.key")).unwrap();
    for hidden in [secret, master_key.trim(), program.key().as_str()] {
        assert!(!text.contains(hidden));
    }
    let again = doctor(&["--bundle", bundle.to_str().unwrap()]);
    again.assert_refused(4, "exists", "another file");
    program.run_command(&["backup"]);
    // On the same disk, which a remedy says.
    assert_eq!(status(&checks(&doctor(&[])), "backups"), "warn");
    program.stop();

    assert_eq!(status(&checks(&doctor(&[])), "database"), "ok");
    // The one thing that cannot be restored, and a model that does not answer.
    std::fs::remove_file(data.join("master.key")).unwrap();
    let variables = [
        ("PARLOR_LISTEN", "127.0.0.1:0"),
        ("PARLOR_ASSISTANT__KIND", "openai"),
        ("PARLOR_ASSISTANT__MODEL", "m"),
        ("PARLOR_ASSISTANT__BASE_URL", "http://127.0.0.1:1/v1"),
    ];
    let broken = run(&[&["doctor"][..], &options].concat(), &variables);
    assert_eq!(broken.code, Some(1));
    assert_eq!(status(&checks(&broken), "master key"), "fail");
    assert_eq!(status(&checks(&broken), "assistant"), "fail");
}

#[test]
fn settings_and_topics_are_explained() {
    let default = run(&["config", "default"], &[]).stdout;
    // Every line is a comment, and without the sign a setting.
    let settings = default.lines().filter(|line| line.contains(" = "));
    let file: String = settings
        .filter(|line| !line.ends_with("\"\""))
        .map(|line| format!("{}\n", line.trim_start_matches("# ")))
        .collect();
    let folder = temp_dir();
    let path = folder.path().join("parlor.toml");
    std::fs::write(&path, file).unwrap();
    let config = path.to_str().unwrap();
    let diff = run(&["config", "diff", "--json", "--config", config], &[]).json();
    assert_eq!(diff, json!([]), "a file of defaults changes nothing");
    let variables = [
        ("PARLOR_FILE_LIMIT", "1MiB"),
        (
            "PARLOR_MASTER_KEY",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ),
    ];
    let diff = run(&["--log", "warn", "config", "diff", "--json"], &variables).json();
    let row = |name: &str| {
        let rows = diff.as_array().unwrap();
        rows.iter()
            .find(|row| row["setting"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&row("file_limit")["value"], &row("file_limit")["default"]),
        (&json!("1MiB"), &json!("25MiB"))
    );
    assert_eq!(row("log")["source"], "the command line");
    assert_eq!(row("master_key")["value"], "set");
    assert_eq!(diff.as_array().unwrap().len(), 3, "{diff}");
    let doc = run(&["config", "doc", "--json"], &[]).json();
    let names: Vec<&str> = doc
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["setting"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"backup_every") && names.contains(&"dialects"));

    for topic in ["limits", "ids", "errors"] {
        let text = run(&["help", topic], &[]).stdout;
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(text.lines().count() > 10, "{text}");
    }
    let help = run(&["help", "key", "create"], &[]);
    assert_eq!(help.stdout, run(&["key", "create", "--help"], &[]).stdout);
    run(&["help", "limit"], &[]).assert_refused(2, "unknown command", "parlor");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(
            run(&["completions", shell], &[])
                .stdout
                .contains("workspace"),
            "{shell}"
        );
    }
    run(&["completions", "tcsh"], &[]).assert_refused(2, "tcsh", "--help");
    let pages = folder.path().join("man");
    let written = run(&["man", "--out", pages.to_str().unwrap()], &[]);
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(pages.join("parlor-backup.1").exists());
    assert!(run(&["man"], &[]).stdout.contains(".TH parlor 1"));
}

#[test]
fn bench_measures_beside_the_data_folder() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let arguments = [
        "bench",
        "--seconds",
        "1",
        "--writers",
        "4",
        "--json",
        "--data",
    ];
    let measured = run(&[&arguments[..], &[data.to_str().unwrap()]].concat(), &[]).json();
    assert!(measured["messages"].as_u64().unwrap() > 0, "{measured}");
    assert!(measured["p99Millis"].as_f64().unwrap() >= measured["p50Millis"].as_f64().unwrap());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is left");
}
