//! Calls to numbers of the workspace.

use serde_json::{Value, json};

use super::{Twiml, VoiceSetup, assistant, on_both, user};
use crate::fixture::PHONE;

/// A number that nobody in the workspace has.
const STRANGER: &str = "+15005550199";
const P1: &str = "+15005550001";

impl VoiceSetup {
    /// Receives a call as the carrier does.
    async fn receive(&self, sid: &str, from: &str) -> Twiml {
        let (status, answer) = self.post_call(sid, from, P1).await;
        assert_eq!(status, 200, "{answer}");
        Twiml::parse(&answer).await
    }

    async fn post_call(&self, sid: &str, from: &str, to: &str) -> (u16, String) {
        let fields = [
            ("CallSid", sid),
            ("From", from),
            ("To", to),
            ("CallStatus", "ringing"),
        ];
        self.post(&self.path("/calls"), &fields).await
    }

    /// Changes the number P1.
    async fn change_number(&self, change: Value) {
        let setup = &self.setup;
        let path = format!("/phone-numbers/{}", setup.p1);
        setup.put(&setup.g, &path, change).await.expect(200);
    }

    async fn only_chat(&self) -> Value {
        let mut chats = self.chats().await;
        assert_eq!(chats.len(), 1, "{chats:?}");
        chats.remove(0)
    }
}

#[test]
fn calls_of_a_member_are_one_chat() {
    on_both(async |voice| {
        voice.set_opening("What can I do?").await;
        let workflow = voice.setup.workflow;
        let change =
            json!({ "defaultWorkflowId": workflow, "voiceGreetingMessage": "Clinic & Co." });
        voice.change_number(change).await;
        let first = voice.receive("CA1", PHONE).await;
        assert_eq!(first.says, ["Clinic & Co.", "What can I do?"]);
        // The carrier repeats what it is not sure about.
        assert_eq!(voice.receive("CA1", PHONE).await, first);
        let chat = voice.only_chat().await;
        assert_eq!(
            (
                &chat["memberId"],
                &chat["phoneNumberId"],
                &chat["workflowId"]
            ),
            (
                &json!(voice.setup.v.number),
                &json!(voice.setup.p1),
                &json!(voice.setup.workflow)
            )
        );
        assert!(chat.get("call").is_none(), "it has placed none");
        assert!(voice.carrier.requests().is_empty());
        let second = voice.speak(&first, "I am late").await;
        assert_eq!(second.says, ["You said: I am late"]);
        voice.report(&voice.path("/status"), "completed").await;
        voice.speak(&second, "Hello?").await.assert_hangs_up();
        // The next call goes on with the chat.
        let again = voice.receive("CA2", PHONE).await;
        assert_eq!(again.says, ["Clinic & Co."]);
        let messages = [
            assistant("What can I do?"),
            user("I am late"),
            assistant("You said: I am late"),
        ];
        assert_eq!(voice.transcript(&voice.only_chat().await).await, messages);
        let path = format!("/chats/{}", chat["id"]);
        let archived = json!({ "archived": true });
        voice
            .setup
            .put(&voice.setup.g, &path, archived)
            .await
            .expect(200);
        voice.receive("CA3", PHONE).await;
        assert_ne!(voice.only_chat().await["id"], chat["id"]);
    });
}

#[test]
fn simultaneous_calls_of_a_stranger_make_one_member_and_one_chat() {
    on_both(async |voice| {
        let (one, two) = parlor_testkit::tokio::join!(
            voice.receive("CA1", STRANGER),
            voice.receive("CA2", STRANGER),
        );
        // A person has to look first.
        for answer in [&one, &two] {
            assert!(
                answer.says[0].starts_with("Nobody can take your call"),
                "{answer:?}"
            );
        }
        assert_ne!(one.action(), two.action());
        let chat = voice.only_chat().await;
        assert_eq!(chat["assistantEnabled"], false);
        let passed_on = voice.speak(&one, "Please call me back").await;
        assert!(passed_on.says[0].starts_with("Thank you."), "{passed_on:?}");
        let chat = voice.only_chat().await;
        assert_eq!(
            (&chat["messageCount"], &chat["needsResponse"]),
            (&json!(1), &json!(true))
        );
        let path = format!("/members/{}", chat["memberId"]);
        let member = voice.setup.get(&voice.setup.g, &path).await.expect(200);
        assert_eq!(member["phone"], STRANGER);
        voice
            .change_number(json!({ "voiceUnavailableMessage": "We are closed." }))
            .await;
        assert_eq!(
            voice.receive("CA3", STRANGER).await.says,
            ["We are closed."]
        );
    });
}

#[test]
fn anonymous_caller_and_unknown_number_are_refused() {
    on_both(async |voice| {
        let refused = voice.receive("CA1", "anonymous").await;
        assert!(refused.hangs_up && refused.actions.is_empty());
        assert_eq!(refused.says, ["This call cannot be taken. Goodbye."]);
        voice
            .change_number(json!({ "anonymousRejectionMessage": "Show your number." }))
            .await;
        let refused = voice.receive("CA1", "anonymous").await;
        assert!(refused.hangs_up);
        assert_eq!(refused.says, ["Show your number."]);
        assert_eq!(voice.post_call("CA1", PHONE, "+15005550009").await.0, 404);
        assert_eq!(voice.post_call("CA1", PHONE, "Clinic").await.0, 404);
        voice.change_number(json!({ "voiceEnabled": false })).await;
        assert_eq!(voice.post_call("CA1", PHONE, P1).await.0, 404);
        let incomplete = [("CallSid", "CA1"), ("From", PHONE)];
        assert_eq!(voice.post(&voice.path("/calls"), &incomplete).await.0, 400);
        assert!(voice.chats().await.is_empty());
    });
}
