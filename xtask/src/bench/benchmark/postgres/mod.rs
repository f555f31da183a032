//! The server on PostgreSQL: its writes beside those of `pgbench` on the same cluster, its reads beside its own on the
//! embedded database. Client programs are pinned to a core, the servers use all.

use anyhow::{Context, Result};

use super::{LoadRuns, table_rows};
use crate::bench::BenchContext;
use crate::bench::table::{Goal, TableRow};

mod cluster;
mod node;
mod pgbench;

use cluster::BenchCluster;
use node::NodeGroup;

/// Concurrent connections of most figures.
const CONNECTIONS: usize = 64;
/// Many concurrent connections.
const MANY_CONNECTIONS: usize = 256;
/// Conversations that receive the messages, as many as `pgbench` inserts into.
const CONVERSATION_COUNT: usize = 1_000;
/// Messages that the embedded database gets before pages are read from it.
const EMBEDDED_MESSAGES_SECONDS: f64 = 3.0;

/// Measures goals P19 and P20, reads against the embedded database, and rollbacks.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    if bench.floors_only {
        return Ok(Vec::new());
    }
    let cluster = BenchCluster::start()?;
    let mut writes = WriteRuns::default();
    let database = cluster.create_database();
    let nodes = NodeGroup::start_on_postgres(bench, "node", database.url(), 2)?;
    let conversations = nodes.create_conversations(bench, CONVERSATION_COUNT)?;
    for _ in 0..bench.runs {
        writes
            .single_rows
            .push(pgbench::single_rows(bench, &cluster, CONNECTIONS)?);
        writes.batches.push(pgbench::batches(bench, &cluster)?);
        for (runs, node_count, connections) in [
            (&mut writes.messages, 1, CONNECTIONS),
            (&mut writes.many_messages, 1, MANY_CONNECTIONS),
            (&mut writes.messages_of_two, 2, CONNECTIONS),
        ] {
            let plans = nodes.message_plans(bench, node_count, &conversations, connections);
            nodes.run(bench, &plans, runs)?;
        }
        for (runs, node_count) in [(&mut writes.creates, 1), (&mut writes.creates_of_two, 2)] {
            nodes.run(
                bench,
                &nodes.create_plans(bench, node_count, CONNECTIONS),
                runs,
            )?;
        }
    }
    let rollbacks = cluster.rollbacks_per_thousand(&database, writes.total_requests())?;
    let embedded = NodeGroup::start_embedded(bench)?;
    let embedded_conversations = embedded.create_conversations(bench, CONVERSATION_COUNT)?;
    embedded.fill(bench, &embedded_conversations, EMBEDDED_MESSAGES_SECONDS)?;
    let mut reads = ReadRuns::default();
    for _ in 0..bench.runs {
        for (side, group, paths) in [
            (0, &embedded, &embedded_conversations),
            (1, &nodes, &conversations),
        ] {
            let plans = group.page_plans(bench, 1, paths, CONNECTIONS);
            group.run(bench, &plans, &mut reads.page[side])?;
            let plans = group.authenticated_plans(bench, 1, CONNECTIONS);
            group.run(bench, &plans, &mut reads.authenticated[side])?;
        }
        let plans = nodes.page_plans(bench, 2, &conversations, CONNECTIONS);
        nodes.run(bench, &plans, &mut reads.page_of_two)?;
    }
    let alone = NodeGroup::start_on_postgres(bench, "alone", cluster.create_database().url(), 1)?;
    let mut deliveries = DeliveryRuns::default();
    for _ in 0..bench.runs {
        for (side, group) in [(0, &alone), (1, &nodes)] {
            let report = group.measure_delivery(bench)?;
            deliveries.p50_ms[side].push(report.p50_ms);
            deliveries.p99_ms[side].push(report.p99_ms);
        }
    }
    alone.stop()?;
    nodes.stop()?;
    embedded.stop()?;
    let mut all = writes.to_rows();
    all.push(
        TableRow::amount("PostgreSQL: rollbacks per 1,000 requests", &[rollbacks])
            .with_goal("", Goal::AtMost(1.0, None)),
    );
    all.extend(reads.to_rows());
    all.extend(deliveries.to_rows());
    Ok(all)
}

/// Runs of the writes, and of `pgbench`.
#[derive(Default)]
struct WriteRuns {
    /// Rows per second of single-row transactions.
    single_rows: Vec<f64>,
    /// Rows per second of statements of 100 rows.
    batches: Vec<f64>,
    messages: LoadRuns,
    many_messages: LoadRuns,
    messages_of_two: LoadRuns,
    creates: LoadRuns,
    creates_of_two: LoadRuns,
}

