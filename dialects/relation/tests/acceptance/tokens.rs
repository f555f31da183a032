//! Unified tokens: cases 13 to 15 and 17.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parlor_engine::signing::{self, Purpose};
use parlor_kit::member_token::MemberClaims;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::fixtures::{CREATE_PATH, TestMember, claims, create_member, response_code};
use crate::wallet::{TestWallet, address_token};

/// From the vendor's page, with a wrong checksum.
const DAMAGED: &str = "eyJhbGciOiJFUzI1Ni19.eyJqdGkiOiI0MzdiN2EzZDEwMGY0ODVkOWVhMWUzZmZlOWE1NmEyZSIsImlz1cyI6InJlbGF0aW9ubGFicy5haSJ9.rj7KKuIcgmvaIwZ63YHnXQ4jvvI-eR2Wo7k3YEyzMuxo8j5ezCowKDpcW0u9zI1uHPFqwD0-1XPWdPLR1d1HLFw";

async fn code_with_authorization(server: &TestServer, authorization: &str) -> String {
    let request = server.post(CREATE_PATH).header("ApiKey", &server.a.key);
    let request = request.header("Authorization", authorization);
    response_code(
        &request
            .json(&json!({ "name": "n", "type": "G" }))
            .send()
            .await,
    )
}

fn base64url(text: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(text.as_bytes())
}

both! {
    async fn case_13_invalid_token_is_a_token_error(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let bare = server.post(CREATE_PATH).header("ApiKey", &server.a.key);
        assert_eq!(response_code(&bare.json(&json!({ "type": "G" })).send().await), "10101");
        let good = claims(&ada.token);
        let secret = EncodingKey::from_secret(b"secret");
        let hs256 = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &good, &secret).unwrap();
        let payload = ada.token.split('.').nth(1).unwrap();
        let none = format!("{}.{payload}.", base64url("{\"alg\":\"none\"}"));
        let stolen = format!("{}.{payload}.{}", base64url("{\"alg\":\"ES256\"}"), "A".repeat(86));
        let cut = &ada.token[..ada.token.len() - 4];
        for bad in ["", "x", "Bearer", "Bearer ", "a.b.c", "Basic YTpi", DAMAGED, &hs256, &none, &stolen, cut] {
            assert_eq!(code_with_authorization(&server, &format!("Bearer {bad}")).await, "10101", "{bad}");
        }
        assert_eq!(code_with_authorization(&server, DAMAGED).await, "10101");
        assert_eq!(code_with_authorization(&server, &format!("Basic {}", ada.token)).await, "10101");
    }

    async fn case_13_another_tenants_token_is_a_token_error(server: TestServer) {
        let stranger = server.b.create_person("Eve", None, "").await;
        let token = server.b.sign_in(&stranger).await;
        assert_eq!(code_with_authorization(&server, &token).await, "10101");
        // The key is checked first.
        let request = server.post(CREATE_PATH).header("ApiKey", "x").bearer(&token);
        assert_eq!(response_code(&request.body("{").send().await), "10120");
    }

    async fn case_13_token_of_an_unknown_member_is_a_token_error(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let signer = signing::signer(&server.engine, server.a.workspace_ref.number, Purpose::Member).await.unwrap();
        let unknown = MemberClaims { sub: "2vxsx-fae".to_owned(), ..claims(&ada.token) };
        assert_eq!(code_with_authorization(&server, &signer.sign(None, &unknown).unwrap()).await, "10101");
    }

    async fn case_14_expired_token_and_foreign_issuer_have_different_codes(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let signer = signing::signer(&server.engine, server.a.workspace_ref.number, Purpose::Member).await.unwrap();
        let good = claims(&ada.token);
        let old = MemberClaims { exp: good.iat - 1, ..good.clone() };
        let foreign = MemberClaims { iss: "elsewhere".to_owned(), ..good.clone() };
        // The issuer is checked before the expiry, the signature before both.
        let both = MemberClaims { iss: "elsewhere".to_owned(), ..old.clone() };
        for (claims, expected) in [(&good, "0"), (&old, "10100"), (&foreign, "10102"), (&both, "10102")] {
            assert_eq!(code_with_authorization(&server, &signer.sign(None, claims).unwrap()).await, expected);
        }
        let end = u64::try_from(good.exp - good.iat).unwrap();
        server.clock.advance(Duration::from_secs(end + 1));
        assert_eq!(code_with_authorization(&server, &ada.token).await, "10100");
    }

    async fn case_15_scheme_is_case_insensitive_and_optional(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        for scheme in ["Bearer ", "bearer ", "BEARER  ", ""] {
            assert_eq!(code_with_authorization(&server, &format!("{scheme}{}", ada.token)).await, "0", "{scheme}");
        }
    }

    async fn case_17_token_types_are_not_interchangeable(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let address = address_token(&server, &TestWallet::from_byte(7)).await;
        assert_eq!(code_with_authorization(&server, &address).await, "10101");
        let TestMember { token, .. } = &ada;
        let exchange = server.post("/api/v1/auth").header("ApiKey", &server.a.key);
        let exchange = exchange.header("I-Authorization", format!("Bearer {token}"));
        assert_eq!(response_code(&exchange.send().await), "10101");
    }

    async fn the_token_is_checked_before_the_body(server: TestServer) {
        let request = server.post(CREATE_PATH).header("ApiKey", &server.a.key).bearer("x");
        assert_eq!(response_code(&request.body("{").send().await), "10101");
    }

    async fn tokens_are_valid_after_a_restart(server: TestServer) {
        let mut server = server;
        let ada = create_member(&server, "Ada").await;
        let channel = ada.group(&server, &[]).await;
        server.restart().await;
        assert_eq!(ada.members(&server, &channel).await, [ada.id.as_str()]);
    }
}
