//! Who has a conversation on screen.

use parlor_model::access::Role;
use parlor_testkit::{Socket, both};
use serde_json::{Value, json};

use super::{add, chat, next_of, open, subscribe};

both! {
    async fn who_comes_and_goes_is_told(server: TestServer) {
        let one = chat(&server, "u1", "One").await;
        let other = chat(&server, "u1", "Other").await;
        add(&server, &one, "u2").await;
        let (mut a, _) = open(&server, "u1").await;
        subscribe(&mut a, &[&other, &one]).await;
        let (mut b, _) = open(&server, "u2").await;
        subscribe(&mut b, &[&one]).await;
        let here = next_of(&mut b, "presence").await;
        assert_eq!((&here["conversation"], &here["present"], &here["count"]),
            (&one["id"], &json!(["u1", "u2"]), &json!(2)));
        // Whoever was there already is told of the change.
        let came = until(&mut a, &one, |frame| frame["online"] == json!(["u2"]) || frame["count"] == 2).await;
        assert_eq!(came["count"], 2);
        // Who only watches is seen by nobody.
        let manager = server.a.person("Mia", Some(Role::Manager), "").await;
        let key = server.a.another_key("messages:read,conversations:read", Some(&manager)).await;
        let mut watching = server.socket(&format!("/live?api_key={key}"), &[]).await;
        watching.next().await;
        subscribe(&mut watching, &[&one]).await;
        assert_eq!(until(&mut watching, &one, |_| true).await["present"], json!(["u1", "u2"]));
        b.close().await;
        for socket in [&mut a, &mut watching] {
            let went = until(socket, &one, |frame| frame["count"] == 1).await;
            assert_eq!((&went["online"], &went["offline"]), (&json!([]), &json!(["u2"])));
        }
        // And one who follows no longer while still connected.
        a.send(&json!({ "action": "unsubscribe", "conversation": one["id"] })).await;
        next_of(&mut a, "unsubscribed").await;
        assert_eq!(until(&mut watching, &one, |_| true).await["offline"], json!(["u1"]));
    }
}

/// The next word of who is there that fits.
async fn until(socket: &mut Socket, chat: &Value, fits: impl Fn(&Value) -> bool) -> Value {
    loop {
        let frame = next_of(socket, "presence").await;
        if frame["conversation"] == chat["id"] && fits(&frame) {
            return frame;
        }
    }
}