impl WriteRuns {
    fn all(&self) -> [&LoadRuns; 5] {
        [
            &self.messages,
            &self.many_messages,
            &self.messages_of_two,
            &self.creates,
            &self.creates_of_two,
        ]
    }

    fn total_requests(&self) -> u64 {
        self.all().iter().map(|runs| runs.requests).sum()
    }

    fn to_rows(&self) -> Vec<TableRow> {
        let single = "PostgreSQL over pgbench, single rows";
        let compared = |what: String, runs: &LoadRuns| {
            TableRow::compared(what, &self.single_rows, &runs.per_second)
        };
        let mut all = vec![
            compared(format!("{single}: durable messages/s, c={CONNECTIONS}"), &self.messages)
                .with_goal("P19", Goal::AtLeast(1.5, Some(3.0))),
            compared(format!("{single}: durable messages/s, c={MANY_CONNECTIONS}"), &self.many_messages)
                .with_goal("P19", Goal::AtLeast(1.5, Some(3.0))),
            compared(format!("{single}: durable messages/s of two nodes, c={CONNECTIONS}"), &self.messages_of_two),
            TableRow::compared(
                format!("PostgreSQL over pgbench, 100 rows a statement: durable messages/s, c={MANY_CONNECTIONS}"),
                &self.batches,
                &self.many_messages.per_second,
            )
            .with_goal("P20", Goal::AtLeast(0.3, Some(0.6))),
            compared(format!("{single}: durable creates/s, c={CONNECTIONS}"), &self.creates),
            compared(format!("{single}: durable creates/s of two nodes, c={CONNECTIONS}"), &self.creates_of_two),
        ];
        for (what, runs) in [("message", &self.messages), ("create", &self.creates)] {
            all.push(TableRow::amount(
                format!("PostgreSQL, durable {what}: p50 ms"),
                &runs.p50_ms,
            ));
            all.push(TableRow::amount(
                format!("PostgreSQL, durable {what}: p99 ms"),
                &runs.p99_ms,
            ));
            all.push(TableRow::amount(
                format!("PostgreSQL, durable {what}: server µs/request"),
                &runs.server_us,
            ));
        }
        all
    }
}

/// Runs of the reads: on the embedded database, then on PostgreSQL.
#[derive(Default)]
struct ReadRuns {
    page: [LoadRuns; 2],
    page_of_two: LoadRuns,
    authenticated: [LoadRuns; 2],
}

impl ReadRuns {
    fn to_rows(&self) -> Vec<TableRow> {
        let name = |what: &str| format!("PostgreSQL over embedded, {what}, c={CONNECTIONS}");
        let [embedded, ours] = &self.page;
        let mut page = table_rows(&name("newest page"), embedded, ours);
        page[0] = page[0].clone().with_goal("", Goal::AtLeast(0.5, None));
        let [embedded_key, ours_key] = &self.authenticated;
        let mut key = table_rows(
            &name("cheapest authenticated request"),
            embedded_key,
            ours_key,
        );
        key[0] = key[0].clone().with_goal("", Goal::AtLeast(0.8, None));
        let of_two = TableRow::compared(
            format!("{}: requests/s", name("newest page of two nodes")),
            &embedded.per_second,
            &self.page_of_two.per_second,
        );
        page.into_iter().chain([of_two]).chain(key).collect()
    }
}

/// Times from sending to receiving: on one node, then from one node to another.
#[derive(Default)]
struct DeliveryRuns {
    p50_ms: [Vec<f64>; 2],
    p99_ms: [Vec<f64>; 2],
}

impl DeliveryRuns {
    fn to_rows(&self) -> Vec<TableRow> {
        let name = "PostgreSQL, from a node to readers of another, over those of one node";
        let [own, other] = &self.p50_ms;
        let added: Vec<f64> = other
            .iter()
            .zip(own)
            .map(|(other, own)| other - own)
            .collect();
        vec![
            TableRow::compared(format!("{name}: p50 ms"), own, other),
            TableRow::compared(format!("{name}: p99 ms"), &self.p99_ms[0], &self.p99_ms[1]),
            TableRow::amount(format!("{name}: p50 ms more"), &added)
                .with_goal("", Goal::AtMost(3.0, None)),
        ]
    }
}

/// Returns the string member of a JSON object.
fn string_field(value: &serde_json::Value, field: &str) -> Result<String> {
    let text = value[field].as_str().map(str::to_owned);
    text.with_context(|| format!("no `{field}` in {value}"))
}
