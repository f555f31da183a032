//! The server's bodies, headers and statuses conform to the documents.
//!
//! Proves INV-50 (`docs/invariants.md`).

use std::collections::BTreeMap;

use http::Method;
use parlor_testkit::{TestResponse, TestServer, both};
use serde_json::{Map, Value};

use crate::credentials::Credentials;
use crate::fixtures::create_fixtures;
use crate::ids::FixtureIds;
use crate::responses::{is_success, is_well_formed_refusal, reply_excerpt};
use crate::route_under_test::RouteUnderTest;
use crate::samples::SampleRequest;

/// Response headers with a meaning for programs.
const PROGRAM_HEADERS: [&str; 9] = [
    "accept-encoding",
    "idempotent-replayed",
    "location",
    "retry-after",
    "www-authenticate",
    "x-api-version",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-request-id",
];

/// Fields that clients send and that have no meaning here: they are accepted.
const IGNORED_FIELDS: [&str; 4] = ["customSource", "groupId", "languageId", "tenant_id"];

/// Routes with the same answer for every request: no assistant answers there.
const UNANSWERED_ROUTES: [&str; 5] = [
    "/complete",
    "/receive",
    "/dispatch",
    "/compact",
    "/synthesize",
];

/// The OpenAPI documents of all dialects.
pub(crate) struct Documents(BTreeMap<&'static str, Value>);

impl Documents {
    pub(crate) async fn read(server: &TestServer) -> Self {
        let mut all = BTreeMap::new();
        for module in parlor::dialects::all() {
            let path = format!("/openapi/{}.json", module.name);
            all.insert(module.name, server.get(&path).send().await.expect(200));
        }
        Self(all)
    }

    fn operation(&self, route: &RouteUnderTest) -> &Value {
        let method = route.route.method.as_str().to_lowercase();
        &self.0[route.dialect]["paths"][route.route.path][method]
    }

    /// Returns the parts of an answer that its document lacks: the status, or a header.
    fn undocumented(&self, route: &RouteUnderTest, reply: &TestResponse) -> Option<String> {
        let answer = &self.operation(route)["responses"][reply.status.to_string()];
        let what = format!(
            "{} {}: {:.200}",
            route.name(),
            reply.status,
            reply_excerpt(reply)
        );
        if !answer.is_object() {
            return Some(format!("not documented: {what}"));
        }
        PROGRAM_HEADERS
            .iter()
            .find(|name| !reply.header(name).is_empty() && !answer["headers"][**name].is_object())
            .map(|name| format!("{name} is not documented: {what}"))
    }

    #[track_caller]
    fn check(&self, route: &RouteUnderTest, reply: &TestResponse) {
        assert_eq!(self.undocumented(route, reply), None);
    }

    /// The schemas of the JSON bodies that a row reads, references resolved: one, or every `oneOf`/`anyOf` alternative.
    pub(crate) fn bodies(&self, route: &RouteUnderTest) -> Vec<&Value> {
        let body = &self.operation(route)["requestBody"];
        let schema = self.resolve_reference(route, &body["content"]["application/json"]["schema"]);
        match schema["anyOf"].as_array() {
            Some(choices) => choices
                .iter()
                .map(|choice| self.resolve_reference(route, choice))
                .collect(),
            None => vec![schema],
        }
    }

    /// The schema that a body with these fields matches.
    fn body_with(&self, route: &RouteUnderTest, fields: &Map<String, Value>) -> &Value {
        let bodies = self.bodies(route);
        let fitting = bodies.iter().find(|schema| {
            let required = required(schema);
            required.iter().all(|name| fields.contains_key(*name))
        });
        fitting.unwrap_or(&bodies[0])
    }

    pub(crate) fn resolve_reference<'d>(
        &'d self,
        route: &RouteUnderTest,
        mut schema: &'d Value,
    ) -> &'d Value {
        while let Some(target) = schema["$ref"].as_str() {
            let pointer = target.trim_start_matches('#');
            schema = self.0[route.dialect].pointer(pointer).unwrap();
        }
        schema
    }
}

/// Every row with a valid request, as the tenant's owner sends it.
struct OwnerCaller<'s> {
    server: &'s TestServer,
    credentials: Credentials,
}

