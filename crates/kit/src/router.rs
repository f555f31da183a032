//! Routers built from route tables.

use std::collections::BTreeMap;

use axum::routing::MethodRouter;
use axum::{Extension, Router};
use http::Method;
use parlor_model::Error;
use parlor_model::error::ErrorKind;

use crate::dialect::{Dialect, render_error};
use crate::route::{MatchedRoute, Route};
use crate::{AppState, RequestMeta};

/// Builds the router of a table. The dialect renders the error for an unsupported method.
pub(crate) fn router<D: Dialect>(routes: Vec<Route>) -> Router<AppState> {
    let mut paths: BTreeMap<String, (MethodRouter<AppState>, Vec<Method>)> = BTreeMap::new();
    for route in routes {
        let mut spellings = vec![mounted(&route)];
        if route.trailing_slash && !route.tail {
            // `/a` is also mounted as `/a/`, and `/a/` as `/a`.
            spellings.push(match route.path.strip_suffix('/') {
                Some(short) => short.to_owned(),
                None => format!("{}/", route.path),
            });
        }
        for path in spellings {
            let (router, methods) = paths.entry(path).or_default();
            let matched_route = MatchedRoute::new(route.summary());
            let handler = route.handler.clone().layer(Extension(matched_route));
            *router = std::mem::take(router).merge(handler);
            methods.push(route.method.clone());
        }
    }
    paths
        .into_iter()
        .fold(Router::new(), |app, (path, (router, methods))| {
            let allow = allow_header(&methods);
            app.route(
                &path,
                router.fallback(move |meta: RequestMeta| {
                    let allow = allow.clone();
                    async move {
                        render_error::<D>(
                            Error::new(ErrorKind::MethodNotAllowed {
                                allow: allow.into(),
                            }),
                            &meta,
                        )
                    }
                }),
            )
        })
}

/// The path as the router has it.
fn mounted(route: &Route) -> String {
    match route.path.rfind('{') {
        Some(last) if route.tail => {
            format!("{}{{*{}", &route.path[..last], &route.path[last + 1..])
        }
        _ => route.path.to_owned(),
    }
}

fn allow_header(methods: &[Method]) -> String {
    let mut methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}
