//! The life of a socket: one connection after another, until there is no use in another.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::closing::{Closing, Lost};
use super::command::{Asking, Command, Ending};
use super::door::Door;
use super::ear::Ear;
use super::event::{Connected, Event, Position, Start};
use super::frame::{Action, Established};
use super::ledger::Ledger;
use crate::Error;
use crate::backoff::{Backoff, Pacer};

/// Where a server does not say how often it pings.
const PING: Duration = Duration::from_secs(25);
/// Pings after which a connection was quiet for too long.
const PINGS: u32 = 3;
/// A server that pings all the time is still allowed to be busy.
const SHORTEST: Duration = Duration::from_secs(1);

/// Where the first connection takes up the log.
#[derive(Debug, Clone)]
pub(super) enum Begin {
    Now,
    Start,
    After(Position),
}

/// Why a connection is left.
pub(super) enum Left {
    For(Lost),
    Ever(Closing),
    /// Another is made at once.
    Again,
}

impl Left {
    pub(super) fn here() -> Self {
        Self::Ever(Closing::Here)
    }
}

pub(super) struct Task {
    door: Door,
    begin: Begin,
    pacer: Pacer,
    /// The history the ledger's positions are of; none before the first connection.
    epoch: Option<String>,
    pub(super) ledger: Ledger,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    /// Nobody can say anything any more.
    pub(super) mute: bool,
    pub(super) ear: Ear,
    /// Questions by their reference.
    pub(super) asked: HashMap<String, Asking>,
    pub(super) questions: u64,
    /// What was read and not told to the server.
    pub(super) read: Option<i64>,
    opened: Option<oneshot::Sender<()>>,
    /// Who waits for the end.
    pub(super) bye: Vec<oneshot::Sender<()>>,
    ending: Ending,
}

impl Task {
    pub(super) fn new(
        (door, begin, backoff): (Door, Begin, Backoff),
        commands: mpsc::UnboundedReceiver<Command>,
        events: mpsc::Sender<Event>,
        opened: oneshot::Sender<()>,
        ending: Ending,
    ) -> Self {
        Self {
            door,
            begin,
            pacer: Pacer::new(backoff),
            epoch: None,
            ledger: Ledger::default(),
            commands,
            mute: false,
            ear: Ear::new(events),
            asked: HashMap::new(),
            questions: 0,
            read: None,
            opened: Some(opened),
            bye: Vec::new(),
            ending,
        }
    }

    pub(super) async fn run(mut self) {
        let closing = loop {
            let left = self.connect().await;
            for (_, asking) in self.asked.drain() {
                asking.fail(Error::Lost);
            }
            let goes_on = match left {
                Left::Again => Ok(()),
                Left::Ever(closing) => Err(closing),
                Left::For(lost) => self.pause(lost).await,
            };
            if let Err(closing) = goes_on {
                break closing;
            }
        };
        self.end(closing).await;
    }

    /// One connection, from its making to its end.
    async fn connect(&mut self) -> Left {
        let position = self.position();
        let resuming = position.is_some();
        let opening = self.door.clone().open(position);
        let (mut wire, established) = match self.meanwhile(opening).await {
            Ok(Ok(open)) => open,
            Ok(Err(lost)) => return Left::For(lost),
            Err(closing) => return Left::Ever(closing),
        };
        let since = Instant::now();
        let left = match self.greet(&established, resuming) {
            Some(left) => left,
            None => {
                for frame in self.ledger.unconfirmed() {
                    wire.push(frame);
                }
                if let Some(seq) = self.read.take() {
                    wire.push(&Action::Read { seq }.text());
                }
                self.serve(&mut wire, silence(&established)).await
            }
        };
        self.pacer.held(since.elapsed());
        // A connection that the server has ended is over, and one that broke is gone.
        wire.leave().await;
        left
    }

    /// What the server is told to go on from.
    fn position(&self) -> Option<Position> {
        if let Some(epoch) = &self.epoch {
            return Some(Position {
                seq: self.ledger.has(),
                epoch: epoch.clone(),
            });
        }
        match &self.begin {
            Begin::After(position) => Some(position.clone()),
            Begin::Now | Begin::Start => None,
        }
    }

    /// Takes up the log where the server does.
    fn greet(&mut self, established: &Established, resuming: bool) -> Option<Left> {
        let Established { seq, epoch, .. } = established;
        let is_first = self.epoch.replace(epoch.clone()).is_none();
        let start = match (&self.begin, is_first, established.resumed) {
            (Begin::Start, true, _) => {
                self.ledger.reset(0);
                return Some(Left::Again);
            }
            (Begin::After(position), true, true) => {
                self.ledger.reset(position.seq);
                Start::Resumed
            }
            (_, _, true) => {
                self.ledger.resume();
                Start::Resumed
            }
            (_, _, false) => {
                self.ledger.reset(*seq);
                if resuming { Start::Reset } else { Start::Fresh }
            }
        };
        self.ear.tell(Event::Connected(Connected {
            start,
            after: self.ledger.has(),
            seq: *seq,
            epoch: epoch.clone(),
            connection_id: established.connection_id.clone(),
        }));
        if let Some(opened) = self.opened.take() {
            // Whether somebody waits for it or not.
            let _ = opened.send(());
        }
        None
    }

    /// The end, once neither half is there.
    pub(super) fn wanted(&self) -> Result<(), Left> {
        if self.mute && self.ear.is_deaf() {
            return Err(Left::here());
        }
        Ok(())
    }

    /// Waits as long as it takes before the next try.
    async fn pause(&mut self, lost: Lost) -> Result<(), Closing> {
        let Some(wait) = self.pacer.wait(&lost) else {
            return Err(lost.last());
        };
        if self.opened.is_none() {
            self.ear.tell(Event::Disconnected(lost));
        }
        self.meanwhile(sleep(wait)).await
    }

    /// Waits for something and obeys meanwhile.
    async fn meanwhile<T>(&mut self, waiting: impl Future<Output = T>) -> Result<T, Closing> {
        tokio::pin!(waiting);
        loop {
            let step = tokio::select! {
                done = &mut waiting => return Ok(done),
                command = self.commands.recv(), if !self.mute => self.obey(command, None),
                () = self.ear.stir() => self.wanted(),
            };
            if let Err(Left::Ever(closing)) = step {
                return Err(closing);
            }
        }
    }

    /// Tells everybody that it is over.
    async fn end(mut self, closing: Closing) {
        self.ending.tell(&closing);
        self.commands.close();
        let error = || Error::Closed(closing.clone());
        for pending in self.ledger.give_up() {
            let _ = pending.done.send(Err(error()));
        }
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Send(pending) => drop(pending.done.send(Err(error()))),
                Command::Ask(asking) => asking.fail(error()),
                Command::Close(reply) => self.bye.push(reply),
                Command::Typing(_) | Command::Read(_) => {}
            }
        }
        for reply in self.bye.drain(..) {
            let _ = reply.send(());
        }
        self.opened = None;
        self.ear.tell(Event::Closed(closing));
        self.ear.finish().await;
    }
}

/// How long a connection may be quiet.
fn silence(established: &Established) -> Duration {
    let ping = established.ping_interval_ms.map(Duration::from_millis);
    (ping.unwrap_or(PING) * PINGS).max(SHORTEST)
}
