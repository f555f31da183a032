//! Revocation of a member's tokens, and deletion of the member.

use parlor_engine::member;
use parlor_model::member::MemberKey;
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::fixtures::{TestMember, claims, count_rows, response_code, response_data, token_part};
use crate::live::{connect, expect_close};
use crate::wallet::{TestWallet, address_token, exchange_token, sign_in};

/// Signs a wallet in. Returns the address token, and the member with its unified token.
async fn sign_in_with_tokens(server: &TestServer, wallet: &TestWallet) -> (String, TestMember) {
    let address = address_token(server, wallet).await;
    let token = response_data(&exchange_token(server, &address).await)["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = claims(&token).sub;
    (address, TestMember { id, token })
}

async fn revoke_tokens(server: &TestServer, member: &TestMember) {
    let key = MemberKey::Handle(member.id.clone());
    member::revoke_tokens(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
}

async fn delete_member(server: &TestServer, member: &TestMember) {
    let (engine, ctx) = (&server.engine, server.a.ctx());
    let key = MemberKey::Handle(member.id.clone());
    let found = member::find(engine, &ctx, key).await.unwrap();
    member::delete(engine, &ctx, found.member.key.id)
        .await
        .unwrap();
}

async fn create_channel_code(server: &TestServer, member: &TestMember) -> String {
    let body = json!({ "name": "n", "type": "G" });
    response_code(&member.create(server, &body).await)
}

both! {
    async fn revoked_member_tokens_and_address_tokens_are_refused(server: TestServer) {
        let wallet = TestWallet::from_byte(4);
        // Issued before the address had a member.
        let early = address_token(&server, &wallet).await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, holder) = sign_in_with_tokens(&server, &wallet).await;
        assert_eq!(response_code(&exchange_token(&server, &early).await), "0");
        let socket = connect(&server, &holder).await;
        revoke_tokens(&server, &holder).await;
        assert_eq!(create_channel_code(&server, &holder).await, "10101");
        expect_close(socket, "10101", 4401).await;
        expect_close(connect(&server, &holder).await, "10101", 4401).await;
        for old in [&early, &address] {
            assert_eq!(response_code(&exchange_token(&server, old).await), "10101");
        }
        // The wallet signs in again as the same member.
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, again) = sign_in_with_tokens(&server, &wallet).await;
        assert_eq!(again.id, holder.id);
        assert_eq!(create_channel_code(&server, &again).await, "0");
        assert_eq!(response_code(&exchange_token(&server, &address).await), "0");
        // Tokens of another wallet stay valid.
        let (other, _) = sign_in_with_tokens(&server, &TestWallet::from_byte(5)).await;
        revoke_tokens(&server, &again).await;
        assert_eq!(response_code(&exchange_token(&server, &address).await), "10101");
        assert_eq!(response_code(&exchange_token(&server, &other).await), "0");
    }

    async fn tokens_of_a_deleted_member_create_no_member(server: TestServer) {
        let wallet = TestWallet::from_byte(4);
        let early = address_token(&server, &wallet).await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let (address, holder) = sign_in_with_tokens(&server, &wallet).await;
        let socket = connect(&server, &holder).await;
        delete_member(&server, &holder).await;
        expect_close(socket, "10101", 4401).await;
        let (_, before) = count_rows(&server).await;
        for old in [&early, &address] {
            assert_eq!(response_code(&exchange_token(&server, old).await), "10101");
        }
        assert_eq!(count_rows(&server).await.1, before);
        // A new signature creates a new member, for which the old tokens are invalid.
        server.clock.advance(std::time::Duration::from_secs(1));
        let token = sign_in(&server, &wallet).await;
        let anew = TestMember { id: claims(&token).sub, token };
        assert_eq!(anew.id, holder.id);
        assert_eq!(create_channel_code(&server, &anew).await, "0");
        assert_eq!(create_channel_code(&server, &holder).await, "10101");
    }

    async fn address_epoch_survives_a_restart(server: TestServer) {
        let mut server = server;
        let wallet = TestWallet::from_byte(4);
        let (address, holder) = sign_in_with_tokens(&server, &wallet).await;
        assert!(!token_part(&address, 1).contains("epoch"));
        revoke_tokens(&server, &holder).await;
        server.restart().await;
        assert_eq!(response_code(&exchange_token(&server, &address).await), "10101");
        server.clock.advance(std::time::Duration::from_secs(1));
        let anew = address_token(&server, &wallet).await;
        assert!(token_part(&anew, 1).ends_with("\"epoch\":1}"));
        assert_eq!(response_code(&exchange_token(&server, &anew).await), "0");
    }
}
