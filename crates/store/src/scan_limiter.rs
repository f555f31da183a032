//! Concurrency limit of long reads, fair by workspace.
//!
//! Keeps INV-7 (`docs/invariants.md`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::Bounds;

/// `Retry-After` of a refused long read.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Permits of the server and, within them, fewer per workspace.
pub(crate) struct ScanLimiter {
    server: Arc<Semaphore>,
    /// Permits per workspace: one fewer than the server's, so that one remains for other workspaces.
    per_workspace: usize,
    bounds: Bounds,
    /// Workspaces with running or waiting reads.
    workspaces: Arc<Mutex<HashMap<i64, WorkspaceScans>>>,
}

/// Permits of one workspace.
struct WorkspaceScans {
    permits: Arc<Semaphore>,
    /// Number of running and waiting reads.
    active: usize,
}

/// Permit for one long read; released on drop.
pub(crate) struct ScanPermit {
    // Dropped in this order: server permit, workspace permit, slot.
    _server: OwnedSemaphorePermit,
    _workspace: OwnedSemaphorePermit,
    _slot: ScanSlot,
}

/// Counts one running or waiting read of a workspace.
struct ScanSlot {
    workspaces: Arc<Mutex<HashMap<i64, WorkspaceScans>>>,
    ws: i64,
}

impl ScanLimiter {
    /// Creates a limiter with `permits` for the whole server, at least one.
    pub(crate) fn new(permits: usize, bounds: Bounds) -> Self {
        let permits = permits.max(1);
        Self {
            server: Arc::new(Semaphore::new(permits)),
            per_workspace: (permits - 1).max(1),
            bounds,
            workspaces: Arc::default(),
        }
    }

    /// Acquires a permit. Permits are granted in the order of arrival within a workspace, and in the order of arrival
    /// among the first of each workspace.
    ///
    /// # Errors
    /// `RateLimited` if too many reads of the workspace wait or its running ones take too long; `Unavailable` if those
    /// of other workspaces do.
    ///
    /// # Cancel safety
    /// A cancelled wait releases its slot.
    pub(crate) async fn acquire(&self, ws: i64) -> Result<ScanPermit> {
        let (workspace, slot) = self.reserve_slot(ws)?;
        let deadline = Instant::now() + self.bounds.scan_wait;
        let Some(workspace) = acquire_until(deadline, workspace).await? else {
            return Err(too_many_scans_error());
        };
        let Some(server) = acquire_until(deadline, self.server.clone()).await? else {
            return Err(Error::unavailable(
                "a long read did not get its turn in time",
            ));
        };
        Ok(ScanPermit {
            _server: server,
            _workspace: workspace,
            _slot: slot,
        })
    }

    fn reserve_slot(&self, ws: i64) -> Result<(Arc<Semaphore>, ScanSlot)> {
        let mut workspaces = self.workspaces.lock();
        let scans = workspaces.entry(ws).or_insert_with(|| WorkspaceScans {
            permits: Arc::new(Semaphore::new(self.per_workspace)),
            active: 0,
        });
        if scans.active >= self.per_workspace + self.bounds.waiting_scans {
            return Err(too_many_scans_error());
        }
        scans.active += 1;
        let slot = ScanSlot {
            workspaces: self.workspaces.clone(),
            ws,
        };
        Ok((scans.permits.clone(), slot))
    }
}

/// Acquires a permit, or returns `None` at the deadline.
async fn acquire_until(
    deadline: Instant,
    permits: Arc<Semaphore>,
) -> Result<Option<OwnedSemaphorePermit>> {
    // Fast path without a timer.
    if let Ok(permit) = permits.clone().try_acquire_owned() {
        return Ok(Some(permit));
    }
    match timeout_at(deadline, permits.acquire_owned()).await {
        Ok(permit) => permit
            .map(Some)
            .map_err(|_| Error::unavailable("the database is closed")),
        Err(_) => Ok(None),
    }
}

fn too_many_scans_error() -> Error {
    Error::new(ErrorKind::RateLimited {
        retry_after: RETRY_AFTER,
    })
    .with_context("too many long reads of one workspace")
}

impl Drop for ScanSlot {
    fn drop(&mut self) {
        if let Entry::Occupied(mut scans) = self.workspaces.lock().entry(self.ws) {
            scans.get_mut().active -= 1;
            if scans.get().active == 0 {
                scans.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn scans(permits: usize) -> ScanLimiter {
        ScanLimiter::new(
            permits,
            Bounds {
                waiting_scans: 1,
                scan_wait: Duration::from_millis(20),
                ..Bounds::default()
            },
        )
    }

    #[tokio::test]
    async fn workspace_at_limit_leaves_a_permit_to_others() {
        let scans = scans(2);
        let first = scans.acquire(1).await.unwrap();
        let second = scans.acquire(1).await.err().unwrap();
        assert!(matches!(second.kind(), ErrorKind::RateLimited { .. }));
        let other = scans.acquire(2).await.unwrap();
        drop((first, other));
        assert!(scans.acquire(1).await.is_ok());
        assert!(scans.workspaces.lock().is_empty());
    }

    #[tokio::test]
    async fn waiting_scans_are_bounded() {
        let scans = scans(2);
        let _running = scans.acquire(1).await.unwrap();
        let mut waiting = Box::pin(scans.acquire(1));
        assert!((&mut waiting).now_or_never().is_none());
        // Refused at the first poll.
        let refused = scans.acquire(1).now_or_never().unwrap();
        assert!(matches!(
            refused.err().unwrap().kind(),
            ErrorKind::RateLimited { .. }
        ));
        drop(waiting);
        assert_eq!(scans.workspaces.lock()[&1].active, 1);
    }

    #[tokio::test]
    async fn single_permit_is_passed_on() {
        let scans = scans(1);
        let first = scans.acquire(1).await.unwrap();
        assert!(scans.acquire(2).await.is_err());
        drop(first);
        assert!(scans.acquire(2).await.is_ok());
    }
}
