//! Every page in Chromium, on one server: what `browser/main.mjs` checks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::{Program, command, run_within, temp_dir};

/// Time limit of the browser's whole visit.
const VISIT_TIMEOUT: Duration = Duration::from_secs(180);

/// The folder with the installed packages of Node.js.
fn node_clients() -> PathBuf {
    let configured = std::env::var_os("PARLOR_TEST_NODE_CLIENTS").map(PathBuf::from);
    let path = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask/node")
    });
    let needed = path.join("node_modules/playwright-core");
    assert!(
        needed.exists(),
        "{} is missing: run `cargo xtask setup`, which installs what tests need",
        needed.display()
    );
    path
}

/// Copies a folder.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_check_in_the_browser_passes() {
    let folder = temp_dir();
    // A receiver of webhooks is part of the visit.
    let variables = [
        ("PARLOR_AGENT_SERVER_NETWORKS", "127.0.0.0/8"),
        ("PARLOR_WEBHOOKS__ALLOW_HTTP", "true"),
    ];
    let program = Program::start(&folder.path().join("data"), &[], &variables);
    let link = program.ready["console"].as_str().unwrap().to_owned();
    let checks = folder.path().join("browser");
    copy_folder(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/browser"),
        &checks,
    );
    // Beside the installed packages, so that it can import them.
    let packages = node_clients().join("node_modules");
    std::os::unix::fs::symlink(packages, checks.join("node_modules")).unwrap();
    let mut node = command("node");
    node.arg("main.mjs").current_dir(&checks).envs([
        ("URL", program.url.as_str()),
        ("LINK", &link),
        ("KEY", &program.key()),
        ("CREDENTIALS", &program.credentials().to_string()),
        ("CURL", &program.ready["curl"].to_string()),
        ("PARLOR", crate::program::binary()),
        ("DATA", program.data.to_str().unwrap()),
    ]);
    if let Some(folder) = std::env::var_os("PARLOR_TEST_SCREENSHOTS") {
        node.env("SCREENSHOTS", folder);
    }
    let visit = run_within(VISIT_TIMEOUT, node);
    let failed: Vec<&str> = visit
        .stdout
        .lines()
        .filter(|line| !line.starts_with("ok "))
        .collect();
    assert!(failed.is_empty(), "{}\n{}", failed.join("\n"), visit.stderr);
    assert_eq!(visit.code, Some(0), "{}\n{}", visit.stdout, visit.stderr);
    // A visit that checks little would pass too.
    for check in [
        "setup: ",
        "start: ",
        "inbox: ",
        "deliveries: ",
        "health: ",
        "keys: ",
        "members: ",
        "requests: ",
        "search: ",
        "usage: ",
        "every page: ",
    ] {
        let named = format!("ok {check}");
        assert!(
            visit.stdout.lines().any(|line| line.starts_with(&named)),
            "no check of {check}{}",
            visit.stdout
        );
    }
    let said = program.stop();
    let secret = link.rsplit_once('#').unwrap().1;
    assert_eq!(said.matches(secret).count(), 1, "the link is in the log");
}
