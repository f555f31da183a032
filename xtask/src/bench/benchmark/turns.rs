//! Assistants that answer at once, compared with a proxy that passes the same answers on. The model is a scripted one,
//! whose own time is subtracted.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use parlor_test_postgres::{Durability, PostgresServer};
use serde_json::json;

use super::message::MESSAGE_TEXT;
use super::targets::{self, SOCKETS_PER_USER};
use crate::bench::BenchContext;
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::server::{self, BenchServer};
use crate::bench::table::{Goal, TableRow};
use crate::bench::turns::{ModelScript, TurnLoadPlan, TurnLoadReport, TurnTransport};
use crate::bench::worker::LoadWorker;

/// Maximum time of a run beside that of its answers.
const RUN_TIMEOUT: Duration = Duration::from_secs(120);
/// Single request.
const SINGLE: LoadMode = LoadMode::Download { seconds: 0.0 };

/// Size of a run.
struct TurnLoadSize {
    turns: usize,
    rounds: u32,
    script: ModelScript,
}

impl TurnLoadSize {
    fn of(bench: &BenchContext) -> Self {
        let is_quick = bench.runs == 1;
        Self {
            turns: if is_quick { 100 } else { 500 },
            rounds: if is_quick { 2 } else { 3 },
            script: ModelScript {
                tokens: if is_quick { 40 } else { 100 },
                first_token_ms: 300,
                token_interval_ms: 50,
            },
        }
    }
}

/// How answers are read, and from which server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TurnTarget {
    Proxy,
    EmbeddedSockets,
    EmbeddedRequests,
    PostgresSockets,
}

impl TurnTarget {
    const OURS: [Self; 3] = [
        Self::EmbeddedSockets,
        Self::EmbeddedRequests,
        Self::PostgresSockets,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::EmbeddedSockets => "embedded, on sockets",
            Self::EmbeddedRequests => "embedded, in responses",
            Self::PostgresSockets => "PostgreSQL, on sockets",
        }
    }
}

/// Measures the delay of answers beside the model's own, memory and deltas.
pub(super) fn measure(bench: &BenchContext) -> Result<Vec<TableRow>> {
    let size = TurnLoadSize::of(bench);
    let ours: &[TurnTarget] = match bench.floors_only {
        true => &[],
        false => &TurnTarget::OURS,
    };
    let cluster = (!ours.is_empty()).then(|| PostgresServer::start(Durability::On));
    let run = TurnLoadRun {
        bench,
        size: &size,
        model_address: server::free_address()?,
        cluster: cluster.as_ref(),
    };
    let mut floor = TurnRuns::default();
    let mut runs_by_target = vec![TurnRuns::default(); ours.len()];
    for _ in 0..bench.runs {
        floor.push(size.turns, &run.measure(TurnTarget::Proxy)?);
        for (target, runs) in ours.iter().zip(&mut runs_by_target) {
            runs.push(size.turns, &run.measure(*target)?);
        }
    }
    let rows = ours.iter().zip(&runs_by_target).flat_map(|(target, runs)| {
        let what = format!("{} turns at once, {}", size.turns, target.label());
        table_rows(&what, &floor, runs)
    });
    Ok(rows.collect())
}

/// Results of all runs of one target.
#[derive(Debug, Clone, Default)]
struct TurnRuns {
    first_token_p50: Vec<f64>,
    first_token_p99: Vec<f64>,
    token_p50: Vec<f64>,
    token_p99: Vec<f64>,
    deltas: Vec<f64>,
    kib: Vec<f64>,
    server: Vec<f64>,
    client: Vec<f64>,
}

impl TurnRuns {
    fn push(&mut self, turns: usize, report: &TurnLoadReport) {
        self.first_token_p50.push(report.first_token_p50_ms);
        self.first_token_p99.push(report.first_token_p99_ms);
        self.token_p50.push(report.token_p50_ms);
        self.token_p99.push(report.token_p99_ms);
        self.deltas.push(report.deltas_per_second);
        let grown = report.peak_kib.saturating_sub(report.idle_kib);
        self.kib.push(grown as f64 / turns as f64);
        self.server.push(report.server_us_per_delta);
        self.client.push(report.client_cpu * 100.0);
    }
}

fn table_rows(what: &str, floor: &TurnRuns, ours: &TurnRuns) -> Vec<TableRow> {
    let compared = |name: &str, value: fn(&TurnRuns) -> &Vec<f64>| {
        TableRow::compared(format!("{what}: {name}"), value(floor), value(ours))
    };
    let limited = |name: &str, value: fn(&TurnRuns) -> &Vec<f64>, limit: f64| {
        compared(name, value)
            .with_absolute_goal()
            .with_goal("", Goal::AtMost(limit, None))
    };
    vec![
        limited(
            "first token after the model's own, p50 ms",
            |runs| &runs.first_token_p50,
            5.0,
        ),
        limited(
            "first token after the model's own, p99 ms",
            |runs| &runs.first_token_p99,
            25.0,
        ),
        limited("private KiB of a turn", |runs| &runs.kib, 64.0),
        compared("deltas to readers/s", |runs| &runs.deltas),
        compared("from the model to readers, p50 ms", |runs| &runs.token_p50),
        compared("from the model to readers, p99 ms", |runs| &runs.token_p99),
        compared("server µs/delta", |runs| &runs.server),
        compared("client's core, %", |runs| &runs.client),
    ]
}

/// What all runs share.
struct TurnLoadRun<'b> {
    bench: &'b BenchContext,
    size: &'b TurnLoadSize,
    model_address: String,
    cluster: Option<&'b PostgresServer>,
}

