//! Concurrent requests.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{activate_request, create_group_request, get_token, group_names};

/// Sends a number of concurrent requests and returns their responses.
async fn send_concurrently(
    count: usize,
    request: impl Fn() -> parlor_testkit::TestRequest,
) -> Vec<Value> {
    let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(request().send())).collect();
    let mut answers = Vec::with_capacity(count);
    for task in tasks {
        answers.push(task.await.unwrap().expect(200));
    }
    answers
}

both! {
    async fn concurrent_first_activations_create_one_space(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        for body in [
            json!({ "customerIdString": "ada" }),
            json!({ "userId": crate::fixtures::UNKNOWN_ID }),
        ] {
            let answers = send_concurrently(50, || activate_request(&server, &server.a, &token).json(&body)).await;
            assert!(answers.iter().all(|answer| answer["spaceId"] == answers[0]["spaceId"]));
            let new = answers.iter().filter(|answer| answer["isNew"] == true).count();
            assert_eq!(new, 1, "{body}");
            let space = answers[0]["spaceId"].as_str().unwrap();
            assert_eq!(group_names(&server, &server.a, space).await, ["General"]);
        }
    }

    async fn concurrent_repeats_create_one_group(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = crate::fixtures::create_space(&server, &server.a, &token).await;
        let answers = send_concurrently(50, || {
            create_group_request(&server, &server.a, &token, &space)
                .header("idempotency-key", "once")
                .json(&json!({ "name": "Support" }))
        })
        .await;
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(group_names(&server, &server.a, &space).await, ["General", "Support"]);
    }

    async fn concurrent_requests_create_all_groups(server: TestServer) {
        let token = get_token(&server, &server.a).await;
        let space = crate::fixtures::create_space(&server, &server.a, &token).await;
        let answers = send_concurrently(50, || create_group_request(&server, &server.a, &token, &space).json(&json!({}))).await;
        let ids: std::collections::HashSet<_> = answers.iter().map(|answer| answer["id"].to_string()).collect();
        assert_eq!(ids.len(), 50);
        assert_eq!(group_names(&server, &server.a, &space).await.len(), 51);
    }
}
