//! Nodes of one database, and the requests that are sent to them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::string_field;
use crate::bench::BenchContext;
use crate::bench::benchmark::LoadRuns;
use crate::bench::benchmark::create::create_plan;
use crate::bench::benchmark::message::MESSAGE_TEXT;
use crate::bench::benchmark::targets;
use crate::bench::fanout::{FanoutMode, FanoutPlan, FanoutReport};
use crate::bench::load::{self, LoadMode, LoadPlan};
use crate::bench::process;
use crate::bench::server::BenchServer;
use crate::bench::worker::LoadWorker;

const MASTER_KEY: &str = "master.key";
/// Readers of a conversation whose deliveries are timed, and the rate of its messages.
const READERS: usize = 10;
const MESSAGES_PER_SECOND: f64 = 50.0;
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(120);

/// Nodes of one database. The first node has created it.
pub(super) struct NodeGroup {
    nodes: Vec<BenchServer>,
}

impl NodeGroup {
    /// Starts nodes on an empty PostgreSQL database, with data folders of this name.
    pub(super) fn start_on_postgres(
        bench: &BenchContext,
        name: &str,
        url: &str,
        count: usize,
    ) -> Result<Self> {
        let folder = |index: usize| bench.run_dir.join(format!("{name}-{index}"));
        let mut nodes: Vec<BenchServer> = Vec::new();
        for index in 0..count {
            let data = folder(index);
            process::create_private_dir(&data)?;
            if index > 0 {
                // All nodes of a database have the same key.
                std::fs::copy(folder(0).join(MASTER_KEY), data.join(MASTER_KEY))?;
            }
            let first = nodes.first().and_then(|node| node.credentials.clone());
            nodes.push(BenchServer::start_unpinned(bench, &data, Some(url), first)?);
        }
        Ok(Self { nodes })
    }

    /// Starts one node on an empty embedded database.
    pub(super) fn start_embedded(bench: &BenchContext) -> Result<Self> {
        let data = bench.run_dir.join("embedded");
        let node = BenchServer::start_unpinned(bench, &data, None, None)?;
        Ok(Self { nodes: vec![node] })
    }

    pub(super) fn stop(self) -> Result<()> {
        self.nodes.into_iter().try_for_each(BenchServer::stop)
    }

    /// Creates conversations through the first node and returns the paths of their messages.
    pub(super) fn create_conversations(
        &self,
        bench: &BenchContext,
        count: usize,
    ) -> Result<Vec<String>> {
        let plans = self.create_plans(bench, 1, 1);
        let plan = plans.first().context("no node")?;
        (0..count)
            .map(|_| {
                let id = string_field(&load::request_json(plan)?, "id")?;
                Ok(format!("/api/v1/chats/{id}/messages"))
            })
            .collect()
    }

    /// Sends messages for some seconds.
    pub(super) fn fill(&self, bench: &BenchContext, paths: &[String], seconds: f64) -> Result<()> {
        let mut plans = self.message_plans(bench, 1, paths, 64);
        for plan in &mut plans {
            if let LoadMode::Repeat { seconds: limit, .. } = &mut plan.mode {
                *limit = seconds;
            }
        }
        self.run(bench, &plans, &mut LoadRuns::default())
    }

    /// Messages to the first `node_count` nodes.
    pub(super) fn message_plans(
        &self,
        bench: &BenchContext,
        node_count: usize,
        paths: &[String],
        connections: usize,
    ) -> Vec<LoadPlan> {
        let body = format!(r#"{{"content":"{MESSAGE_TEXT}"}}"#);
        self.plans(bench, node_count, connections, "POST", paths, Some(&body))
    }

    /// Sends messages over a socket of the first node at a fixed rate to readers of the last one.
    pub(super) fn measure_delivery(&self, bench: &BenchContext) -> Result<FanoutReport> {
        let (first, last) = self
            .nodes
            .first()
            .zip(self.nodes.last())
            .context("no node")?;
        let chat = targets::create_chat(first)?;
        let plan = FanoutPlan {
            address: last.address.clone(),
            publisher_address: first.address.clone(),
            reader_login: targets::login_script(last, &chat, "reader-{user}")?,
            publisher_login: targets::login_script(first, &chat, "publisher")?,
            readers: READERS,
            users: READERS,
            message: json!({ "content": targets::pad_to(MESSAGE_TEXT.len()) }).to_string(),
            mode: FanoutMode::Rate {
                per_second: MESSAGES_PER_SECOND,
                seconds: bench.seconds,
            },
            pid: last.pid(),
        };
        LoadWorker::launch(bench, "fan", "delivery", &plan, DELIVERY_TIMEOUT)?.wait_report(|| {})
    }

    /// Newly created conversations.
    pub(super) fn create_plans(
        &self,
        bench: &BenchContext,
        node_count: usize,
        connections: usize,
    ) -> Vec<LoadPlan> {
        let mode = Self::load_mode(bench, node_count, connections);
        let nodes = self.nodes.iter().take(node_count);
        nodes.map(|node| create_plan(node, mode)).collect()
    }

    /// Newest pages of conversations.
    pub(super) fn page_plans(
        &self,
        bench: &BenchContext,
        node_count: usize,
        paths: &[String],
        connections: usize,
    ) -> Vec<LoadPlan> {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| format!("{path}?limit=20&order=desc"))
            .collect();
        self.plans(bench, node_count, connections, "GET", &paths, None)
    }

    /// Requests that need a key and nothing else.
    pub(super) fn authenticated_plans(
        &self,
        bench: &BenchContext,
        node_count: usize,
        connections: usize,
    ) -> Vec<LoadPlan> {
        let path = ["/api/v2/ai-models".to_owned()];
        let mut plans = self.plans(bench, node_count, connections, "GET", &path, None);
        for plan in &mut plans {
            if let Some(key) = plan.headers.remove("X-API-Key") {
                plan.headers
                    .insert("Authorization".to_owned(), format!("Bearer {key}"));
            }
        }
        plans
    }

    /// Runs one plan per node at the same time and adds their results as one run.
    pub(super) fn run(
        &self,
        bench: &BenchContext,
        plans: &[LoadPlan],
        runs: &mut LoadRuns,
    ) -> Result<()> {
        let mut workers = Vec::new();
        for (index, plan) in plans.iter().enumerate() {
            workers.push(LoadWorker::start(bench, &format!("load-{index}"), plan)?);
        }
        let mut reports = Vec::new();
        for worker in workers {
            reports.push(worker.wait_load_report(|| {})?);
        }
        ensure!(!reports.is_empty(), "no node");
        runs.push_concurrent(&reports);
        Ok(())
    }

    fn load_mode(bench: &BenchContext, node_count: usize, connections: usize) -> LoadMode {
        LoadMode::Repeat {
            connections: connections / node_count,
            warm: bench.warmup_seconds,
            seconds: bench.seconds,
            rate: None,
        }
    }

    fn plans(
        &self,
        bench: &BenchContext,
        node_count: usize,
        connections: usize,
        method: &str,
        paths: &[String],
        body: Option<&str>,
    ) -> Vec<LoadPlan> {
        let mode = Self::load_mode(bench, node_count, connections);
        let plan = |node: &BenchServer| {
            let mut plan = node.load_plan(method, "", "X-API-Key", mode);
            plan.paths = paths.to_vec();
            plan.body = body.map(str::to_owned);
            plan
        };
        self.nodes.iter().take(node_count).map(plan).collect()
    }
}
