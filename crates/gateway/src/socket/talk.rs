//! What a dialect says on a socket.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::socket::Utf8Bytes;
use parlor_model::live::Sign;
use tokio::time::Instant;

use crate::hub::Codec;

/// A dialect's side of one socket: it reads what the client says and finds the words for everything else.
pub trait Talk: Send + 'static {
    /// How the conversation is told on this socket.
    fn codec(&self) -> Arc<dyn Codec>;
    /// What the client said. Refusals that leave the socket open are answers too.
    fn hear(&mut self, text: &str) -> impl Future<Output = Answer> + Send;
    /// What the client said, several things at once, in order. What comes after one that ends the socket is not heard.
    fn hear_all(&mut self, said: &[Utf8Bytes]) -> impl Future<Output = Vec<Answer>> + Send {
        async move {
            let mut answers = Vec::with_capacity(said.len());
            for text in said {
                let answer = self.hear(text).await;
                let is_end = answer.end.is_some();
                answers.push(answer);
                if is_end {
                    break;
                }
            }
            answers
        }
    }
    /// The client said something that is no text.
    fn hear_binary(&mut self) -> Answer;
    /// When something is due that nobody asked for, such as the end of a sign.
    fn due(&self) -> Option<Instant>;
    /// Does what is due.
    fn ring(&mut self) -> impl Future<Output = Answer> + Send;
    /// The listener was too slow, and is fed from the log between these positions; nothing where there is no word.
    fn lagged(&self, from: i64, to: i64) -> Option<Utf8Bytes>;
    /// The socket is about to end: does what still waits, such as storing how far was read, and gives what the others
    /// are told of it.
    fn leave(&mut self) -> impl Future<Output = Vec<Sign>> + Send;
    /// The last words before the socket is closed, and the code and reason to close it with.
    fn end(&self, why: Ending) -> Farewell;
    /// Whether the credential still opens what it opened. An error closes the socket.
    fn check(&mut self) -> impl Future<Output = Result<(), Ending>> + Send;
}

/// What to do after something was heard.
#[derive(Debug, Default)]
pub struct Answer {
    /// Said at once.
    pub say: Vec<Utf8Bytes>,
    /// Said in place of the entry at this position, when its turn in the log comes.
    pub confirm: Option<(i64, Utf8Bytes)>,
    /// Passed on to the others.
    pub sign: Option<Sign>,
    /// The socket is closed after that.
    pub end: Option<Ending>,
}

impl Answer {
    /// Says one thing.
    pub fn say(text: Utf8Bytes) -> Self {
        Self {
            say: vec![text],
            ..Self::default()
        }
    }
}

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The server stops; another will answer.
    Shutdown,
    /// The client broke the rules of frames.
    Protocol,
    /// A text, or a close frame's reason, was not UTF-8.
    InvalidText,
    /// A message was larger than is read.
    TooLarge,
    /// Too much could not be understood.
    TooManyMistakes,
    /// The credential holds no more.
    Credential,
    /// The listener takes part no more, or never may.
    Forbidden,
    /// The conversation is over.
    Closed,
    /// The conversation is gone.
    Deleted,
    /// Nothing was heard for too long.
    Silent,
    /// What was sent was not taken.
    Stuck,
    /// Something unforeseen.
    Broken,
}

impl Ending {
    /// Each of them.
    pub const ALL: [Self; 12] = [
        Self::Shutdown,
        Self::Protocol,
        Self::InvalidText,
        Self::TooLarge,
        Self::TooManyMistakes,
        Self::Credential,
        Self::Forbidden,
        Self::Closed,
        Self::Deleted,
        Self::Silent,
        Self::Stuck,
        Self::Broken,
    ];
}

/// How a socket ends.
#[derive(Debug)]
pub struct Farewell {
    /// Said before.
    pub say: Option<Utf8Bytes>,
    /// The code of the close frame: mostly [`Ending::close_code`].
    pub code: u16,
    /// Its reason, of at most 123 bytes.
    pub reason: &'static str,
}

/// The times a connection keeps.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two pings.
    pub ping: Duration,
    /// A client that was not heard for so long is gone.
    pub silence: Duration,
    /// A client that takes nothing for so long is gone.
    pub drain: Duration,
    /// Between two looks at the credential.
    pub check: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            ping: Duration::from_secs(25),
            silence: Duration::from_secs(60),
            drain: Duration::from_secs(30),
            check: Duration::from_secs(5),
        }
    }
}
