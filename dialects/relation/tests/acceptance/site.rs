//! Sign-in texts that name their site (EIP-4361).

use std::time::Duration;

use parlor_kit::time::iso;
use parlor_testkit::{Backend, TestServer, both};
use serde_json::json;

use crate::people::{code, data};
use crate::wallet::{Wallet, now, verify};

async fn nonce(server: &TestServer, key: &str) -> String {
    let request = server.get("/api/v1/verify/nonce").header("ApiKey", key);
    let data = data(&request.send().await);
    data["nonce"].as_str().unwrap().to_owned()
}

/// What a page of a site asks a wallet to sign.
pub(crate) struct Text {
    domain: String,
    address: String,
    nonce: String,
    more: String,
}

impl Text {
    async fn of(server: &TestServer, wallet: &Wallet) -> Self {
        Self::at(server, wallet, &server.a.key).await
    }

    /// For the project of a key.
    pub(crate) async fn at(server: &TestServer, wallet: &Wallet, key: &str) -> Self {
        Self {
            domain: server.url.replace("http://", ""),
            address: wallet.address(),
            nonce: nonce(server, key).await,
            more: String::new(),
        }
    }

    pub(crate) fn write(&self, server: &TestServer) -> String {
        let Self {
            domain,
            address,
            nonce,
            more,
        } = self;
        let at = iso(server.engine.now());
        format!(
            "{domain} wants you to sign in with your Ethereum account:\n{address}\n\nHello.\n\nURI: http://{domain}/login\n\
             Version: 1\nChain ID: 1\nNonce: {nonce}\nIssued At: {at}{more}"
        )
    }
}

both! {
    async fn a_text_for_this_site_is_taken_once(server: TestServer) {
        let wallet = Wallet::of(1);
        let mut text = Text::of(&server, &wallet).await;
        assert_eq!(code(&verify(&server, &wallet.body(&text.write(&server))).await), "0");
        // The same number in another text.
        text.more = "\nRequest ID: 2".to_owned();
        assert_eq!(code(&verify(&server, &wallet.body(&text.write(&server))).await), "10101");
    }

    async fn a_text_for_anything_else_is_refused(server: TestServer) {
        let wallet = Wallet::of(1);
        let good = Text::of(&server, &wallet).await;
        let foreign = nonce(&server, &server.b.key).await;
        let spoiled = good.nonce.replace(|letter: char| letter.is_ascii_digit(), "a");
        let past = iso(server.engine.now().minus(Duration::from_secs(1)));
        let future = iso(server.engine.now().plus(Duration::from_secs(60)));
        let same = || Text { domain: good.domain.clone(), address: good.address.clone(), nonce: good.nonce.clone(), more: String::new() };
        for bad in [
            Text { domain: "evil.example".to_owned(), ..same() },
            Text { address: Wallet::of(2).address(), ..same() },
            Text { nonce: foreign, ..same() },
            Text { nonce: spoiled, ..same() },
            Text { nonce: "1234567890".to_owned(), ..same() },
            Text { more: format!("\nExpiration Time: {past}"), ..same() },
            Text { more: format!("\nNot Before: {future}"), ..same() },
            Text { more: "\nand more".to_owned(), ..same() },
        ] {
            let text = bad.write(&server);
            assert_eq!(code(&verify(&server, &wallet.body(&text)).await), "10101", "{text}");
        }
        // Nobody used the number up.
        assert_eq!(code(&verify(&server, &wallet.body(&good.write(&server))).await), "0");
    }

    async fn a_number_is_good_for_a_quarter_of_an_hour(server: TestServer) {
        let wallet = Wallet::of(1);
        let text = Text::of(&server, &wallet).await;
        server.clock.advance(Duration::from_secs(16 * 60));
        assert_eq!(code(&verify(&server, &wallet.body(&text.write(&server))).await), "10101");
    }

    async fn a_number_is_for_a_project(server: TestServer) {
        let none = server.get("/api/v1/verify/nonce");
        assert_eq!(code(&none.send().await), "10120");
        assert_ne!(nonce(&server, &server.a.key).await, nonce(&server, &server.a.key).await);
    }
}

#[test]
fn an_operator_may_insist_on_a_site_and_name_it() {
    parlor_testkit::backend::block_on(async {
        let section = json!({ "require_siwe": true, "domains": ["Chat.Example"] });
        let server = TestServer::start_with(Backend::Sqlite, |options| {
            options.dialects.insert("relation".to_owned(), section);
        })
        .await;
        let wallet = Wallet::of(1);
        let bare = wallet.body(&now(&server));
        assert_eq!(code(&verify(&server, &bare).await), "10101");
        let mut text = Text::of(&server, &wallet).await;
        let own = wallet.body(&text.write(&server));
        assert_eq!(code(&verify(&server, &own).await), "10101");
        text.domain = "chat.example".to_owned();
        let named = wallet.body(&text.write(&server));
        assert_eq!(code(&verify(&server, &named).await), "0");
    });
}
