//! Runs a plan.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::carrier::{self, Arrivals};
use super::plan::{OutboxLoadPlan, OutboxLoadReport, PacedPosts};
use crate::bench::load::{LoadConnection, encode_requests};

/// Maximum time until the first message comes: nothing waits then.
const MAX_FIRST_WAIT: Duration = Duration::from_secs(5);
/// Maximum time until a message that was posted has come.
const MAX_WAIT: Duration = Duration::from_secs(30);
const LOOK_INTERVAL: Duration = Duration::from_millis(1);
/// Connections on which messages are posted.
const CONNECTIONS: usize = 8;

/// Runs the plan.
///
/// # Errors
/// If a message is refused, or one that was posted does not come.
pub(super) async fn run(plan: &OutboxLoadPlan) -> Result<OutboxLoadReport> {
    let arrivals = carrier::start(&plan.carrier_address).await?;
    // The bench lets messages leave now.
    println!("ready");
    match &plan.posts {
        Some(posts) => measure_delays(&arrivals, posts, plan.seconds).await,
        None => count_arrivals(&arrivals, plan.seconds).await,
    }
}

async fn count_arrivals(arrivals: &Arrivals, seconds: f64) -> Result<OutboxLoadReport> {
    let is_first_in_time = wait_for(MAX_FIRST_WAIT, || arrivals.count() > 0).await;
    if is_first_in_time.is_err() {
        return Ok(OutboxLoadReport::default());
    }
    let (before, began) = (arrivals.count(), Instant::now());
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    let arrived = arrivals.count() - before;
    Ok(OutboxLoadReport {
        arrived,
        per_second: arrived as f64 / began.elapsed().as_secs_f64(),
        ..OutboxLoadReport::default()
    })
}

async fn measure_delays(
    arrivals: &Arrivals,
    posts: &PacedPosts,
    seconds: f64,
) -> Result<OutboxLoadReport> {
    let count = (posts.per_second * seconds) as u64;
    let began = Instant::now();
    let mut tasks = Vec::new();
    for first in 0..CONNECTIONS as u64 {
        let posts = posts.clone();
        tasks.push(tokio::task::spawn_local(async move {
            let mut connection = LoadConnection::connect(&posts.plan.address).await?;
            let mut answered = Vec::new();
            for number in (first..count).step_by(CONNECTIONS) {
                let due = Duration::from_secs_f64(number as f64 / posts.per_second);
                tokio::time::sleep_until((began + due).into()).await;
                post(&mut connection, &posts, number).await?;
                answered.push((number, Instant::now()));
            }
            anyhow::Ok(answered)
        }));
    }
    let mut delays = Histogram::<u64>::new_with_bounds(1, 600_000_000_000, 3)?;
    for task in tasks {
        for (number, answered) in task.await?? {
            wait_for(MAX_WAIT, || arrivals.time_of(number).is_some()).await?;
            let came = arrivals.time_of(number).context("it came")?;
            let delay = came.saturating_duration_since(answered);
            delays.record(u64::try_from(delay.as_nanos())?.max(1))?;
        }
    }
    let ms = |quantile: f64| delays.value_at_quantile(quantile) as f64 / 1e6;
    Ok(OutboxLoadReport {
        arrived: count,
        per_second: posts.per_second,
        delay_p50_ms: ms(0.5),
        delay_p99_ms: ms(0.99),
    })
}

/// Posts the message whose text is a number.
async fn post(connection: &mut LoadConnection, posts: &PacedPosts, number: u64) -> Result<()> {
    let mut plan = posts.plan.clone();
    let path = number as usize % plan.paths.len();
    plan.paths = vec![plan.paths.swap_remove(path)];
    let mut body: Value = serde_json::from_str(plan.body.as_deref().context("no body")?)?;
    body["content"] = json!(number.to_string());
    plan.body = Some(body.to_string());
    connection.send(&encode_requests(&plan)[0]).await?;
    let head = connection.read_head().await?;
    connection.read_body(&head, |_| {}).await?;
    ensure!(head.status == 201, "{}", head.status);
    Ok(())
}

async fn wait_for(limit: Duration, is_so: impl Fn() -> bool) -> Result<()> {
    let began = Instant::now();
    while !is_so() {
        ensure!(began.elapsed() < limit, "nothing comes to the carrier");
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
    Ok(())
}
