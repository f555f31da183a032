//! A tenant's credentials, in the headers that each dialect reads.

use parlor_kit::Auth;
use parlor_testkit::{TestServer, TestTenant};
use serde_json::json;

use crate::wallet;

/// All credentials of a tenant's workspace.
pub(crate) struct Credentials {
    pub(crate) key: String,
    /// The owner's member token.
    member: String,
    /// A token issued with the key, for the dialect that requires one.
    pub(crate) session: String,
    /// A token that proves an email address or phone number.
    address: String,
}

impl Credentials {
    pub(crate) async fn create(server: &TestServer, tenant: &TestTenant) -> Self {
        let member = tenant.sign_in(&tenant.owner).await;
        Self::from_key_and_token(server, tenant, &tenant.key, member).await
    }

    /// The credentials of a key and a member token, with tokens issued with the key while it is valid. Where either a
    /// member's token or a key is accepted, passing the key twice uses the key.
    pub(crate) async fn from_key_and_token(
        server: &TestServer,
        tenant: &TestTenant,
        key: &str,
        member: String,
    ) -> Self {
        let exchange = format!("/workspaces/{}/generate-access-key-token", tenant.workspace);
        let exchange = server.post(&exchange).header("x-api-key", key);
        let exchanged = exchange.json(&json!({})).send().await.expect(200);
        let verify = server
            .post("/api/v1/verify/eth")
            .header("ApiKey", &tenant.key);
        let signed = wallet::signed_message(server.engine.now().millis());
        let verified = verify.json(&signed).send().await.expect(200);
        assert_eq!(verified["code"], "0", "{verified}");
        let address = verified["data"]
            .as_str()
            .or(verified["data"]["token"].as_str());
        Self {
            key: key.to_owned(),
            member,
            session: exchanged["token"].as_str().unwrap().to_owned(),
            address: address.unwrap().to_owned(),
        }
    }

    /// The headers of a call to a route with these credentials.
    pub(crate) fn headers(&self, dialect: &str, auth: Auth) -> Vec<(&'static str, String)> {
        match auth {
            Auth::None => Vec::new(),
            Auth::Key(name) | Auth::KeyOrBearer(name) => vec![(name, self.key.clone())],
            Auth::Bearer => vec![(
                "authorization",
                format!("Bearer {}", self.bearer_token(dialect)),
            )],
            Auth::KeyAndToken(name, token) => {
                vec![
                    (name, self.key.clone()),
                    (token, self.token_header_value(token)),
                ]
            }
        }
    }

    fn bearer_token(&self, dialect: &str) -> &str {
        match dialect {
            "sharely" => &self.session,
            "gravity-rail" => &self.member,
            _ => &self.key,
        }
    }

    fn token_header_value(&self, name: &str) -> String {
        let token = if name.eq_ignore_ascii_case("i-authorization") {
            &self.address
        } else {
            &self.member
        };
        format!("Bearer {token}")
    }
}
