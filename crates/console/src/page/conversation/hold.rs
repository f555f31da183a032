//! Takes a conversation over from its assistant, or hands it back.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_kit::{AppState, PathParams};
use parlor_model::conversation::{UpdateConversation, UpdateServiceConfig};

use super::parse_key;
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let key = parse_key(&params)?;
    let change = UpdateConversation {
        service: Some(UpdateServiceConfig {
            paused: Some(form.text("hold") == "yes"),
            ..UpdateServiceConfig::default()
        }),
        ..UpdateConversation::default()
    };
    conversation::update(&app.engine, &visit.ctx, key, change).await?;
    Ok(see_other(&format!(
        "/console/conversations/{}",
        params.get("id")
    )))
}
