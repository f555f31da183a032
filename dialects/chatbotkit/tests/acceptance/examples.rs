//! Runs the examples of the vendor's page on spaces, in each language, against a server.

use std::path::{Path, PathBuf};

use parlor_testkit::{TestServer, both, command};

fn program_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/examples")
        .join(name)
}

async fn run_program(server: &TestServer, name: &str) {
    let variables = [
        ("TARGET", server.url.as_str()),
        ("TOKEN", server.a.key.as_str()),
    ];
    let printed = command::run_example(&program_path(name), &variables).await;
    assert_eq!(printed.lines().last(), Some("ok"), "{printed}");
}

both! {
    async fn curl(server: TestServer) {
        run_program(&server, "spaces.sh").await;
    }
    async fn javascript(server: TestServer) {
        run_program(&server, "spaces.mjs").await;
    }
    async fn python(server: TestServer) {
        run_program(&server, "spaces.py").await;
    }
}
