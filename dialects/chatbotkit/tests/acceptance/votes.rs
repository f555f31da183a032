//! Votes on messages.

use crate::client::{Client, assert_error, cases};
use serde_json::json;

async fn create_message(client: &Client, conversation: &str, kind: &str) -> String {
    let body = json!({ "type": kind, "text": "Hello" });
    let created = client
        .post(
            &format!("/conversation/{conversation}/message/create"),
            &body,
        )
        .await
        .expect(200);
    created["id"].as_str().unwrap().to_owned()
}

/// Reads the stored rating of a message.
async fn find_rating(
    client: &Client,
    conversation: &str,
    message: &str,
) -> (Option<String>, Option<String>) {
    let conversation = parlor_kit::ids::parse_prefixed("conversation_", conversation).unwrap();
    let message = parlor_kit::ids::parse_prefixed("message_", message).unwrap();
    let ctx = client.server.a.ctx();
    let found = parlor_engine::message::find(
        &client.server.engine,
        &ctx,
        parlor_model::conversation::ConversationKey::Id(conversation),
        parlor_model::message::MessageKey::Id(message),
    );
    let found = found.await.unwrap();
    (
        found.rating.map(|rating| rating.as_str().to_owned()),
        found.rating_comment.map(|comment| comment.0),
    )
}

cases! {
    async fn message_vote_replaces_the_earlier_one_with_its_reason(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let answer = create_message(&client, &chat, "bot").await;
        let path = |verb: &str| format!("/conversation/{chat}/message/{answer}/{verb}");
        for (verb, body, kept) in [
            ("upvote", json!({}), ("up", None)),
            ("upvote", json!({ "value": 1, "reason": "clear" }), ("up", Some("clear"))),
            ("downvote", json!({ "value": -100, "reason": "wrong" }), ("down", Some("wrong"))),
            ("downvote", json!({ "value": -1, "reason": "" }), ("down", None)),
            ("upvote", json!({ "value": 100, "reason": null }), ("up", None)),
        ] {
            assert_eq!(client.post(&path(verb), &body).await.expect(200), json!({ "id": answer }));
            let (rating, reason) = find_rating(&client, &chat, &answer).await;
            assert_eq!((rating.as_deref(), reason.as_deref()), (Some(kept.0), kept.1), "{verb} {body}");
        }
        // The body may be empty.
        assert_eq!(client.post_request(&path("downvote")).send().await.expect(200), json!({ "id": answer }));
        assert_eq!(find_rating(&client, &chat, &answer).await.0.as_deref(), Some("down"));
    }

    async fn invalid_message_vote_changes_nothing(client: Client) {
        let chat = client.create("conversation", json!({})).await;
        let other = client.create("conversation", json!({})).await;
        let (answer, question) = (create_message(&client, &chat, "bot").await, create_message(&client, &chat, "user").await);
        let path = |chat: &str, message: &str, verb: &str| format!("/conversation/{chat}/message/{message}/{verb}");
        for (verb, body, field) in [
            ("upvote", json!({ "value": 0 }), "value"), ("upvote", json!({ "value": 101 }), "value"), ("upvote", json!({ "value": -5 }), "value"),
            ("downvote", json!({ "value": 0 }), "value"), ("downvote", json!({ "value": -101 }), "value"), ("downvote", json!({ "value": 5 }), "value"),
            ("upvote", json!({ "value": "much" }), "value"), ("upvote", json!({ "reason": 5 }), "reason"),
            ("downvote", json!({ "reason": "x".repeat(4_097) }), "reason"),
        ] {
            let reply = client.post(&path(&chat, &answer, verb), &body).await;
            assert!(assert_error(&reply, 400, "BAD_REQUEST").contains(field), "{verb} {body}");
        }
        // Messages of users cannot be rated.
        assert_error(&client.post(&path(&chat, &question, "upvote"), &json!({})).await, 400, "BAD_REQUEST");
        for (chat, message) in [(&other, answer.as_str()), (&chat, "message_00000000000000000000000000")] {
            assert_error(&client.post(&path(chat, message, "upvote"), &json!({})).await, 404, "NOT_FOUND");
        }
        let other_key = client.server.b.key.clone();
        assert_error(&client.post_with_key(&other_key, &path(&chat, &answer, "upvote"), &json!({})).await, 404, "NOT_FOUND");
        let reader = client.server.a.create_key("messages:read", None).await;
        assert_error(&client.post_with_key(&reader, &path(&chat, &answer, "downvote"), &json!({})).await, 403, "NOT_AUTHORIZED");
        assert_eq!(find_rating(&client, &chat, &answer).await, (None, None));
    }
}
