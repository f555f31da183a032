//! What was read of a log, on its way to the listeners.

use std::panic::resume_unwind;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_engine::conversation::Chronicle;
use tokio::task::{JoinSet, unconstrained};

use super::codec::{Codec, Frame};
use super::frames::Stretch;
use super::reader::Reader;

/// Listeners that are served in one go; of more, others are served beside them where there are cores for it.
const SHARE: usize = 128;

/// Entries, made once for each vocabulary.
pub(super) struct Made {
    found: Chronicle,
    stretches: Mutex<Vec<(&'static str, Stretch)>>,
}

impl Made {
    pub(super) fn new(found: Chronicle) -> Self {
        Self {
            found,
            stretches: Mutex::default(),
        }
    }

    /// Gives every listener what it has not got yet. All have it, or have it waiting, when this ends. A panic of one share
    /// is one of the whole.
    ///
    /// Nothing here may be told to wait because others should have a turn: a socket would pass for one that is full.
    pub(super) async fn hand_out(self, readers: Arc<Vec<Arc<Reader>>>) {
        if readers.len() <= SHARE {
            unconstrained(async { self.give(&readers) }).await;
            return;
        }
        let made = Arc::new(self);
        let mut shares = JoinSet::new();
        for from in (0..readers.len()).step_by(SHARE) {
            let (made, readers) = (made.clone(), readers.clone());
            shares.spawn(unconstrained(async move {
                let until = readers.len().min(from + SHARE);
                made.give(&readers[from..until]);
            }));
        }
        while let Some(given) = shares.join_next().await {
            if let Err(failed) = given
                && let Ok(panic) = failed.try_into_panic()
            {
                resume_unwind(panic);
            }
        }
    }

    fn give(&self, readers: &[Arc<Reader>]) {
        for reader in readers {
            reader.push(&self.stretch(&*reader.codec));
        }
    }

    fn stretch(&self, codec: &dyn Codec) -> Stretch {
        let mut stretches = self.stretches.lock();
        let name = codec.name();
        if let Some((_, stretch)) = stretches.iter().find(|(known, _)| *known == name) {
            return stretch.clone();
        }
        let stretch = Stretch::new(frames(codec, &self.found));
        stretches.push((name, stretch.clone()));
        stretch
    }
}

/// The entries of a stretch in one vocabulary.
pub(super) fn frames(codec: &dyn Codec, found: &Chronicle) -> Vec<Frame> {
    let items = found.items.iter();
    items.map(|item| Frame::item(codec, item, found)).collect()
}
