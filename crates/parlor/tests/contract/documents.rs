//! The documents that the server generates from its route tables.

use std::collections::BTreeSet;

use parlor_testkit::both;
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// The generating library writes a schema of any type without `type`, and cannot parse that.
fn add_missing_types(value: &mut Value) {
    let Value::Object(map) = value else { return };
    for (key, item) in &mut *map {
        if key == "properties" {
            for property in item
                .as_object_mut()
                .into_iter()
                .flat_map(|map| map.values_mut())
            {
                let schema = property.as_object_mut().unwrap();
                let says = ["type", "$ref", "oneOf", "allOf", "anyOf"];
                if !says.iter().any(|word| schema.contains_key(*word)) {
                    schema.insert("type".into(), "object".into());
                }
            }
        }
        add_missing_types(item);
    }
}

/// Every `$ref` of a document.
fn collect_references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, into)),
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                into.insert(target.clone());
            }
            map.values().for_each(|item| collect_references(item, into));
        }
        _ => {}
    }
}

/// The headers of a dialect's answers, by status.
fn expected_headers(dialect: &str, status: &str) -> Vec<&'static str> {
    let mut headers = vec!["x-request-id"];
    if dialect == "sharely" {
        headers.push("x-api-version");
    }
    match status {
        "401" => headers.push("www-authenticate"),
        "415" => headers.push("accept-encoding"),
        "429" => headers.push("retry-after"),
        _ => {}
    }
    headers
}

both! {
    async fn every_answers_headers_are_documented(server: TestServer) {
        for module in parlor::dialects::all() {
            let name = module.name;
            let document = server.get(&format!("/openapi/{name}.json")).send().await.expect(200);
            for (path, operations) in document["paths"].as_object().unwrap() {
                for (method, operation) in operations.as_object().unwrap() {
                    let answers = operation["responses"].as_object().unwrap();
                    let what = format!("{name}: {method} {path}");
                    assert_eq!(operation["requestBody"].is_object(), answers.contains_key("415"), "{what}: whether a body may be refused for what it is");
                    for (status, answer) in answers {
                        for header in expected_headers(name, status) {
                            assert!(answer["headers"][header].is_object(), "{what} {status} lacks {header}");
                        }
                    }
                }
            }
        }
    }

    async fn every_dialect_has_a_whole_document(server: TestServer) {
        for module in parlor::dialects::all() {
            let name = module.name;
            let reply = server.get(&format!("/openapi/{name}.json")).send().await;
            let document = reply.expect(200);
            assert_eq!(reply.header("content-type"), "application/json");
            let mut readable = document.clone();
            add_missing_types(&mut readable);
            let read: OpenApi = serde_json::from_value(readable).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!read.info.title.is_empty(), "{name}");

            let mut targets = BTreeSet::new();
            collect_references(&document, &mut targets);
            for target in &targets {
                let pointer = target.strip_prefix('#').unwrap_or_else(|| panic!("{name}: {target} leads away"));
                assert!(document.pointer(pointer).is_some(), "{name}: {target} leads nowhere");
            }

            assert_eq!((module.schema_conflicts)(), Vec::<String>::new(), "{name}: one name, two schemas");

            let mut ids = BTreeSet::new();
            let mut documented = 0;
            for route in &module.routes {
                let method = route.method.as_str().to_lowercase();
                let operation = &document["paths"][route.path][&method];
                let what = format!("{name}: {method} {}", route.path);
                assert!(operation.is_object(), "{what} is not documented");
                assert!(ids.insert(operation["operationId"].to_string()), "{what} is called as another is");
                assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what} has no summary");
                let answers = operation["responses"].as_object().unwrap();
                let good = |status: &String| status.starts_with('2') || status == "501" || (route.is_websocket && status == "101");
                assert!(answers.keys().any(good), "{what} has no good answer");
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                for noun in route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                    assert!(
                        parameters.iter().any(|given| given["name"] == noun && given["in"] == "path" && given["required"] == true),
                        "{what} does not name {noun}"
                    );
                }
                documented += 1;
            }
            let listed: usize = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
            assert_eq!(listed, documented, "{name} documents what it does not have");
        }
        // The address where clients of one vendor look for the document.
        let named = server.get("/openapi/tenant-chats.json").send().await;
        assert_eq!(server.get("/openapi.json").send().await.bytes, named.bytes);
        let reply = server.get("/openapi/nobody.json").send().await;
        assert_eq!(reply.status, 404);
    }
}
