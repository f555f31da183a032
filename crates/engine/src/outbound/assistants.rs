//! Assistants, which answer through an implementation of [`Assistants`].

use std::future::Future;
use std::pin::Pin;

use parlor_model::Result;

use crate::Engine;

/// Future of [`Assistants::is_available`].
pub type AvailabilityFuture<'a> = Pin<Box<dyn Future<Output = Result<bool>> + Send + 'a>>;

/// Whether assistants can answer: the program that works on turns knows the providers.
pub trait Assistants: Send + Sync + 'static {
    /// Returns whether the workspace, by number, has a provider. Asked for each message of a person in a conversation
    /// with an assistant, so it must be quick.
    fn is_available<'a>(&'a self, engine: &'a Engine, ws: i64) -> AvailabilityFuture<'a>;
}

/// Assistants of an engine that was given none: none answers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoAssistants;

impl Assistants for NoAssistants {
    fn is_available<'a>(&'a self, _: &'a Engine, _: i64) -> AvailabilityFuture<'a> {
        Box::pin(std::future::ready(Ok(false)))
    }
}
