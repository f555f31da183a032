//! Request bodies as different programs send them: compressed, with a byte-order mark, with numbers in every notation.

use http::Method;
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::credentials::Credentials;
use crate::fixtures::create_fixtures;
use crate::ids::FixtureIds;
use crate::responses::{is_success, is_well_formed_refusal, reply_excerpt};
use crate::route_under_test::RouteUnderTest;
use crate::samples::SampleRequest;

/// Where a caller's free-form JSON goes, and how deep it is nested in arrays there.
const FREE_JSON_FIELDS: [(&str, bool); 4] = [
    ("meta", false),
    ("metadata", false),
    ("data", false),
    ("sourcesMetadata", true),
];
/// Numbers that a lossy parser would write as `4711e+2`, `0` or `4711.1`.
const NUMBER_SPELLINGS: &str = "[4711e2,4711E2,4711E+3,-0,4711.10,123456789012345678901234567890]";
/// Placeholder for the numbers until the body is text.
const NUMBERS_PLACEHOLDER: &str = "numbers go here";

/// The body's text with its free-form part replaced by the numbers, and whether it has such a part.
fn with_numbers(body: &Value) -> (String, bool) {
    let mut body = body.clone();
    let mut is_numbered = false;
    if let Value::Object(map) = &mut body {
        for (name, is_list) in FREE_JSON_FIELDS {
            if let Some(value) = map.get_mut(name) {
                let free = json!({ "n": NUMBERS_PLACEHOLDER });
                *value = if is_list { json!([free]) } else { free };
                is_numbered = true;
            }
        }
    }
    let text = body.to_string();
    (
        text.replace(&format!("\"{NUMBERS_PLACEHOLDER}\""), NUMBER_SPELLINGS),
        is_numbered,
    )
}

both! {
    async fn bodies_are_read_whatever_their_numbers_and_marks_but_not_compressed(server: TestServer) {
        let credentials = Credentials::create(&server, &server.a).await;
        let mut numbered_dialects = Vec::new();
        // The signer's bare paths cannot choose between two workspaces.
        for route in RouteUnderTest::all().into_iter().filter(|route| route.route.path != "/auth" && route.route.method != Method::GET) {
            let entities = create_fixtures(&server, &server.a).await;
            let ids = FixtureIds::own(route.dialect, &entities);
            let headers = route.headers(&credentials);
            let mut has_numbers = false;
            for sample in route.samples(&server, &ids) {
                let Some(body) = &sample.body else { continue };
                let path = route.path(&ids);
                let request = || route.request(&server, &path, &sample, &headers).header("content-type", "application/json");
                let compressed = request().header("content-encoding", "gzip").body(body.to_string()).send().await;
                assert_eq!(compressed.status, 415, "{} compressed: {}", route.name(), reply_excerpt(&compressed));
                assert!(is_well_formed_refusal(&route, &compressed), "{} compressed: {}", route.name(), reply_excerpt(&compressed));
                assert_eq!(compressed.header("accept-encoding"), "identity", "{}", route.name());
                let (text, is_numbered) = with_numbers(body);
                let reply = request().body(format!("\u{feff}{text}")).send().await;
                assert!(is_success(&route, &reply), "{} with a mark: {} {}", route.name(), reply.status, reply_excerpt(&reply));
                has_numbers |= is_numbered;
            }
            if has_numbers && !numbered_dialects.contains(&route.dialect) {
                numbered_dialects.push(route.dialect);
            }
        }
        assert!(numbered_dialects.len() >= 3, "{numbered_dialects:?}");
        let entities = create_fixtures(&server, &server.a).await;
        for dialect in numbered_dialects {
            read_back(&server, &credentials, &FixtureIds::own(dialect, &entities), dialect).await;
        }
    }
}

