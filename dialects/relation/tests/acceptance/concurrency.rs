//! Concurrent first requests.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{
    claims, count_rows, create_member, create_three_members, response_code, response_data,
};
use crate::wallet::{TestWallet, address_token, exchange_token, server_time, verify_signature};

const CALLS: usize = 50;

both! {
    async fn fifty_concurrent_requests_create_one_pair_channel(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let calls = (0..CALLS).map(|call| {
            let (from, to) = if call % 2 == 0 { (&ada, &bob) } else { (&bob, &ada) };
            let server = &server;
            async move { from.channel(server, &json!({ "type": "P", "members": [to.id] })).await }
        });
        let channels: BTreeSet<String> = join_all(calls).await.into_iter().collect();
        assert_eq!(channels.len(), 1);
    }

    async fn fifty_concurrent_sign_ins_create_one_member(server: TestServer) {
        let (_, before) = count_rows(&server).await;
        let token = address_token(&server, &TestWallet::from_byte(9)).await;
        let replies = join_all((0..CALLS).map(|_| exchange_token(&server, &token))).await;
        let ids: BTreeSet<String> = replies
            .iter()
            .map(|reply| claims(response_data(reply)["token"].as_str().unwrap()).sub)
            .collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(count_rows(&server).await.1, before + 1);
    }

    async fn signature_used_fifty_times_concurrently_is_accepted_once(server: TestServer) {
        let body = TestWallet::from_byte(9).signed_body(&server_time(&server));
        let replies = join_all((0..CALLS).map(|_| verify_signature(&server, &body))).await;
        let codes: Vec<String> = replies.iter().map(response_code).collect();
        assert_eq!(codes.iter().filter(|code| *code == "0").count(), 1);
        assert_eq!(codes.iter().filter(|code| *code == "10101").count(), CALLS - 1);
    }

    async fn unknown_member_named_fifty_times_concurrently_is_created_once(server: TestServer) {
        let ada = create_member(&server, "Ada").await;
        let (groups, members) = count_rows(&server).await;
        let body = json!({ "name": "n", "type": "G", "members": ["2vxsx-fae"] });
        let channels = join_all((0..CALLS).map(|_| ada.channel(&server, &body))).await;
        assert_eq!(channels.into_iter().collect::<BTreeSet<_>>().len(), CALLS);
        assert_eq!(count_rows(&server).await, (groups + i64::try_from(CALLS).unwrap(), members + 1));
    }
}
