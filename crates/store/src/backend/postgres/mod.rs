//! PostgreSQL: a few threads that each own a connection and run closures from one queue, and one that joins appends.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use parlor_model::{Error, Result};
use tokio::sync::oneshot;

use crate::append::{Append, Appended};
use crate::backend::{Call, Job, enqueue};
use crate::{Options, Stamps, Tx, Watch};

mod append;
mod connection;
mod fault;
mod schema;
mod session;
mod statement;
mod transaction;
mod worker;

pub use connection::Target;

/// A database on a PostgreSQL server.
pub struct Database {
    queue: Mutex<Option<SyncSender<Work>>>,
    appends: Mutex<Option<SyncSender<append::Waiting>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// One closure for whichever connection is free.
pub(crate) struct Work {
    job: Box<dyn Job>,
    writes: bool,
}

impl Database {
    pub(crate) fn open(options: &Options, stamps: Arc<Stamps>, watch: Watch) -> Result<Self> {
        let (bounds, connections) = (options.bounds, options.connections);
        let config = Arc::new(connection::Target::parse(&options.url, bounds)?);
        prepare(&config, &stamps)?;
        let (queue, work) = sync_channel(bounds.queue.max(1));
        let work: Arc<Mutex<Receiver<Work>>> = Arc::new(Mutex::new(work));
        let (appends, waiting) = sync_channel(bounds.queue.max(1));
        let mut threads = Vec::with_capacity(connections + 1);
        for index in 0..connections.max(1) {
            let mut worker = worker::Worker::new(config.clone(), stamps.clone(), watch.clone());
            let work = work.clone();
            threads.push(named(&format!("parlor-pg-{index}"), move || {
                loop {
                    // One idle thread waits in recv, the others for the lock: whoever is free takes the next.
                    let next = work.lock().recv();
                    match next {
                        Ok(work) => worker.serve(work.job, work.writes),
                        Err(_) => return,
                    }
                }
            })?);
        }
        let worker = worker::Worker::new(config, stamps, watch);
        threads.push(named("parlor-pg-append", move || {
            append::serve(worker, &waiting);
        })?);
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            appends: Mutex::new(Some(appends)),
            threads: Mutex::new(threads),
        })
    }

    pub(crate) fn read<T, F>(&self, call: Call<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(Work {
            job: Box::new(call),
            writes: false,
        })
    }

    pub(crate) fn write<T, F>(&self, call: Call<T, F>) -> Result<()>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
    {
        self.send(Work {
            job: Box::new(call),
            writes: true,
        })
    }

    pub(crate) fn append(&self, entry: Append) -> Result<oneshot::Receiver<Result<Appended>>> {
        let (answer, waiting) = oneshot::channel();
        enqueue(
            self.appends.lock().as_ref(),
            append::Waiting { entry, answer },
        )?;
        Ok(waiting)
    }

    fn send(&self, work: Work) -> Result<()> {
        enqueue(self.queue.lock().as_ref(), work)
    }

    pub(crate) fn close(&self) {
        self.queue.lock().take();
        self.appends.lock().take();
        for thread in self.threads.lock().drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

/// The statements that only this database has.
#[cfg(test)]
pub(crate) fn own_statements() -> impl Iterator<Item = &'static crate::Stmt> {
    statement::ALL.iter().copied()
}

/// Brings the schema up to date, on a thread of its own: the driver may not block a thread of an asynchronous runtime,
/// and the caller may be on one.
fn prepare(target: &connection::Target, stamps: &Stamps) -> Result<()> {
    let work = || {
        let mut client = target
            .connect_unbounded()
            .map_err(|error| fault::failed("connect", &error))?;
        schema::migrate(&mut client, stamps)
    };
    std::thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(Error::internal("migration panicked")))
}

fn named(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(Error::internal)
}
