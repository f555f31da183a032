//! What the carrier is told to say and to do.

use parlor_channels::{CallHookUrl, VoiceResponse};
use parlor_engine::chat::call::CallPrompt;
use parlor_model::call_language::CallLanguage;
use parlor_model::redacted::Redacted;

use super::call_sentences::{CallSentences, sentences_in};

/// Language of a call, and the server's own sentences in it.
#[derive(Clone)]
pub(super) struct Speech {
    language: Option<CallLanguage>,
    sentences: &'static CallSentences,
}

impl Speech {
    pub(super) fn new(language: Option<&CallLanguage>) -> Self {
        Self {
            language: language.cloned(),
            sentences: sentences_in(language),
        }
    }

    fn response(&self) -> VoiceResponse {
        VoiceResponse::new(self.language.clone())
    }

    /// Ends a call in which nobody speaks.
    pub(super) fn say_goodbye(&self) -> String {
        let response = self.response().say(self.sentences.goodbye);
        response.hang_up().into_xml()
    }

    /// Ends a call that is not taken, in the workspace's words if it has any.
    pub(super) fn refuse(&self, text: Option<&Redacted<String>>) -> String {
        let text = text.map_or(self.sentences.refused, |text| text.as_str());
        self.response().say(text).hang_up().into_xml()
    }
}

/// Writes what happens next in a call.
pub(super) struct Script<'a> {
    speech: &'a Speech,
    hook: &'a CallHookUrl,
    /// Position of what is said next.
    position: u32,
}

impl<'a> Script<'a> {
    pub(super) const fn new(speech: &'a Speech, hook: &'a CallHookUrl, position: u32) -> Self {
        Self {
            speech,
            hook,
            position,
        }
    }

    /// Returns the beginning of a call.
    pub(super) fn begin(&self, prompt: &CallPrompt) -> String {
        match prompt {
            CallPrompt::Say(texts) if texts.is_empty() => {
                self.listen([self.speech.sentences.greeting], 0)
            }
            CallPrompt::Person(None) => self.listen([self.speech.sentences.unattended], 0),
            other => self.go_on(other, 1),
        }
    }

    /// Returns how a call goes on after something was said. `waits` is the number of the next request that waits for an
    /// answer.
    pub(super) fn go_on(&self, prompt: &CallPrompt, waits: u32) -> String {
        match prompt {
            CallPrompt::Say(texts) => self.listen(texts.iter().map(|text| text.as_str()), 0),
            CallPrompt::Wait(seq) => {
                let url = self.hook.wait(*seq, self.position, waits);
                VoiceResponse::default().pause_and_redirect(&url).into_xml()
            }
            CallPrompt::NoAnswer => self.listen([self.speech.sentences.no_answer], 0),
            CallPrompt::Person(None) => self.listen([self.speech.sentences.passed_on], 0),
            CallPrompt::Person(Some(text)) => self.listen([text.as_str()], 0),
            CallPrompt::HangUp => hang_up(),
        }
    }

    /// Asks whether anybody is there, after some silences in a row.
    pub(super) fn ask_again(&self, silences: u32) -> String {
        self.listen([self.speech.sentences.silence], silences)
    }

    /// Says texts and listens. Silence leads to the next request too.
    fn listen<'t>(&self, texts: impl IntoIterator<Item = &'t str>, silences: u32) -> String {
        let silence = self.hook.turn(self.position, silences.saturating_add(1));
        self.speech
            .response()
            .gather(&self.hook.turn(self.position, 0), texts)
            .redirect(&silence)
            .into_xml()
    }
}

/// Ends a call without a word.
pub(super) fn hang_up() -> String {
    VoiceResponse::default().hang_up().into_xml()
}

/// Tells nothing.
pub(super) fn nothing() -> String {
    VoiceResponse::default().into_xml()
}
