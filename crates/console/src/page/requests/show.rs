//! Explanation of a request: each check with its outcome, and a remedy.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_kit::request_history::StepOutcome;
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};

use super::request_row::RequestRow;
use super::{PAGE, RequestVisibility};
use crate::error_page::PageError;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/requests/request.html")]
struct RequestPage {
    shell: Shell,
    request: RequestRow,
    steps: Vec<StepRow>,
    remedy: Option<String>,
}

/// A check.
struct StepRow {
    name: &'static str,
    outcome: &'static str,
    class: &'static str,
    detail: String,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let visibility = RequestVisibility::find(&app, &visit).await?;
    let id = ids::parse_uuid::<()>(params.get("id"));
    let found = id.and_then(|id| app.requests.find(id.uuid()));
    // One of another workspace is answered as an unknown one.
    let found = found.filter(|record| visibility.allows(record));
    let record = found.ok_or_else(|| Error::new(ErrorKind::UnknownRoute))?;
    let explanation = record.explain();
    let steps = explanation.steps.iter().map(|step| StepRow {
        name: step.step.as_str(),
        outcome: step.outcome.as_str(),
        class: match step.outcome {
            StepOutcome::Passed => "good",
            StepOutcome::Refused => "bad",
            StepOutcome::NotReached => "meta",
        },
        detail: step.detail.to_string(),
    });
    let page = RequestPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        request: RequestRow::new(&record),
        steps: steps.collect(),
        remedy: explanation.remedy.map(|remedy| remedy.to_string()),
    };
    Ok(html(StatusCode::OK, &page)?)
}
