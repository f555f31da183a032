//! Follows the documents of a call: says what they say, listens to the person, and goes on where they lead.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::status::CallParties;
use crate::record::Speaker;
use crate::signature::FormFields;
use crate::state::SimulatorState;
use crate::twiml::{Gather, Verb, parse_twiml};

/// Documents of a call at most.
const MAX_DOCUMENTS: u32 = 2_000;
/// How sure the simulator is of what it has understood.
const CONFIDENCE: &str = "0.95";

/// Document with which a call begins, and what is said in the request for it.
#[derive(Clone)]
pub(super) struct FirstDocument {
    url: String,
    pub(super) fields: FormFields,
}

impl FirstDocument {
    pub(super) const fn new(url: String) -> Self {
        Self {
            url,
            fields: Vec::new(),
        }
    }
}

/// What follows a verb.
enum Step {
    /// The next verb.
    Continue,
    /// Another document.
    Document(String, FormFields),
    /// The end of the call, with its state.
    End(&'static str),
}

/// A call whose documents are followed.
struct Conversation<'c> {
    state: &'c SimulatorState,
    parties: &'c CallParties,
    texts: &'c mut mpsc::Receiver<String>,
    /// Whether the person hangs up when it has nothing more to say.
    hangs_up: bool,
}

/// Follows the documents of a call. Returns the state in which it ends.
pub(super) async fn follow(
    state: &SimulatorState,
    parties: &CallParties,
    first: FirstDocument,
    texts: &mut mpsc::Receiver<String>,
    hangs_up: bool,
) -> &'static str {
    let mut conversation = Conversation {
        state,
        parties,
        texts,
        hangs_up,
    };
    let (mut url, mut fields) = (first.url, first.fields);
    for _ in 0..MAX_DOCUMENTS {
        let verbs = match conversation.fetch(&url, fields).await {
            Ok(verbs) => verbs,
            Err(note) => {
                parties.push_line(state, Speaker::Note, &note);
                return "failed";
            }
        };
        match conversation.perform(verbs, &url).await {
            Step::Continue => return "completed",
            Step::End(status) => return status,
            Step::Document(next, next_fields) => (url, fields) = (next, next_fields),
        }
    }
    parties.push_line(state, Speaker::Note, "the call has too many documents");
    "failed"
}

impl Conversation<'_> {
    async fn fetch(&self, url: &str, fields: FormFields) -> Result<Vec<Verb>, String> {
        let mut form = self.parties.form(self.state, "in-progress");
        form.extend(fields);
        let answer = self.state.server.post_form(url, &form).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if !answer.is_success() {
            return Err(format!("the server answered {}", answer.status));
        }
        parse_twiml(&answer.body).map_err(|error| error.to_string())
    }

    async fn perform(&mut self, verbs: Vec<Verb>, url: &str) -> Step {
        for verb in verbs {
            let step = match verb {
                Verb::Gather(gather) => self.gather(gather, url).await,
                Verb::Redirect(to) => {
                    let next = to.map_or_else(|| url.to_owned(), |to| resolve(url, &to));
                    Step::Document(next, Vec::new())
                }
                Verb::Hangup => Step::End("completed"),
                Verb::Reject => Step::End("busy"),
                other => {
                    self.speak(other).await;
                    Step::Continue
                }
            };
            if !matches!(step, Step::Continue) {
                return step;
            }
        }
        Step::Continue
    }

    /// Says and waits. What the simulator does not know is noted.
    async fn speak(&self, verb: Verb) {
        match verb {
            Verb::Say(text) if text.is_empty() => {}
            Verb::Say(text) => self.parties.push_line(self.state, Speaker::Server, &text),
            Verb::Pause(time) => self.state.pause(time).await,
            other => {
                let note = match other {
                    Verb::Unknown(name) => format!("<{name}> is not simulated"),
                    _ => "an instruction is not simulated here".to_owned(),
                };
                self.parties.push_line(self.state, Speaker::Note, &note);
            }
        }
    }

    async fn gather(&mut self, gather: Gather, url: &str) -> Step {
        for prompt in gather.prompts {
            self.speak(prompt).await;
        }
        let silence = gather.timeout.unwrap_or(self.state.options.silence);
        match self.listen(silence).await {
            Some(text) => {
                self.parties.push_line(self.state, Speaker::Person, &text);
                let action = gather
                    .action
                    .map_or_else(|| url.to_owned(), |to| resolve(url, &to));
                let heard = vec![
                    ("Confidence", CONFIDENCE.to_owned()),
                    ("SpeechResult", text),
                ];
                Step::Document(action, heard)
            }
            None if self.hangs_up => Step::End("completed"),
            None => Step::Continue,
        }
    }

    /// Waits until the person says something. `None` after a silence, or if the person has nothing more to say.
    async fn listen(&mut self, silence: Duration) -> Option<String> {
        if self.hangs_up {
            return self.texts.try_recv().ok();
        }
        // The registry holds a sender until the call is over.
        timeout(silence, self.texts.recv()).await.ok().flatten()
    }
}

/// Returns the URL that a document names, which may be a path.
fn resolve(document: &str, named: &str) -> String {
    if !named.starts_with('/') {
        return named.to_owned();
    }
    let origin = document.find("://").map_or(0, |at| at + 3);
    let end = document[origin..]
        .find('/')
        .map_or(document.len(), |at| origin + at);
    format!("{}{named}", &document[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_resolved_at_the_documents_host() {
        assert_eq!(resolve("http://h:1/a?b", "/c?d"), "http://h:1/c?d");
        assert_eq!(resolve("http://h:1", "/c"), "http://h:1/c");
        assert_eq!(resolve("http://h/a", "https://k/c"), "https://k/c");
    }
}
