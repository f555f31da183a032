//! Statements and round trips of requests on PostgreSQL. A figure that grows is a defect: it is what a request costs the
//! database.

use parlor_testkit::{PostgresProxy, TestBackend, TestServer, WireCounts};
use reqwest::Method;
use serde_json::{Value, json};

use crate::program::block_on;

/// Requests of each kind; the smallest figure counts, because nodes also do other work now and then.
const ATTEMPTS: usize = 12;

/// Statements and round trips of a request. One round trip is the shared look at what has changed.
fn limits(statements: u64, round_trips: u64) -> WireCounts {
    WireCounts {
        statements,
        round_trips,
    }
}

#[test]
fn requests_on_postgresql_take_few_statements_and_round_trips() {
    block_on(async {
        let mut counter = None;
        let server = TestServer::start_with(TestBackend::Postgres, |options| {
            counter = Some(PostgresProxy::start(&mut options.database));
            // The index is filled once, before requests are counted.
            options.search_interval = std::time::Duration::from_secs(3600);
        })
        .await;
        let counter = counter.unwrap();
        let key = server.a.key.clone();
        let send = async |method: Method, path: &str, body: Option<Value>| -> Value {
            let mut request = server
                .request(method, path)
                .header("X-API-Key", &key)
                .bearer(&key);
            if let Some(body) = &body {
                request = request.json(body);
            }
            let answer = request.send().await;
            assert!(
                (200..300).contains(&answer.status),
                "{path}: {}",
                answer.status
            );
            answer.json()
        };
        let create = json!({ "user_id": "user123", "title": "Planning" });
        let made = send(Method::POST, "/api/v1/chats/", Some(create.clone())).await;
        let messages = format!("/api/v1/chats/{}/messages", made["id"].as_str().unwrap());
        let message = json!({ "content": "hello" });
        let page = format!("{messages}?limit=20&order=desc");
        let (mut found, mut allowed) = (Vec::new(), Vec::new());
        for (name, method, path, body, expected) in [
            (
                "authenticated",
                Method::GET,
                "/api/v2/ai-models",
                None,
                limits(1, 1),
            ),
            (
                "message",
                Method::POST,
                &*messages,
                Some(&message),
                limits(7, 4),
            ),
            ("newest page", Method::GET, &*page, None, limits(4, 4)),
            (
                "create",
                Method::POST,
                "/api/v1/chats/",
                Some(&create),
                limits(9, 8),
            ),
        ] {
            let mut least: Option<WireCounts> = None;
            for _ in 0..ATTEMPTS {
                let before = counter.counts();
                send(method.clone(), path, body.cloned()).await;
                let after = counter.counts();
                let used = limits(
                    after.statements - before.statements,
                    after.round_trips - before.round_trips,
                );
                least = Some(match least {
                    None => used,
                    Some(least) => limits(
                        least.statements.min(used.statements),
                        least.round_trips.min(used.round_trips),
                    ),
                });
            }
            found.push((name, least.unwrap()));
            allowed.push((name, expected));
        }
        assert_eq!(found, allowed);
    });
}
