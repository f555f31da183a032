//! One turn: prompt, request, stream, answer.

use std::time::Duration;

use parlor_engine::Engine;
use parlor_engine::live_turn::TurnResult;
use parlor_engine::turn::{self, StopSignal, StopSignals, TurnAnswer, TurnLease, TurnWork};
use parlor_model::error::ErrorKind;
use parlor_model::turn::{TurnError, TurnFinish, TurnKind, TurnUsage};
use parlor_model::{Error, Result};
use tokio::time::{Instant, sleep_until};

use super::answer_buffer::AnswerBuffer;
use super::prompt::build_prompt;
use super::prompt_budget::PromptBudget;
use super::timings::TurnTimings;
use crate::failure::turn_error;
use crate::provider::{
    CompletionEvent, CompletionRequest, CompletionStream, PromptMessage, Provider,
    ProviderErrorKind, ToolCall, ToolDefinition,
};
use crate::registry::ResolvedProvider;
use crate::workspace_provider::{add_usage, exceeds_daily_limit, finish_of, has_daily_limit};

/// Claims of a turn after which it fails: a turn that ends its worker each time would go on for ever.
const MAX_ATTEMPTS: i64 = 5;

/// Requests at most for a prompt that is too long for the model: each has half of the one before.
const MAX_PROMPTS: usize = 5;

/// How the generation of an answer ended.
pub(super) enum Generated {
    /// There may be text to store.
    Answer(TurnFinish),
    /// The model calls tools and waits for their results.
    ToolCalls(Vec<ToolCall>),
    /// A tool has put the conversation before a person: the turn has ended.
    HandedOff,
    /// What was to be stored was refused.
    Refused(Error),
    /// The model cannot read all of the prompt.
    PromptTooLong,
    /// The provider failed.
    Failed(TurnError),
    /// The turn is no longer held: nothing may be stored.
    Lost,
}

/// A turn that is being worked on.
pub(super) struct TurnRun<'a> {
    pub(super) engine: &'a Engine,
    pub(super) lease: TurnLease,
    pub(super) work: TurnWork,
    pub(super) timings: TurnTimings,
}

