//! Places for work at once, of which no workspace takes all.

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::JoinSet;

/// Tasks that work on claimed jobs. A quarter of the places is left to other workspaces, so that one with much or slow work does
/// not hold them back.
pub struct WorkPlaces {
    max: usize,
    tasks: JoinSet<()>,
    /// Tasks of each workspace.
    running: Arc<Mutex<HashMap<i64, usize>>>,
}

/// What may be claimed next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextClaim {
    /// How many jobs.
    pub limit: usize,
    /// Workspaces of which none may be claimed.
    pub except: Vec<i64>,
}

impl WorkPlaces {
    /// Creates places for this many tasks.
    pub fn new(max: usize) -> Self {
        Self {
            max,
            tasks: JoinSet::new(),
            running: Arc::default(),
        }
    }

    /// Places that one workspace may take.
    const fn share(&self) -> usize {
        self.max - self.max / 4
    }

    /// Jobs of a claim: all of them may be of one workspace.
    const fn batch(&self) -> usize {
        match self.max / 4 {
            0 => 1,
            quarter => quarter,
        }
    }

    /// Returns what may be claimed; `None` without a free place.
    pub fn next_claim(&mut self) -> Option<NextClaim> {
        while self.tasks.try_join_next().is_some() {}
        let limit = self.batch().min(self.max.saturating_sub(self.tasks.len()));
        if limit == 0 {
            return None;
        }
        let running = self.running.lock();
        let is_full = |count: usize| count + limit > self.share().max(1);
        let full = running.iter().filter(|(_, count)| is_full(**count));
        Some(NextClaim {
            limit,
            except: full.map(|(ws, _)| *ws).collect(),
        })
    }

    /// Begins the work on a job of a workspace.
    pub fn spawn(&mut self, ws: i64, work: impl Future<Output = ()> + Send + 'static) {
        let permit = PlacePermit::take(self.running.clone(), ws);
        self.tasks.spawn(async move {
            let _permit = permit;
            work.await;
        });
    }

    /// Waits until a task has ended after which something may be claimed that may not be now. Never returns while there are so few
    /// tasks that everything may be claimed.
    pub async fn wait_for_room(&mut self) {
        if self.tasks.len() + self.batch() <= self.share() || self.tasks.is_empty() {
            return pending().await;
        }
        self.tasks.join_next().await;
    }

    /// Waits for all tasks.
    pub async fn finish(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// One task of a workspace.
struct PlacePermit {
    running: Arc<Mutex<HashMap<i64, usize>>>,
    ws: i64,
}

impl PlacePermit {
    fn take(running: Arc<Mutex<HashMap<i64, usize>>>, ws: i64) -> Self {
        *running.lock().entry(ws).or_default() += 1;
        Self { running, ws }
    }
}

impl Drop for PlacePermit {
    fn drop(&mut self) {
        let mut running = self.running.lock();
        if let Some(count) = running.get_mut(&self.ws) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.ws);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn workspace_leaves_a_quarter_to_others() {
        let mut places = WorkPlaces::new(8);
        let claim = |limit, except: &[i64]| {
            let except = except.to_vec();
            Some(NextClaim { limit, except })
        };
        for _ in 0..3 {
            assert_eq!(places.next_claim(), claim(2, &[]));
            places.spawn(7, pending());
            places.spawn(7, pending());
        }
        assert_eq!(places.next_claim(), claim(2, &[7]));
        places.spawn(8, async {});
        places.wait_for_room().await;
        assert_eq!(places.next_claim(), claim(2, &[7]));
        places.spawn(8, pending());
        places.spawn(9, pending());
        assert_eq!(places.next_claim(), None);

        let mut single = WorkPlaces::new(1);
        assert_eq!(single.next_claim(), claim(1, &[]));
        single.spawn(7, async {});
        single.wait_for_room().await;
        assert_eq!(single.next_claim(), claim(1, &[]));
    }
}