impl TurnLoadRun<'_> {
    /// Runs a target that is started anew, so that its memory shows no earlier turn.
    fn measure(&self, target: TurnTarget) -> Result<TurnLoadReport> {
        let data = self.bench.run_dir.join("turns");
        let report = match target {
            TurnTarget::Proxy => {
                let proxy = BenchServer::start_proxy(self.bench, &self.model_address)?;
                self.run(&proxy, target, self.proxy_requests(&proxy))?
            }
            TurnTarget::EmbeddedSockets => {
                let server = self.start_parlor(&data, None)?;
                let transport = self.sockets(&server)?;
                self.run_and_stop(server, target, transport)?
            }
            TurnTarget::EmbeddedRequests => {
                let server = self.start_parlor(&data, None)?;
                let transport = self.requests(&server)?;
                self.run_and_stop(server, target, transport)?
            }
            TurnTarget::PostgresSockets => {
                let database = self.cluster.context("no cluster")?.create_database();
                let server = self.start_parlor(&data, Some(database.url()))?;
                let transport = self.sockets(&server)?;
                self.run_and_stop(server, target, transport)?
            }
        };
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        Ok(report)
    }

    fn run_and_stop(
        &self,
        server: BenchServer,
        target: TurnTarget,
        transport: TurnTransport,
    ) -> Result<TurnLoadReport> {
        let report = self.run(&server, target, transport)?;
        server.stop()?;
        Ok(report)
    }

    fn run(
        &self,
        server: &BenchServer,
        target: TurnTarget,
        transport: TurnTransport,
    ) -> Result<TurnLoadReport> {
        let plan = TurnLoadPlan {
            model_address: self.model_address.clone(),
            script: self.size.script,
            transport,
            rounds: self.size.rounds,
            pid: server.pid(),
        };
        let limit = RUN_TIMEOUT + self.size.script.answer_time() * self.size.rounds;
        let worker = LoadWorker::launch(self.bench, "turns", "turns", &plan, limit)?;
        let report: TurnLoadReport = worker
            .wait_report(|| {})
            .with_context(|| target.label().to_owned())?;
        println!(
            "bench: {}: {} turns, at least {} at once, {} deltas, {} KiB before, at most {} KiB with them",
            target.label(),
            report.turns,
            report.min_under_way,
            report.deltas,
            report.idle_kib,
            report.peak_kib
        );
        Ok(report)
    }

    fn start_parlor(&self, data: &Path, database: Option<&str>) -> Result<BenchServer> {
        // A conversation's next turn may begin before the one before has left its place.
        let limit = (self.size.turns * 2).to_string();
        let variables = [
            ("PARLOR_ASSISTANT__KIND", "openai".to_owned()),
            (
                "PARLOR_ASSISTANT__BASE_URL",
                format!("http://{}/v1", self.model_address),
            ),
            ("PARLOR_ASSISTANT__MODEL", "scripted".to_owned()),
            (
                "PARLOR_ASSISTANT_TURNS__MAX_CONCURRENT_TURNS",
                limit.clone(),
            ),
            (
                "PARLOR_ASSISTANT_TURNS__MAX_CONCURRENT_TURNS_PER_WORKSPACE",
                limit,
            ),
        ];
        BenchServer::start_configured(self.bench, data, database, &variables)
    }

    /// The request that the server sends to the model, sent to the proxy.
    fn proxy_requests(&self, proxy: &BenchServer) -> TurnTransport {
        let mut plan = proxy.load_plan("POST", "/v1/chat/completions", "Authorization", SINGLE);
        plan.paths = vec!["/v1/chat/completions".to_owned(); self.size.turns];
        let question = json!({ "role": "user", "content": MESSAGE_TEXT });
        let body = json!({ "model": "scripted", "messages": [question], "stream": true });
        plan.body = Some(body.to_string());
        TurnTransport::Requests {
            plan,
            delta_label: "\"content\"".to_owned(),
        }
    }

    /// Sockets of tenant chats.
    fn sockets(&self, server: &BenchServer) -> Result<TurnTransport> {
        let logins = (0..self.size.turns).map(|number| {
            let chat = targets::create_chat(server)?;
            let user = format!("reader-{}", number / SOCKETS_PER_USER);
            targets::login_script(server, &chat, &user)
        });
        Ok(TurnTransport::Sockets {
            address: server.address.clone(),
            logins: logins.collect::<Result<_>>()?,
            question: MESSAGE_TEXT.to_owned(),
            delta_label: "\"message_stream_token\"".to_owned(),
            end_label: "\"message_stream_ended\"".to_owned(),
        })
    }

    /// Streams of ChatBotKit's `complete`.
    fn requests(&self, server: &BenchServer) -> Result<TurnTransport> {
        let mut plan = server.load_plan("POST", "", "Authorization", SINGLE);
        plan.headers
            .insert("Accept".to_owned(), "application/jsonl".to_owned());
        plan.paths = (0..self.size.turns)
            .map(|_| create_conversation(server))
            .collect::<Result<_>>()?;
        plan.body = Some(json!({ "text": MESSAGE_TEXT }).to_string());
        Ok(TurnTransport::Requests {
            plan,
            delta_label: "\"type\":\"token\"".to_owned(),
        })
    }
}

/// Creates a conversation and returns the path of its answers.
fn create_conversation(server: &BenchServer) -> Result<String> {
    let path = "/api/v1/conversation/create";
    let mut plan: LoadPlan = server.load_plan("POST", path, "Authorization", SINGLE);
    plan.body = Some("{}".to_owned());
    let created = load::request_json(&plan)?;
    let id = created["id"].as_str().context("no conversation was made")?;
    Ok(format!("/api/v1/conversation/{id}/complete"))
}
