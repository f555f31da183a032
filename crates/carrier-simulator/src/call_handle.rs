//! A call under way, as commands reach it.

use std::collections::HashMap;

use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

/// Texts that wait to be said at most.
const MAX_WAITING_TEXTS: usize = 100;

/// Person on a call, as the call's own task hears it.
pub(crate) struct CallPerson {
    /// What the person says, in order.
    pub(crate) texts: mpsc::Receiver<String>,
    /// Whether the call was ended from outside.
    pub(crate) hung_up: watch::Receiver<bool>,
}

struct CallHandle {
    texts: mpsc::Sender<String>,
    hang_up: watch::Sender<bool>,
}

/// Why a person cannot say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SayError {
    /// The call is unknown or over.
    NoCall,
    /// Too much waits to be said.
    Full,
}

/// Calls under way, by their ids.
#[derive(Default)]
pub(crate) struct CallRegistry(Mutex<HashMap<String, CallHandle>>);

impl CallRegistry {
    /// Adds a call on which a person says the given texts first. More than fit are left out.
    pub(crate) fn insert(&self, sid: &str, texts: Vec<String>) -> CallPerson {
        let (sender, receiver) = mpsc::channel(MAX_WAITING_TEXTS);
        let (hang_up, hung_up) = watch::channel(false);
        for text in texts {
            // The receiver is at hand: only a full queue refuses.
            if sender.try_send(text).is_err() {
                break;
            }
        }
        let handle = CallHandle {
            texts: sender,
            hang_up,
        };
        self.0.lock().insert(sid.to_owned(), handle);
        CallPerson {
            texts: receiver,
            hung_up,
        }
    }

    pub(crate) fn remove(&self, sid: &str) {
        self.0.lock().remove(sid);
    }

    /// Lets the person on a call say something, as soon as the server listens.
    pub(crate) fn say(&self, sid: &str, text: String) -> Result<(), SayError> {
        let calls = self.0.lock();
        let handle = calls.get(sid).ok_or(SayError::NoCall)?;
        handle.texts.try_send(text).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SayError::Full,
            mpsc::error::TrySendError::Closed(_) => SayError::NoCall,
        })
    }

    /// Ends a call. Returns `false` if it is unknown or over.
    pub(crate) fn hang_up(&self, sid: &str) -> bool {
        let calls = self.0.lock();
        let handle = calls.get(sid);
        handle.is_some_and(|handle| handle.hang_up.send(true).is_ok())
    }
}
