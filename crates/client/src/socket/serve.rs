//! One open connection.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::closing::Lost;
use super::command::{Asking, Command};
use super::door::ended;
use super::event::Event;
use super::frame::{Action, Refused, Said};
use super::ledger::{Gap, Ledger};
use super::sender::History;
use super::task::{Left, Task};
use super::wire::{Heard, Wire};
use crate::Error;
use crate::http::message::Message;

/// For a server that has confirmed a message to tell what was before it.
const TURN: Duration = Duration::from_secs(15);

/// Since when a connection owes something.
struct Watch {
    silence: Duration,
    heard_at: Instant,
    /// How far the log had come when own words began to wait for what is before them.
    turn: Option<(i64, Instant)>,
}

impl Watch {
    /// When there is no use in waiting any more.
    fn due(&mut self, ledger: &Ledger) -> Instant {
        let has = ledger.has();
        self.turn = match self.turn {
            _ if !ledger.is_waiting() => None,
            Some((before, since)) if before == has => Some((has, since)),
            _ => Some((has, self.heard_at)),
        };
        let silent = self.heard_at + self.silence;
        self.turn
            .map_or(silent, |(_, since)| silent.min(since + TURN))
    }
}

impl Task {
    /// Serves a connection to its end, which comes at the latest when nothing was heard for so long.
    pub(super) async fn serve(&mut self, wire: &mut Wire, silence: Duration) -> Left {
        let mut word = None;
        let mut watch = Watch {
            silence,
            heard_at: Instant::now(),
            turn: None,
        };
        loop {
            let is_late = self.ear.is_late();
            let due = watch.due(&self.ledger);
            let step = tokio::select! {
                heard = wire.next_if(!is_late) => {
                    watch.heard_at = Instant::now();
                    match heard {
                        Heard::Text(text) => self.hear(&text, &mut word),
                        Heard::Noise => Ok(()),
                        Heard::End(code) => Err(Left::For(ended(code, word.take()))),
                    }
                }
                command = self.commands.recv(), if !self.mute => self.obey(command, Some(&mut *wire)),
                () = self.ear.stir() => {
                    // The time the reader took is not the server's.
                    watch.heard_at = Instant::now();
                    watch.turn = None;
                    self.wanted()
                }
                () = sleep_until(due), if !is_late => {
                    let owes = self.ledger.is_waiting();
                    Err(Left::For(if owes { Lost::Gap } else { Lost::Silent }))
                }
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    fn hear(&mut self, text: &str, word: &mut Option<String>) -> Result<(), Left> {
        let ear = &mut self.ear;
        let gap = |Gap| Left::For(Lost::Gap);
        match Said::read(text) {
            Some(Said::Entry(entry)) => {
                let noted = self
                    .ledger
                    .entry(entry, &mut |entry| ear.tell(Event::Entry(entry)));
                return noted.map_err(gap);
            }
            Some(Said::Received(received)) => {
                let ledger = &mut self.ledger;
                let noted = ledger.received(received, &mut |entry| ear.tell(Event::Entry(entry)));
                return noted.map_err(gap);
            }
            Some(Said::Refused(refused)) => self.refused(&refused),
            Some(Said::History(history)) => {
                self.answer_history(history.reference, history.messages, history.has_more);
            }
            Some(Said::Pong(reference)) => {
                let asking = self.asked.remove(&reference.unwrap_or_default());
                if let Some(Asking::Ping { reply }) = asking {
                    // Who does not wait any more needs no answer.
                    let _ = reply.send(Ok(()));
                }
            }
            Some(Said::Fatal(code)) => *word = Some(code),
            Some(Said::Passing(event)) => ear.tell(event),
            Some(Said::Established(_)) | None => {}
        }
        Ok(())
    }

    fn refused(&mut self, refused: &Refused) {
        if self.ledger.refused(refused) {
            return;
        }
        let reference = refused.reference.as_deref().unwrap_or_default();
        if let Some(asking) = self.asked.remove(reference) {
            asking.fail(Error::Refused(Box::new(refused.refusal())));
        }
    }

    fn answer_history(
        &mut self,
        reference: Option<String>,
        messages: Vec<Message>,
        has_more: bool,
    ) {
        let asking = self.asked.remove(&reference.unwrap_or_default());
        if let Some(Asking::History { reply, .. }) = asking {
            let _ = reply.send(Ok(History { messages, has_more }));
        }
    }

    /// Does what it is told, as far as that is possible without a connection.
    pub(super) fn obey(
        &mut self,
        command: Option<Command>,
        wire: Option<&mut Wire>,
    ) -> Result<(), Left> {
        let Some(command) = command else {
            self.mute = true;
            return self.wanted();
        };
        match (command, wire) {
            (Command::Send(pending), wire) => {
                let frame = self.ledger.say(*pending);
                if let Some(wire) = wire {
                    wire.push(frame);
                }
            }
            (Command::Ask(asking), Some(wire)) => self.ask(asking, wire),
            (Command::Ask(asking), None) => asking.fail(Error::Lost),
            (Command::Typing(begins), Some(wire)) => {
                let state = if begins { "start" } else { "stop" };
                wire.push(&Action::Typing { state }.text());
            }
            (Command::Typing(_), None) => {}
            (Command::Read(seq), Some(wire)) => wire.push(&Action::Read { seq }.text()),
            (Command::Read(seq), None) => self.read = self.read.max(Some(seq)),
            (Command::Close(reply), _) => {
                self.bye.push(reply);
                return Err(Left::here());
            }
        }
        Ok(())
    }

    fn ask(&mut self, asking: Asking, wire: &mut Wire) {
        self.questions += 1;
        let reference = self.questions.to_string();
        let action = match &asking {
            Asking::History { before, limit, .. } => Action::History {
                before_seq: *before,
                limit: *limit,
                reference: &reference,
            },
            Asking::Ping { .. } => Action::Ping {
                reference: &reference,
            },
        };
        wire.push(&action.text());
        self.asked.insert(reference, asking);
    }
}
