//! Answers of assistants: as one JSON object, or as a stream of events while they are generated.

mod event;
mod event_schema;
mod respond;
mod sink;
mod stateless;

pub(crate) use event::{AnswerEvent, AnswerResponse, StatelessAnswerResponse};
pub(in crate::conversation) use respond::{AnswerFormat, dispatch, respond};
pub(in crate::conversation) use sink::AnswerChannel;
pub(crate) use sink::DispatchResponse;
pub(in crate::conversation) use stateless::{dispatch_stateless, respond_stateless};
