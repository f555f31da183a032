//! Sign-in with a wallet: cases 16 and 18.

use std::time::Duration;

use parlor_engine::signing::{self, Purpose};
use parlor_model::principal;
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixtures::{
    MEMBERS_PATH, TestMember, claims, count_rows, create_member, is_uuid, response_code,
    response_data, token_part,
};
use crate::siwe::SiweText;
use crate::wallet::{
    EXCHANGE_PATH, TestWallet, VERIFY_PATH, address_token, exchange_token, server_time, set_clock,
    sign_in, verify_signature, verify_signature_in_project,
};

const V1_AT: i64 = 1_705_373_619_921;
const V1_SIGNATURE: &str = "917da06c782710ddadf44e8874e59fd4fc29bf769ffc76d4308a52babbaadbf77e6d2bea186d3fbb174acf6168620a4bdf2bccf64c0a7111d6d809fbdd311df31b";
const V1_KEY: &str = "04183d8ebb840e82a0aa79b3c9c7d265acec52260877a9778ff3f372ae899e92615c35a66333188294414bea0d70dbafcad723ffcf1ed7cfc6feaeb41fcf4c4519";
const V2_AT: i64 = 1_700_000_000_000;
const V2_SIGNATURE: &str = "a61eb2997c5bcd816710d713503146b1303096acfbe6d6bf90ce65b4d9100eb670a3f66779983d44227187cc07a63f11b144addb41aee899c03362b82367c0fa1b";
const V2_ADDRESS: &str = "0x1a642f0e3c3af545e7acbd38b07251b3990914f1";
const MINUTE: i64 = 60_000;

fn vendor_sample() -> Value {
    json!({
        "pk": V1_KEY,
        "algorithm": { "secp256k1": null },
        "message": V1_AT.to_string(),
        "wallet_name": "metamask",
        "decoded_signature": V1_SIGNATURE,
        "chain_name": "eth",
    })
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap()
}

