//! The page's request sequences as programs in the languages the page shows, run against a server.

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
    let printed = command::run_example(&path, &variables).await;
    serde_json::from_str(&printed).unwrap()
}

both! {
    async fn curl_makes_a_group(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let printed = run(&server, "create_group.sh", &space).await;
        assert_eq!(printed["name"], "Technical Support");
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Technical Support"]);
    }

    async fn javascript_makes_groups(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let printed = run(&server, "create_groups.mjs", &space).await;
        let printed: Vec<_> = printed.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
        let kept = group_names(&server, &server.a, &space).await;
        assert_eq!(kept[1..], printed);
        assert_eq!(printed[..2], ["Product Questions", "General"]);
        assert_eq!(printed.len(), 10);
    }

    async fn python_makes_a_group(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = create_space(&server, &server.a, &token).await;
        let printed = run(&server, "create_group.py", &space).await;
        assert_eq!(printed["refused"], 404);
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", printed["name"].as_str().unwrap()]);
    }
}
