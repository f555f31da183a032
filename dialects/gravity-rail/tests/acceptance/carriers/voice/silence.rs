//! Calls in which nobody speaks.

use super::on_both;

#[test]
fn silence_is_asked_about_twice_and_ends_the_call() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let first = voice.step(&voice.call_path(&chat, "start"), &[]).await;
        let mut last = first.clone();
        for _ in 0..2 {
            last = voice.step(last.redirect(), &[]).await;
            assert_eq!(last.says, ["I did not hear anything. Are you still there?"]);
            assert_eq!(last.action(), first.action());
        }
        let end = voice.step(last.redirect(), &[("SpeechResult", " ")]).await;
        assert!(end.hangs_up && end.says[0].ends_with("Goodbye."), "{end:?}");
        assert_eq!(voice.fetch(&chat).await["messageCount"], 0);
        // Whoever speaks is heard again, and may be silent as often as before.
        let answer = voice.speak(&last, "Here I am").await;
        assert_eq!(answer.says, ["You said: Here I am"]);
        let silent = voice.step(answer.redirect(), &[]).await;
        assert!(!silent.hangs_up);
    });
}

#[test]
fn machine_hears_nothing() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let start = voice.call_path(&chat, "start");
        for machine in ["machine_start", "machine_end_beep", "fax"] {
            let answer = voice.step(&start, &[("AnsweredBy", machine)]).await;
            answer.assert_hangs_up();
        }
        assert_eq!(voice.fetch(&chat).await["messageCount"], 0);
    });
}