both! {
    async fn case_16_address_always_gets_the_same_id(server: TestServer) {
        set_clock(&server, V2_AT);
        let body = json!({ "algorithm": "secp256k1", "message": V2_AT.to_string(), "decoded_signature": V2_SIGNATURE });
        let address = response_data(&verify_signature(&server, &body).await);
        let address = text(&address, "token");
        assert_eq!(token_part(address, 0), r#"{"typ":"JWT","alg":"ES256"}"#);
        let proof: Value = serde_json::from_str(&token_part(address, 1)).unwrap();
        let subject = json!({ "accountSource": "eth", "address": V2_ADDRESS, "userPrincipal": "" });
        assert_eq!(serde_json::from_str::<Value>(text(&proof, "sub")).unwrap(), subject);
        assert_eq!(proof["exp"].as_i64().unwrap() - proof["iat"].as_i64().unwrap(), 604_800);

        let reply = exchange_token(&server, address).await;
        let unified = response_data(&reply);
        let unified = text(&unified, "token");
        assert_eq!(token_part(unified, 0), r#"{"alg":"ES256"}"#);
        let names: serde_json::Map<String, Value> = serde_json::from_str(&token_part(unified, 1)).unwrap();
        assert_eq!(names.keys().collect::<Vec<_>>(), ["jti", "iss", "iat", "sub", "exp"]);
        let first = claims(unified);
        assert!(is_uuid(&first.jti) && first.sub.ends_with("-cai"));
        assert_eq!((first.iat, first.exp - first.iat), (V2_AT / 1_000, 604_800));
        assert_eq!(principal::decode(&first.sub).unwrap().len(), 10);

        let again = response_data(&exchange_token(&server, address).await);
        let again = claims(text(&again, "token"));
        assert_eq!(again.sub, first.sub);
        assert_ne!(again.jti, first.jti);
        // The id is derived from the address, so a new database assigns the same id.
        let bytes = data_encoding::HEXLOWER.decode(&V2_ADDRESS.as_bytes()[2..]).unwrap();
        let mut input = b"relation-id:eth:".to_vec();
        input.extend(bytes);
        let hash: [u8; 32] = <sha3::Keccak256 as sha3::Digest>::digest(&input).into();
        assert_eq!(first.sub, principal::handle_from_bytes(hash[..8].try_into().unwrap()));
    }

    async fn case_16_unified_token_authenticates_and_the_address_is_the_name(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let token = sign_in(&server, &wallet).await;
        let holder = TestMember { id: claims(&token).sub, token };
        let channel = holder.group(&server, &[]).await;
        let members = response_data(&holder.get(&server, MEMBERS_PATH, &channel).await);
        assert_eq!(
            members,
            json!([{ "relationId": holder.id, "name": &wallet.address()[..6], "avatar": "", "isAdmin": true }])
        );
        assert!(!server.logs().contains(&wallet.address()[2..]));
        assert!(!server.logs().contains(&holder.token));
    }

    async fn case_16_member_added_before_its_sign_in_stays_the_same(server: TestServer) {
        let wallet = TestWallet::from_byte(2);
        let ada = create_member(&server, "Ada").await;
        // Named by an address that has not signed in yet.
        let body = json!({ "name": "n", "type": "G", "members": [wallet.address()] });
        let channel = ada.channel(&server, &body).await;
        let (_, before) = count_rows(&server).await;
        let token = sign_in(&server, &wallet).await;
        assert_eq!(count_rows(&server).await.1, before);
        let holder = TestMember { id: claims(&token).sub, token };
        assert!(holder.members(&server, &channel).await.contains(&holder.id));
        let members = response_data(&ada.get(&server, MEMBERS_PATH, &channel).await);
        assert_eq!(text(&members[1], "name"), &wallet.address()[..6]);
    }

    async fn case_18_the_vendors_vector_at_its_time(server: TestServer) {
        set_clock(&server, V1_AT);
        assert_eq!(response_code(&verify_signature(&server, &vendor_sample()).await), "0");
        // A signature is accepted once, in all its spellings.
        for (field, value) in [("pk", json!(null)), ("decoded_signature", json!(format!("0x{}", V1_SIGNATURE.to_uppercase()))), ("decoded_signature", json!(V1_SIGNATURE.replace("f31b", "f300")))] {
            let mut body = vendor_sample();
            body[field] = value;
            assert_eq!(response_code(&verify_signature(&server, &body).await), "10101", "{body}");
        }
    }

    async fn case_18_the_vendors_vector_fourteen_minutes_later(server: TestServer) {
        set_clock(&server, V1_AT + 14 * MINUTE);
        assert_eq!(response_code(&verify_signature(&server, &vendor_sample()).await), "0");
    }

    async fn case_18_the_vendors_vector_sixteen_minutes_later(server: TestServer) {
        for minutes in [-16, 16] {
            set_clock(&server, V1_AT + minutes * MINUTE);
            assert_eq!(response_code(&verify_signature(&server, &vendor_sample()).await), "10101");
        }
    }

    async fn case_18_wrong_signature_or_key_is_refused(server: TestServer) {
        set_clock(&server, V1_AT);
        let before = count_rows(&server).await;
        let other = TestWallet::from_byte(3).key();
        let off_curve = V1_KEY.replace("4519", "4518");
        let flipped = V1_SIGNATURE.replacen("917d", "917c", 1);
        let short = &V1_SIGNATURE[..128];
        let zeros = "0".repeat(130);
        for (field, value) in [
            ("decoded_signature", flipped.as_str()),
            ("decoded_signature", ""),
            ("decoded_signature", "zz"),
            ("decoded_signature", short),
            ("decoded_signature", &zeros),
            ("pk", &other),
            ("pk", &off_curve),
            ("pk", ""),
            ("pk", "04"),
            ("message", "1705373619922"),
            ("message", ""),
            ("message", "now"),
        ] {
            let mut body = vendor_sample();
            body[field] = json!(value);
            assert_eq!(response_code(&verify_signature(&server, &body).await), "10101", "{body}");
        }
        // None of these requests used up the signature.
        assert_eq!(response_code(&verify_signature(&server, &vendor_sample()).await), "0");
        assert_eq!(count_rows(&server).await, before);
        assert!(!server.logs().contains(&V1_SIGNATURE[..64]));
    }

    async fn invalid_signed_message_is_a_parameter_error(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let good = wallet.signed_body(&server_time(&server));
        for algorithm in [json!("sr25519"), json!("ed25519"), json!("none"), json!({ "ed25519": null }), json!({}), json!(1)] {
            let mut body = good.clone();
            body["algorithm"] = algorithm;
            assert_eq!(response_code(&verify_signature(&server, &body).await), "10112", "{body}");
        }
        for field in ["message", "decoded_signature"] {
            for value in [None, Some(json!(null)), Some(json!(7))] {
                let mut body = good.clone();
                match value {
                    Some(value) => body[field] = value,
                    None => drop(body.as_object_mut().unwrap().remove(field)),
                }
                assert_eq!(response_code(&verify_signature(&server, &body).await), "10112", "{body}");
            }
        }
        let keyed = || server.post(VERIFY_PATH).header("ApiKey", &server.a.key);
        for text in ["", "{", "[]"] {
            assert_eq!(response_code(&keyed().body(text).send().await), "10112", "{text}");
        }
        assert_eq!(response_code(&server.post(VERIFY_PATH).json(&good).send().await), "10120");
        assert_eq!(response_code(&verify_signature(&server, &good).await), "0");
    }

    async fn text_may_contain_more_than_its_time(server: TestServer) {
        let text = format!("Welcome to the chat!\n\nWallet: ä\n\nTimestamp:{}", server_time(&server));
        assert_eq!(response_code(&verify_signature(&server, &TestWallet::from_byte(1).signed_body(&text)).await), "0");
    }

    async fn used_signature_is_refused_after_a_restart(server: TestServer) {
        let mut server = server;
        let body = TestWallet::from_byte(1).signed_body(&server_time(&server));
        assert_eq!(response_code(&verify_signature(&server, &body).await), "0");
        server.restart().await;
        assert_eq!(response_code(&verify_signature(&server, &body).await), "10101");
    }

    async fn signature_used_in_another_project_is_refused(server: TestServer) {
        let wallet = TestWallet::from_byte(1);
        let texts = [
            server_time(&server),
            format!("Welcome to the chat!\n\nTimestamp:{}", server_time(&server)),
            SiweText::for_project(&server, &wallet, &server.b.key).await.to_text(&server),
        ];
        for text in texts {
            let body = wallet.signed_body(&text);
            assert_eq!(response_code(&verify_signature_in_project(&server, &server.b.key, &body).await), "0", "{text}");
            for key in [&server.a.key, &server.b.key] {
                assert_eq!(response_code(&verify_signature_in_project(&server, key, &body).await), "10101", "{text}");
            }
        }
    }

    async fn sign_in_accepts_an_invite_code_and_an_empty_body(server: TestServer) {
        let token = address_token(&server, &TestWallet::from_byte(1)).await;
        let request = || server.post(EXCHANGE_PATH).header("ApiKey", &server.a.key).header("I-Authorization", &token);
        for body in ["", " ", "{}", r#"{"inviteCode":null}"#, r#"{"inviteCode":"nobody knows","x":1}"#] {
            assert_eq!(response_code(&request().body(body).send().await), "0", "{body}");
        }
        for body in ["{", "[]", r#"{"inviteCode":7}"#] {
            assert_eq!(response_code(&request().body(body).send().await), "10112", "{body}");
        }
    }

    async fn address_tokens_are_verified_like_unified_ones(server: TestServer) {
        let token = address_token(&server, &TestWallet::from_byte(1)).await;
        let none = server.post(EXCHANGE_PATH).header("ApiKey", &server.a.key);
        assert_eq!(response_code(&none.send().await), "10101");
        let unknown = server.post(EXCHANGE_PATH).header("I-Authorization", &token);
        assert_eq!(response_code(&unknown.send().await), "10120");
        let strange = server.post(EXCHANGE_PATH).header("ApiKey", &server.b.key).header("I-Authorization", &token);
        assert_eq!(response_code(&strange.send().await), "10101");
        let good: Value = serde_json::from_str(&token_part(&token, 1)).unwrap();
        let signer = signing::signer(&server.engine, server.a.workspace_ref.number, Purpose::Wallet).await.unwrap();
        for (field, value, expected) in [
            ("jti", json!("again"), "0"),
            ("iss", json!("elsewhere"), "10102"),
            ("exp", json!(good["iat"].as_i64().unwrap() - 1), "10100"),
            ("sub", json!("0x1a642f0e3c3af545e7acbd38b07251b3990914f1"), "10101"),
            ("sub", json!(r#"{"accountSource":"btc","address":"0x1a642f0e3c3af545e7acbd38b07251b3990914f1","userPrincipal":""}"#), "10101"),
            ("sub", json!(r#"{"accountSource":"eth","address":"0x1a","userPrincipal":""}"#), "10101"),
        ] {
            let mut claims = good.clone();
            claims[field] = value;
            let token = signer.sign(Some("JWT"), &claims).unwrap();
            assert_eq!(response_code(&exchange_token(&server, &token).await), expected, "{claims}");
        }
        server.clock.advance(Duration::from_secs(604_801));
        assert_eq!(response_code(&exchange_token(&server, &token).await), "10100");
    }
}
