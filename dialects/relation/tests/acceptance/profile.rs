//! `userInfo` and `listAddress`, which clients call right after sign-in.

use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    MEMBERS_PATH, TestMember, claims, create_member, create_three_members, response_code,
    response_data,
};
use crate::wallet::{TestWallet, address_token, exchange_token};

const FIND_PATH: &str = "/api/v1/userInfo";
const UPDATE_PATH: &str = "/api/v1/userInfo/update";
const ADDRESSES_PATH: &str = "/api/v1/listAddress";

both! {
    async fn every_member_has_a_profile(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let own = response_data(&ada.with_credentials(&server, server.get(FIND_PATH)).send().await);
        assert_eq!(own, json!({ "relationId": ada.id, "name": "Ada", "avatar": "", "addressWithChain": [] }));
        let path = format!("{FIND_PATH}?address={}", bob.id);
        assert_eq!(response_data(&ada.with_credentials(&server, server.get(&path)).send().await)["name"], "Bob");
        for (unknown, wanted) in [("2vxsx-fae", "11602"), ("0x1111111111111111111111111111111111111111", "11602"), ("A%20b", "10112")] {
            let path = format!("{FIND_PATH}?address={unknown}");
            assert_eq!(response_code(&ada.with_credentials(&server, server.get(&path)).send().await), wanted);
            let path = format!("{ADDRESSES_PATH}?relationId={unknown}");
            assert_eq!(response_code(&ada.with_credentials(&server, server.get(&path)).send().await), wanted);
        }
        // Reading creates no member.
        assert_eq!(response_code(&ada.with_credentials(&server, server.get("/api/v1/userInfo?address=2vxsx-fae")).send().await), "11602");
    }

    async fn member_changes_its_own_profile(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        response_data(&bob.send_message(&server, &g, "hi").await);
        for bad in [json!({ "name": "" }), json!({ "name": "n".repeat(65) }), json!({ "name": 7 }), json!({ "avatar": "a\0" })] {
            assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &bad).await), "10112", "{bad}");
        }
        assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &json!({})).await), "0");
        let body = json!({ "name": " Robert ", "avatar": "bob.png", "more": 1 });
        assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &body).await), "0");
        let members = response_data(&ada.get(&server, MEMBERS_PATH, &g).await);
        assert_eq!((&members[1]["name"], &members[1]["avatar"]), (&json!("Robert"), &json!("bob.png")));
        let messages = ada.messages(&server, &g, "limit=1").await;
        assert_eq!((&messages[0]["fromName"], &messages[0]["fromAvatar"]), (&json!("Robert"), &json!("bob.png")));
        assert_eq!(response_code(&bob.post(&server, UPDATE_PATH, &json!({ "avatar": "" })).await), "0");
        assert_eq!(response_data(&bob.with_credentials(&server, server.get(FIND_PATH)).send().await)["avatar"], "");
    }

    async fn member_is_found_by_wallet_address(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let token = address_token(&server, &TestWallet::from_byte(9)).await;
        let token = response_data(&exchange_token(&server, &token).await)["token"].as_str().unwrap().to_owned();
        let holder = TestMember { id: claims(&token).sub, token };
        let own = response_data(&holder.with_credentials(&server, server.get(ADDRESSES_PATH)).send().await);
        let address = own[0]["address"].as_str().unwrap();
        let path = format!("{FIND_PATH}?address={address}");
        let found = response_data(&ada.with_credentials(&server, server.get(&path)).send().await);
        assert_eq!(found["relationId"], json!(holder.id));
        assert_eq!(found["addressWithChain"], json!([{ "address": address, "chainName": "eth" }]));
        let path = format!("{ADDRESSES_PATH}?relationId={}", holder.id);
        assert_eq!(response_data(&ada.with_credentials(&server, server.get(&path)).send().await), own);
    }
}
