//! Rounds of tool calls: the model's calls are made, recorded with their results, and the model is asked again.

use std::collections::HashSet;

use parlor_engine::turn::{
    self, RoundResult, StopSignals, ToolOutcome, ToolRequest, ToolRound, offered_tools,
};
use parlor_model::Result;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{TurnError, TurnFinish, TurnUsage};

use super::answer_buffer::AnswerBuffer;
use super::run::{Generated, TurnRun, Upkeep, stopped};
use crate::provider::{CompletionRequest, ToolCall, ToolDefinition};
use crate::registry::ResolvedProvider;
use crate::workspace_provider::{exceeds_daily_limit, has_daily_limit};

/// Calls of one response that are made; further ones are left out.
const MAX_CALLS: usize = 16;

impl TurnRun<'_> {
    /// Generates the answer. While rounds are left the model is offered tools; afterwards it is asked once more without
    /// them.
    pub(super) async fn generate_with_tools(
        &mut self,
        provider: &ResolvedProvider,
        request: &mut CompletionRequest,
        signals: &mut StopSignals,
        (answer, usage): (&mut AnswerBuffer, &mut TurnUsage),
    ) -> Result<Generated> {
        let max_rounds = i64::from(provider.limits.max_tool_rounds);
        loop {
            request.tools = match self.work.turn.tool_rounds < max_rounds {
                true => self.tool_definitions(),
                false => Vec::new(),
            };
            let generated = self
                .generate_within_budget(provider, request, signals, (answer, usage))
                .await?;
            let Generated::ToolCalls(calls) = generated else {
                return Ok(generated);
            };
            if request.tools.is_empty() {
                // It was offered none.
                return Ok(match answer.is_blank() {
                    true => Generated::Failed(TurnError::ToolRounds),
                    false => Generated::Answer(TurnFinish::Stop),
                });
            }
            let called = self.call_tools(calls, signals, answer).await?;
            let outcomes = match called {
                Ok(outcomes) => outcomes,
                Err(stop) => return Ok(stop),
            };
            let model = request.model.clone();
            if let Some(stop) = self.record(outcomes, model, answer, usage).await? {
                return Ok(stop);
            }
            signals.continue_with(self.work.turn.message);
            if has_daily_limit(provider) {
                let used = turn::usage_today(self.engine, self.lease.ws).await?;
                if exceeds_daily_limit(provider, used) {
                    return Ok(Generated::Failed(TurnError::DailyLimit));
                }
            }
        }
    }

    fn tool_definitions(&self) -> Vec<ToolDefinition> {
        let tools = offered_tools(&self.work).into_iter();
        tools
            .map(|tool| ToolDefinition {
                name: tool.name.to_owned(),
                description: Redacted(tool.description.to_owned()),
                parameters: Redacted(tool.parameters),
            })
            .collect()
    }

    /// Calls the tools, one after the other, while the lease is extended; the inner error is why the turn stops.
    async fn call_tools(
        &self,
        calls: Vec<ToolCall>,
        signals: &mut StopSignals,
        answer: &mut AnswerBuffer,
    ) -> Result<Result<Vec<ToolOutcome>, Generated>> {
        let mut upkeep = Upkeep::new(self.timings);
        let calling = async {
            let mut outcomes = Vec::new();
            for call in to_requests(calls) {
                outcomes.push(turn::call_tool(self.engine, &self.work, call).await?);
            }
            Ok(outcomes)
        };
        tokio::pin!(calling);
        loop {
            tokio::select! {
                outcomes = &mut calling => return outcomes.map(Ok),
                signal = signals.next_signal(self.engine) => return Ok(Err(stopped(signal))),
                () = upkeep.due() => if let Some(stop) = self.keep_up(&mut upkeep, answer).await? {
                    return Ok(Err(stop));
                },
            }
        }
    }

    /// Records a round. Text before the calls is its message, and the answer goes on as another one. Returns why the turn
    /// stops, if it does.
    async fn record(
        &mut self,
        outcomes: Vec<ToolOutcome>,
        model: Option<String>,
        answer: &mut AnswerBuffer,
        usage: &mut TurnUsage,
    ) -> Result<Option<Generated>> {
        let text = match answer.is_blank() {
            true => Redacted::default(),
            false => answer.text().clone(),
        };
        let is_said = !text.is_empty();
        let round = ToolRound {
            text,
            outcomes,
            model,
            usage: *usage,
        };
        let lease = (self.lease, self.timings.lease);
        let recorded = turn::record_round(self.engine, lease, &mut self.work, round).await;
        let result = match recorded {
            Ok(result) => result,
            Err(error) => return Ok(Some(Generated::Refused(error))),
        };
        if result != RoundResult::Lost {
            *usage = TurnUsage::default();
            if is_said {
                *answer = AnswerBuffer::default();
            }
        }
        Ok(match result {
            RoundResult::Continue => None,
            RoundResult::CancelRequested => Some(Generated::Answer(TurnFinish::Cancelled)),
            RoundResult::HandedOff => Some(Generated::HandedOff),
            RoundResult::Lost => Some(Generated::Lost),
        })
    }
}

/// Returns the calls with ids that differ.
fn to_requests(calls: Vec<ToolCall>) -> Vec<ToolRequest> {
    let mut ids = HashSet::new();
    let calls = calls.into_iter().take(MAX_CALLS).enumerate();
    calls
        .map(|(index, call)| {
            let is_usable = !call.id.trim().is_empty() && ids.insert(call.id.clone());
            ToolRequest {
                id: match is_usable {
                    true => call.id,
                    false => format!("{}call_{index}", call.id.trim()),
                },
                name: call.name,
                arguments: call.arguments,
            }
        })
        .collect()
}
