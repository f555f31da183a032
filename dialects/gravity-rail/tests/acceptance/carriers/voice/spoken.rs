//! What is said in a call.

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::json;

use super::{ACCEPT, VoiceSetup, assistant, on_both, user};
use crate::carriers::assert_nothing_private;

#[test]
fn call_says_the_opening_message_and_answers() {
    on_both(async |voice| {
        voice
            .set_opening("Hello, this is **Intake** <desk> & more.")
            .await;
        let chat = voice.place().await;
        let start = voice.call_path(&chat, "start");
        let first = voice.step(&start, &[("AnsweredBy", "human")]).await;
        assert_eq!(first.says, ["Hello, this is Intake  & more."]);
        assert!(!first.hangs_up);
        assert_eq!(voice.fetch(&chat).await["call"]["status"], "in-progress");
        // The carrier repeats what it is not sure about.
        assert_eq!(voice.step(&start, &[]).await, first);
        let second = voice.speak(&first, "Can I come at ten?").await;
        assert_eq!(second.says, ["You said: Can I come at ten?"]);
        assert_eq!(voice.speak(&first, "Can I come at ten?").await, second);
        let hostile = "a & b < c \u{1}]]> \"d\" 'e' &lt;";
        let third = voice.speak(&second, hostile).await;
        assert_eq!(third.says, ["You said: a & b < c ]]> \"d\" 'e' <"]);
        let opening = "Hello, this is **Intake** <desk> & more.";
        let messages = voice.transcript(&chat).await;
        assert_eq!(
            messages[..3],
            [
                assistant(opening),
                user("Can I come at ten?"),
                assistant("You said: Can I come at ten?"),
            ]
        );
        assert_eq!(messages.len(), 5);
        let path = format!("/chats/{}/messages", chat["id"]);
        let rows = voice.setup.get(&voice.setup.g, &path).await.expect(200);
        assert_eq!(rows[1]["memberId"], json!(voice.setup.v.number));
        assert_nothing_private(&voice.setup.server.logs());
        assert!(!voice.setup.server.logs().contains("at ten"));
    });
}

#[test]
fn simultaneous_repetitions_are_stored_once() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let first = voice.step(&voice.call_path(&chat, "start"), &[]).await;
        assert_eq!(first.says, ["Hello. How can I help you?"]);
        let (one, two, three) = parlor_testkit::tokio::join!(
            voice.speak(&first, "Hello"),
            voice.speak(&first, "Hello"),
            voice.speak(&first, "Hello"),
        );
        assert_eq!(one.says, ["You said: Hello"]);
        assert_eq!((&two, &three), (&one, &one));
        let messages = voice.transcript(&chat).await;
        assert_eq!(messages, [user("Hello"), assistant("You said: Hello")]);
        // The same words again, later in the call, are another message.
        voice.speak(&one, "Hello").await;
        assert_eq!(voice.transcript(&chat).await.len(), 4);
    });
}

#[test]
fn slow_answer_is_waited_for() {
    block_on(async {
        let voice = VoiceSetup::start(TestBackend::Sqlite, &[ACCEPT]).await;
        let chat = voice.place().await;
        let first = voice.step(&voice.call_path(&chat, "start"), &[]).await;
        // The answer takes longer than the carrier would wait for one request.
        let waiting = voice.speak(&first, "/slow 2500 one two three").await;
        assert!(waiting.says.is_empty() && waiting.actions.is_empty());
        let answer = voice.step(waiting.redirect(), &[]).await;
        assert_eq!(answer.says, ["You said: one two three"]);
        let next = voice.speak(&answer, "and now").await;
        assert_eq!(next.says, ["You said: and now"]);
        assert_eq!(voice.transcript(&chat).await.len(), 4);
    });
}

#[test]
fn assistant_that_cannot_answer_passes_on_to_a_person() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let first = voice.step(&voice.call_path(&chat, "start"), &[]).await;
        let failed = voice.speak(&first, "/fail content_filtered").await;
        assert!(failed.says[0].starts_with("I am sorry"), "{failed:?}");
        assert_eq!(voice.fetch(&chat).await["needsResponse"], true);
        let path = format!("/chats/{}", chat["id"]);
        let setup = &voice.setup;
        let paused = json!({ "paused": true });
        setup.put(&setup.g, &path, paused).await.expect(200);
        let passed_on = voice.speak(&failed, "Call me back").await;
        assert!(passed_on.says[0].starts_with("Thank you."), "{passed_on:?}");
        let messages = voice.transcript(&chat).await;
        assert_eq!(messages.last(), Some(&user("Call me back")));
    });
}

#[test]
fn archived_chat_hangs_up() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let start = voice.call_path(&chat, "start");
        let first = voice.step(&start, &[]).await;
        let setup = &voice.setup;
        let path = format!("/chats/{}", chat["id"]);
        let archived = json!({ "archived": true });
        setup.put(&setup.g, &path, archived).await.expect(200);
        voice.speak(&first, "Hello?").await.assert_hangs_up();
        voice.step(first.redirect(), &[]).await.assert_hangs_up();
        voice.step(&start, &[]).await.assert_hangs_up();
        let wait = voice.call_path(&chat, "wait?seq=0&position=1&waits=1");
        voice.step(&wait, &[]).await.assert_hangs_up();
        assert_eq!(voice.fetch(&chat).await["messageCount"], 0);
    });
}

#[test]
fn archived_member_is_hung_up_on() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let first = voice.step(&voice.call_path(&chat, "start"), &[]).await;
        let setup = &voice.setup;
        let path = format!("/members/{}/archive", setup.v.number);
        setup.post(&setup.g, &path, json!({})).await.expect(200);
        voice.speak(&first, "Hello?").await.assert_hangs_up();
        assert_eq!(voice.fetch(&chat).await["messageCount"], 0);
    });
}
