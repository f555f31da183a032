//! Runs a plan: every conversation asks its next question as soon as the one before is answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::asker::Asker;
use super::model_server;
use super::plan::{TurnLoadPlan, TurnLoadReport};
use super::turn_times::{AnswerProgress, TurnTimes};
use crate::bench::fanout::timestamp_mark;
use crate::bench::process::{self, ProcessUsage};

/// Number of concurrent logins.
const MAX_CONCURRENT_CONNECTS: usize = 64;
/// Delay until memory used during connecting has been released.
const SETTLE_TIME: Duration = Duration::from_millis(500);
/// Interval of looks at the server's memory.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(50);
/// Maximum time of a turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(60);

/// State that all conversations of a run share.
struct TurnLoad {
    plan: TurnLoadPlan,
    /// Times of what happens while all turns are under way.
    times: RefCell<TurnTimes>,
    is_measured: Cell<bool>,
    under_way: Cell<usize>,
    failure: RefCell<Option<String>>,
}

/// Runs the plan.
///
/// # Errors
/// If a question is refused, or an answer is not whole.
pub(super) async fn run(plan: &TurnLoadPlan) -> Result<TurnLoadReport> {
    model_server::start(&plan.model_address, plan.script).await?;
    let load = Rc::new(TurnLoad {
        plan: plan.clone(),
        times: RefCell::new(TurnTimes::new()?),
        is_measured: Cell::new(false),
        under_way: Cell::new(0),
        failure: RefCell::new(None),
    });
    let askers = load.connect_all().await?;
    tokio::time::sleep(SETTLE_TIME).await;
    let idle_kib = process::read_usage(plan.pid).private_kib;
    let answer_time = plan.script.answer_time();
    let count = askers.len();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (number, asker) in askers.into_iter().enumerate() {
        let load = load.clone();
        let begins = began + answer_time.mul_f64(number as f64 / count as f64);
        tasks.push(tokio::task::spawn_local(async move {
            tokio::time::sleep_until(begins).await;
            if let Err(error) = load.converse(asker).await {
                let text = format!("conversation {number}: {error:#}");
                load.failure.borrow_mut().get_or_insert(text);
            }
        }));
    }
    // From the last first question until the first conversation may be over.
    tokio::time::sleep_until(began + answer_time).await;
    let mut report = load
        .measure(began + answer_time * plan.rounds)
        .await
        .context("while all turns were under way")?;
    report.idle_kib = idle_kib;
    for task in tasks {
        task.await?;
    }
    load.require_no_failure()?;
    Ok(report)
}

impl TurnLoad {
    async fn connect_all(self: &Rc<Self>) -> Result<Vec<Asker>> {
        let gate = Rc::new(Semaphore::new(MAX_CONCURRENT_CONNECTS));
        let mut tasks = Vec::new();
        for number in 0..self.plan.transport.conversation_count() {
            let (load, gate) = (self.clone(), gate.clone());
            tasks.push(tokio::task::spawn_local(async move {
                let _pass = gate.acquire().await;
                Asker::connect(&load.plan.transport, number).await
            }));
        }
        let mut askers = Vec::new();
        for task in tasks {
            askers.push(task.await??);
        }
        Ok(askers)
    }

    /// Asks all questions of one conversation.
    async fn converse(&self, mut asker: Asker) -> Result<()> {
        for _ in 0..self.plan.rounds {
            self.under_way.set(self.under_way.get() + 1);
            let answered = tokio::time::timeout(TURN_TIMEOUT, self.ask(&mut asker)).await;
            self.under_way.set(self.under_way.get() - 1);
            answered.context("no answer in time")??;
        }
        Ok(())
    }

    async fn ask(&self, asker: &mut Asker) -> Result<()> {
        let mut answer = AnswerProgress::new(timestamp_mark::now_nanos());
        asker
            .ask(|delta| {
                let now = timestamp_mark::now_nanos();
                let mut times = self.times.borrow_mut();
                answer.record(delta, now, self.is_measured.get().then_some(&mut *times));
            })
            .await?;
        answer.require_tokens(self.plan.script.tokens)
    }

    /// Measures until a time.
    async fn measure(&self, end: Instant) -> Result<TurnLoadReport> {
        let began = Instant::now();
        let before = self.usages();
        let mut report = TurnLoadReport {
            min_under_way: usize::MAX,
            ..TurnLoadReport::default()
        };
        self.is_measured.set(true);
        while Instant::now() < end {
            self.require_no_failure()?;
            let held = process::read_usage(self.plan.pid).private_kib;
            report.peak_kib = report.peak_kib.max(held);
            report.min_under_way = report.min_under_way.min(self.under_way.get());
            tokio::time::sleep(SAMPLE_INTERVAL).await;
        }
        self.is_measured.set(false);
        let after = self.usages();
        let seconds = began.elapsed().as_secs_f64();
        let spent = |side: usize| after[side].cpu_seconds - before[side].cpu_seconds;
        let times = self.times.borrow();
        report.turns = times.first_tokens.len();
        report.deltas = times.deltas;
        report.deltas_per_second = times.deltas as f64 / seconds;
        report.first_token_p50_ms = TurnTimes::ms(&times.first_tokens, 0.5);
        report.first_token_p99_ms = TurnTimes::ms(&times.first_tokens, 0.99);
        report.token_p50_ms = TurnTimes::ms(&times.tokens, 0.5);
        report.token_p99_ms = TurnTimes::ms(&times.tokens, 0.99);
        report.server_us_per_delta = spent(0) * 1e6 / times.deltas.max(1) as f64;
        report.client_cpu = spent(1) / seconds;
        Ok(report)
    }

    /// Returns the usage of the server and of this process.
    fn usages(&self) -> [ProcessUsage; 2] {
        [self.plan.pid, std::process::id()].map(process::read_usage)
    }

    fn require_no_failure(&self) -> Result<()> {
        match &*self.failure.borrow() {
            Some(failure) => bail!("{failure}"),
            None => Ok(()),
        }
    }
}