impl OwnerCaller<'_> {
    async fn send(
        &self,
        route: &RouteUnderTest,
        path: &str,
        sample: &SampleRequest,
    ) -> TestResponse {
        let headers = route.headers(&self.credentials);
        let request = route.request(self.server, path, sample, &headers);
        match &sample.body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }
}

/// Returns the required fields of a schema.
fn required(schema: &Value) -> Vec<&str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}

/// The body without one of its fields.
fn without_field(body: &Map<String, Value>, name: &str) -> Value {
    let mut body = body.clone();
    body.remove(name);
    Value::Object(body)
}

/// Rows that read a body, except the signer's bare path, which cannot choose between two tenants.
pub(crate) fn routes_with_body() -> impl Iterator<Item = RouteUnderTest> {
    RouteUnderTest::all()
        .into_iter()
        .filter(|route| route.route.method != Method::GET && route.route.path != "/auth")
        // The body is read only after the address is accepted; what it opens is tested by the dialect.
        .filter(|route| !route.route.path.ends_with("/{token}"))
        // The same rows under their other prefix.
        .filter(|route| route.dialect != "chatbotkit" || route.route.path.starts_with("/api/"))
}

both! {
    async fn refusal_without_credential_names_the_scheme_as_documented(server: TestServer) {
        let documents = Documents::read(&server).await;
        let entities = create_fixtures(&server, &server.a).await;
        let mut refusals: BTreeMap<&str, usize> = BTreeMap::new();
        for route in RouteUnderTest::all() {
            let ids = FixtureIds::own(route.dialect, &entities);
            for sample in route.samples(&server, &ids) {
                let request = route.request(&server, &route.path(&ids), &sample, &[]);
                let reply = match &sample.body {
                    Some(body) => request.json(body).send().await,
                    None => request.send().await,
                };
                documents.check(&route, &reply);
                if reply.status == 401 {
                    let scheme = reply.header("www-authenticate");
                    assert!(["Bearer", "ApiKey"].iter().any(|known| scheme.starts_with(known)), "{}: {scheme:?}", route.name());
                    *refusals.entry(route.dialect).or_default() += 1;
                }
            }
        }
        let counts = |dialect| refusals.get(dialect).copied().unwrap_or_default();
        for (dialect, least) in [("sharely", 20), ("gravity-rail", 60), ("relation", 1), ("chatbotkit", 40), ("tenant-chats", 8)] {
            assert!(counts(dialect) >= least, "{refusals:?}");
        }
    }

    async fn body_is_read_as_documented(server: TestServer) {
        let documents = Documents::read(&server).await;
        let caller = OwnerCaller { server: &server, credentials: Credentials::create(&server, &server.a).await };
        let (mut asked_for, mut optional, mut wrong) = (0, 0, Vec::new());
        let mut entities = create_fixtures(&server, &server.a).await;
        for route in routes_with_body() {
            let name = route.name();
            let body = &documents.operation(&route)["requestBody"];
            if UNANSWERED_ROUTES.iter().any(|end| route.route.path.ends_with(end)) {
                continue;
            }
            let mut is_spent = false;
            for number in 0..route.samples(&server, &FixtureIds::own(route.dialect, &entities)).len() {
                if std::mem::take(&mut is_spent) {
                    entities = create_fixtures(&server, &server.a).await;
                }
                let ids = FixtureIds::own(route.dialect, &entities);
                let path = route.path(&ids);
                let sample = route.samples(&server, &ids).swap_remove(number);
                if body.is_object() != sample.body.is_some() {
                    wrong.push(format!("{name}: a body is documented: {}", body.is_object()));
                }
                let Some(Value::Object(fields)) = sample.body.as_ref().filter(|_| body.is_object()) else { continue };
                // A compressed body is refused, naming the accepted encodings.
                let headers = route.headers(&caller.credentials);
                let request = route.request(&server, &path, &sample, &headers).header("content-encoding", "br");
                let reply = request.header("content-type", "application/json").body("x".to_owned()).send().await;
                if (reply.status, reply.header("accept-encoding")) != (415, "identity") {
                    wrong.push(format!("{name} compressed: {} {}", reply.status, reply_excerpt(&reply)));
                }
                wrong.extend(documents.undocumented(&route, &reply));
                let schema = documents.body_with(&route, fields);
                let known = schema["properties"].as_object();
                let is_known = |field: &String| IGNORED_FIELDS.contains(&field.as_str()) || known.is_none_or(|known| known.contains_key(field));
                wrong.extend(fields.keys().filter(|field| !is_known(field)).map(|field| format!("{name}: {field} is not documented")));
                // Every required field is required.
                for field in required(schema) {
                    let less = SampleRequest { body: Some(without_field(fields, field)), ..sample.clone() };
                    let reply = caller.send(&route, &path, &less).await;
                    is_spent |= is_success(&route, &reply);
                    if !is_well_formed_refusal(&route, &reply) {
                        wrong.push(format!("{name} without {field}: {} {:.200}", reply.status, reply_excerpt(&reply)));
                    }
                    wrong.extend(documents.undocumented(&route, &reply));
                    asked_for += 1;
                }
                let less = SampleRequest { body: None, ..sample.clone() };
                let reply = caller.send(&route, &path, &less).await;
                wrong.extend(documents.undocumented(&route, &reply));
                is_spent |= is_success(&route, &reply);
                let is_required = body["required"] == true;
                optional += usize::from(!is_required);
                // An optional body is not required; whether the request is useful without one does not matter here.
                // Only a refusal is read: a token in an answer may hold the word by chance.
                let is_asked_for = !is_success(&route, &reply) && reply_excerpt(&reply).to_lowercase().contains("body");
                let is_wrong = if is_required { !is_well_formed_refusal(&route, &reply) } else { is_asked_for };
                if is_wrong {
                    wrong.push(format!("{name} without a body, required {is_required}: {} {:.200}", reply.status, reply_excerpt(&reply)));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(asked_for > 40 && optional > 10, "{asked_for} fields, {optional} bodies");
    }

    async fn header_is_asked_for_as_documented(server: TestServer) {
        let documents = Documents::read(&server).await;
        let caller = OwnerCaller { server: &server, credentials: Credentials::create(&server, &server.a).await };
        let (mut required, mut repeated) = (0, 0);
        let shared = create_fixtures(&server, &server.a).await;
        for route in RouteUnderTest::all() {
            let parameters = documents.operation(&route)["parameters"].as_array().cloned().unwrap_or_default();
            // What succeeds may change the entities; what is refused does not.
            let is_repeated = |header: &Value| header["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("idempotency-key"));
            let own = match parameters.iter().any(is_repeated) {
                true => Some(create_fixtures(&server, &server.a).await),
                false => None,
            };
            let ids = FixtureIds::own(route.dialect, own.as_ref().unwrap_or(&shared));
            let path = route.path(&ids);
            for header in parameters.iter().filter(|parameter| parameter["in"] == "header") {
                let name = header["name"].as_str().unwrap();
                let sample = route.samples(&server, &ids).swap_remove(0);
                if header["required"] == true {
                    let headers: Vec<_> = route.headers(&caller.credentials).into_iter().filter(|(given, _)| !given.eq_ignore_ascii_case(name)).collect();
                    let less = SampleRequest { headers: sample.headers.iter().filter(|(given, _)| !given.eq_ignore_ascii_case(name)).cloned().collect(), ..sample.clone() };
                    let request = route.request(&server, &path, &less, &headers);
                    let reply = match &less.body {
                        Some(body) => request.json(body).send().await,
                        None => request.send().await,
                    };
                    assert!(is_well_formed_refusal(&route, &reply), "{} without {name}: {} {}", route.name(), reply.status, reply_excerpt(&reply));
                    documents.check(&route, &reply);
                    required += 1;
                }
                if name.eq_ignore_ascii_case("idempotency-key") {
                    let once = sample.header("idempotency-key", format!("{}-{repeated}", route.dialect));
                    let first = caller.send(&route, &path, &once).await;
                    let again = caller.send(&route, &path, &once).await;
                    assert!(is_success(&route, &first), "{}: {}", route.name(), reply_excerpt(&first));
                    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"), "{}", route.name());
                    assert_eq!(first.bytes, again.bytes, "{}", route.name());
                    documents.check(&route, &again);
                    repeated += 1;
                }
            }
        }
        assert!(required > 10 && repeated >= 2, "{required} headers, {repeated} repeats");
    }
}
