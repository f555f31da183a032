//! This vendor's side of a socket.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_gateway::hub::Codec;
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{Answer, Ending, Farewell, Talk};
use parlor_model::live::Sign;
use tokio::time::Instant;

use super::asked::{Asked, Mistake};
use super::codec::{Version, Words};
use super::credential::{SocketCredential, SocketRights};
use super::farewell;
use super::verbs::Talker;
use super::words::{Head, Lagged, Pong, Refused, text};

/// Frames in a row that could not be understood.
pub(crate) const MISTAKES: u32 = 10;

pub(super) struct ChatTalk {
    pub(super) engine: Arc<Engine>,
    /// What its credential opened.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) version: Version,
    pub(super) mistakes: u32,
    pub(super) talker: Talker,
}

impl Talk for ChatTalk {
    fn codec(&self) -> Arc<dyn Codec> {
        Arc::new(Words::new(self.engine.clone(), self.version))
    }

    async fn hear(&mut self, said: &str) -> Answer {
        match Asked::read(said) {
            Ok(asked) => {
                let followed = self.follow(&asked).await;
                self.answer(&asked, followed)
            }
            Err(mistake) => self.refuse(&mistake, &Asked::default()),
        }
    }

    /// What is sent in a row is sent together: one commit can take all of it.
    async fn hear_all(&mut self, said: &[Utf8Bytes]) -> Vec<Answer> {
        let (mut answers, mut sends) = (Vec::with_capacity(said.len()), Vec::new());
        for text in said {
            match Asked::read(text) {
                Ok(asked) if asked.action() == "send" => sends.push(asked),
                _ => {
                    self.send_all(&mut sends, &mut answers).await;
                    answers.push(self.hear(text).await);
                }
            }
            if answers.last().is_some_and(|last| last.end.is_some()) {
                return answers;
            }
        }
        self.send_all(&mut sends, &mut answers).await;
        answers
    }

    fn hear_binary(&mut self) -> Answer {
        self.refuse(&Mistake::binary(), &Asked::default())
    }

    fn due(&self) -> Option<Instant> {
        self.talker.due()
    }

    async fn ring(&mut self) -> Answer {
        Answer {
            sign: self.talker.ring().await,
            ..Answer::default()
        }
    }

    fn lagged(&self, from: i64, to: i64) -> Option<Utf8Bytes> {
        let head = Head::new("lagged", self.engine.now());
        (self.version == Version::Two).then(|| text(&Lagged { head, from, to }))
    }

    async fn leave(&mut self) -> Vec<Sign> {
        self.talker.leave().await.into_iter().collect()
    }

    fn end(&self, why: Ending) -> Farewell {
        farewell::of(why, self.engine.now())
    }

    async fn check(&mut self) -> Result<(), Ending> {
        let credential = &self.credential;
        credential
            .reauthenticate(&self.engine, &self.rights)
            .await
            .map(drop)
    }
}

impl ChatTalk {
    async fn follow(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        let talker = &mut self.talker;
        match (self.version, asked.action()) {
            (_, "send") => talker.send(asked).await,
            (Version::Two, "typing") => talker.type_on(asked),
            (Version::Two, "read") => talker.mark_read(asked),
            (Version::Two, "history") => talker.tell_history(asked).await,
            (Version::Two, "cancel") => Err(Mistake::new("NOT_FOUND", "No answer is under way")),
            (Version::Two, "ping") => Ok(Answer::say(text(&Pong {
                head: Head::new("pong", self.engine.now()),
                reference: asked.reference.as_deref(),
            }))),
            _ => Err(Mistake::new("UNKNOWN_ACTION", "No such action")),
        }
    }

    async fn send_all(&mut self, sends: &mut Vec<Asked>, answers: &mut Vec<Answer>) {
        if sends.is_empty() || answers.last().is_some_and(|last| last.end.is_some()) {
            return;
        }
        let followed = self.talker.send_all(sends).await;
        for (asked, followed) in std::mem::take(sends).iter().zip(followed) {
            let answer = self.answer(asked, followed);
            let is_end = answer.end.is_some();
            answers.push(answer);
            if is_end {
                return;
            }
        }
    }

    fn answer(&mut self, asked: &Asked, followed: Result<Answer, Mistake>) -> Answer {
        match followed {
            Ok(answer) => {
                self.mistakes = 0;
                answer
            }
            Err(mistake) => self.refuse(&mistake, asked),
        }
    }

    fn refuse(&mut self, mistake: &Mistake, asked: &Asked) -> Answer {
        self.mistakes += u32::from(mistake.is_fault());
        let said = text(&Refused::of(mistake, asked, self.engine.now()));
        Answer {
            end: (mistake.is_fault() && self.mistakes >= MISTAKES)
                .then_some(Ending::TooManyMistakes),
            ..Answer::say(said)
        }
    }
}
