//! Faults by a seed.
//!
//! A fault depends on the seed, on what it concerns, and on how many of these there were before: never on time or on what
//! else goes on. The same requests in the same order have the same faults.

use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;

/// What a fault concerns. Each is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultSubject {
    /// Request that creates a message.
    MessageRequest,
    /// Request that places a call.
    CallRequest,
    /// Mail that is handed over.
    MailRequest,
    /// What becomes of an accepted message.
    MessageOutcome,
    /// What becomes of a placed call.
    CallOutcome,
    /// What becomes of an accepted mail.
    MailOutcome,
    /// Reports about a message.
    MessageReports,
    /// Reports about a call.
    CallReports,
    /// Text of a person.
    TextReceived,
}

const SUBJECTS: usize = FaultSubject::TextReceived as usize + 1;

/// Fault of a request of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestFault {
    /// It is accepted, and the connection ends before the answer.
    LostAnswer,
    /// It is refused, with a pause.
    RateLimited,
    /// It is refused, without a reason.
    Unavailable,
}

impl RequestFault {
    /// Returns its name in events.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LostAnswer => "lost-answer",
            Self::RateLimited => "rate-limited",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Fault of the reports about a message or a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFault {
    /// Each comes twice.
    Repeated,
    /// They come in another order.
    Reordered,
    /// They come late.
    Late,
}

/// Draws faults.
pub(crate) struct FaultPlan {
    seed: u64,
    rate: f64,
    counts: [AtomicU64; SUBJECTS],
}

impl FaultPlan {
    pub(crate) fn new(seed: u64, rate: f64) -> Self {
        Self {
            seed,
            rate,
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// Returns the fault of the next request.
    pub(crate) fn request(&self, subject: FaultSubject) -> Option<RequestFault> {
        self.choose(
            subject,
            &[
                RequestFault::LostAnswer,
                RequestFault::RateLimited,
                RequestFault::Unavailable,
            ],
        )
    }

    /// Returns the fault of the next reports.
    pub(crate) fn reports(&self, subject: FaultSubject) -> Option<ReportFault> {
        self.choose(
            subject,
            &[
                ReportFault::Repeated,
                ReportFault::Reordered,
                ReportFault::Late,
            ],
        )
    }

    /// Returns one of the given faults for the next subject, or none.
    pub(crate) fn choose<F: Copy>(&self, subject: FaultSubject, faults: &[F]) -> Option<F> {
        let index = subject as usize;
        let count = self.counts[index].fetch_add(1, Ordering::Relaxed);
        let mixed = self.seed
            ^ (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (count + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mut rng = Rng::with_seed(mixed);
        let is_faulty = rng.f64() < self.rate;
        is_faulty.then(|| rng.choice(faults).copied()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(seed: u64, rate: f64) -> Vec<Option<RequestFault>> {
        let plan = FaultPlan::new(seed, rate);
        let draws = (0..200).map(|_| {
            // Other subjects do not matter.
            plan.reports(FaultSubject::CallReports);
            plan.request(FaultSubject::MessageRequest)
        });
        draws.collect()
    }

    #[test]
    fn seed_decides_and_rate_is_kept() {
        assert_eq!(draw(7, 0.5), draw(7, 0.5));
        assert_ne!(draw(7, 0.5), draw(8, 0.5));
        assert!(draw(7, 0.0).iter().all(Option::is_none));
        assert!(draw(7, 1.0).iter().all(Option::is_some));
        let faulty = draw(7, 0.2).iter().flatten().count();
        assert!((20..=60).contains(&faulty), "{faulty} of 200");
    }
}
