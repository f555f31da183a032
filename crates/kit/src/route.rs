//! Tables of routes: data from which the router, the documents and the coverage tests are made.
//!
//! A row says everything a caller may rely on, because the document made of it is held against the running server by a
//! program that sends whatever the document allows, and some things that it does not: a parameter's bounds and words
//! ([`ParameterKind`]), what must be given ([`Route::required`], [`Route::optional`]), every status, media type and
//! header of the answers.

mod body_schema;
mod matched_route;
mod mount;
mod parameter;

use axum::handler::Handler;
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, on};
use http::Method;
use parlor_model::scope::{Resource, Scope};
use utoipa::ToSchema;

use crate::AppState;

pub(crate) use body_schema::{BodySchema, JSON, NamedSchema, RequestBodySpec, ResponseSpec};
pub use matched_route::MatchedRoute;
pub(crate) use mount::router;
pub use parameter::ParameterKind;
pub(crate) use parameter::{ParameterLocation, ParameterSpec};

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

impl Auth {
    /// What a 401 says in `WWW-Authenticate` (RFC 9110, section 11.6.1): the scheme of tokens, and a word of the same kind for
    /// keys in a header of their own, for which there is no scheme.
    pub const fn challenge(self) -> &'static str {
        match self {
            Self::None | Self::Key(_) => "ApiKey",
            Self::Bearer | Self::KeyAndToken(..) => "Bearer",
            Self::KeyOrBearer(_) => "Bearer, ApiKey",
        }
    }
}

/// A scope that some requests of a route ask for besides the row's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionalScope {
    /// The scope.
    pub scope: Scope,
    /// When it is asked, after the word "where".
    pub when: &'static str,
}

/// One row of a dialect's table.
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