impl TurnRun<'_> {
    /// Answers, or fails, and ends the turn.
    ///
    /// # Errors
    /// Those of the database: then the turn is still held until its lease ends.
    pub(super) async fn run(
        mut self,
        provider: Option<ResolvedProvider>,
        mut signals: StopSignals,
    ) -> Result<()> {
        let counts = self.engine.turn_counts();
        counts.record_start();
        let mut usage = TurnUsage::default();
        let result = self.answer(provider, &mut signals, &mut usage).await;
        let usage = self.work.turn.usage.plus(usage);
        counts.record_end(*result.as_ref().unwrap_or(&TurnResult::Lost), usage);
        result.map(drop)
    }

    async fn answer(
        &mut self,
        provider: Option<ResolvedProvider>,
        signals: &mut StopSignals,
        usage: &mut TurnUsage,
    ) -> Result<TurnResult> {
        if self.work.turn.kind == TurnKind::Opening {
            return self.say_opening().await;
        }
        if self.work.turn.cancel_requested {
            // Before it began, or while its worker was gone.
            let nothing = (None, *usage);
            turn::fail(self.engine, self.lease, &self.work.turn, nothing).await?;
            return Ok(TurnResult::Cancelled);
        }
        let Some(provider) = provider else {
            return self.fail(TurnError::Unavailable, *usage).await;
        };
        if self.work.turn.attempts > MAX_ATTEMPTS {
            return self.fail(TurnError::Internal, *usage).await;
        }
        if has_daily_limit(&provider)
            && exceeds_daily_limit(
                &provider,
                turn::usage_today(self.engine, self.lease.ws).await?,
            )
        {
            return self.fail(TurnError::DailyLimit, *usage).await;
        }
        let chat_model = self.work.conversation.service.chat_model.clone();
        let model = chat_model.or_else(|| self.work.assistant_model.clone());
        let mut request = CompletionRequest {
            model: model.or_else(|| provider.model.clone()),
            max_tokens: provider.limits.max_output_tokens,
            ..CompletionRequest::default()
        };
        let mut answer = AnswerBuffer::default();
        let generated = self
            .generate_with_tools(&provider, &mut request, signals, (&mut answer, usage))
            .await?;
        let usage = *usage;
        match generated {
            Generated::Lost => Ok(TurnResult::Lost),
            Generated::PromptTooLong => self.fail(TurnError::ProviderRejected, usage).await,
            Generated::Failed(error) => self.fail(error, usage).await,
            Generated::Refused(error) => self.refused(error, usage).await,
            Generated::HandedOff => Ok(TurnResult::Done),
            // The rounds have made these calls.
            Generated::ToolCalls(_) => self.fail(TurnError::ToolRounds, usage).await,
            Generated::Answer(TurnFinish::Cancelled) if answer.is_blank() => {
                turn::fail(self.engine, self.lease, &self.work.turn, (None, usage)).await?;
                Ok(TurnResult::Cancelled)
            }
            Generated::Answer(_) if answer.is_blank() => {
                self.fail(TurnError::EmptyAnswer, usage).await
            }
            Generated::Answer(finish) => self.finish(finish, answer, usage, request.model).await,
        }
    }

    /// Says the opening message of the workflow, which needs no provider.
    async fn say_opening(&self) -> Result<TurnResult> {
        let workflow = self.work.workflow.as_ref();
        let opening = workflow.and_then(|workflow| workflow.opening_message.as_deref());
        let mut answer = AnswerBuffer::default();
        let usage = TurnUsage::default();
        if !opening.is_some_and(|text| answer.push(text)) || answer.is_blank() {
            turn::fail(self.engine, self.lease, &self.work.turn, (None, usage)).await?;
            return Ok(TurnResult::Cancelled);
        }
        self.publish(&mut answer);
        self.finish(TurnFinish::Stop, answer, usage, None).await
    }

    /// Requests the answer to as much of the conversation as the budget allows, and to less of it if the model cannot
    /// read that much.
    pub(super) async fn generate_within_budget(
        &self,
        provider: &ResolvedProvider,
        request: &mut CompletionRequest,
        signals: &mut StopSignals,
        (answer, usage): (&mut AnswerBuffer, &mut TurnUsage),
    ) -> Result<Generated> {
        let rates = &provider.token_rates;
        let mut budget = PromptBudget {
            tokens: provider.limits.history_tokens as usize,
            bytes_per_token: rates.bytes_per_token(request.model.as_deref()),
        };
        for _ in 0..MAX_PROMPTS {
            request.messages = build_prompt(&self.work, budget);
            let used_before = usage.input_tokens;
            let generated = self
                .generate(&*provider.provider, request, signals, (answer, usage))
                .await?;
            if let Ok(tokens) = u64::try_from(usage.input_tokens - used_before) {
                let messages = request.messages.iter().map(PromptMessage::byte_len);
                let tools = request.tools.iter().map(ToolDefinition::byte_len);
                let bytes = messages.chain(tools).sum();
                rates.record(request.model.as_deref(), bytes, tokens);
            }
            match (generated, budget.halved(&request.messages)) {
                (Generated::PromptTooLong, Some(half)) => budget = half,
                (generated, _) => return Ok(generated),
            }
        }
        Ok(Generated::PromptTooLong)
    }

    /// Requests the answer and receives it; text is published and saved meanwhile.
    async fn generate(
        &self,
        provider: &dyn Provider,
        request: &CompletionRequest,
        signals: &mut StopSignals,
        (answer, usage): (&mut AnswerBuffer, &mut TurnUsage),
    ) -> Result<Generated> {
        let mut upkeep = Upkeep::new(self.timings);
        let mut completing = provider.complete(request);
        let mut stream = loop {
            tokio::select! {
                begun = &mut completing => match begun {
                    Ok(stream) => break stream,
                    Err(error) if error.kind == ProviderErrorKind::ContextTooLong => {
                        return Ok(Generated::PromptTooLong);
                    }
                    Err(error) => return Ok(Generated::Failed(turn_error(&error))),
                },
                signal = signals.next_signal(self.engine) => return Ok(stopped(signal)),
                () = upkeep.due() => if let Some(stop) = self.keep_up(&mut upkeep, answer).await? {
                    return Ok(stop);
                },
            }
        };
        drop(completing);
        let generated = self
            .receive(&mut *stream, (signals, &mut upkeep), answer, usage)
            .await;
        // What readers have not received yet comes before the end.
        self.publish(answer);
        generated
    }

    async fn receive(
        &self,
        stream: &mut dyn CompletionStream,
        (signals, upkeep): (&mut StopSignals, &mut Upkeep),
        answer: &mut AnswerBuffer,
        usage: &mut TurnUsage,
    ) -> Result<Generated> {
        let mut calls = Vec::new();
        loop {
            let event = tokio::select! {
                event = stream.next_event() => event,
                signal = signals.next_signal(self.engine) => return Ok(stopped(signal)),
                () = upkeep.due() => {
                    if let Some(stop) = self.keep_up(upkeep, answer).await? {
                        return Ok(stop);
                    }
                    continue;
                }
            };
            match event {
                Ok(Some(CompletionEvent::TextDelta(text))) => {
                    if upkeep.note_text() && self.work.turn.tool_rounds == 0 {
                        let after = upkeep.started_at.elapsed();
                        self.engine.turn_counts().record_first_token(after);
                    }
                    if !answer.push(&text) {
                        return Ok(Generated::Answer(TurnFinish::Length));
                    }
                }
                Ok(Some(CompletionEvent::ToolCall(call))) => calls.push(call),
                Ok(Some(CompletionEvent::Usage(counted))) => {
                    add_usage(usage, counted);
                }
                Ok(Some(CompletionEvent::End(reason))) => {
                    return Ok(match finish_of(reason) {
                        // At the maximum length a call may be incomplete.
                        Ok(TurnFinish::Stop) if !calls.is_empty() => Generated::ToolCalls(calls),
                        Ok(finish) => Generated::Answer(finish),
                        Err(error) => Generated::Failed(error),
                    });
                }
                Ok(None) => return Ok(Generated::Failed(TurnError::InvalidResponse)),
                Err(error) => return Ok(Generated::Failed(turn_error(&error))),
            }
        }
    }

    /// Publishes new text, and saves it and extends the lease when that is due.
    pub(super) async fn keep_up(
        &self,
        upkeep: &mut Upkeep,
        answer: &mut AnswerBuffer,
    ) -> Result<Option<Generated>> {
        if upkeep.publish_at.take().is_some() {
            upkeep.published_at = Some(Instant::now());
        }
        self.publish(answer);
        if Instant::now() < upkeep.save_at(answer) {
            return Ok(None);
        }
        upkeep.saved_at = Instant::now();
        let text = answer.take_unsaved();
        let saved = turn::save_progress(self.engine, self.lease, self.timings.lease, text).await;
        Ok(match saved {
            Ok(Some(false)) => None,
            Ok(Some(true)) => Some(Generated::Answer(TurnFinish::Cancelled)),
            Ok(None) => Some(Generated::Lost),
            // The answer goes on; the next save tries again, and the lease lasts longer than that.
            Err(error) if matches!(error.kind(), ErrorKind::Unavailable) => None,
            Err(error) => return Err(error),
        })
    }

    fn publish(&self, answer: &mut AnswerBuffer) {
        if let Some(delta) = answer.take_delta() {
            turn::publish_delta(self.engine, self.lease, &self.work.turn, delta);
        }
    }

    async fn fail(&self, error: TurnError, usage: TurnUsage) -> Result<TurnResult> {
        tracing::warn!(
            ws = self.lease.ws,
            error = error.as_str(),
            "an assistant has no answer"
        );
        let failure = (Some(error), usage);
        turn::fail(self.engine, self.lease, &self.work.turn, failure).await?;
        Ok(TurnResult::Failed)
    }

    async fn finish(
        &self,
        finish: TurnFinish,
        answer: AnswerBuffer,
        usage: TurnUsage,
        model: Option<String>,
    ) -> Result<TurnResult> {
        let answer = TurnAnswer {
            text: answer.into_text(),
            finish,
            model,
            usage,
        };
        match turn::finish(self.engine, self.lease, &self.work, answer).await {
            Ok(_) if finish == TurnFinish::Cancelled => Ok(TurnResult::Cancelled),
            Ok(_) => Ok(TurnResult::Done),
            Err(error) => self.refused(error, usage).await,
        }
    }

    /// Ends a turn whose answer was refused: a person has taken over, the conversation is closed, or the assistant has left
    /// it.
    async fn refused(&self, error: Error, usage: TurnUsage) -> Result<TurnResult> {
        match error.kind() {
            ErrorKind::Conflict(_) | ErrorKind::NotFound(_) | ErrorKind::Forbidden(_) => {
                turn::fail(self.engine, self.lease, &self.work.turn, (None, usage)).await?;
                Ok(TurnResult::Lost)
            }
            _ => Err(error),
        }
    }
}

