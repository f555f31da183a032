//! Repeated HTTP requests.

use parlor_client::{Backoff, Error};
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio;

use crate::fake_server::FakeServer;
use crate::fixture::fast_backoff;

#[test]
fn only_idempotent_requests_are_retried() {
    block_on(async {
        let fake = FakeServer::start().await;
        let client = fake.client().backoff(Backoff {
            max_attempts: Some(2),
            ..fast_backoff()
        });
        let id = |request: &str| {
            let body = request.split_once("\r\n\r\n").unwrap().1.to_owned();
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["client_message_id"].as_str().unwrap().to_owned()
        };
        let busy = "HTTP/1.1 429 Busy\r\nretry-after: 0\r\ncontent-length: 49\r\n\r\n\
                    {\"detail\":\"busy\",\"error_code\":\"RATE_LIMITED\"}    ";
        let (posted, requests) = tokio::join!(client.send_message("chat", "Hi"), async {
            drop(fake.accept().await);
            [fake.answer_http(busy).await, fake.answer_http(busy).await]
        });
        assert_eq!(posted.unwrap_err().code(), Some("RATE_LIMITED"));
        assert_eq!(id(&requests[0]), id(&requests[1]), "under one id");
        // A request that may have been executed is not retried if repeating it would fail.
        let (deleted, ()) = tokio::join!(client.delete_chat("chat", false), async {
            drop(fake.accept().await);
        });
        assert!(matches!(deleted, Err(Error::Transport(_))));
        let (unexpected, _) = tokio::join!(
            client.get_chat("chat"),
            fake.answer_http("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        );
        assert!(matches!(
            unexpected,
            Err(Error::UnexpectedResponse { status: 200 })
        ));
    });
}
