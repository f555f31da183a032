//! Quotes.

use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{ADD_PATH, create_three_members, response_code, response_data};

const SEND_PATH: &str = "/api/v1/message/send";
const HIDE_PATH: &str = "/api/v1/message/hide";

both! {
    async fn quote_outside_of_the_channel_is_refused(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        let (g, other) = (ada.group(&server, &[&bob]).await, ada.group(&server, &[]).await);
        let elsewhere = response_data(&ada.send_message(&server, &other, "elsewhere").await)["id"].clone();
        let event = ada.messages(&server, &other, "").await[0]["id"].clone();
        let gone = response_data(&ada.send_message(&server, &g, "gone").await)["id"].clone();
        assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &json!({ "id": gone })).await), "0");
        let before = ada.messages(&server, &g, "").await;
        // Beyond 2^53, beyond 2^63, of another channel, deleted, and a seq that does not exist.
        for id in [json!(1_579_047_130_798_100_481_u64), json!("18446744073709551615"), elsewhere, event.clone(), gone, json!("4611686018427387904")] {
            let body = json!({ "channelUuid": g, "content": "what?", "quoteId": id });
            let reply = ada.post(&server, SEND_PATH, &body).await;
            assert_eq!(response_code(&reply), "10112", "{id}");
            assert!(reply.expect(200)["desc"].as_str().unwrap().contains("quoteId"), "{id}");
        }
        assert_eq!(ada.messages(&server, &g, "").await, before);
        assert_eq!(response_code(&ada.post(&server, HIDE_PATH, &json!({ "id": event })).await), "10112");
    }

    async fn system_event_can_be_quoted(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        let g = ada.group(&server, &[&bob]).await;
        ada.post(&server, ADD_PATH, &json!({ "channelUuid": g, "members": [cleo.id] })).await;
        let events = ada.messages(&server, &g, "").await;
        let number: u64 = events[0]["id"].as_str().unwrap().parse().unwrap();
        let event = events[1]["id"].clone();
        for (id, quoted) in [(json!(number), &events[0]), (event, &events[1])] {
            let body = json!({ "channelUuid": g, "content": "welcome", "quoteId": id });
            response_data(&bob.post(&server, SEND_PATH, &body).await);
            let message = ada.messages(&server, &g, "limit=1").await.remove(0);
            for field in ["id", "sendUuid", "type", "from", "fromName", "content"] {
                assert_eq!(message["quote"][field], quoted[field], "{field}");
            }
        }
        // A pair's channel has no system events to quote.
        let p = ada.open_pair(&server, &bob).await;
        let first: u64 = response_data(&ada.send_message(&server, &p, "hi").await)["id"].as_str().unwrap().parse().unwrap();
        assert!(first < 1 << 62);
    }

    async fn members_are_listed_in_the_order_of_the_request(server: TestServer) {
        let (ada, bob, cleo) = create_three_members(&server).await;
        // Unknown members, which are created by being named, among existing members.
        let named = [cleo.id.as_str(), "2vxsx-fae", bob.id.as_str(), "aaaaa-aa"];
        let body = json!({ "name": "n", "type": "G", "members": named });
        let g = ada.channel(&server, &body).await;
        let mut expected = vec![ada.id.as_str()];
        expected.extend(named);
        assert_eq!(ada.members(&server, &g).await, expected);
        let empty = ada.group(&server, &[]).await;
        ada.post(&server, ADD_PATH, &json!({ "channelUuid": empty, "members": named })).await;
        assert_eq!(ada.members(&server, &empty).await, expected);
    }
}
