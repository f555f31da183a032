//! The loop that claims turns.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_engine::turn::{self, TurnLease};
use parlor_engine::{Engine, WorkWaiter};
use parlor_model::Result;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::run::TurnRun;
use super::timings::TurnTimings;
use crate::registry::ProviderRegistry;
use crate::workspace_provider::find_provider;

/// Pause before a turn is claimed again that its workspace had no room for.
const WORKSPACE_FULL_DELAY: Duration = Duration::from_millis(250);
/// Pause after an error of the database.
const ERROR_PAUSE: Duration = Duration::from_secs(1);

/// Works on turns until it is stopped. Each node runs one.
pub struct TurnWorker {
    engine: Arc<Engine>,
    providers: Arc<ProviderRegistry>,
    timings: TurnTimings,
    /// Turns under way by workspace.
    running: Arc<Mutex<HashMap<i64, usize>>>,
}

impl TurnWorker {
    /// Creates a worker with these providers, within the server's limits.
    pub fn new(
        engine: Arc<Engine>,
        providers: Arc<ProviderRegistry>,
        timings: TurnTimings,
    ) -> Self {
        Self {
            engine,
            providers,
            timings,
            running: Arc::default(),
        }
    }

    /// Claims turns and works on them until `stopped` is true. Turns under way are then given back, for another node or
    /// the next start.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let waiter = WorkWaiter::for_turns(&self.engine);
        let mut tasks = JoinSet::new();
        let max_turns = self.providers.server_limits().max_concurrent_turns as usize;
        loop {
            while tasks.try_join_next().is_some() {}
            let free = max_turns.saturating_sub(tasks.len());
            let claimed = match free {
                0 => Vec::new(),
                _ => self.claim(free).await,
            };
            let may_be_more = claimed.len() == free && free > 0;
            for lease in claimed {
                tasks.spawn(self.work(lease, stopped.clone()));
            }
            if may_be_more {
                continue;
            }
            tokio::select! {
                () = waiter.wait(self.timings.poll_interval) => {}
                Some(_) = tasks.join_next(), if free == 0 => {}
                () = wait_for_stop(&mut stopped) => break,
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn claim(&self, limit: usize) -> Vec<TurnLease> {
        match turn::claim(&self.engine, limit, self.timings.lease).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::debug!(?error, "no turns were claimed");
                tokio::time::sleep(ERROR_PAUSE).await;
                Vec::new()
            }
        }
    }

    /// Returns the work on one turn.
    fn work(
        &self,
        lease: TurnLease,
        mut stopped: watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (engine, providers) = (self.engine.clone(), self.providers.clone());
        let (timings, running) = (self.timings, self.running.clone());
        async move {
            let worked = work_on(&engine, &providers, lease, timings, &running, &mut stopped);
            if let Err(error) = worked.await {
                // Its lease ends, and it is claimed again.
                tracing::warn!(?error, "the work on a turn was interrupted");
            }
        }
    }
}

async fn wait_for_stop(stopped: &mut watch::Receiver<bool>) {
    // A dropped sender also means the end.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn work_on(
    engine: &Engine,
    providers: &ProviderRegistry,
    lease: TurnLease,
    timings: TurnTimings,
    running: &Mutex<HashMap<i64, usize>>,
    stopped: &mut watch::Receiver<bool>,
) -> Result<()> {
    let provider = find_provider(engine, providers, lease.ws).await?;
    let limit = provider
        .as_ref()
        .map(|found| found.limits.max_concurrent_turns_per_workspace as usize);
    let Some(_slot) = WorkspaceSlot::take(running, lease.ws, limit) else {
        return turn::release(engine, lease, WORKSPACE_FULL_DELAY).await;
    };
    // Not stopped in between: whoever stops it must know whether the turn has begun.
    let Some((work, signals)) = turn::begin(engine, lease).await? else {
        return Ok(());
    };
    let run = TurnRun {
        engine,
        lease,
        work,
        timings,
    };
    tokio::select! {
        worked = run.run(provider, signals) => worked,
        () = wait_for_stop(stopped) => turn::give_back(engine, lease).await,
    }
}

/// A turn of a workspace, among those at once.
struct WorkspaceSlot<'a> {
    running: &'a Mutex<HashMap<i64, usize>>,
    ws: i64,
}

impl<'a> WorkspaceSlot<'a> {
    /// Returns `None` if the workspace has as many turns as its limit.
    fn take(
        running: &'a Mutex<HashMap<i64, usize>>,
        ws: i64,
        limit: Option<usize>,
    ) -> Option<Self> {
        let mut counts = running.lock();
        let count = counts.entry(ws).or_default();
        if limit.is_some_and(|limit| *count >= limit) {
            return None;
        }
        *count += 1;
        Some(Self { running, ws })
    }
}

impl Drop for WorkspaceSlot<'_> {
    fn drop(&mut self) {
        let mut counts = self.running.lock();
        if let Some(count) = counts.get_mut(&self.ws) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.ws);
            }
        }
    }
}
