//! A request of the account.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::RequestPartsExt;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Path, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::options::SimulatorCredentials;
use crate::rest_error::RestError;
use crate::state::SimulatorState;

/// Longest body.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// A request with the credentials of the account, and its form.
pub(super) struct AccountRequest {
    fields: Vec<(String, String)>,
    path: HashMap<String, String>,
}

impl AccountRequest {
    /// Returns the value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns all values of a field.
    pub(super) fn fields(&self, name: &str) -> Vec<String> {
        let fields = self.fields.iter().filter(|(found, _)| found == name);
        fields.map(|(_, value)| value.clone()).collect()
    }

    /// Returns a part of the path; empty without it.
    pub(super) fn path_part(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl FromRequest<Arc<SimulatorState>> for AccountRequest {
    type Rejection = RestError;

    async fn from_request(
        request: Request,
        state: &Arc<SimulatorState>,
    ) -> Result<Self, RestError> {
        let (mut parts, body) = request.into_parts();
        let path = parts.extract::<Path<HashMap<String, String>>>().await;
        let Path(path) = path.map_err(|_| RestError::NOT_FOUND)?;
        let credentials = &state.options.credentials;
        if !is_authenticated(&parts.headers, credentials) {
            return Err(RestError::UNAUTHENTICATED);
        }
        if path.get("account") != Some(&credentials.account_sid) {
            return Err(RestError::NOT_FOUND);
        }
        let body = to_bytes(body, MAX_BODY_BYTES).await;
        let body = body.map_err(|_| RestError::INVALID_BODY)?;
        let fields = form_urlencoded::parse(&body).into_owned().collect();
        Ok(Self { fields, path })
    }
}

fn is_authenticated(headers: &HeaderMap, credentials: &SimulatorCredentials) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|text| text.to_str().ok());
    let given = given.and_then(|text| text.split_once(' '));
    let Some((scheme, encoded)) = given else {
        return false;
    };
    let Ok(decoded) = STANDARD.decode(encoded.trim()) else {
        return false;
    };
    let expected = format!("{}:{}", credentials.account_sid, credentials.auth_token);
    scheme.eq_ignore_ascii_case("basic")
        && verify_slices_are_equal(&decoded, expected.as_bytes()).is_ok()
}
