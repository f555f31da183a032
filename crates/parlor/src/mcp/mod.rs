//! Model Context Protocol at `/mcp`, for API keys.

mod host;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::HeaderValue;
use http::header::{ORIGIN, WWW_AUTHENTICATE};
use http::request::Parts;
use parlor_engine::api_key;
use parlor_kit::{AppState, RequestMeta, credential};
use parlor_mcp::HttpService;
use parlor_model::error::{CredentialReason, ErrorKind, ForbiddenReason};
use parlor_model::{Ctx, Error, Result};

use self::host::HostPolicy;
use crate::middleware::AllowedOrigins;
use crate::problem_response::problem_response;

const PATH: &str = "/mcp";

/// What the route uses.
#[derive(Clone)]
struct McpState {
    app: AppState,
    service: HttpService,
    hosts: HostPolicy,
    origins: AllowedOrigins,
}

/// Builds the route.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    app: &AppState,
    origins: &AllowedOrigins,
) -> Router<S> {
    let state = McpState {
        service: HttpService::new(app.engine.clone(), app.settings.body_limit),
        hosts: HostPolicy::new(&app.settings.public_url),
        origins: origins.clone(),
        app: app.clone(),
    };
    Router::new().route(PATH, any(handle)).with_state(state)
}

/// Answers a request with the rights of its key. Checks in this order: `Host` and `Origin`, the key, the rate limit.
async fn handle(State(state): State<McpState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match authenticate(&state, &parts).await {
        Ok(ctx) => {
            let request = Request::from_parts(parts, body);
            state.service.handle(ctx, request).await.map(Body::new)
        }
        Err(error) => {
            let is_challenge = matches!(error.kind(), ErrorKind::Unauthenticated(_));
            let mut response = problem_response(error);
            if is_challenge {
                let challenge = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            response
        }
    }
}

async fn authenticate(state: &McpState, parts: &Parts) -> Result<Ctx> {
    let (headers, app) = (&parts.headers, &state.app);
    let is_allowed_origin = match &state.origins {
        AllowedOrigins::Any => true,
        AllowedOrigins::Listed(list) => headers
            .get_all(ORIGIN)
            .iter()
            .all(|origin| list.contains(origin)),
    };
    if !is_allowed_origin || !state.hosts.allows(headers) {
        return Err(Error::forbidden(ForbiddenReason::Bound)
            .with_context("a page of another origin, or another name of this server"));
    }
    let meta = RequestMeta::from_extensions(&parts.extensions);
    let bearer = credential::bearer_token(headers)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenMissing))?;
    let ctx = api_key::authenticate(&app.engine, bearer, meta.request_id).await?;
    app.count_request(&ctx, PATH, &meta)?;
    Ok(ctx)
}
