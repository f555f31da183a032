//! Exports as JSON, JSONL and CSV.

use crate::client::{Client, assert_error, cases, item_ids, numbered_space};
use http::Method;
use parlor_model::space::CreateSpace;
use parlor_testkit::{TestBackend, TestResponse, TestServer, backend};
use serde_json::{Value, json};

async fn export(client: &Client, accept: &str, query: &str) -> TestResponse {
    let reply = client
        .get_request(&format!("/space/export?{query}"))
        .header("accept", accept)
        .send()
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("vary"), "accept");
    reply
}

fn parse_lines(reply: &TestResponse) -> Vec<Value> {
    assert_eq!(reply.header("content-type"), "application/jsonl");
    assert!(reply.bytes.is_ascii(), "a byte above 0x7f");
    let text = reply.text();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn parse_csv(reply: &TestResponse) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    let mut reader = csv::Reader::from_reader(reply.bytes.as_slice());
    let head = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let row = |record: Result<csv::StringRecord, _>| -> Vec<String> {
        record.unwrap().iter().map(str::to_owned).collect()
    };
    (head, reader.records().map(row).collect())
}

cases! {
    async fn case_22_jsonl_export_has_bare_ascii_records(client: Client) {
        let mut created = Vec::new();
        for name in ["café", "two\nlines", "emoji 😀", "plain \"quoted\" \\"] {
            let id = client.create_space(json!({ "name": name, "meta": { "ключ": name } })).await;
            created.push(client.fetch("space", &id).await);
        }
        assert_eq!(parse_lines(&export(&client, "application/jsonl", "order=asc").await), created);
        let listed = client.get_request("/space/list?order=asc").header("accept", "application/jsonl").send().await;
        let events: Vec<Value> = created.iter().map(|record| json!({ "type": "item", "data": record })).collect();
        assert_eq!(parse_lines(&listed), events);
        assert_eq!(listed.header("vary"), "accept");
        // JSON has the same records, in unescaped UTF-8.
        let whole = export(&client, "application/json", "order=asc").await;
        assert_eq!(whole.json()["items"], json!(created));
        assert!(whole.text().contains("café"));
        // `take` of an export is exact, and its cursor continues after it.
        let two = client.get_request("/space/list?order=asc&take=2").header("accept", "application/jsonl").send().await;
        assert_eq!(parse_lines(&two).len(), 2);
    }

    async fn case_23_csv_escapes_formulas_and_encodes_metadata_as_yaml(client: Client) {
        let meta = json!({ "a": "no", "b": "1e3", "c": "x\ny", "d": { "e": [1, null] } });
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let id = client.create_space(json!({ "name": "=1+1, \"x\"", "description": "line\nbreak", "contactId": contact, "meta": meta, "blueprintId": "bp" })).await;
        client.create_space(json!({ "name": "+1 (500) 555-0006", "description": "+cmd|x" })).await;
        client.create_space(json!({ "name": "\n=2+2" })).await;
        let record = client.fetch("space", &id).await;
        let (head, rows) = parse_csv(&export(&client, "text/csv", "order=asc").await);
        assert_eq!(head, ["id", "name", "description", "blueprintId", "contactId", "createdAt", "updatedAt", "meta"]);
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        assert_eq!(rows[0][..7], [id.clone(), "'=1+1, \"x\"".into(), "line\nbreak".into(), "bp".into(), contact.clone(), text("createdAt"), text("updatedAt")]);
        assert_eq!(rows[0][7], "a: \"no\"\nb: \"1e3\"\nc: \"x\\ny\"\nd:\n  e:\n    - 1\n    - null");
        assert_eq!(rows[1][1..5], ["+1 (500) 555-0006", "'+cmd|x", "", ""]);
        assert_eq!(rows[1][7], "{}");
        assert_eq!(rows[2][1], "'\n=2+2");
        // JSON has the unescaped text.
        let whole = export(&client, "application/json", "order=asc").await.json();
        assert_eq!(whole["items"][0]["name"], "=1+1, \"x\"");
    }

    async fn case_24_export_without_rows_is_empty(client: Client) {
        let whole = export(&client, "application/json", "").await;
        assert_eq!(whole.text(), r#"{"items":[],"cursor":""}"#);
        assert_eq!(export(&client, "application/jsonl", "").await.bytes, b"");
        let head = "id,name,description,blueprintId,contactId,createdAt,updatedAt,meta\n";
        assert_eq!(export(&client, "text/csv", "").await.text(), head);
        assert_eq!(client.get("/space/list").await.text(), r#"{"items":[],"cursor":""}"#);
        let listed = client.get_request("/space/list").header("accept", "application/jsonl").send().await;
        assert_eq!((listed.status, listed.bytes.len()), (200, 0));
    }

    async fn case_25_accept_header_selects_the_format(client: Client) {
        client.create_space(json!({})).await;
        for path in ["/space/export", "/space/list", "/contact/export", "/contact/list"] {
            let reply = client.get_request(path).header("accept", "image/png").send().await;
            assert_error(&reply, 400, "BAD_REQUEST");
        }
        for accept in ["text/html,*/*;q=0.8", "*/*", "application/*"] {
            assert_eq!(item_ids(&export(&client, accept, "").await.json()).len(), 1, "{accept}");
        }
        parse_lines(&export(&client, "text/csv;q=0.1, application/jsonl", "").await);
        parse_csv(&export(&client, "text/csv", "").await);
        // Lists do not support CSV.
        let reply = client.get_request("/space/list").header("accept", "text/csv").send().await;
        assert_error(&reply, 400, "BAD_REQUEST");
        // Other endpoints ignore `Accept`.
        client.post_request("/space/create").header("accept", "image/png").json(&json!({})).send().await.expect(200);
    }

    async fn case_27_export_returns_all_rows_or_take(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let own = client.create_space(json!({ "contactId": contact })).await;
        let created = [vec![own.clone()], client.seed(2_000, numbered_space).await].concat();
        let newest: Vec<String> = created.iter().rev().cloned().collect();
        let of = |reply: TestResponse| item_ids(&reply.json());
        assert_eq!(of(export(&client, "application/json", "").await), newest);
        assert_eq!(of(export(&client, "application/json", "order=asc").await), created);
        let part = export(&client, "application/json", "take=150").await.json();
        assert_eq!(item_ids(&part), newest[..150]);
        let cursor = part["cursor"].as_str().unwrap();
        let rest = of(export(&client, "application/json", &format!("cursor={cursor}")).await);
        assert_eq!(rest, newest[150..]);
        assert_eq!(of(export(&client, "application/json", &format!("contactId={contact}")).await), [own]);
        for form in ["application/jsonl", "text/csv"] {
            let reply = export(&client, form, "").await;
            let all: Vec<String> = match form {
                "text/csv" => parse_csv(&reply).1.into_iter().map(|row| row[0].clone()).collect(),
                _ => parse_lines(&reply).iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect(),
            };
            assert_eq!(all, newest, "{form}");
        }
        let streamed = client.get_request("/space/list?take=1500").header("accept", "application/jsonl").send().await;
        assert_eq!(parse_lines(&streamed).len(), 1_500);
    }

    async fn export_of_long_rows_is_complete(client: Client) {
        // A batch of these rows exceeds the bytes of one read.
        let long = |n: usize| CreateSpace {
            description: Some(format!("{n} {}", "long ".repeat(1_900))),
            ..numbered_space(n)
        };
        let mut created = client.seed(200, long).await;
        created.reverse();
        let whole = export(&client, "application/json", "").await.json();
        assert_eq!(item_ids(&whole), created);
        assert_eq!(client.list("take=100").await, created[..100]);
        assert_eq!(parse_lines(&export(&client, "application/jsonl", "take=145").await).len(), 145);
    }

    async fn contacts_are_exported(client: Client) {
        let id = client.create_contact(json!({ "fingerprint": "f", "name": "@Zoë", "phone": "+15005550006", "meta": { "k": "v" } })).await;
        let record = client.fetch("contact", &id).await;
        let ask = |accept: &str| client.get_request("/contact/export").header("accept", accept).send();
        assert_eq!(ask("*/*").await.expect(200)["items"], json!([record]));
        assert_eq!(parse_lines(&ask("application/jsonl").await), [record.clone()]);
        let (head, rows) = parse_csv(&ask("text/csv").await);
        assert_eq!(head.join(","), "id,name,description,fingerprint,email,phone,nick,preferences,verifiedAt,createdAt,updatedAt,meta");
        assert_eq!(rows[0][..6], [id, "'@Zoë".into(), String::new(), "f".into(), String::new(), "+15005550006".into()]);
        assert_eq!(rows[0][11], "k: v");
    }

    async fn head_returns_the_headers_of_get(client: Client) {
        client.seed(3, numbered_space).await;
        for path in ["/space/list", "/space/export", "/contact/list", "/contact/export"] {
            for accept in ["application/json", "application/jsonl"] {
                let get = client.get_request(path).header("accept", accept).send().await;
                let head = client.anonymous(Method::HEAD, path).bearer(&client.server.a.key).header("accept", accept).send().await;
                assert_eq!((head.status, head.bytes.len()), (200, 0));
                for name in ["content-type", "vary", "content-length"] {
                    assert_eq!(head.header(name), get.header(name), "{path} {accept} {name}");
                }
            }
        }
        let reply = client.anonymous(Method::HEAD, "/space/list").send().await;
        assert_eq!((reply.status, reply.bytes.len()), (401, 0));
    }
}

fn with_settings(settings: Value, body: impl AsyncFnOnce(Client)) {
    backend::block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options
                .dialect_settings
                .insert("chatbotkit".into(), settings);
        })
        .await;
        body(Client::new(server, "/api/v1")).await;
    });
}

#[test]
fn export_follows_the_settings() {
    let settings =
        json!({ "timestamps": "unix_ms", "export_jsonl": "event", "csv_formula_guard": false });
    with_settings(settings, async |client| {
        let document = client.server.get("/openapi/chatbotkit.json").send().await;
        let document = document.expect(200);
        assert!(
            document["info"]["description"]
                .to_string()
                .contains("unix_ms")
        );
        let created = &document["components"]["schemas"]["Space"]["properties"]["createdAt"];
        assert_eq!(created["type"], "integer");
        assert!(
            !document.to_string().contains("the default."),
            "no other form is left"
        );
        let id = client.create_space(json!({ "name": "=1" })).await;
        let record = client.fetch("space", &id).await;
        assert!(record["createdAt"].is_u64());
        let export = async |accept| {
            let request = client.get_request("/space/export").header("accept", accept);
            request.send().await
        };
        let events = parse_lines(&export("application/jsonl").await);
        assert_eq!(events, [json!({ "type": "item", "data": record })]);
        let (_, rows) = parse_csv(&export("text/csv").await);
        assert_eq!(rows[0][1], "=1");
        assert_eq!(rows[0][5], record["createdAt"].to_string());
    });
}
