//! Sign-in texts that name their site (EIP-4361).

use std::time::Duration;

use parlor_kit::time::format_iso;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::json;

use crate::fixtures::{response_code, response_data};
use crate::wallet::{TestWallet, server_time, verify_signature};

async fn get_nonce(server: &TestServer, key: &str) -> String {
    let request = server.get("/api/v1/verify/nonce").header("ApiKey", key);
    let data = response_data(&request.send().await);
    data["nonce"].as_str().unwrap().to_owned()
}

/// A sign-in text.
pub(crate) struct SiweText {
    domain: String,
    address: String,
    nonce: String,
    more: String,
}

impl SiweText {
    async fn new(server: &TestServer, wallet: &TestWallet) -> Self {
        Self::for_project(server, wallet, &server.a.key).await
    }

    /// Creates a text with a nonce of the key's project.
    pub(crate) async fn for_project(server: &TestServer, wallet: &TestWallet, key: &str) -> Self {
        Self {
            domain: server.url.replace("http://", ""),
            address: wallet.address(),
            nonce: get_nonce(server, key).await,
            more: String::new(),
        }
    }

    pub(crate) fn to_text(&self, server: &TestServer) -> String {
        let Self {
            domain,
            address,
            nonce,
            more,
        } = self;
        let at = format_iso(server.engine.now());
        format!(
            "{domain} wants you to sign in with your Ethereum account:\n{address}\n\nHello.\n\nURI: http://{domain}/login\n\
             Version: 1\nChain ID: 1\nNonce: {nonce}\nIssued At: {at}{more}"
        )
    }
}

both! {
    async fn text_for_this_site_is_accepted_once(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let mut text = SiweText::new(&server, &wallet).await;
        assert_eq!(response_code(&verify_signature(&server, &wallet.signed_body(&text.to_text(&server))).await), "0");
        // The same nonce in another text.
        text.more = "\nRequest ID: 2".to_owned();
        assert_eq!(response_code(&verify_signature(&server, &wallet.signed_body(&text.to_text(&server))).await), "10101");
    }

    async fn invalid_text_is_refused(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let good = SiweText::new(&server, &wallet).await;
        let foreign = get_nonce(&server, &server.b.key).await;
        let spoiled = good.nonce.replace(|letter: char| letter.is_ascii_digit(), "a");
        let past = format_iso(server.engine.now().saturating_sub(Duration::from_secs(1)));
        let future = format_iso(server.engine.now().saturating_add(Duration::from_secs(60)));
        let same = || SiweText { domain: good.domain.clone(), address: good.address.clone(), nonce: good.nonce.clone(), more: String::new() };
        for bad in [
            SiweText { domain: "evil.example".to_owned(), ..same() },
            SiweText { address: TestWallet::from_byte(2).address(), ..same() },
            SiweText { nonce: foreign, ..same() },
            SiweText { nonce: spoiled, ..same() },
            SiweText { nonce: "1234567890".to_owned(), ..same() },
            SiweText { more: format!("\nExpiration Time: {past}"), ..same() },
            SiweText { more: format!("\nNot Before: {future}"), ..same() },
            SiweText { more: "\nand more".to_owned(), ..same() },
        ] {
            let text = bad.to_text(&server);
            assert_eq!(response_code(&verify_signature(&server, &wallet.signed_body(&text)).await), "10101", "{text}");
        }
        // None of these requests used up the nonce.
        assert_eq!(response_code(&verify_signature(&server, &wallet.signed_body(&good.to_text(&server))).await), "0");
    }

    async fn nonce_expires_after_fifteen_minutes(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let text = SiweText::new(&server, &wallet).await;
        server.clock.advance(Duration::from_secs(16 * 60));
        assert_eq!(response_code(&verify_signature(&server, &wallet.signed_body(&text.to_text(&server))).await), "10101");
    }

    async fn nonce_is_bound_to_its_project(server: TestServer) {
        let none = server.get("/api/v1/verify/nonce");
        assert_eq!(response_code(&none.send().await), "10120");
        assert_ne!(get_nonce(&server, &server.a.key).await, get_nonce(&server, &server.a.key).await);
    }
}

#[test]
fn require_siwe_and_domains_are_configurable() {
    parlor_testkit::backend::block_on(async {
        let section = json!({ "require_siwe": true, "domains": ["Chat.Example"] });
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options
                .dialect_settings
                .insert("relation".to_owned(), section);
        })
        .await;
        let wallet = TestWallet::from_byte(1);
        let bare = wallet.signed_body(&server_time(&server));
        assert_eq!(
            response_code(&verify_signature(&server, &bare).await),
            "10101"
        );
        let mut text = SiweText::new(&server, &wallet).await;
        let own = wallet.signed_body(&text.to_text(&server));
        assert_eq!(
            response_code(&verify_signature(&server, &own).await),
            "10101"
        );
        text.domain = "chat.example".to_owned();
        let named = wallet.signed_body(&text.to_text(&server));
        assert_eq!(response_code(&verify_signature(&server, &named).await), "0");
    });
}
