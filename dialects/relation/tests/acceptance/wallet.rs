//! Test wallets that sign like a browser's.

use data_encoding::HEXLOWER;
use k256::ecdsa::SigningKey;
use parlor_model::Timestamp;
use parlor_testkit::{TestResponse, TestServer};
use serde_json::{Value, json};
use sha3::{Digest, Keccak256};

use crate::fixtures::{TestMember, claims, response_data};

pub(crate) const VERIFY_PATH: &str = "/api/v1/verify/eth";
pub(crate) const EXCHANGE_PATH: &str = "/api/v1/auth";

/// A wallet with a known private key.
pub(crate) struct TestWallet(SigningKey);

impl TestWallet {
    /// Creates the wallet whose private key is 32 times `byte`.
    pub(crate) fn from_byte(byte: u8) -> Self {
        Self(SigningKey::from_slice(&[byte; 32]).unwrap())
    }

    /// Returns the public key: 65 bytes in hex.
    pub(crate) fn key(&self) -> String {
        HEXLOWER.encode(self.0.verifying_key().to_sec1_point(false).as_bytes())
    }

    /// Returns the address in lower case.
    pub(crate) fn address(&self) -> String {
        let point = self.0.verifying_key().to_sec1_point(false);
        let hash: [u8; 32] = Keccak256::digest(&point.as_bytes()[1..]).into();
        format!("0x{}", HEXLOWER.encode(&hash[12..]))
    }

    /// Returns the `personal_sign` signature of a text: 65 bytes in hex.
    pub(crate) fn sign(&self, text: &str) -> String {
        let prefixed = format!("\x19Ethereum Signed Message:\n{}{text}", text.len());
        let (signature, recovery) = self
            .0
            .sign_prehash_recoverable(&Keccak256::digest(prefixed.as_bytes()));
        let mut bytes = signature.to_vec();
        bytes.push(27 + recovery.to_byte());
        HEXLOWER.encode(&bytes)
    }

    /// Returns the request body with a signed text.
    pub(crate) fn signed_body(&self, text: &str) -> Value {
        json!({
            "pk": self.key(),
            "algorithm": "secp256k1",
            "message": text,
            "wallet_name": "metamask",
            "decoded_signature": self.sign(text),
            "chain_name": "eth",
        })
    }
}

/// Returns the server's time in milliseconds as text.
pub(crate) fn server_time(server: &TestServer) -> String {
    server.engine.now().millis().to_string()
}

/// Sets the server's clock to a time in milliseconds.
pub(crate) fn set_clock(server: &TestServer, millis: i64) {
    server.clock.set(Timestamp::from_millis(millis));
}

pub(crate) async fn verify_signature(server: &TestServer, body: &Value) -> TestResponse {
    verify_signature_in_project(server, &server.a.key, body).await
}

/// Posts a signed text for verification in the project of `key`.
pub(crate) async fn verify_signature_in_project(
    server: &TestServer,
    key: &str,
    body: &Value,
) -> TestResponse {
    let request = server.post(VERIFY_PATH).header("ApiKey", key);
    request.json(body).send().await
}

/// Returns an address token for a wallet that signs now.
pub(crate) async fn address_token(server: &TestServer, wallet: &TestWallet) -> String {
    let answer =
        response_data(&verify_signature(server, &wallet.signed_body(&server_time(server))).await);
    answer["token"].as_str().unwrap().to_owned()
}

pub(crate) async fn exchange_token(server: &TestServer, token: &str) -> TestResponse {
    let request = server.post(EXCHANGE_PATH).header("ApiKey", &server.a.key);
    request
        .header("I-Authorization", format!("Bearer {token}"))
        .send()
        .await
}

/// Returns a unified token for a wallet.
pub(crate) async fn sign_in(server: &TestServer, wallet: &TestWallet) -> String {
    let answer = response_data(&exchange_token(server, &address_token(server, wallet).await).await);
    answer["token"].as_str().unwrap().to_owned()
}

/// Signs a wallet in and sets the member's name.
pub(crate) async fn sign_in_as(server: &TestServer, wallet: &TestWallet, name: &str) -> TestMember {
    let token = sign_in(server, wallet).await;
    let holder = TestMember {
        id: claims(&token).sub,
        token,
    };
    let named = json!({ "name": name });
    response_data(&holder.post(server, "/api/v1/userInfo/update", &named).await);
    holder
}
