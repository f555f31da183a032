//! Requests of a carrier about calls: it is told what to say, and passes on what it hears.
//!
//! Keeps INV-77 (`docs/invariants.md`).

mod call_request;
mod call_sentences;
mod script;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use parlor_channels::{CarrierForm, is_answered_by_machine, parse_call_status};
use parlor_engine::chat::call::{self, CallPrompt, InboundCall, ReceivedCall, SpokenText};
use parlor_model::error::EntityKind;
use parlor_model::redacted::Redacted;
use parlor_model::voice_call::VoiceCallStatus;
use parlor_model::{Ctx, Error, Result};

use self::call_request::CallRequest;
use super::signed_form::{SignedForm, SignedFormReader};
use super::{method_not_allowed, reply};
use crate::problem_response::problem_response;

/// Time for which one request waits for an answer. The carrier gives up after 15 seconds.
const ANSWER_WAIT: Duration = Duration::from_secs(8);
/// Requests that wait for one answer: about two minutes.
const MAX_WAITS: u32 = 12;
/// Silences in a row after which the call is ended.
const MAX_SILENCES: u32 = 3;

type Reader = State<Arc<SignedFormReader>>;

/// Builds the routes of calls.
pub(super) fn router<S: Clone + Send + Sync + 'static>(reader: SignedFormReader) -> Router<S> {
    let calls = "/carriers/voice/{workspace}/calls";
    let of_call = |step: &str| format!("{calls}/{{call}}/{step}");
    Router::new()
        .route(calls, post(receive))
        .route("/carriers/voice/{workspace}/status", post(update_status))
        .route(&of_call("start"), post(start))
        .route(&of_call("turn"), post(turn))
        .route(&of_call("wait"), post(wait))
        .route(&of_call("status"), post(update_status))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(reader))
}

/// A call to a number of a workspace: it is answered at once.
async fn receive(
    State(reader): Reader,
    Path(workspace): Path<String>,
    signed: SignedForm,
) -> Response {
    let received = async {
        let ctx = reader.operator_context(&workspace).await?;
        let inbound = parse_inbound(&signed.form)?;
        let carrier_id = inbound.carrier_id.clone();
        let engine = &reader.app().engine;
        match call::receive(engine, &ctx, inbound).await? {
            ReceivedCall::Accepted(call) => {
                let request = CallRequest::new(&reader, ctx, call.id, carrier_id).await?;
                begin(&reader, &request, &signed.form).await
            }
            ReceivedCall::UnknownNumber => {
                tracing::warn!("a carrier has a call to a number that the workspace does not have");
                Err(Error::not_found(EntityKind::PhoneNumber))
            }
            ReceivedCall::CallerRefused(text) => {
                tracing::warn!("a call was not taken: its caller is anonymous or archived");
                let speech = call_request::find_speech(&reader, &ctx).await?;
                Ok(speech.refuse(text.as_ref()))
            }
        }
    };
    respond(received.await)
}

fn parse_inbound(form: &CarrierForm) -> Result<InboundCall> {
    let missing = || Error::invalid("body", "must be a call");
    let field = |name: &str| form.field(name).map(str::to_owned).ok_or_else(missing);
    Ok(InboundCall {
        carrier_id: form.call_id().map(str::to_owned).ok_or_else(missing)?,
        from: Redacted(field("From")?),
        to: Redacted(field("To")?),
    })
}

/// A call that was placed is answered.
async fn start(
    State(reader): Reader,
    Path((workspace, call)): Path<(String, String)>,
    signed: SignedForm,
) -> Response {
    let started = async {
        let request = CallRequest::parse(&reader, (&workspace, &call), &signed.form).await?;
        begin(&reader, &request, &signed.form).await
    };
    respond(started.await)
}

/// Says the beginning of a call. To a machine nothing is said.
async fn begin(
    reader: &SignedFormReader,
    request: &CallRequest,
    form: &CarrierForm,
) -> Result<String> {
    let engine = &reader.app().engine;
    if form.field("AnsweredBy").is_some_and(is_answered_by_machine) {
        call::is_open(engine, &request.ctx, &request.reference).await?;
        return Ok(script::hang_up());
    }
    let prompt = call::answer(engine, &request.ctx, &request.reference, ANSWER_WAIT).await?;
    Ok(request.script(1).begin(&prompt))
}

