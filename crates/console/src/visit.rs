//! Who visits a page: a valid session.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Method, StatusCode};
use parlor_engine::console::{self, AuthenticatedSession, form_token};
use parlor_kit::{AppState, RequestMeta};
use parlor_model::Ctx;
use parlor_model::console::ConsoleSession;
use parlor_model::error::ErrorKind;

use crate::error_page::PageError;
use crate::page_entry::{PageEntry, PageList};
use crate::session_cookie::{Theme, session_secret, theme};
use crate::settings::ConsoleSettings;

/// Extracts the session of a request. Without a valid one a page leads to the sign-in, and an act is refused.
pub(crate) struct Visit {
    /// Rights of the session.
    pub(crate) ctx: Ctx,
    /// The session.
    pub(crate) session: ConsoleSession,
    /// Secret of the session.
    pub(crate) secret: String,
    /// Token of the session's forms.
    pub(crate) form_token: String,
    /// Every page.
    pub(crate) pages: &'static [PageEntry],
    /// Chosen colours.
    pub(crate) theme: Option<Theme>,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, PageError> {
        let meta = RequestMeta::from_extensions(&parts.extensions);
        let settings = ConsoleSettings::from_app(app)?;
        let secret = session_secret(&parts.headers, &settings).map(str::to_owned);
        let Some(secret) = secret else {
            return Err(signed_out(parts));
        };
        match console::authenticate(&app.engine, &secret, meta.request_id).await {
            Ok(AuthenticatedSession { session, ctx }) => Ok(Self {
                ctx,
                session,
                form_token: form_token(&app.engine, &secret),
                secret,
                pages: parts
                    .extensions
                    .get::<PageList>()
                    .map_or(&[], |list| list.0),
                theme: theme(&parts.headers),
            }),
            Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
                Err(signed_out(parts))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Leads a page to the sign-in, which leads back to it.
fn signed_out(parts: &Parts) -> PageError {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return PageError::signed_out(StatusCode::UNAUTHORIZED, None);
    }
    let path = parts.uri.path_and_query();
    let path = path.map_or(crate::PATH, http::uri::PathAndQuery::as_str);
    PageError::signed_out(StatusCode::SEE_OTHER, Some(path))
}
