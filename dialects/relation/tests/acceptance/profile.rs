//! `userInfo` and `listAddress`: what clients call right after signing in.

use parlor_testkit::both;
use serde_json::json;

use crate::people::{MEMBERS, Person, claims, code, data, person, three};
use crate::wallet::{Wallet, address_token, exchange};

const FIND: &str = "/api/v1/userInfo";
const UPDATE: &str = "/api/v1/userInfo/update";
const ADDRESSES: &str = "/api/v1/listAddress";

both! {
    async fn everybody_has_a_profile(server: TestServer) {
        let (ada, bob, _) = three(&server).await;
        let own = data(&ada.on(&server, server.get(FIND)).send().await);
        assert_eq!(own, json!({ "relationId": ada.id, "name": "Ada", "avatar": "", "addressWithChain": [] }));
        let path = format!("{FIND}?address={}", bob.id);
        assert_eq!(data(&ada.on(&server, server.get(&path)).send().await)["name"], "Bob");
        for (unknown, wanted) in [("2vxsx-fae", "11602"), ("0x1111111111111111111111111111111111111111", "11602"), ("A%20b", "10112")] {
            let path = format!("{FIND}?address={unknown}");
            assert_eq!(code(&ada.on(&server, server.get(&path)).send().await), wanted);
            let path = format!("{ADDRESSES}?relationId={unknown}");
            assert_eq!(code(&ada.on(&server, server.get(&path)).send().await), wanted);
        }
        // Looking makes nobody.
        assert_eq!(code(&ada.on(&server, server.get("/api/v1/userInfo?address=2vxsx-fae")).send().await), "11602");
    }

    async fn a_member_says_what_it_is_called(server: TestServer) {
        let (ada, bob, _) = three(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        data(&bob.say(&server, &g, "hi").await);
        for bad in [json!({ "name": "" }), json!({ "name": "n".repeat(65) }), json!({ "name": 7 }), json!({ "avatar": "a\0" })] {
            assert_eq!(code(&bob.post(&server, UPDATE, &bad).await), "10112", "{bad}");
        }
        assert_eq!(code(&bob.post(&server, UPDATE, &json!({})).await), "0");
        let body = json!({ "name": " Robert ", "avatar": "bob.png", "more": 1 });
        assert_eq!(code(&bob.post(&server, UPDATE, &body).await), "0");
        let members = data(&ada.get(&server, MEMBERS, &g).await);
        assert_eq!((&members[1]["name"], &members[1]["avatar"]), (&json!("Robert"), &json!("bob.png")));
        let said = ada.messages(&server, &g, "limit=1").await;
        assert_eq!((&said[0]["fromName"], &said[0]["fromAvatar"]), (&json!("Robert"), &json!("bob.png")));
        assert_eq!(code(&bob.post(&server, UPDATE, &json!({ "avatar": "" })).await), "0");
        assert_eq!(data(&bob.on(&server, server.get(FIND)).send().await)["avatar"], "");
    }

    async fn a_wallets_holder_is_found_by_its_address(server: TestServer) {
        let ada = person(&server, "Ada").await;
        let token = address_token(&server, &Wallet::of(9)).await;
        let token = data(&exchange(&server, &token).await)["token"].as_str().unwrap().to_owned();
        let holder = Person { id: claims(&token).sub, token };
        let own = data(&holder.on(&server, server.get(ADDRESSES)).send().await);
        let address = own[0]["address"].as_str().unwrap();
        let path = format!("{FIND}?address={address}");
        let found = data(&ada.on(&server, server.get(&path)).send().await);
        assert_eq!(found["relationId"], json!(holder.id));
        assert_eq!(found["addressWithChain"], json!([{ "address": address, "chainName": "eth" }]));
        let path = format!("{ADDRESSES}?relationId={}", holder.id);
        assert_eq!(data(&ada.on(&server, server.get(&path)).send().await), own);
    }
}
