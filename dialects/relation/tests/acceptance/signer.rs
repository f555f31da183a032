//! The signer's own paths: `POST /auth` and `GET /jwk`.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{claims, response_code, response_data};
use crate::wallet::{TestWallet, exchange_token, server_time, sign_in};

both! {
    async fn signer_responds_without_an_envelope(server: TestServer) {
        let body = TestWallet::from_byte(1).signed_body(&server_time(&server));
        for path in ["/auth", "/auth/"] {
            // With two workspaces the request must name one.
            let reply = server.post(path).json(&body).send().await;
            assert_eq!((reply.status, reply.text().as_str()), (401, ""));
            let hint = reply.header("www-authenticate");
            assert!(hint.contains("send the ApiKey header") && hint.contains("signer_workspace"), "{hint}");
        }
        // A request with a wrong key gets no hint.
        let wrong = server.post("/auth").header("ApiKey", "x").json(&body).send().await;
        assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, "ApiKey"));
        let reply = server.post("/auth").header("ApiKey", &server.a.key).json(&body).send().await;
        let answer = reply.expect(200);
        assert_eq!((answer.as_object().unwrap().len(), &answer["code"]), (2, &json!("success")));
        let token = answer["token"].as_str().unwrap();
        let unified = response_data(&exchange_token(&server, token).await);
        assert!(claims(unified["token"].as_str().unwrap()).sub.ends_with("-cai"));
        // Both forms of the exchange share the used signatures.
        let again = server.post("/auth").header("ApiKey", &server.a.key).json(&body).send().await;
        assert_eq!((again.status, again.text().as_str()), (401, ""));
    }

    async fn signer_errors_have_a_status_only(server: TestServer) {
        let good = TestWallet::from_byte(1).signed_body(&server_time(&server));
        let keyed = || server.post("/auth").header("ApiKey", &server.a.key);
        let mut foreign = good.clone();
        foreign["pk"] = json!(TestWallet::from_byte(2).key());
        let mut other = good.clone();
        other["algorithm"] = json!("ed25519");
        let mut part = good.clone();
        part.as_object_mut().unwrap().remove("message");
        for (request, status) in [
            (keyed().body(good.to_string()), 415),
            (keyed().header("content-type", "text/plain").body(good.to_string()), 415),
            (keyed().header("content-type", "application/json").body("{"), 400),
            (keyed().json(&part), 400),
            (keyed().json(&other), 400),
            (keyed().json(&foreign), 401),
            (server.post("/auth").header("ApiKey", "x").json(&good), 401),
            (keyed().json(&good), 200),
        ] {
            let reply = request.send().await;
            assert_eq!(reply.status, status);
            assert_eq!(reply.bytes.is_empty(), status != 200);
        }
    }

    async fn published_keys_verify_both_tokens(server: TestServer) {
        let unified = sign_in(&server, &TestWallet::from_byte(1)).await;
        let bare = server.get("/jwk").send().await;
        assert_eq!(response_code(&bare), "10120");
        assert!(bare.text().contains("send the ApiKey header"), "{}", bare.text());
        let keys = server.get("/jwk").header("ApiKey", &server.a.key).send().await.expect(200);
        assert_eq!((&keys["kty"], &keys["crv"], &keys["alg"]), (&json!("EC"), &json!("P-256"), &json!("ES256")));
        for half in ["x", "y"] {
            assert_eq!(BASE64URL_NOPAD.decode(keys[half].as_str().unwrap().as_bytes()).unwrap().len(), 32);
        }
        let verifies = |key: &Value, token: &str| {
            let key = DecodingKey::from_ec_components(key["x"].as_str().unwrap(), key["y"].as_str().unwrap()).unwrap();
            let mut rules = Validation::new(Algorithm::ES256);
            rules.validate_aud = false;
            jsonwebtoken::decode::<Value>(token, &key, &rules).is_ok()
        };
        let body = TestWallet::from_byte(2).signed_body(&server_time(&server));
        let bare = server.post("/auth").header("ApiKey", &server.a.key).json(&body).send().await.expect(200);
        let address = bare["token"].as_str().unwrap();
        assert!(verifies(&keys, address) && !verifies(&keys, &unified));
        let all = keys["keys"].as_array().unwrap();
        assert_eq!(all.iter().filter(|key| verifies(key, &unified)).count(), 1);
        assert!(keys.get("d").is_none() && all.iter().all(|key| key.get("d").is_none()));
    }
}
