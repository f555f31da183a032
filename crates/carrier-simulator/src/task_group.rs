//! Tasks that end with the simulator.

use parking_lot::Mutex;
use tokio::task::JoinSet;

/// Tasks under way at most; what would begin another one is refused.
const MAX_TASKS: usize = 5_000;

/// Tasks that end with the simulator.
#[derive(Default)]
pub(crate) struct TaskGroup(Mutex<JoinSet<()>>);

impl TaskGroup {
    /// Returns whether there are too many tasks to begin another one.
    pub(crate) fn is_full(&self) -> bool {
        let mut tasks = self.0.lock();
        while tasks.try_join_next().is_some() {}
        tasks.len() >= MAX_TASKS
    }

    /// Starts a task.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Ends all tasks.
    pub(crate) fn abort_all(&self) {
        self.0.lock().abort_all();
    }
}
