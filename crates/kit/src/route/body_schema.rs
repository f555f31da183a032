//! Bodies of requests and answers, as the documents describe them.

use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::parameter::ParameterKind;

pub(crate) const JSON: &str = "application/json";

/// A body in a document: its media type, its schema's name and the schemas it needs.
#[derive(Clone)]
pub(crate) struct BodySchema {
    pub(crate) media_type: &'static str,
    /// Made when a document is asked for: schemas are large and seldom read. Where there are several, a body is of any
    /// one of them; where there is none, it is text.
    pub(crate) schemas: Vec<fn() -> NamedSchema>,
    /// What one looks like, in its own text.
    pub(crate) example: Option<&'static str>,
}

impl BodySchema {
    pub(crate) fn json<T: ToSchema>() -> Self {
        Self {
            media_type: JSON,
            schemas: vec![named_schema::<T>],
            example: None,
        }
    }

    /// The same body may be of this type instead.
    pub(crate) fn add_schema<T: ToSchema>(&mut self) {
        self.schemas.push(named_schema::<T>);
    }

    /// One that is described in prose only.
    pub(crate) fn text(media_type: &'static str) -> Self {
        Self {
            media_type,
            schemas: Vec::new(),
            example: None,
        }
    }
}

/// The body a route reads.
pub(crate) struct RequestBodySpec {
    pub(crate) contents: Vec<BodySchema>,
    pub(crate) required: bool,
}

/// A schema by name, with all those it refers to.
pub(crate) struct NamedSchema {
    pub(crate) name: String,
    pub(crate) components: Vec<(String, RefOr<Schema>)>,
}

fn named_schema<T: ToSchema>() -> NamedSchema {
    let name = T::name().into_owned();
    let mut all = vec![(name.clone(), T::schema())];
    T::schemas(&mut all);
    NamedSchema {
        name,
        components: all,
    }
}

/// What a route answers under a status.
pub(crate) struct ResponseSpec {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
    pub(crate) contents: Vec<BodySchema>,
    pub(crate) headers: Vec<(&'static str, ParameterKind, &'static str)>,
}
