//! Request and response bodies in the OpenAPI document.

use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::parameter::ParameterKind;

pub(crate) const JSON: &str = "application/json";

/// Media type and schemas of a body.
#[derive(Clone)]
pub(crate) struct BodySchema {
    pub(crate) media_type: &'static str,
    /// Built on demand, since schemas are large. With several, a body has any one of them; with none, it is text.
    pub(crate) schemas: Vec<fn() -> NamedSchema>,
    /// Example, as text.
    pub(crate) example: Option<&'static str>,
    /// Data of the last event of a stream, if that has no schema.
    pub(crate) final_data: Option<&'static str>,
}

impl BodySchema {
    pub(crate) fn json<T: ToSchema>() -> Self {
        Self::of::<T>(JSON)
    }

    /// Creates a body of a media type. The schema of a stream is that of an event.
    pub(crate) fn of<T: ToSchema>(media_type: &'static str) -> Self {
        Self {
            media_type,
            schemas: vec![named_schema::<T>],
            example: None,
            final_data: None,
        }
    }

    /// Adds an alternative schema.
    pub(crate) fn add_schema<T: ToSchema>(&mut self) {
        self.schemas.push(named_schema::<T>);
    }

    /// Creates a body without a schema.
    pub(crate) fn text(media_type: &'static str) -> Self {
        Self {
            media_type,
            schemas: Vec::new(),
            example: None,
            final_data: None,
        }
    }
}

/// Request body of a route.
pub(crate) struct RequestBodySpec {
    pub(crate) contents: Vec<BodySchema>,
    pub(crate) required: bool,
}

/// Named schema, with all schemas it refers to.
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

/// Response of a route with a status.
pub(crate) struct ResponseSpec {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
    pub(crate) contents: Vec<BodySchema>,
    pub(crate) headers: Vec<(&'static str, ParameterKind, &'static str)>,
}
