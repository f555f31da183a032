//! Which chat a mail belongs to.

use serde_json::json;

use super::super::{TEXT, assert_sent, create_chat};
use super::{Mail, STRANGER, on_both, only};
use crate::fixture::EMAIL;

#[test]
fn mails_of_a_member_with_one_subject_are_messages_of_one_chat() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let first = Mail::new("1", "Vera <VERA@example.org>", "Täglich", "Can I come?");
        hook.receive(&first).await;
        // The mail server repeats what it is not sure about.
        hook.receive(&first).await;
        let second = Mail::new("2", EMAIL, "AW: Re:  täglich ", "At ten\n-- \nVera");
        hook.receive(&second).await;
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(
            (&chat["memberId"], &chat["inboxId"], &chat["title"]),
            (
                &json!(setup.v.number),
                &json!(setup.inbox),
                &json!("Täglich")
            )
        );
        assert_eq!(chat["needsResponse"], true, "there is no assistant");
        assert_eq!(hook.texts(chat).await, ["Can I come?", "At ten"]);
        // Another subject is another chat.
        hook.receive(&Mail::new("3", EMAIL, "Bill", "Too much"))
            .await;
        assert_eq!(hook.chats().await.len(), 2);
        // A chat without a subject has the next mail without one.
        hook.receive(&Mail::new("4", EMAIL, "", "No subject")).await;
        hook.receive(&Mail::new("5", EMAIL, "Re:", "None again"))
            .await;
        let chats = hook.chats().await;
        assert_eq!(chats.len(), 3);
        assert_eq!(hook.texts(&chats[0]).await, ["No subject", "None again"]);
        hook.assert_private();
    });
}

#[test]
fn mail_after_the_end_of_a_chat_begins_another_and_a_repeated_one_does_not() {
    on_both(async |hook| {
        let first = Mail::new("1", EMAIL, "Visit", "Can I come?");
        hook.receive(&first).await;
        let chats = hook.chats().await;
        hook.archive(only(&chats)).await;
        hook.receive(&first).await;
        assert!(hook.chats().await.is_empty());
        hook.receive(&Mail::new("2", EMAIL, "Re: Visit", "Hello again"))
            .await;
        let chats = hook.chats().await;
        assert_eq!(hook.texts(only(&chats)).await, ["Hello again"]);
    });
}

#[test]
fn answer_to_a_sent_mail_is_a_message_of_its_chat() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let chat = create_chat(setup, "email", TEXT).await;
        assert_sent(&chat);
        let sent = hook.mail_server.next_mail();
        let id = sent["headers"]["message-id"].as_str().unwrap();
        assert!(id.contains(chat["uuid"].as_str().unwrap()), "{id} {chat}");
        assert!(sent["headers"].get("in-reply-to").is_none(), "{sent}");
        // Newer, and with the subject of the answer.
        hook.receive(&Mail::new("1", EMAIL, "Other", "About something else"))
            .await;
        let answer = |headers| Mail {
            headers,
            ..Mail::new(
                "2",
                EMAIL,
                "Re: Other",
                "I come at ten.\n\nOn 2025-11-03 10:02, desk@example.org wrote:\n> When?",
            )
        };
        let in_reply_to = format!("In-Reply-To: {id}\r\n");
        hook.receive(&answer(&in_reply_to)).await;
        assert_eq!(hook.texts(&chat).await, [TEXT, "I come at ten."]);
        let references =
            format!("References: {id} <x@home.example>\r\nIn-Reply-To: <x@home.example>\r\n");
        let later = Mail {
            id: "3",
            text: "Or at eleven.",
            ..answer(&references)
        };
        hook.receive(&later).await;
        assert_eq!(
            hook.texts(&chat).await,
            [TEXT, "I come at ten.", "Or at eleven."]
        );
        // What is sent then answers the last mail of the chat, and names what all mails of the chat have in common.
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let message = json!({ "message": "Eleven it is." });
        setup.post(&setup.g, &path, message).await.expect(200);
        let reply = hook.mail_server.next_mail();
        let thread = sent["headers"]["references"].as_str().unwrap();
        assert_eq!(
            (
                &reply["headers"]["in-reply-to"],
                &reply["headers"]["references"]
            ),
            (
                &json!("<3@home.example>"),
                &json!(format!("{thread} <3@home.example>"))
            )
        );
        // To somebody else the mail was sent on: what it writes is not the member's.
        let stranger = Mail {
            id: "4",
            from: STRANGER,
            text: "I am another.",
            ..answer(&in_reply_to)
        };
        hook.receive(&stranger).await;
        assert_eq!(hook.texts(&chat).await.len(), 4);
        let chats = hook.chats().await;
        assert_eq!(chats.len(), 3);
        assert_eq!(hook.texts(&chats[0]).await, ["I am another."]);
        // The answer of an archived chat begins another.
        hook.archive(&chat).await;
        let last = Mail {
            id: "5",
            subject: "Re: Your *visit*",
            text: "Too late?",
            ..answer(&in_reply_to)
        };
        hook.receive(&last).await;
        let chats = hook.chats().await;
        assert_eq!(hook.texts(&chats[0]).await, ["Too late?"]);
        hook.assert_private();
    });
}
