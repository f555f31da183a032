//! Metadata in CSV cells, decoded with PyYAML (YAML 1.1) and serde-saphyr (YAML 1.2).

use std::path::Path;

use crate::client::{Client, item_ids};
use parlor_testkit::{TestBackend, TestServer, backend, command};
use serde_json::{Map, Value, json};

/// Returns values that some parser could decode as another type.
fn ambiguous_values() -> Vec<Value> {
    let words = vec![
        "y",
        "Y",
        "yes",
        "Yes",
        "YES",
        "n",
        "no",
        "No",
        "on",
        "On",
        "off",
        "OFF",
        "true",
        "True",
        "FALSE",
        "null",
        "Null",
        "NULL",
        "~",
        "",
        " ",
        " edge",
        "edge ",
        "1",
        "1.5",
        "1e3",
        "1.0e+3",
        "0x1F",
        "0o17",
        "017",
        "0b1",
        "1_000",
        ".5",
        "5.",
        "+1",
        "-1",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "12:30:45",
        "190:20:30",
        "2025-01-01",
        "2025-01-01T10:00:00Z",
        "<<",
        "=",
        "-",
        "- x",
        "?",
        "? x",
        ":",
        ": x",
        "a: b",
        "a:",
        "a:b",
        "a #b",
        "a#b",
        "#",
        "{",
        "}",
        "{a: b}",
        "[",
        "]",
        "[a]",
        ",",
        "*a",
        "&a",
        "!a",
        "!!str",
        "%a",
        "@a",
        "`a",
        "'",
        "\"",
        "'a'",
        "\"a\"",
        "|",
        ">",
        "| a",
        "---",
        "...",
        "--- a",
        "a\nb",
        "a\n",
        "\na",
        "a\r\nb",
        "a\tb",
        "\ta",
        "\\",
        "\\n",
        "C:\\x",
        "é",
        "漢字",
        "😀",
        "e\u{301}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "\u{7f}",
        "\u{1}",
        "\u{1b}",
        "http://example.org/a?b=c#d",
        "it's",
        "say \"hi\"",
        "50%",
        "a, b",
        "a; b",
    ];
    let mut all: Vec<Value> = words
        .iter()
        .map(|word| json!({ "v": word, (*word): "v" }))
        .collect();
    all.push(json!({ "words": words, "nested": [[words], { "deep": words }] }));
    all.push(json!({ "long": "x".repeat(5_000), ("k".repeat(3_000)): { "a": [1] }, ("k ".repeat(90)): [] }));
    all.push(json!({ "lines": "a line that is longer than eighty characters, so that a writer might fold it. \nAnd   another  one.\n\n" }));
    for number in [
        "0",
        "-0",
        "1",
        "-17",
        "1.50",
        "1e3",
        "1E-7",
        "-2.5e+10",
        "12345678901234567890",
        "0.1",
        "1e300",
    ] {
        all.push(serde_json::from_str(&format!("{{\"n\":{number},\"a\":[{number}]}}")).unwrap());
    }
    all.push(json!({ "t": true, "f": false, "n": [null], "o": { "null": null }, "e": {}, "l": [], "m": [{}, [], [[]], [{ "a": {} }], null] }));
    // Every character of the basic plane, inside a text and at either end.
    let letters: Vec<char> = (1..=0xffff_u32).filter_map(char::from_u32).collect();
    for chunk in letters.chunks(4_000) {
        let text: String = chunk.iter().collect();
        let each: Map<String, Value> = chunk
            .iter()
            .take(40)
            .map(|c| (format!("a{c}"), json!(c.to_string())))
            .collect();
        all.push(json!({ "text": text, "each": each }));
    }
    all
}

/// Compares values; numbers are equal if they are the same double.
fn is_same_value(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left.to_string() == right.to_string() || left.as_f64() == right.as_f64()
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| is_same_value(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|((a, left), (b, right))| a == b && is_same_value(left, right))
        }
        _ => left == right,
    }
}

#[test]
fn metadata_cell_decodes_equally_as_yaml_1_1_and_1_2() {
    backend::block_on(async {
        let server = TestServer::start(TestBackend::Sqlite).await;
        let client = Client::new(server, "/api/v1");
        let metas = ambiguous_values();
        for meta in &metas {
            client.create_space(json!({ "meta": meta })).await;
        }
        let ask = |accept: &str| {
            client
                .get_request("/space/export?order=asc")
                .header("accept", accept)
                .send()
        };
        let table = ask("text/csv").await.bytes;
        let whole = ask("application/json").await;
        assert_eq!(item_ids(&whole.json()).len(), metas.len());
        let rows = csv::Reader::from_reader(table.as_slice()).into_records();
        for (row, meta) in rows.zip(&metas) {
            let row = row.unwrap();
            let read: Value = serde_saphyr::from_str(&row[7])
                .unwrap_or_else(|error| panic!("{error}\n{}", &row[7]));
            assert!(is_same_value(&read, meta), "{}\n{read}\n{meta}", &row[7]);
        }
        let folder = tempfile::tempdir().unwrap();
        let (csv, json) = (folder.path().join("x.csv"), folder.path().join("x.json"));
        std::fs::write(&csv, &table).unwrap();
        std::fs::write(&json, &whole.bytes).unwrap();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/read_cells.py");
        let variables = [
            ("CSV", csv.to_str().unwrap()),
            ("JSON", json.to_str().unwrap()),
        ];
        let printed = command::run_example(&program, &variables).await;
        assert_eq!(printed.trim(), format!("{} cells", metas.len()));
    });
}
