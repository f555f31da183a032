//! Route tables: data from which routers, OpenAPI documents and coverage tests are made.
//!
//! A row describes everything a caller may rely on. The document is tested against the running server with any
//! request it allows, and with some that it does not: bounds and values of parameters ([`ParameterKind`]), required
//! input ([`Route::required`], [`Route::optional`]), and every status, media type and header of the responses.
//!
//! Keeps INV-22 (`docs/invariants.md`).

mod body_schema;
mod matched_route;
mod parameter;
mod responses;

use axum::handler::Handler;
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, on};
use http::Method;
use parlor_model::scope::{Resource, Scope};
use utoipa::ToSchema;

use crate::AppState;

pub use crate::auth::Auth;

pub(crate) use body_schema::{BodySchema, JSON, NamedSchema, RequestBodySpec, ResponseSpec};
pub use matched_route::MatchedRoute;
pub use parameter::ParameterKind;
pub(crate) use parameter::{ParameterLocation, ParameterSpec};

/// Scope that some requests of a route require besides the row's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionalScope {
    /// Scope.
    pub scope: Scope,
    /// Condition, as it follows the word "where".
    pub when: &'static str,
}

/// Row of a route table.
pub struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: MethodRouter<AppState>,
    pub(crate) auth: Auth,
    pub(crate) scope: Option<Scope>,
    pub(crate) conditional_scopes: Vec<ConditionalScope>,
    pub(crate) summary: &'static str,
    pub(crate) page: &'static str,
    pub(crate) trailing_slash: bool,
    pub(crate) tail: bool,
    pub(crate) is_websocket: bool,
    pub(crate) body: Option<RequestBodySpec>,
    pub(crate) responses: Vec<ResponseSpec>,
    pub(crate) parameters: Vec<ParameterSpec>,
}

/// Description of a route for tests and the support matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteSummary {
    /// Method.
    pub method: Method,
    /// Path with its `{parameters}`.
    pub path: &'static str,
    /// Credentials.
    pub auth: Auth,
    /// Scope required of a key.
    pub scope: Option<Scope>,
    /// Scopes that some requests require besides.
    pub conditional_scopes: Vec<ConditionalScope>,
    /// One-line summary.
    pub summary: &'static str,
    /// Vendor's page that it follows.
    pub page: &'static str,
    /// Whether it opens a WebSocket, on which all further results are reported.
    pub is_websocket: bool,
}

fn route<H, T>(method: Method, filter: MethodFilter, path: &'static str, handler: H) -> Route
where
    H: Handler<T, AppState>,
    T: 'static,
{
    Route {
        method,
        path,
        handler: on(filter, handler),
        auth: Auth::None,
        scope: None,
        conditional_scopes: Vec::new(),
        summary: "",
        page: "",
        trailing_slash: false,
        tail: false,
        is_websocket: false,
        body: None,
        responses: Vec::new(),
        parameters: Vec::new(),
    }
}

macro_rules! methods {
    ($($name:ident => $method:ident,)*) => {$(
        /// Creates a route of this method.
        pub fn $name<H, T>(path: &'static str, handler: H) -> Route
        where
            H: Handler<T, AppState>,
            T: 'static,
        {
            route(Method::$method, MethodFilter::$method, path, handler)
        }
    )*};
}
methods! { get => GET, post => POST, put => PUT, patch => PATCH, delete => DELETE, }

impl Route {
    /// Sets the summary and the vendor's page.
    #[must_use]
    pub fn doc(mut self, summary: &'static str, page: &'static str) -> Self {
        self.summary = summary;
        self.page = page;
        self
    }
    /// Opens a WebSocket: responds 101, and reports errors on the socket.
    #[must_use]
    pub fn websocket(mut self) -> Self {
        self.is_websocket = true;
        self.responds_empty(101, "The socket is open; what is wrong is said on it.")
    }
    /// Sets the credentials.
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }
    /// Sets the scope required of a key.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }
    /// Adds a scope required under a condition, such as `it names a user`.
    #[must_use]
    pub fn conditional_scope(mut self, scope: Scope, when: &'static str) -> Self {
        self.conditional_scopes
            .push(ConditionalScope { scope, when });
        self
    }
    /// Acts as a member: also requires `admin:write` if the member has a role in the workspace.
    #[must_use]
    pub fn acts_as_member(self) -> Self {
        let when = "the member that is acted for has a role in the workspace";
        self.conditional_scope(Scope::write(Resource::Admin), when)
    }
    /// Also mounts the path with a trailing slash.
    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        self.trailing_slash = true;
        self
    }

    /// The path's last parameter stands for all further segments: see [`Tail`](crate::Tail). Documents have no word for
    /// that and show one parameter. The row has no spelling with a trailing slash.
    #[must_use]
    pub fn tail(mut self) -> Self {
        self.tail = true;
        self
    }

    /// Takes a JSON body, required unless [`optional`](Self::optional).
    #[must_use]
    pub fn body<T: ToSchema>(self) -> Self {
        self.add_body(BodySchema::json::<T>())
    }
    /// Takes a body of another media type without a schema, such as `application/jsonl`.
    #[must_use]
    pub fn body_media_type(self, media_type: &'static str) -> Self {
        self.add_body(BodySchema::text(media_type))
    }
    fn add_body(mut self, content: BodySchema) -> Self {
        let body = self.body.get_or_insert(RequestBodySpec {
            contents: Vec::new(),
            required: true,
        });
        body.contents.push(content);
        self
    }
    /// Makes the body optional.
    #[must_use]
    pub fn optional(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body.required = false;
        }
        self
    }
    /// Sets an example of the last body, as text. It must be a valid one.
    #[must_use]
    pub fn example(mut self, text: &'static str) -> Self {
        let contents = self.body.iter_mut().flat_map(|body| &mut body.contents);
        if let Some(content) = contents.last() {
            content.example = Some(text);
        }
        self
    }

    /// Describes a path parameter, if the path has it; may be applied to a whole table.
    #[must_use]
    pub fn path_param(self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        let is_there = self
            .path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .any(|parameter| parameter == name);
        if !is_there {
            return self;
        }
        self.add_parameter(ParameterLocation::Path, name, kind, text)
    }
    /// Reads a query parameter.
    #[must_use]
    pub fn query(self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        self.add_parameter(ParameterLocation::Query, name, kind, text)
    }
    /// Reads a header other than credentials.
    #[must_use]
    pub fn header(self, name: &'static str, text: &'static str) -> Self {
        self.add_parameter(ParameterLocation::Header, name, ParameterKind::Text, text)
    }
    /// Reads a header of a kind other than text.
    #[must_use]
    pub fn typed_header(self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        self.add_parameter(ParameterLocation::Header, name, kind, text)
    }
    fn add_parameter(
        mut self,
        location: ParameterLocation,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        self.parameters.push(ParameterSpec {
            name,
            kind,
            text,
            location,
            required: location == ParameterLocation::Path,
        });
        self
    }
    /// Makes the last query parameter or header required.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let Some(parameter) = self.parameters.last_mut() {
            parameter.required = true;
        }
        self
    }

    /// Returns the route's description.
    pub fn summary(&self) -> RouteSummary {
        RouteSummary {
            method: self.method.clone(),
            path: self.path,
            auth: self.auth,
            scope: self.scope,
            conditional_scopes: self.conditional_scopes.clone(),
            summary: self.summary,
            page: self.page,
            is_websocket: self.is_websocket,
        }
    }
}
