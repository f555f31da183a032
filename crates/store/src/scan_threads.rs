//! Threads for long reads of the embedded database. Where processors are few they have a lower priority than the rest, so
//! that what takes long waits for what is short, and not the other way round.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result};

type ScanJob = Box<dyn FnOnce() + Send>;

/// The threads. They end with the value, after what was begun.
pub(crate) struct ScanThreads {
    jobs: Mutex<Option<Sender<ScanJob>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl ScanThreads {
    /// So many threads; as many jobs as wait are bounded by whoever hands them over.
    pub(crate) fn start(count: usize) -> Result<Self> {
        let (jobs, waiting) = channel();
        let waiting: Arc<Mutex<Receiver<ScanJob>>> = Arc::new(Mutex::new(waiting));
        let threads = (0..count).map(|index| {
            let waiting = waiting.clone();
            std::thread::Builder::new()
                .name(format!("parlor-scan-{index}"))
                .spawn(move || run_thread(&waiting))
                .map_err(Error::internal)
        });
        Ok(Self {
            threads: Mutex::new(threads.collect::<Result<_>>()?),
            jobs: Mutex::new(Some(jobs)),
        })
    }

    /// Hands a job to whichever thread is free next.
    pub(crate) fn run(&self, job: ScanJob) -> Result<()> {
        let closed = || Error::unavailable("the database is closing");
        let jobs = self.jobs.lock();
        jobs.as_ref()
            .ok_or_else(closed)?
            .send(job)
            .map_err(|_| closed())
    }

    /// Waits for what was begun, and takes no more.
    pub(crate) fn close(&self) {
        self.jobs.lock().take();
        for thread in self.threads.lock().drain(..) {
            // A job that panics does not end its thread.
            let _ = thread.join();
        }
    }
}

impl Drop for ScanThreads {
    fn drop(&mut self) {
        self.close();
    }
}

fn run_thread(waiting: &Mutex<Receiver<ScanJob>>) {
    lower_priority();
    loop {
        // One idle thread waits in recv, the others for the lock: whoever is free takes the next.
        let next = waiting.lock().recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a long read panicked");
        }
    }
}

/// How much lower: a tenth of the processor is left to them where everybody wants it.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Lowers the calling thread's priority, where the system knows one for a thread.
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
    fn a_job_that_panics_ends_no_thread_and_the_end_waits_for_what_was_begun() {
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
