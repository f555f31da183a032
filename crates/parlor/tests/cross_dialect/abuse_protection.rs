//! Abuse protection in the error format of every dialect: guessed credentials, many new visitors, and writes beyond the
//! queue's capacity.

use std::num::NonZeroU32;

use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestBackend, TestRequest, TestResponse, TestServer, backend::block_on};
use serde_json::json;

use crate::actors::Actors;
use crate::message_order::{create_shared_group, writer_requests};
use crate::model::{Member, OWNER};

/// Whether a request was refused temporarily, with a `Retry-After`.
fn is_temporary_refusal(reply: &TestResponse, status: u16) -> bool {
    let code = match status {
        429 => "10110",
        _ => "10002",
    };
    let is_refused = reply.status == status
        || reply.status == 200 && reply.text().contains(&format!("\"code\":\"{code}\""));
    is_refused
        && reply
            .header("retry-after")
            .parse()
            .is_ok_and(|seconds: u64| seconds > 0)
}

/// The same call in every dialect, with a key or token.
fn same_call_everywhere(
    server: &TestServer,
    from: &str,
    key: &str,
) -> Vec<(&'static str, TestRequest)> {
    let workspace = &server.a.workspace;
    let calls = vec![
        ("Sharely", {
            let path = format!("/workspaces/{workspace}/generate-access-key-token");
            server.post(&path).header("x-api-key", key).json(&json!({}))
        }),
        ("Gravity Rail", {
            let path = format!("/api/v2/w/{workspace}/chats");
            server.get(&path).bearer(key)
        }),
        (
            "Relation",
            server.get("/api/v1/verify/nonce").header("ApiKey", key),
        ),
        ("ChatBotKit", server.get("/api/v1/space/list").bearer(key)),
        (
            "tenant chats",
            server.get("/api/v1/chats/user/u1").header("X-API-Key", key),
        ),
    ];
    calls
        .into_iter()
        .map(|(name, request)| (name, request.header("x-forwarded-for", from)))
        .collect()
}

async fn check_guessing(backend: TestBackend) {
    let server = TestServer::start_with(backend, |options| {
        options.failed_credentials_per_minute = NonZeroU32::new(5);
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let good = server.a.key.clone();
    for (at, name) in [
        "Sharely",
        "Gravity Rail",
        "Relation",
        "ChatBotKit",
        "tenant chats",
    ]
    .into_iter()
    .enumerate()
    {
        let from = format!("203.0.113.{at}");
        let call = |key: &str| same_call_everywhere(&server, &from, key).swap_remove(at);
        assert_eq!(call(&good).0, name);
        // The credential was verified before.
        let known = call(&good).1.send().await;
        assert!(
            !is_temporary_refusal(&known, 429),
            "{name}: {}",
            known.text()
        );
        for guess in 0..6 {
            let reply = call(&format!("prl_{guess:043}")).1.send().await;
            assert!(
                !is_temporary_refusal(&reply, 429),
                "{name} {guess}: {}",
                reply.text()
            );
        }
        let refused = call(&format!("prl_{:043}", 99)).1.send().await;
        assert!(
            is_temporary_refusal(&refused, 429),
            "{name}: {} {}",
            refused.status,
            refused.text()
        );
        let known_still = call(&good).1.send().await;
        assert_eq!(known_still.status, known.status, "{name}");
        assert!(!is_temporary_refusal(&known_still, 429), "{name}");
        // Another address's guess is verified.
        let elsewhere = same_call_everywhere(&server, "198.51.100.1", "prl_x")
            .swap_remove(at)
            .1;
        let elsewhere = elsewhere.send().await;
        assert!(
            !is_temporary_refusal(&elsewhere, 429),
            "{name}: {}",
            elsewhere.text()
        );
    }
}

#[test]
fn guessed_credentials_are_limited_and_known_ones_are_not() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(check_guessing(backend));
    }
}

/// Tokens that only open sockets count as known credentials too, and guesses on a socket are rate limited.
#[test]
fn token_that_opened_socket_is_known_credential() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(token_known(backend));
    }
}