pub(super) fn stopped(signal: StopSignal) -> Generated {
    match signal {
        StopSignal::Cancel => Generated::Answer(TurnFinish::Cancelled),
        StopSignal::Withdrawn => Generated::Lost,
    }
}

/// When text is published and saved.
pub(super) struct Upkeep {
    timings: TurnTimings,
    /// Time at which new text is published.
    publish_at: Option<Instant>,
    /// Time of the last publication.
    published_at: Option<Instant>,
    saved_at: Instant,
    started_at: Instant,
    has_text: bool,
}

impl Upkeep {
    pub(super) fn new(timings: TurnTimings) -> Self {
        Self {
            timings,
            publish_at: None,
            published_at: None,
            saved_at: Instant::now(),
            started_at: Instant::now(),
            has_text: false,
        }
    }

    /// Notes that there is new text: it is published at once or, shortly after other text, with what follows it. Returns
    /// whether it is the first.
    fn note_text(&mut self) -> bool {
        let now = Instant::now();
        let earliest = self
            .published_at
            .map_or(now, |published| published + self.timings.delta_interval);
        self.publish_at.get_or_insert(now.max(earliest));
        !std::mem::replace(&mut self.has_text, true)
    }

    /// Time of the next save: sooner if there is text to save, in any case before the lease ends.
    fn save_at(&self, answer: &AnswerBuffer) -> Instant {
        let pause = match answer.has_unsaved() {
            true => self.timings.save_interval,
            false => self.renewal_interval(),
        };
        self.saved_at + pause
    }

    fn renewal_interval(&self) -> Duration {
        self.timings.lease / 3
    }

    /// Waits until something is due.
    pub(super) async fn due(&self) {
        let renewal = self.saved_at + self.renewal_interval();
        let next = self
            .publish_at
            .map_or(renewal, |publish| publish.min(renewal));
        sleep_until(next).await;
    }
}

#[cfg(test)]
mod tests;
