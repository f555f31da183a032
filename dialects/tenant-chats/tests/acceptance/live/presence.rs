//! Presence.

use parlor_model::access::WorkspaceRole;
use parlor_testkit::{TestSocket, both};
use serde_json::{Value, json};

use super::{add_participant, connect, create_titled_chat, next_frame_of_type, subscribe};

both! {
    async fn presence_changes_are_published(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        let other = create_titled_chat(&server, "u1", "Other").await;
        add_participant(&server, &one, "u2").await;
        let (mut a, _) = connect(&server, "u1").await;
        subscribe(&mut a, &[&other, &one]).await;
        let (mut b, _) = connect(&server, "u2").await;
        subscribe(&mut b, &[&one]).await;
        let here = next_frame_of_type(&mut b, "presence").await;
        assert_eq!((&here["conversation"], &here["present"], &here["count"]),
            (&one["id"], &json!(["u1", "u2"]), &json!(2)));
        // Users that are present already receive the change.
        let came = next_matching_presence(&mut a, &one, |frame| frame["online"] == json!(["u2"]) || frame["count"] == 2).await;
        assert_eq!(came["count"], 2);
        // A subscriber that does not participate is not present.
        let manager = server.a.create_person("Mia", Some(WorkspaceRole::Manager), "").await;
        let key = server.a.create_key("messages:read,conversations:read", Some(&manager)).await;
        let mut watching = server.open_socket(&format!("/live?api_key={key}"), &[]).await;
        watching.next().await;
        subscribe(&mut watching, &[&one]).await;
        assert_eq!(next_matching_presence(&mut watching, &one, |_| true).await["present"], json!(["u1", "u2"]));
        b.close().await;
        for socket in [&mut a, &mut watching] {
            let went = next_matching_presence(socket, &one, |frame| frame["count"] == 1).await;
            assert_eq!((&went["online"], &went["offline"]), (&json!([]), &json!(["u2"])));
        }
        // A user that unsubscribes without disconnecting is offline.
        a.send(&json!({ "action": "unsubscribe", "conversation": one["id"] })).await;
        next_frame_of_type(&mut a, "unsubscribed").await;
        assert_eq!(next_matching_presence(&mut watching, &one, |_| true).await["offline"], json!(["u1"]));
    }
}

/// Returns the next presence frame that matches.
async fn next_matching_presence(
    socket: &mut TestSocket,
    chat: &Value,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    loop {
        let frame = next_frame_of_type(socket, "presence").await;
        if frame["conversation"] == chat["id"] && fits(&frame) {
            return frame;
        }
    }
}
