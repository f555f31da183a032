//! Whoever wants to know what was committed.

use std::sync::Arc;

use parlor_model::live::Growth;

/// Called after each commit in which logs grew, on the thread that committed: it must be quick and must not wait.
#[derive(Clone)]
pub struct Watch(Arc<Told>);

type Told = dyn Fn(&[Growth]) + Send + Sync;

impl Watch {
    /// Tells this one.
    pub fn new(told: impl Fn(&[Growth]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    pub(crate) fn tell(&self, growths: &[Growth]) {
        if !growths.is_empty() {
            (self.0)(growths);
        }
    }
}

/// Nobody watches.
impl Default for Watch {
    fn default() -> Self {
        Self::new(|_| {})
    }
}
