//! What the carrier is told to say and to do.

use parlor_channels::{CallHookUrl, VoiceResponse};
use parlor_engine::chat::call::CallPrompt;
use parlor_model::redacted::Redacted;

/// Said where nobody has set another greeting.
const GREETING: &str = "Hello. How can I help you?";
/// Said where no assistant answers, and nobody has set another text.
const UNATTENDED: &str = "Nobody can take your call right now. Please say what it is about, and somebody will get back to you.";
/// Said after something that a person has to answer.
const PASSED_ON: &str =
    "Thank you. I have passed that on, and somebody will get back to you. Is there anything else?";
/// Said when the assistant has no answer.
const NO_ANSWER: &str =
    "I am sorry, I have no answer to that. Somebody will get back to you. Is there anything else?";
/// Said after a silence.
const SILENCE: &str = "I did not hear anything. Are you still there?";
/// Said after too many silences.
const GOODBYE: &str = "I still hear nothing, so I will end the call. Goodbye.";
/// Said to a caller whose call is not taken.
const REFUSED: &str = "This call cannot be taken. Goodbye.";

/// Writes what happens next in a call.
pub(super) struct Script<'a> {
    hook: &'a CallHookUrl,
    /// Position of what is said next.
    position: u32,
}

impl<'a> Script<'a> {
    pub(super) const fn new(hook: &'a CallHookUrl, position: u32) -> Self {
        Self { hook, position }
    }

    /// Returns the beginning of a call.
    pub(super) fn begin(&self, prompt: &CallPrompt) -> String {
        match prompt {
            CallPrompt::Say(texts) if texts.is_empty() => self.listen([GREETING], 0),
            CallPrompt::Person(None) => self.listen([UNATTENDED], 0),
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
                VoiceResponse::new().pause_and_redirect(&url).into_xml()
            }
            CallPrompt::NoAnswer => self.listen([NO_ANSWER], 0),
            CallPrompt::Person(None) => self.listen([PASSED_ON], 0),
            CallPrompt::Person(Some(text)) => self.listen([text.as_str()], 0),
            CallPrompt::HangUp => hang_up(),
        }
    }

    /// Asks whether anybody is there, after some silences in a row.
    pub(super) fn ask_again(&self, silences: u32) -> String {
        self.listen([SILENCE], silences)
    }

    /// Says texts and listens. Silence leads to the next request too.
    fn listen<'t>(&self, texts: impl IntoIterator<Item = &'t str>, silences: u32) -> String {
        let silence = self.hook.turn(self.position, silences.saturating_add(1));
        VoiceResponse::new()
            .gather(&self.hook.turn(self.position, 0), texts)
            .redirect(&silence)
            .into_xml()
    }
}

/// Ends a call without a word.
pub(super) fn hang_up() -> String {
    VoiceResponse::new().hang_up().into_xml()
}

/// Ends a call in which nobody speaks.
pub(super) fn say_goodbye() -> String {
    VoiceResponse::new().say(GOODBYE).hang_up().into_xml()
}

/// Ends a call that is not taken, in the workspace's words if it has any.
pub(super) fn refuse(text: Option<&Redacted<String>>) -> String {
    let text = text.map_or(REFUSED, |text| text.as_str());
    VoiceResponse::new().say(text).hang_up().into_xml()
}

/// Tells nothing.
pub(super) fn nothing() -> String {
    VoiceResponse::new().into_xml()
}
