//! Forms that pages post.
//!
//! Keeps INV-87 (`docs/invariants.md`).

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use parlor_engine::console::verifies_form_token;
use parlor_kit::AppState;
use parlor_model::Error;
use parlor_model::error::ErrorKind;

use crate::error_page::PageError;
use crate::origin::is_same_origin;
use crate::settings::ConsoleSettings;
use crate::visit::Visit;

/// Longest form, in bytes.
const MAX_FORM_BYTES: usize = 256 * 1024;
/// Field with the token of the session's forms.
const TOKEN_FIELD: &str = "form_token";

/// Fields of a form that a page of this server has posted.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Returns the value of a field; empty without it.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns the value of a field without the spaces around it, unless it is empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }
}

impl FromRequest<AppState> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, PageError> {
        let settings = ConsoleSettings::from_app(app)?;
        if !is_same_origin(request.headers(), &settings) {
            return Err(PageError::foreign_origin());
        }
        let body = Limited::new(request.into_body(), MAX_FORM_BYTES);
        let bytes = body.collect().await.map_err(|error| {
            match error.downcast_ref::<LengthLimitError>() {
                Some(_) => Error::new(ErrorKind::TooLarge {
                    limit: MAX_FORM_BYTES as u64,
                }),
                None => Error::malformed("the form was not read to its end"),
            }
        })?;
        let fields = form_urlencoded::parse(&bytes.to_bytes())
            .into_owned()
            .collect();
        Ok(Self(fields))
    }
}

/// A form of a session's own page: its session, and its fields.
pub(crate) struct SignedForm {
    /// Session.
    pub(crate) visit: Visit,
    /// Fields.
    pub(crate) form: Form,
}

impl FromRequest<AppState> for SignedForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let form = Form::from_request(Request::from_parts(parts, body), app).await?;
        if !verifies_form_token(&app.engine, &visit.secret, form.text(TOKEN_FIELD)) {
            return Err(PageError::of_status(
                StatusCode::FORBIDDEN,
                "This form is not of your session. Nothing was changed.",
                "Open the page again and repeat what you did.",
            ));
        }
        Ok(Self { visit, form })
    }
}
