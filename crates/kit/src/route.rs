//! Tables of routes: data from which the router, the documents and the coverage tests are made.

use std::collections::BTreeMap;

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, on};
use http::Method;
use parlor_model::Error;
use parlor_model::error::Kind;
use parlor_model::scope::Scope;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::dialect::failed;
use crate::{App, Dialect, Meta};

/// How a route's caller shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Anybody may call.
    None,
    /// An API key in a header of this name.
    Key(&'static str),
    /// A bearer token or key in `Authorization`.
    Bearer,
    /// An API key in a header of this name, or a bearer token.
    KeyOrBearer(&'static str),
    /// An API key in a header of the first name, and a token in one of the second.
    KeyAndToken(&'static str, &'static str),
}

/// One row of a dialect's table.
pub struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: MethodRouter<App>,
    pub(crate) auth: Auth,
    pub(crate) scope: Option<Scope>,
    pub(crate) summary: &'static str,
    pub(crate) page: &'static str,
    pub(crate) slash: bool,
    pub(crate) body: Option<Payload>,
    /// Media types the body may have instead, described in prose only.
    pub(crate) body_or: Vec<&'static str>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) queries: Vec<Parameter>,
}

/// A body in a document: its media type, its schema's name and the schemas it needs.
pub(crate) struct Payload {
    pub(crate) media_type: &'static str,
    /// Made when a document is asked for: schemas are large and seldom read.
    pub(crate) schema: Option<fn() -> Named>,
}

pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) all: Vec<(String, RefOr<Schema>)>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
    pub(crate) payloads: Vec<Payload>,
}

pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: ParameterKind,
    pub(crate) text: &'static str,
    pub(crate) header: bool,
}

/// The type of a query or header parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// What tests and the support matrix want to know of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// How callers show who they are.
    pub auth: Auth,
    /// The scope asked of a key.
    pub scope: Option<Scope>,
    /// One line.
    pub summary: &'static str,
    /// The vendor's page it follows.
    pub page: &'static str,
}

fn route<H, T>(method: Method, filter: MethodFilter, path: &'static str, handler: H) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    Route {
        method,
        path,
        handler: on(filter, handler),
        auth: Auth::None,
        scope: None,
        summary: "",
        page: "",
        slash: false,
        body: None,
        body_or: Vec::new(),
        answers: Vec::new(),
        queries: Vec::new(),
    }
}

macro_rules! methods {
    ($($name:ident => $method:ident,)*) => {$(
        /// A route of this method.
        pub fn $name<H, T>(path: &'static str, handler: H) -> Route
        where
            H: Handler<T, App>,
            T: 'static,
        {
            route(Method::$method, MethodFilter::$method, path, handler)
        }
    )*};
}
methods! { get => GET, post => POST, put => PUT, patch => PATCH, delete => DELETE, }

impl Route {
    /// One line about it, and the vendor's page it follows.
    #[must_use]
    pub fn doc(mut self, summary: &'static str, page: &'static str) -> Self {
        self.summary = summary;
        self.page = page;
        self
    }
    /// How callers show who they are.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }
    /// The scope asked of a key.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }
    /// Answers with a trailing slash as well.
    #[must_use]
    pub fn slash(mut self) -> Self {
        self.slash = true;
        self
    }
    /// Takes a JSON body.
    #[must_use]
    pub fn body<T: ToSchema>(mut self) -> Self {
        self.body = Some(Payload {
            media_type: "application/json",
            schema: Some(named::<T>),
        });
        self
    }
    /// The body may also come as this media type, described in prose only.
    #[must_use]
    pub fn body_or(mut self, media_type: &'static str) -> Self {
        self.body_or.push(media_type);
        self
    }
    /// Answers a status with a JSON body.
    #[must_use]
    pub fn ok<T: ToSchema>(mut self, status: u16, text: &'static str) -> Self {
        let payload = Payload {
            media_type: "application/json",
            schema: Some(named::<T>),
        };
        self.answers.push(Answer {
            status,
            text,
            payloads: vec![payload],
        });
        self
    }
    /// The last answer may also come as this media type, described in prose only.
    #[must_use]
    pub fn or(mut self, media_type: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.payloads.push(Payload {
                media_type,
                schema: None,
            });
        }
        self
    }
    /// Answers a status without a body.
    #[must_use]
    pub fn empty(mut self, status: u16, text: &'static str) -> Self {
        self.answers.push(Answer {
            status,
            text,
            payloads: Vec::new(),
        });
        self
    }
    /// Answers errors of these statuses with the dialect's error body.
    #[must_use]
    pub fn errors<T: ToSchema>(mut self, statuses: &[(u16, &'static str)]) -> Self {
        for (status, text) in statuses {
            self = self.ok::<T>(*status, text);
        }
        self
    }
    /// Reads a query parameter.
    #[must_use]
    pub fn query(mut self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        self.queries.push(Parameter {
            name,
            kind,
            text,
            header: false,
        });
        self
    }
    /// Reads a header beyond those of its credentials.
    #[must_use]
    pub fn header(mut self, name: &'static str, text: &'static str) -> Self {
        self.queries.push(Parameter {
            name,
            kind: ParameterKind::Text,
            text,
            header: true,
        });
        self
    }
    /// What tests want to know.
    pub fn summary(&self) -> Summary {
        Summary {
            method: self.method.clone(),
            path: self.path,
            auth: self.auth,
            scope: self.scope,
            summary: self.summary,
            page: self.page,
        }
    }
}

fn named<T: ToSchema>() -> Named {
    let name = T::name().into_owned();
    let mut all = vec![(name.clone(), T::schema())];
    T::schemas(&mut all);
    Named { name, all }
}

/// The router of a table. A path answers a method it does not have in the dialect's words.
pub(crate) fn router<D: Dialect>(routes: Vec<Route>) -> Router<App> {
    let mut paths: BTreeMap<String, (MethodRouter<App>, Vec<Method>)> = BTreeMap::new();
    for route in routes {
        let mut spellings = vec![route.path.to_owned()];
        if route.slash {
            // The twin of a path: `/a` has `/a/`, and `/a/` has `/a`.
            spellings.push(match route.path.strip_suffix('/') {
                Some(short) => short.to_owned(),
                None => format!("{}/", route.path),
            });
        }
        for path in spellings {
            let (router, methods) = paths.entry(path).or_default();
            *router = std::mem::take(router).merge(route.handler.clone());
            methods.push(route.method.clone());
        }
    }
    paths
        .into_iter()
        .fold(Router::new(), |whole, (path, (router, methods))| {
            let allow = allow(&methods);
            whole.route(
                &path,
                router.fallback(move |meta: Meta| {
                    let allow = allow.clone();
                    async move {
                        failed::<D>(
                            Error::new(Kind::MethodNotAllowed {
                                allow: allow.into(),
                            }),
                            &meta,
                        )
                    }
                }),
            )
        })
}

fn allow(methods: &[Method]) -> String {
    let mut words: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if words.contains(&"GET") {
        words.push("HEAD");
    }
    words.join(", ")
}