/// The other side has spoken, or was silent.
async fn turn(
    State(reader): Reader,
    Path((workspace, call)): Path<(String, String)>,
    signed: SignedForm,
) -> Response {
    let answered = async {
        let request = CallRequest::parse(&reader, (&workspace, &call), &signed.form).await?;
        let position = call_request::query_number(&signed.uri, "position");
        let speech = signed.form.field("SpeechResult").map(str::trim);
        match speech.filter(|text| !text.is_empty()) {
            Some(text) => hear(&reader, &request, position, text).await,
            None => {
                let silences = call_request::query_number(&signed.uri, "silences");
                keep_silence(&reader, &request, (position, silences)).await
            }
        }
    };
    respond(answered.await)
}

async fn hear(
    reader: &SignedFormReader,
    request: &CallRequest,
    position: u32,
    text: &str,
) -> Result<String> {
    let spoken = SpokenText {
        position,
        text: Redacted(text.to_owned()),
    };
    let engine = &reader.app().engine;
    let (ctx, reference) = (&request.ctx, &request.reference);
    let prompt = call::speak(engine, ctx, reference, spoken, ANSWER_WAIT).await?;
    let script = request.script(position.saturating_add(1));
    Ok(script.go_on(&prompt, 1))
}

async fn keep_silence(
    reader: &SignedFormReader,
    request: &CallRequest,
    (position, silences): (u32, u32),
) -> Result<String> {
    let engine = &reader.app().engine;
    if !call::is_open(engine, &request.ctx, &request.reference).await? {
        return Ok(script::hang_up());
    }
    if silences >= MAX_SILENCES {
        return Ok(request.speech.say_goodbye());
    }
    Ok(request.script(position).ask_again(silences))
}

/// The carrier asks again for an answer that was not there yet.
async fn wait(
    State(reader): Reader,
    Path((workspace, call)): Path<(String, String)>,
    signed: SignedForm,
) -> Response {
    let answered = async {
        let request = CallRequest::parse(&reader, (&workspace, &call), &signed.form).await?;
        let (position, waits, seq) = (
            call_request::query_number(&signed.uri, "position"),
            call_request::query_number(&signed.uri, "waits"),
            call_request::query_number(&signed.uri, "seq"),
        );
        let engine = &reader.app().engine;
        let (ctx, reference) = (&request.ctx, &request.reference);
        let prompt =
            call::await_answer(engine, ctx, reference, i64::from(seq), ANSWER_WAIT).await?;
        let prompt = match prompt {
            CallPrompt::Wait(_) if waits >= MAX_WAITS => CallPrompt::NoAnswer,
            other => other,
        };
        Ok(request
            .script(position)
            .go_on(&prompt, waits.saturating_add(1)))
    };
    respond(answered.await)
}

/// Path of a request about the status of a call: of one that was placed, or without an id of one that was received.
#[derive(serde::Deserialize)]
struct StatusPath {
    workspace: String,
    call: Option<String>,
}

/// The carrier reports how far a call is.
async fn update_status(
    State(reader): Reader,
    Path(path): Path<StatusPath>,
    signed: SignedForm,
) -> Response {
    let updated = async {
        let ctx = reader.operator_context(&path.workspace).await?;
        let reference = call_request::parse_reference(path.call.as_deref(), &signed.form)?;
        record_status(&reader, &ctx, reference, &signed.form).await?;
        Ok(script::nothing())
    };
    respond(updated.await)
}

async fn record_status(
    reader: &SignedFormReader,
    ctx: &Ctx,
    reference: call::CallReference,
    form: &CarrierForm,
) -> Result<()> {
    let status: Option<VoiceCallStatus> = form.field("CallStatus").and_then(parse_call_status);
    let status = status.ok_or_else(|| Error::invalid("CallStatus", "must be that of a call"))?;
    call::update_status(&reader.app().engine, ctx, reference, status).await
}

fn respond(script: Result<String>) -> Response {
    match script {
        Ok(xml) => reply(xml),
        Err(error) => problem_response(error),
    }
}