/// What tests and the support matrix want to know of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteSummary {
    /// The method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// How callers show who they are.
    pub auth: Auth,
    /// The scope asked of a key.
    pub scope: Option<Scope>,
    /// What some requests ask for besides.
    pub conditional_scopes: Vec<ConditionalScope>,
    /// One line.
    pub summary: &'static str,
    /// The vendor's page it follows.
    pub page: &'static str,
    /// It opens a WebSocket, on which everything is said that another route answers.
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
        /// A route of this method.
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
    /// One line about it, and the vendor's page it follows.
    #[must_use]
    pub fn doc(mut self, summary: &'static str, page: &'static str) -> Self {
        self.summary = summary;
        self.page = page;
        self
    }
    /// Opens a WebSocket: answers 101, and says on the socket what is wrong.
    #[must_use]
    pub fn websocket(mut self) -> Self {
        self.is_websocket = true;
        self.responds_empty(101, "The socket is open; what is wrong is said on it.")
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
    /// A scope asked besides where a condition holds, such as `it names a user`: "Asks for the scope ... where ...".
    #[must_use]
    pub fn conditional_scope(mut self, scope: Scope, when: &'static str) -> Self {
        self.conditional_scopes
            .push(ConditionalScope { scope, when });
        self
    }
    /// Acts as a member: `admin:write` besides, where that one has a role in the workspace.
    #[must_use]
    pub fn acts_as_member(self) -> Self {
        let when = "the member that is acted for has a role in the workspace";
        self.conditional_scope(Scope::write(Resource::Admin), when)
    }
    /// Answers with a trailing slash as well.
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

    /// Takes a JSON body, and refuses a request without one unless it is [`optional`](Self::optional).
    #[must_use]
    pub fn body<T: ToSchema>(self) -> Self {
        self.add_body(BodySchema::json::<T>())
    }
    /// Takes a body of another media type, such as `application/jsonl`, which no schema describes.
    #[must_use]
    pub fn body_media_type(self, media_type: &'static str) -> Self {
        self.add_body(BodySchema::text(media_type))
    }
    fn add_body(mut self, payload: BodySchema) -> Self {
        let body = self.body.get_or_insert(RequestBodySpec {
            contents: Vec::new(),
            required: true,
        });
        body.contents.push(payload);
        self
    }
    /// The body may be left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body.required = false;
        }
        self
    }
    /// What the last named body looks like, as text: JSON where the body is JSON. It must be one that is taken.
    #[must_use]
    pub fn example(mut self, text: &'static str) -> Self {
        let payloads = self.body.iter_mut().flat_map(|body| &mut body.contents);
        if let Some(payload) = payloads.last() {
            payload.example = Some(text);
        }
        self
    }

    /// Answers a status with a JSON body.
    #[must_use]
    pub fn responds<T: ToSchema>(self, status: u16, text: &'static str) -> Self {
        self.add_response(status, text, vec![BodySchema::json::<T>()])
    }
    /// Answers a status with a body of another media type, described in prose only.
    #[must_use]
    pub fn responds_media_type(
        self,
        status: u16,
        media_type: &'static str,
        text: &'static str,
    ) -> Self {
        self.add_response(status, text, vec![BodySchema::text(media_type)])
    }
    /// The last answer may also come as this media type, described in prose only.
    #[must_use]
    pub fn or_media_type(mut self, media_type: &'static str) -> Self {
        if let Some(answer) = self.responses.last_mut() {
            answer.contents.push(BodySchema::text(media_type));
        }
        self
    }
    /// The last answer's JSON may also be this, such as a refusal that comes under the same status.
    #[must_use]
    pub fn or_json_schema<T: ToSchema>(mut self) -> Self {
        let answer = self.responses.last_mut();
        if let Some(payload) = answer.and_then(|answer| answer.contents.last_mut()) {
            payload.add_schema::<T>();
        }
        self
    }
    /// Answers a status without a body.
    #[must_use]
    pub fn responds_empty(self, status: u16, text: &'static str) -> Self {
        self.add_response(status, text, Vec::new())
    }
    /// Answers errors of these statuses with the dialect's error body. What a row has said of a status stands, so that a
    /// table can end with what all its rows may answer.
    #[must_use]
    pub fn errors<T: ToSchema>(mut self, statuses: &[(u16, &'static str)]) -> Self {
        for (status, text) in statuses {
            if !self.responses.iter().any(|answer| answer.status == *status) {
                self = self.responds::<T>(*status, text);
            }
        }
        self
    }
    /// A header that the last answer always carries. The request's id, what is left of a limit, and `Retry-After` under 429,
    /// are named anyway.
    #[must_use]
    pub fn response_header(
        mut self,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        if let Some(answer) = self.responses.last_mut() {
            answer.headers.push((name, kind, text));
        }
        self
    }
    /// The same for the answer of a status, where the row has one.
    #[must_use]
    pub fn response_header_for(
        self,
        status: u16,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        self.response_header_where(|answered| answered == status, name, kind, text)
    }
    /// The same for every answer named so far whose status is one of these.
    #[must_use]
    pub fn response_header_where(
        mut self,
        statuses: impl Fn(u16) -> bool,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        let answers = self.responses.iter_mut();
        for answer in answers.filter(|answer| statuses(answer.status)) {
            answer.headers.push((name, kind, text));
        }
        self
    }
    /// The JSON of every answer named so far whose status is one of these may also be this: by a setting of the operator's.
    #[must_use]
    pub fn or_json_schema_where<T: ToSchema>(mut self, statuses: impl Fn(u16) -> bool) -> Self {
        let answers = self.responses.iter_mut();
        for answer in answers.filter(|answer| statuses(answer.status)) {
            if let Some(payload) = answer.contents.last_mut() {
                payload.add_schema::<T>();
            }
        }
        self
    }
    fn add_response(mut self, status: u16, text: &'static str, payloads: Vec<BodySchema>) -> Self {
        self.responses.push(ResponseSpec {
            status,
            text,
            contents: payloads,
            headers: Vec::new(),
        });
        self
    }

    /// What a parameter of the path is, wherever the path has it; a whole table may be told of all of them.
    #[must_use]
    pub fn path_param(self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        let is_there = self
            .path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .any(|there| there == name);
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
    /// Reads a header beyond those of its credentials.
    #[must_use]
    pub fn header(self, name: &'static str, text: &'static str) -> Self {
        self.add_parameter(ParameterLocation::Header, name, ParameterKind::Text, text)
    }
    /// Reads such a header, and asks for more than text.
    #[must_use]
    pub fn typed_header(self, name: &'static str, kind: ParameterKind, text: &'static str) -> Self {
        self.add_parameter(ParameterLocation::Header, name, kind, text)
    }
    fn add_parameter(
        mut self,
        place: ParameterLocation,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        self.parameters.push(ParameterSpec {
            name,
            kind,
            text,
            location: place,
            required: place == ParameterLocation::Path,
        });
        self
    }
    /// The last named query parameter or header must be given.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let Some(parameter) = self.parameters.last_mut() {
            parameter.required = true;
        }
        self
    }

    /// What tests want to know.
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