async fn token_known(backend: TestBackend) {
    let server = TestServer::start_with(backend, |options| {
        options.failed_credentials_per_minute = NonZeroU32::new(5);
        options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let key = &server.a.key;
    let chat = server.post("/api/v1/chats/").header("X-API-Key", key);
    let chat = chat.json(&json!({ "user_id": "u1" })).send().await;
    let chat = chat.expect(201)["id"].as_str().unwrap().to_owned();
    let made = async |path: &str| {
        let request = server.post(path).header("X-API-Key", key);
        let made = request.json(&json!({ "user_id": "u1" })).send().await;
        made.expect(201)["token"].as_str().unwrap().to_owned()
    };
    let of_chat = made(&format!("/api/v1/chats/{chat}/tokens")).await;
    let of_user = made("/api/v1/users/u1/tokens").await;
    let of_member = server.a.sign_in(&server.a.owner).await;
    let guesses = ["/ws/chat", "/live", "/ws/"];
    for (at, good) in [
        format!("/ws/chat?token={of_chat}"),
        format!("/live?token={of_user}"),
        format!("/ws/?token={of_member}"),
    ]
    .into_iter()
    .enumerate()
    {
        let from = format!("203.0.113.{at}");
        let from = [("x-forwarded-for", from.as_str())];
        server.open_socket(&good, &from).await.close().await;
        for guess in 0..6 {
            let path = format!("{}?token=guess{guess}", guesses[at]);
            let mut refused = server.open_socket(&path, &from).await;
            while refused.next_or_end().await.is_some() {}
        }
        let request = server
            .get("/api/v1/chats/user/u1")
            .header(from[0].0, from[0].1);
        let refused = request.header("X-API-Key", "prl_x").send().await;
        assert!(
            is_temporary_refusal(&refused, 429),
            "{good:.9}: {}",
            refused.text()
        );
        server.open_socket(&good, &from).await.close().await;
    }
}

#[test]
fn anonymous_space_creation_is_limited() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(strangers(backend));
    }
}

async fn strangers(backend: TestBackend) {
    let server = TestServer::start_with(backend, |options| {
        options.anonymous_requests_per_minute = NonZeroU32::new(3);
        options.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        let settings = json!({ "anonymous_spaces": true });
        options
            .dialect_settings
            .insert("sharely".to_owned(), settings);
    })
    .await;
    let arrive = |from: &str| {
        let path = format!("/workspaces/{}/spaces", server.a.workspace);
        let request = server.post(&path).header("x-forwarded-for", from);
        request.json(&json!({})).send()
    };
    for _ in 0..3 {
        assert!(arrive("203.0.113.1").await.status < 300);
    }
    let refused = arrive("203.0.113.1").await;
    assert!(is_temporary_refusal(&refused, 429), "{}", refused.text());
    assert!(arrive("203.0.113.2").await.status < 300);
    // Requests with a key are not counted.
    let path = format!("/workspaces/{}/spaces", server.a.workspace);
    let request = server.post(&path).header("x-forwarded-for", "203.0.113.1");
    let reply = request
        .header("x-api-key", &server.a.key)
        .json(&json!({}))
        .send()
        .await;
    assert!(reply.status < 300, "{}", reply.text());
}

/// Requests of one kind while the writer is blocked: more than the writer and its queue take.
const MAX_CONCURRENT: usize = 8;

#[test]
fn write_beyond_queue_capacity_is_refused_in_every_dialect() {
    block_on(async {
        let mut file = String::new();
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            // One for the set-up, and one for the search indexer, which writes once after the start.
            options.queue_bounds.queue = 2;
            options.search_interval = std::time::Duration::from_secs(3_600);
            options
                .database
                .trim_start_matches("sqlite:")
                .clone_into(&mut file);
        })
        .await;
        let (actors, model) = Actors::create(&server).await;
        let people: Vec<&Member> = model.members[OWNER + 1..=3].iter().collect();
        let (id, space) = create_shared_group(&actors, &people).await;
        let mut kinds: Vec<Vec<TestRequest>> = (0..8).map(|_| Vec::new()).collect();
        for (at, request) in writer_requests(&actors, &people, id, space)
            .into_iter()
            .enumerate()
        {
            kinds[at % 8].push(request);
        }
        for (at, mut requests) in kinds.into_iter().enumerate() {
            let last = requests.pop().unwrap();
            let other = rusqlite::Connection::open(&file).unwrap();
            other.execute_batch("begin immediate").unwrap();
            let mut sent = JoinSet::new();
            for request in requests.into_iter().take(MAX_CONCURRENT) {
                sent.spawn(request.send());
            }
            // The others wait, so the first answer is a refusal.
            let first = sent.join_next().await.unwrap().unwrap();
            assert!(
                is_temporary_refusal(&first, 503),
                "{at}: {} {}",
                first.status,
                first.text()
            );
            other.execute_batch("rollback").unwrap();
            drop(other);
            while let Some(reply) = sent.join_next().await {
                let reply = reply.unwrap();
                let is_good = reply.status < 300 && !is_temporary_refusal(&reply, 503);
                assert!(
                    is_good || is_temporary_refusal(&reply, 503),
                    "{at}: {}",
                    reply.text()
                );
            }
            let after = last.send().await;
            assert!(
                after.status < 300 && !is_temporary_refusal(&after, 503),
                "{at}: {}",
                after.text()
            );
        }
    });
}
