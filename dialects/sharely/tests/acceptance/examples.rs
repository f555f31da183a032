//! The vendor's documented request sequences, run as programs against a server.

use std::path::Path;

use parlor_testkit::{TestServer, both, command};
use serde_json::Value;

use crate::fixtures::{create_space, get_token, group_names};

async fn run(server: &TestServer, file: &str, space: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/examples")
        .join(file);
    let variables = [
        ("SHARELY_URL", server.url.as_str()),
        ("SHARELY_API_KEY", &server.a.key),
        ("SHARELY_WORKSPACE", &server.a.workspace),
        ("SHARELY_ORGANIZATION", &server.a.organization),
        ("SHARELY_SPACE", space),
    ];
    let output = command::run_example(&path, &variables).await;
    serde_json::from_str(&output).unwrap()
}

both! {
    async fn curl_example_creates_group(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let output = run(&server, "create_group.sh", &space).await;
        assert_eq!(output["name"], "Technical Support");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Technical Support"]);
    }

    async fn javascript_example_creates_groups(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let output = run(&server, "create_groups.mjs", &space).await;
        let output: Vec<_> = output.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
        let stored = group_names(&server, &server.a, &space).await;
        assert_eq!(stored[1..], output);
        assert_eq!(output[..2], ["Product Questions", "General"]);
        assert_eq!(output.len(), 10);
    }

    async fn python_example_creates_group(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let output = run(&server, "create_group.py", &space).await;
        assert_eq!(output["refused"], 404);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", output["name"].as_str().unwrap()]);
    }
}
