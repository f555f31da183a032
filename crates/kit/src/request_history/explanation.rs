//! Explanation of a request: each check with its outcome, and a remedy.

use std::borrow::Cow;

use super::failure::RequestStep;
use super::{CredentialForm, RequestRecord};
use crate::auth::Auth;

/// Outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// It was passed.
    Passed,
    /// It has refused the request.
    Refused,
    /// It was not made.
    NotReached,
}

impl StepOutcome {
    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Refused => "refused",
            Self::NotReached => "not reached",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplanationStep {
    /// Check.
    pub step: RequestStep,
    /// Outcome.
    pub outcome: StepOutcome,
    /// What was found.
    pub detail: Cow<'static, str>,
}

/// Explanation of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// All checks, in order.
    pub steps: Vec<ExplanationStep>,
    /// What to do; `None` for a request that was not refused.
    pub remedy: Option<Cow<'static, str>>,
}

impl Explanation {
    pub(super) fn of_record(record: &RequestRecord) -> Self {
        let refused = match &record.failure {
            Some(failure) => Some(failure.step),
            // Refused before any dialect saw it: the head of the request is wrong.
            None if record.is_failed() => Some(RequestStep::Content),
            None => None,
        };
        let steps = RequestStep::ALL.map(|step| {
            let outcome = match refused {
                Some(refused) if step == refused => StepOutcome::Refused,
                Some(refused) if step > refused => StepOutcome::NotReached,
                _ => StepOutcome::Passed,
            };
            ExplanationStep {
                step,
                outcome,
                detail: detail(record, step, outcome),
            }
        });
        Self {
            steps: steps.into(),
            remedy: refused.map(|_| remedy(record)),
        }
    }
}

fn detail(record: &RequestRecord, step: RequestStep, outcome: StepOutcome) -> Cow<'static, str> {
    let rule = record.failure.as_ref().map(|failure| failure.rule.clone());
    match (step, outcome) {
        (_, StepOutcome::NotReached) => Cow::Borrowed(""),
        (RequestStep::Credential, StepOutcome::Refused) => {
            let rule = rule.unwrap_or_default();
            Cow::Owned(format!("{rule}; {}", presented(record)))
        }
        (_, StepOutcome::Refused) => {
            rule.unwrap_or(Cow::Borrowed("the head of the request was refused"))
        }
        (RequestStep::Path, StepOutcome::Passed) => match record.dialect {
            Some(dialect) => Cow::Owned(format!("{} of {dialect}", record.route())),
            None => Cow::Owned(record.route().to_owned()),
        },
        (RequestStep::Credential, StepOutcome::Passed) => match record.caller {
            Some(_) => Cow::Owned(format!("accepted: {}", record.credential.as_str())),
            None => Cow::Borrowed("none is needed"),
        },
        (_, StepOutcome::Passed) => Cow::Borrowed(""),
    }
}

/// Says which credential the request has brought, and which one the route takes.
fn presented(record: &RequestRecord) -> String {
    let brought = match record.credential {
        CredentialForm::None => "the request has none in a header",
        CredentialForm::Key => "the request has an API key in a header",
        CredentialForm::KeyAsBearer => "the request has an API key as bearer",
        CredentialForm::Token => "the request has a bearer token",
        CredentialForm::Other => "the request has another scheme in Authorization",
    };
    let taken = match record.auth {
        Auth::None => return brought.to_owned(),
        Auth::Key(name) => format!("an API key in {name}"),
        Auth::Bearer => "Authorization: Bearer".to_owned(),
        Auth::KeyOrBearer(name) => format!("an API key in {name}, or Authorization: Bearer"),
        Auth::KeyAndToken(key, token) => format!("an API key in {key} and a token in {token}"),
    };
    format!("{brought}, and the route takes {taken}")
}

fn remedy(record: &RequestRecord) -> Cow<'static, str> {
    match (&record.failure, record.credential, record.auth) {
        (Some(failure), CredentialForm::Key | CredentialForm::None, Auth::Bearer)
            if failure.step == RequestStep::Credential =>
        {
            Cow::Borrowed("send it as Authorization: Bearer, as this dialect wants it")
        }
        (Some(failure), ..) => failure.remedy.clone(),
        (None, ..) => Cow::Borrowed("compare the request line and the headers with the reference"),
    }
}