/// Reads everything that a dialect shows, including its lists and exports: numbers keep their notation.
async fn read_back(
    server: &TestServer,
    credentials: &Credentials,
    ids: &FixtureIds<'_>,
    dialect: &'static str,
) {
    for route in RouteUnderTest::all() {
        if route.dialect != dialect || route.route.method != Method::GET {
            continue;
        }
        let headers = route.headers(credentials);
        let mut samples = route.samples(server, ids);
        if samples.is_empty() {
            samples.push(SampleRequest::default());
        }
        for sample in samples {
            let path = route.path(ids);
            let reply = route.request(server, &path, &sample, &headers).send().await;
            let text = reply.text();
            for wrong in ["4711e+2", "4711e+3", "4711.1]", "4711.1,"] {
                assert!(!text.contains(wrong), "{}: {text}", route.name());
            }
        }
    }
}

async fn check_numbers_everywhere(server: &TestServer) {
    let key = &server.a.key;
    let text = format!("{{\"n\":{NUMBER_SPELLINGS}}}");
    let send = async |method: Method, path: &str, body: String| {
        let request = server
            .request(method, path)
            .header("x-api-key", key)
            .bearer(key);
        let request = request.header("content-type", "application/json");
        let reply = request.body(body).send().await;
        assert!(
            (200..300).contains(&reply.status),
            "{path}: {}",
            reply.text()
        );
        reply
    };
    let get = async |path: &str| {
        let request = server.get(path).header("x-api-key", key).bearer(key);
        let request = request.header("accept", "application/json").send().await;
        assert_eq!(request.status, 200, "{path}: {}", request.text());
        request.text()
    };
    let keeps = |route_name: &str, reply: String| {
        assert!(reply.contains(NUMBER_SPELLINGS), "{route_name}: {reply}");
    };
    for noun in ["space", "contact", "conversation"] {
        let root = format!("/api/v1/{noun}");
        let made = send(
            Method::POST,
            &format!("{root}/create"),
            format!("{{\"meta\":{text}}}"),
        )
        .await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        keeps(noun, get(&format!("{root}/{id}/fetch")).await);
        keeps(noun, get(&format!("{root}/list")).await);
        send(
            Method::POST,
            &format!("{root}/{id}/update"),
            format!("{{\"meta\":{{\"m\":{text}}}}}"),
        )
        .await;
        keeps(noun, get(&format!("{root}/{id}/fetch")).await);
        let export = server
            .get(&format!("{root}/export"))
            .bearer(key)
            .header("accept", "application/jsonl")
            .send()
            .await;
        keeps(noun, export.text());
        let back = server
            .post(&format!("{root}/import"))
            .bearer(key)
            .header("content-type", "application/jsonl");
        let back = back.body(export.text()).send().await;
        let report = back.json();
        assert_eq!(
            (report["updated"].clone(), report["failedCount"].clone()),
            (json!(0), json!(0)),
            "{report}"
        );
        // The same with another value: the line is stored unchanged.
        let changed = export.text().replace("4711.10", "4711.100");
        let back = server
            .post(&format!("{root}/import"))
            .bearer(key)
            .header("content-type", "application/jsonl");
        back.body(changed).send().await.expect(200);
        let shown = get(&format!("{root}/{id}/fetch")).await;
        assert!(shown.contains("4711.100,"), "{shown}");
    }
    let chat = send(
        Method::POST,
        "/api/v1/chats/",
        format!("{{\"user_id\":\"ada\",\"metadata\":{text}}}"),
    )
    .await;
    keeps("a tenant chat", chat.text());
    let id = chat.json()["id"].as_str().unwrap().to_owned();
    keeps("a tenant chat", get(&format!("/api/v1/chats/{id}")).await);
    let changed = send(
        Method::PATCH,
        &format!("/api/v1/chats/{id}"),
        format!("{{\"metadata\":{text}}}"),
    )
    .await;
    keeps("a changed tenant chat", changed.text());
    let body_text = format!("{{\"content\":\"Hello\",\"user_id\":\"ada\",\"metadata\":{text}}}");
    keeps(
        "a message",
        send(
            Method::POST,
            &format!("/api/v1/chats/{id}/messages"),
            body_text,
        )
        .await
        .text(),
    );
    keeps(
        "messages",
        get(&format!("/api/v1/chats/{id}/messages")).await,
    );
    let path = format!("/ws/chat?v=2&api_key={key}&user_id=ada&chat_id={id}");
    let mut socket = server.open_socket(&path, &[]).await;
    socket
        .send_text(&format!(
            "{{\"action\":\"send\",\"content\":\"Again\",\"metadata\":{text}}}"
        ))
        .await;
    // The sender gets its own message back as a confirmation; the log has the numbers unchanged.
    let log = loop {
        let log = get(&format!("/api/v1/chats/{id}/messages")).await;
        if log.contains("Again") {
            break log;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(log.matches(NUMBER_SPELLINGS).count(), 2, "{log}");
    let (_, token) = server
        .create_signed_in_member(
            "Grace",
            Some(parlor_model::access::WorkspaceRole::Owner),
            "",
        )
        .await;
    let workspace = &server.a.workspace;
    let chats = format!("/api/v2/w/{workspace}/chats");
    let listed = server.get(&chats).bearer(&token).send().await.expect(200);
    let number = listed["chats"]
        .as_array()
        .or(listed["items"].as_array())
        .unwrap()[0]["id"]
        .clone();
    let put = server
        .put(&format!("{chats}/{number}"))
        .bearer(&token)
        .header("content-type", "application/json");
    put.body(format!("{{\"metadata\":{text}}}"))
        .send()
        .await
        .expect(200);
    let shown = server
        .get(&format!("{chats}/{number}"))
        .bearer(&token)
        .send()
        .await;
    keeps("a chat", shown.text());
}

both! {
    async fn numbers_keep_their_text_on_every_route(server: TestServer) {
        check_numbers_everywhere(&server).await;
    }
}

/// The id of the sample's records, without the prefix of their kind.
const SAMPLE_RECORD_ID: &str = "01hv0000000000000000000001";

/// The lines of the sample's records, each a record of its own under an id that no other import uses.
fn import_lines(sample: &SampleRequest, serial: usize) -> Option<Vec<String>> {
    let items = sample.body.as_ref()?["items"].as_array()?;
    let fresh = format!(
        "{}{serial:02}",
        &SAMPLE_RECORD_ID[..SAMPLE_RECORD_ID.len() - 2]
    );
    let line = |item: &Value| item.to_string().replace(SAMPLE_RECORD_ID, &fresh);
    Some(items.iter().map(line).collect())
}

both! {
    async fn import_of_lines_passes_over_byte_order_mark(server: TestServer) {
        let credentials = Credentials::create(&server, &server.a).await;
        let mut imports = 0;
        for route in RouteUnderTest::all().into_iter().filter(|route| route.route.path.ends_with("/import")) {
            for media_type in ["application/jsonl", "application/x-ndjson"] {
                let entities = create_fixtures(&server, &server.a).await;
                let ids = FixtureIds::own(route.dialect, &entities);
                for sample in route.samples(&server, &ids) {
                    let Some(lines) = import_lines(&sample, 10 + imports) else { continue };
                    let count = json!(lines.len());
                    let send = async |body: String| {
                        let request = route.request(&server, &route.path(&ids), &sample, &route.headers(&credentials));
                        request.header("content-type", media_type).body(body).send().await.expect(200)
                    };
                    let marked = send(format!("\u{feff}{}\r\n", lines.join("\r\n"))).await;
                    let sum = marked["imported"].as_u64().unwrap() + marked["updated"].as_u64().unwrap() + marked["unchanged"].as_u64().unwrap();
                    assert_eq!((json!(sum), &marked["failedCount"]), (count.clone(), &json!(0)), "{} {media_type}: {marked}", route.name());
                    // The result equals the one without it, and a body of nothing else holds no record.
                    let plain = send(lines.join("\n")).await;
                    assert_eq!((&plain["unchanged"], &plain["failedCount"]), (&count, &json!(0)), "{} {media_type}: {plain}", route.name());
                    let empty = send("\u{feff}".to_owned()).await;
                    assert_eq!((&empty["imported"], &empty["failedCount"]), (&json!(0), &json!(0)), "{} {media_type}: {empty}", route.name());
                    imports += 1;
                }
            }
        }
        // Three nouns under two prefixes, in two media types.
        assert_eq!(imports, 12);
    }
}
