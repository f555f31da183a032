//! Who has a conversation on screen.

use parlor_model::access::Role;
use parlor_testkit::both;
use serde_json::json;

use super::{add, chat, next_of, open, subscribe};

both! {
    async fn who_comes_and_goes_is_told(server: TestServer) {
        let one = chat(&server, "u1", "One").await;
        let other = chat(&server, "u1", "Other").await;
        add(&server, &one, "u2").await;
        let (mut a, _) = open(&server, "u1").await;
        subscribe(&mut a, &[&one, &other]).await;
        let first = next_of(&mut a, "presence").await;
        assert_eq!((&first["online"], &first["count"]), (&json!(["u1"]), &json!(1)));
        next_of(&mut a, "presence").await;
        let (mut b, _) = open(&server, "u2").await;
        b.send(&json!({ "action": "subscribe", "conversation": one["id"] })).await;
        let answer = b.next().await;
        assert_eq!((&answer["present"], &answer["present_count"]), (&json!(["u1", "u2"]), &json!(2)));
        let came = next_of(&mut a, "presence").await;
        assert_eq!((&came["conversation"], &came["online"], &came["offline"], &came["count"]),
            (&one["id"], &json!(["u2"]), &json!([]), &json!(2)));
        // Who only watches is seen by nobody.
        let manager = server.a.person("Mia", Some(Role::Manager), "").await;
        let key = server.a.another_key("messages:read,conversations:read", Some(&manager)).await;
        let mut watching = server.socket(&format!("/live?api_key={key}"), &[]).await;
        watching.next().await;
        watching.send(&json!({ "action": "subscribe", "conversation": one["id"] })).await;
        assert_eq!(watching.next().await["present"], json!(["u1", "u2"]));
        b.close().await;
        for socket in [&mut a, &mut watching] {
            let mut went = next_of(socket, "presence").await;
            while went["offline"] == json!([]) {
                assert!(!went["online"].as_array().unwrap().contains(&json!(manager.id.uuid().to_string())));
                went = next_of(socket, "presence").await;
            }
            assert_eq!((&went["conversation"], &went["offline"], &went["count"]),
                (&one["id"], &json!(["u2"]), &json!(1)));
        }
        // And one who follows no longer while still connected.
        a.send(&json!({ "action": "unsubscribe", "conversation": one["id"] })).await;
        next_of(&mut a, "unsubscribed").await;
        assert_eq!(next_of(&mut watching, "presence").await["offline"], json!(["u1"]));
    }
}
