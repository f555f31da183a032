//! Threads for long reads on SQLite. On Linux they run at a lower priority, so that long reads do not delay short ones.
//!
//! Keeps INV-7 (`docs/invariants.md`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result};

type ScanJob = Box<dyn FnOnce() + Send>;

/// Thread pool for long reads. Dropping it waits for queued jobs.
pub(crate) struct ScanThreads {
    jobs: Mutex<Option<Sender<ScanJob>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl ScanThreads {
    /// Starts `count` threads. The queue is unbounded; [`crate::Store`] bounds it by its permits.
    pub(crate) fn start(count: usize) -> Result<Self> {
        let (jobs, queue) = channel();
        let queue: Arc<Mutex<Receiver<ScanJob>>> = Arc::new(Mutex::new(queue));
        let threads = (0..count).map(|index| {
            let queue = queue.clone();
            std::thread::Builder::new()
                .name(format!("parlor-scan-{index}"))
                .spawn(move || run_thread(&queue))
                .map_err(Error::internal)
        });
        Ok(Self {
            threads: Mutex::new(threads.collect::<Result<_>>()?),
            jobs: Mutex::new(Some(jobs)),
        })
    }

    /// Queues a job for the next idle thread.
    pub(crate) fn run(&self, job: ScanJob) -> Result<()> {
        let closed = || Error::unavailable("the database is closing");
        let jobs = self.jobs.lock();
        jobs.as_ref()
            .ok_or_else(closed)?
            .send(job)
            .map_err(|_| closed())
    }

    /// Stops accepting jobs and waits for queued ones.
    pub(crate) fn close(&self) {
        self.jobs.lock().take();
        for thread in self.threads.lock().drain(..) {
            // Job panics are caught, so joining does not fail.
            let _ = thread.join();
        }
    }
}

impl Drop for ScanThreads {
    fn drop(&mut self) {
        self.close();
    }
}

fn run_thread(queue: &Mutex<Receiver<ScanJob>>) {
    lower_priority();
    loop {
        // One idle thread waits in `recv`, the others for the lock.
        let next = queue.lock().recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a long read panicked");
        }
    }
}

/// Nice value of the threads: under contention they get about a tenth of a processor.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Lowers the calling thread's priority where the system supports it per thread.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "long reads have no lower priority");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn panicking_job_keeps_thread_and_close_waits_for_jobs() {
        let threads = ScanThreads::start(1).unwrap();
        threads.run(Box::new(|| panic!("on purpose"))).unwrap();
        let (done, ended) = channel();
        threads
            .run(Box::new(move || done.send(7).unwrap()))
            .unwrap();
        threads.close();
        assert_eq!(ended.try_recv(), Ok(7));
        assert!(threads.run(Box::new(|| ())).is_err());
    }
}
