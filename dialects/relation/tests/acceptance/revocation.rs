//! What ends with the tokens of a member, and with the member.

use parlor_engine::member;
use parlor_model::member::MemberKey;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::live::{open, refused};
use crate::people::{Person, claims, code, data, part, rows};
use crate::wallet::{Wallet, address_token, exchange, sign_in};

/// What a wallet's holder has after signing in: the address token, and itself with the unified one.
async fn signed_in(server: &TestServer, wallet: &Wallet) -> (String, Person) {
    let address = address_token(server, wallet).await;
    let token = data(&exchange(server, &address).await)["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = claims(&token).sub;
    (address, Person { id, token })
}

async fn revoke(server: &TestServer, who: &Person) {
    let key = MemberKey::Handle(who.id.clone());
    member::revoke_tokens(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
}

async fn delete(server: &TestServer, who: &Person) {
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let key = MemberKey::Handle(who.id.clone());
    let found = member::find(engine, &ctx, key).await.unwrap();
    member::delete(engine, &ctx, found.member.key.id)
        .await
        .unwrap();
}

async fn creates(server: &TestServer, who: &Person) -> String {
    let body = json!({ "name": "n", "type": "G" });
    code(&who.create(server, &body).await)
}

both! {
    async fn revoked_tokens_of_a_member_open_nothing_the_wallets_included(server: TestServer) {
        let wallet = Wallet::of(4);
        // Issued before the address was anybody's.
        let early = address_token(&server, &wallet).await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, holder) = signed_in(&server, &wallet).await;
        assert_eq!(code(&exchange(&server, &early).await), "0");
        let socket = open(&server, &holder).await;
        revoke(&server, &holder).await;
        assert_eq!(creates(&server, &holder).await, "10101");
        refused(socket, "10101", 4401).await;
        refused(open(&server, &holder).await, "10101", 4401).await;
        for old in [&early, &address] {
            assert_eq!(code(&exchange(&server, old).await), "10101");
        }
        // Whoever has the wallet signs in again, as the same member.
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, again) = signed_in(&server, &wallet).await;
        assert_eq!(again.id, holder.id);
        assert_eq!(creates(&server, &again).await, "0");
        assert_eq!(code(&exchange(&server, &address).await), "0");
        // Another wallet's tokens are none of this member's.
        let (other, _) = signed_in(&server, &Wallet::of(5)).await;
        revoke(&server, &again).await;
        assert_eq!(code(&exchange(&server, &address).await), "10101");
        assert_eq!(code(&exchange(&server, &other).await), "0");
    }

    async fn tokens_of_a_deleted_member_make_nobody_anew(server: TestServer) {
        let wallet = Wallet::of(4);
        let early = address_token(&server, &wallet).await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, holder) = signed_in(&server, &wallet).await;
        let socket = open(&server, &holder).await;
        delete(&server, &holder).await;
        refused(socket, "10101", 4401).await;
        let (_, before) = rows(&server).await;
        for old in [&early, &address] {
            assert_eq!(code(&exchange(&server, old).await), "10101");
        }
        assert_eq!(rows(&server).await.1, before);
        // A new signature makes a new member, to whom the old one's tokens are nothing.
        server.clock.advance(std::time::Duration::from_secs(1));
        let token = sign_in(&server, &wallet).await;
        let anew = Person { id: claims(&token).sub, token };
        assert_eq!(anew.id, holder.id);
        assert_eq!(creates(&server, &anew).await, "0");
        assert_eq!(creates(&server, &holder).await, "10101");
    }

    async fn the_epoch_of_an_address_outlives_a_restart(server: TestServer) {
        let mut server = server;
        let wallet = Wallet::of(4);
        let (address, holder) = signed_in(&server, &wallet).await;
        assert!(!part(&address, 1).contains("epoch"));
        revoke(&server, &holder).await;
        server.restart().await;
        assert_eq!(code(&exchange(&server, &address).await), "10101");
        server.clock.advance(std::time::Duration::from_secs(1));
        let anew = address_token(&server, &wallet).await;
        assert!(part(&anew, 1).ends_with("\"epoch\":1}"));
        assert_eq!(code(&exchange(&server, &anew).await), "0");
    }
}
