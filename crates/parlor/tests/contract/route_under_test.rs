//! Calls to a route.

use parlor_kit::route::RouteSummary;
use parlor_testkit::{TestRequest, TestResponse, TestServer};

use crate::credentials::Credentials;
use crate::ids::FixtureIds;
use crate::samples::SampleRequest;

/// A route of a dialect.
#[derive(Clone)]
pub(crate) struct RouteUnderTest {
    pub(crate) dialect: &'static str,
    pub(crate) route: RouteSummary,
}

impl RouteUnderTest {
    /// Every route of every dialect in the registry except those that open a socket: their operations are messages on
    /// the socket, and their own tests try other tenants' ids.
    pub(crate) fn all() -> Vec<Self> {
        let modules = parlor::dialects::all().into_iter();
        modules
            .flat_map(|module| {
                let dialect = module.name;
                module
                    .routes
                    .into_iter()
                    .filter(|route| !route.is_websocket)
                    .map(move |route| Self { dialect, route })
            })
            .collect()
    }

    /// The name in failure messages.
    pub(crate) fn name(&self) -> String {
        format!(
            "{}: {} {}",
            self.dialect, self.route.method, self.route.path
        )
    }

    /// The path with its parameters substituted.
    pub(crate) fn path(&self, ids: &FixtureIds<'_>) -> String {
        let parts = self.route.path.split('/').map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            {
                Some(noun) => ids.get(noun),
                None => part.to_owned(),
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// A request with everything but a body.
    pub(crate) fn request(
        &self,
        server: &TestServer,
        path: &str,
        sample: &SampleRequest,
        headers: &[(&'static str, String)],
    ) -> TestRequest {
        let query = if sample.query.is_empty() {
            String::new()
        } else {
            format!("?{}", sample.query)
        };
        let request = server.request(self.route.method.clone(), &format!("{path}{query}"));
        let all = sample.headers.iter().chain(headers);
        all.fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    }

    /// The answer to the sample request with this index.
    pub(crate) async fn call(
        &self,
        server: &TestServer,
        number: usize,
        ids: &FixtureIds<'_>,
        headers: &[(&'static str, String)],
    ) -> TestResponse {
        let sample = self.samples(server, ids).swap_remove(number);
        let request = self.request(server, &self.path(ids), &sample, headers);
        match &sample.body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    /// The route's sample requests.
    pub(crate) fn samples(&self, server: &TestServer, ids: &FixtureIds<'_>) -> Vec<SampleRequest> {
        crate::samples::samples_for(self.dialect, &self.route, ids, server.engine.now().millis())
    }

    /// The headers of a caller.
    pub(crate) fn headers(&self, credentials: &Credentials) -> Vec<(&'static str, String)> {
        credentials.headers(self.dialect, self.route.auth)
    }
}
