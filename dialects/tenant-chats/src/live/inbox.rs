//! The list of one's conversations on a socket.

use parlor_gateway::hub::{Listed, ResumeRefusal};
use parlor_gateway::live::Act;
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::Timestamp;

use super::desk::LiveDesk;
use super::words::{Current, Listing, Row};
use crate::socket::asked::{Asked, Mistake};
use crate::socket::words::{Head, text};

impl LiveDesk {
    /// Follows the list from a position on; from the beginning where there is none, or one of another history.
    pub(super) fn list(
        &mut self,
        asked: &Asked,
        position: Option<&str>,
    ) -> Result<Vec<Act>, Mistake> {
        if self.speaker.is_none() {
            let said = "The key acts for nobody: connect with a user_id";
            return Err(Mistake::new("FORBIDDEN", said));
        }
        let found = position.map(|text| self.parse(text));
        let position = found.and_then(Result::ok);
        let refusal = found.and_then(Result::err);
        let started = text(&Listing {
            head: Head::new("list_started", self.engine.now()),
            reference: asked.reference.as_deref(),
            resumed: Some(position.is_some()),
            reason: refusal.map(ResumeRefusal::word),
        });
        Ok(vec![Act::Say(started), Act::List(position)])
    }

    pub(super) fn tell_list(&self, listed: &Listed) -> Vec<Utf8Bytes> {
        let now = self.engine.now();
        let changed = listed.changed.iter().map(|row| Row::of(row, now));
        let gone = listed.gone.iter().map(|id| Row::gone(*id, now));
        let mut rows: Vec<Row> = changed.chain(gone).collect();
        let position = listed.position.map(|position| self.spell(position));
        let end = match listed.total {
            Some(total) => Some(text(&Current {
                head: Head::new("list_current", now),
                total,
                position,
            })),
            None => {
                // With the last one, since all of them have to be taken first.
                if let Some(last) = rows.last_mut() {
                    last.position = position;
                }
                None
            }
        };
        rows.iter().map(text).chain(end).collect()
    }

    pub(super) fn tell_unlisted(&self, reference: Option<&str>) -> Utf8Bytes {
        text(&Listing {
            head: Head::new("list_stopped", self.engine.now()),
            reference,
            resumed: None,
            reason: None,
        })
    }

    fn spell(&self, position: Timestamp) -> String {
        format!("{}/{}", self.epoch, position.micros())
    }

    fn parse(&self, text: &str) -> Result<Timestamp, ResumeRefusal> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(epoch, micros)| Some((epoch, micros.parse().ok()?)));
        match parts.ok_or(ResumeRefusal::InvalidPosition)? {
            (epoch, micros) if epoch == self.epoch => Ok(Timestamp::from_micros(micros)),
            _ => Err(ResumeRefusal::UnknownEpoch),
        }
    }
}
