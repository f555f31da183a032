//! Answers of assistants: as one JSON object, or as a stream of events while they are generated.

mod event;
mod event_schema;
mod respond;
mod stateless;

pub(crate) use event::{AnswerEvent, AnswerResponse, StatelessAnswerResponse};
pub(in crate::conversation) use respond::{AnswerFormat, respond};
pub(in crate::conversation) use stateless::respond_stateless;
