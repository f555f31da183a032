//! Calls in the workspace's language.

use parlor_engine::workspace;
use parlor_model::call_language::CallLanguage;
use parlor_model::workspace::UpdateWorkspace;

use super::{VoiceSetup, on_both};
use crate::fixture::PHONE;

async fn set_language(voice: &VoiceSetup, tag: Option<&str>) {
    let change = UpdateWorkspace {
        call_language: Some(tag.and_then(CallLanguage::parse)),
        ..UpdateWorkspace::default()
    };
    let server = &voice.setup.server;
    let owner = server.a.ctx();
    let updated = workspace::update(&server.engine, &owner, change);
    updated.await.unwrap();
}

#[test]
fn calls_are_heard_and_answered_in_the_workspaces_language() {
    on_both(async |voice| {
        let chat = voice.place().await;
        let start = voice.call_path(&chat, "start");
        for (tag, greeting, silence) in [
            (None, "Hello.", "I did not hear"),
            (Some("de-DE"), "Guten Tag.", "Ich habe nichts"),
            (Some("es-MX"), "Hola.", "No he oído"),
            (Some("fr"), "Bonjour.", "Je n'ai rien"),
            (Some("it-IT"), "Buongiorno.", "Non ho sentito"),
            (Some("pt-BR"), "Olá.", "Não ouvi"),
            // Heard in its language, and answered in English where the words are the server's own.
            (Some("ja-JP"), "Hello.", "I did not hear"),
        ] {
            set_language(&voice, tag).await;
            let first = voice.step(&start, &[]).await;
            let silent = voice.step(first.redirect(), &[]).await;
            for (said, beginning) in [(&first, greeting), (&silent, silence)] {
                assert!(said.says[0].starts_with(beginning), "{tag:?} {said:?}");
                let languages = vec![tag.map(str::to_owned); 2];
                assert_eq!(said.languages, languages, "of what is said, and heard");
            }
            let answer = voice.speak(&first, "42").await;
            assert_eq!(answer.says, ["You said: 42"]);
            assert_eq!(answer.languages, vec![tag.map(str::to_owned); 2]);
        }
        set_language(&voice, Some("de")).await;
        let anonymous = [("From", "Anonymous"), ("To", "+15005550001")];
        let fields = [&[("CallSid", "CA9")], &anonymous[..]].concat();
        let (status, refused) = voice.post(&voice.path("/calls"), &fields).await;
        assert_eq!(status, 200);
        assert!(refused.contains("Dieser Anruf kann nicht"), "{refused}");
        assert!(!refused.contains(PHONE));
    });
}
