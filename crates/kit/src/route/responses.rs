//! Responses of a route.

use utoipa::ToSchema;

use super::Route;
use super::body_schema::{BodySchema, ResponseSpec};
use super::parameter::ParameterKind;

impl Route {
    /// Responds with a status and a JSON body.
    #[must_use]
    pub fn responds<T: ToSchema>(self, status: u16, text: &'static str) -> Self {
        self.add_response(status, text, vec![BodySchema::json::<T>()])
    }
    /// Responds with a status and a body of another media type, without a schema.
    #[must_use]
    pub fn responds_media_type(
        self,
        status: u16,
        media_type: &'static str,
        text: &'static str,
    ) -> Self {
        self.add_response(status, text, vec![BodySchema::text(media_type)])
    }
    /// Adds a media type without a schema to the last response.
    #[must_use]
    pub fn or_media_type(mut self, media_type: &'static str) -> Self {
        if let Some(response) = self.responses.last_mut() {
            response.contents.push(BodySchema::text(media_type));
        }
        self
    }
    /// Responds with a status and a stream of events, each of which has this schema.
    #[must_use]
    pub fn responds_stream<T: ToSchema>(
        self,
        status: u16,
        media_type: &'static str,
        text: &'static str,
    ) -> Self {
        self.add_response(status, text, vec![BodySchema::of::<T>(media_type)])
    }
    /// Adds a media type to the last response: a stream of events, each of which has this schema.
    #[must_use]
    pub fn or_stream<T: ToSchema>(mut self, media_type: &'static str) -> Self {
        if let Some(response) = self.responses.last_mut() {
            response.contents.push(BodySchema::of::<T>(media_type));
        }
        self
    }
    /// Ends the stream of the last response with an event of this data, which is not JSON.
    #[must_use]
    pub fn ending_with(mut self, data: &'static str) -> Self {
        let response = self.responses.last_mut();
        if let Some(content) = response.and_then(|response| response.contents.last_mut()) {
            content.final_data = Some(data);
        }
        self
    }
    /// Adds a JSON schema to the last response, such as an error under the same status.
    #[must_use]
    pub fn or_json_schema<T: ToSchema>(mut self) -> Self {
        let response = self.responses.last_mut();
        if let Some(content) = response.and_then(|response| response.contents.last_mut()) {
            content.add_schema::<T>();
        }
        self
    }
    /// Responds with a status and no body.
    #[must_use]
    pub fn responds_empty(self, status: u16, text: &'static str) -> Self {
        self.add_response(status, text, Vec::new())
    }
    /// Responds with the dialect's error body for these statuses. Statuses that the row already has are kept, so that
    /// a table can end with the errors common to all rows.
    #[must_use]
    pub fn errors<T: ToSchema>(mut self, statuses: &[(u16, &'static str)]) -> Self {
        for (status, text) in statuses {
            if !self
                .responses
                .iter()
                .any(|response| response.status == *status)
            {
                self = self.responds::<T>(*status, text);
            }
        }
        self
    }
    /// Adds a header to the last response. Request id, rate limit headers and `Retry-After` of 429 are added to all
    /// rows.
    #[must_use]
    pub fn response_header(
        mut self,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        if let Some(response) = self.responses.last_mut() {
            response.headers.push((name, kind, text));
        }
        self
    }
    /// Adds a header to the response of a status, if the row has one.
    #[must_use]
    pub fn response_header_for(
        self,
        status: u16,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        self.response_header_where(|actual| actual == status, name, kind, text)
    }
    /// Adds a header to all responses so far whose status matches.
    #[must_use]
    pub fn response_header_where(
        mut self,
        statuses: impl Fn(u16) -> bool,
        name: &'static str,
        kind: ParameterKind,
        text: &'static str,
    ) -> Self {
        let responses = self.responses.iter_mut();
        for response in responses.filter(|response| statuses(response.status)) {
            response.headers.push((name, kind, text));
        }
        self
    }
    /// Adds a JSON schema to all responses so far whose status matches, for responses that depend on a setting.
    #[must_use]
    pub fn or_json_schema_where<T: ToSchema>(mut self, statuses: impl Fn(u16) -> bool) -> Self {
        let responses = self.responses.iter_mut();
        for response in responses.filter(|response| statuses(response.status)) {
            if let Some(content) = response.contents.last_mut() {
                content.add_schema::<T>();
            }
        }
        self
    }
    fn add_response(mut self, status: u16, text: &'static str, contents: Vec<BodySchema>) -> Self {
        self.responses.push(ResponseSpec {
            status,
            text,
            contents,
            headers: Vec::new(),
        });
        self
    }
}
