//! Security schemes.

use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};

use crate::route::Auth;

/// Returns the security schemes of a route, by name.
pub(super) fn schemes(auth: Auth) -> Vec<(String, SecurityScheme)> {
    let key = |name: &'static str| {
        (
            name.to_owned(),
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name))),
        )
    };
    let bearer = || {
        (
            "bearer".to_owned(),
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        )
    };
    match auth {
        Auth::None => Vec::new(),
        Auth::Key(name) => vec![key(name)],
        Auth::Bearer => vec![bearer()],
        Auth::KeyOrBearer(name) => vec![key(name), bearer()],
        Auth::KeyAndToken(name, token) if token.eq_ignore_ascii_case("authorization") => {
            vec![key(name), bearer()]
        }
        Auth::KeyAndToken(name, token) => vec![key(name), key(token)],
    }
}

/// Adds the security requirement of a route.
pub(super) fn require_security(operation: OperationBuilder, auth: Auth) -> OperationBuilder {
    let names = schemes(auth).into_iter().map(|(name, _)| name);
    match auth {
        Auth::None => operation,
        // Either of the two suffices.
        Auth::KeyOrBearer(_) => names.fold(operation, |operation, name| {
            operation.security(SecurityRequirement::new(name, Vec::<String>::new()))
        }),
        Auth::Key(_) | Auth::Bearer | Auth::KeyAndToken(..) => {
            let all = names.fold(SecurityRequirement::default(), |all, name| {
                all.add(name, Vec::<String>::new())
            });
            operation.security(all)
        }
    }
}
