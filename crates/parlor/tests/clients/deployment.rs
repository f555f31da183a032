//! The files in `deploy/`, checked by the programs that use them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::{TestBackend, TestServer, tokio};
use serde_json::Value;

use crate::tools;

const LIMIT: Duration = Duration::from_secs(60);

/// Greatest exposure that `systemd-analyze` may find, in tenths: 2.0 of 10, where 10 is a service without any protection.
const MAX_EXPOSURE: &str = "20";

/// Endings that Prometheus adds to the name of a histogram.
const HISTOGRAM_ENDINGS: [&str; 3] = ["_bucket", "_sum", "_count"];

fn deploy_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

async fn run_successfully(program: &Path, arguments: &[&str]) -> String {
    let output = tools::run(program, arguments, &[], &deploy_dir(), LIMIT).await;
    tools::output_text(&output)
}

#[tokio::test]
async fn systemd_service_is_protected() {
    let threshold = format!("--threshold={MAX_EXPOSURE}");
    let arguments = [
        "security",
        "--offline=true",
        "--no-pager",
        &threshold,
        "systemd/parlor.service",
    ];
    run_successfully(Path::new("systemd-analyze"), &arguments).await;
}

#[tokio::test]
async fn dockerfile_has_no_finding() {
    let hadolint =
        tools::installed_tool("PARLOR_TEST_PYTHON", "venv/bin/python3").with_file_name("hadolint");
    run_successfully(&hadolint, &["docker/Dockerfile"]).await;
}

#[tokio::test]
async fn manifests_fit_their_schemas() {
    let python = tools::installed_tool("PARLOR_TEST_PYTHON", "venv/bin/python3");
    let resources = ["deployment", "service", "budget", "secret.example"];
    for resource in resources {
        let file = format!("kubernetes/{resource}.yaml");
        run_successfully(&python.with_file_name("kubernetes-validate"), &[&file]).await;
    }
    let schema = [
        "--builtin-schema",
        "vendor.compose-spec",
        "compose/compose.yaml",
    ];
    run_successfully(&python.with_file_name("check-jsonschema"), &schema).await;
}

/// The names of metrics in the expressions of a dashboard.
fn names_in_dashboard(dashboard: &Value) -> BTreeSet<String> {
    let mut expressions: Vec<&str> = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let targets = panel["targets"].as_array().unwrap();
        expressions.extend(
            targets
                .iter()
                .map(|target| target["expr"].as_str().unwrap()),
        );
    }
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        expressions.extend(variable["query"].as_str());
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = expressions
        .iter()
        .flat_map(|text| text.split(|letter| !is_part(letter)));
    words
        .filter(|word| word.starts_with("parlor_"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn dashboard_shows_every_metric_and_no_other() {
    let server = TestServer::start(TestBackend::Sqlite).await;
    server.get("/livez").send().await.expect(200);
    let reply = server.get("/metrics").send().await;
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    let served: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(served.len() > 10, "{text}");
    let dashboard = std::fs::read(deploy_dir().join("grafana/parlor.json")).unwrap();
    let shown = names_in_dashboard(&serde_json::from_slice(&dashboard).unwrap());
    let base = |name: &str| {
        let ending = HISTOGRAM_ENDINGS
            .iter()
            .find_map(|ending| name.strip_suffix(ending));
        ending
            .filter(|base| served.contains(base))
            .unwrap_or(name)
            .to_owned()
    };
    let shown: BTreeSet<String> = shown.iter().map(|name| base(name)).collect();
    let served: BTreeSet<String> = served.into_iter().map(str::to_owned).collect();
    assert_eq!(shown, served);
}
