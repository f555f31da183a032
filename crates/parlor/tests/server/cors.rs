//! CORS: preflights pass through the middleware of every request, and `Vary` names what answers depend on.

use reqwest::{Method, Response};

use crate::program::{Program, block_on, client, temp_dir};

const CREATE_PATH: &str = "/api/v1/chats/";
const ORIGIN: &str = "https://a.example";

async fn options(program: &Program, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client().request(Method::OPTIONS, format!("{}{path}", program.url));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.send().await.unwrap()
}

/// Every name in the answer's `Vary` headers, with repetitions.
fn vary_names(answer: &Response) -> Vec<String> {
    let mut names: Vec<String> = answer
        .headers()
        .get_all("vary")
        .iter()
        .flat_map(|value| value.to_str().unwrap().split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    names.sort();
    names
}

#[test]
fn preflight_passes_the_edge() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--cors-origins", ORIGIN], &[]);
    let preflight = [
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-api-key"),
    ];
    block_on(async {
        // Preflights of unknown paths are answered too: a browser sends nothing without permission.
        for path in [CREATE_PATH, "/v1/workspaces/x/nothing", "/docs", "/nowhere"] {
            for (origin, is_allowed) in [(ORIGIN, true), ("https://b.example", false)] {
                let headers = [&[("origin", origin)][..], &preflight].concat();
                let answer = options(&program, path, &headers).await;
                let what = format!("{path} from {origin}");
                assert_eq!(answer.status().as_u16(), 200, "{what}");
                assert!(!answer.headers()["x-request-id"].is_empty(), "{what}");
                assert_eq!(
                    answer.headers()["x-content-type-options"],
                    "nosniff",
                    "{what}"
                );
                let allowed = answer.headers().get("access-control-allow-origin");
                assert_eq!(allowed.is_some(), is_allowed, "{what}");
                assert_eq!(
                    vary_names(&answer),
                    [
                        "access-control-request-headers",
                        "access-control-request-method",
                        "origin"
                    ],
                    "{what}"
                );
            }
            // The Host check is the same for them.
            for host in ["a b", "u@a"] {
                let headers = [&[("origin", ORIGIN), ("host", host)][..], &preflight].concat();
                let answer = options(&program, path, &headers).await;
                assert_eq!(answer.status().as_u16(), 400, "{path} {host}");
                assert!(
                    !answer.headers()["x-request-id"].is_empty(),
                    "{path} {host}"
                );
                assert_eq!(answer.headers()["connection"], "close", "{path} {host}");
            }
        }
        // Without a requested method it is a method that the path does not have.
        for headers in [&[("origin", ORIGIN)][..], &[]] {
            let answer = options(&program, CREATE_PATH, headers).await;
            assert_eq!(answer.status().as_u16(), 405, "{headers:?}");
            assert!(answer.headers()["allow"].to_str().unwrap().contains("POST"));
        }
    });
    // They are logged and counted like every request.
    let log = program.stop();
    assert!(
        log.lines()
            .any(|line| line.contains("\"OPTIONS\"") && line.contains(CREATE_PATH)),
        "{log}"
    );
}

#[test]
fn answer_to_page_varies_by_origin() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--cors-origins", ORIGIN], &[]);
    block_on(async {
        let get = async |path: &str, origin: Option<&str>| {
            let request = client().get(format!("{}{path}", program.url));
            let request = match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            };
            request.send().await.unwrap()
        };
        // A cache keeps a document separately for pages and for other clients.
        for origin in [None, Some(ORIGIN), Some("https://b.example")] {
            let answer = get("/openapi/sharely.json", origin).await;
            assert_eq!(answer.status().as_u16(), 200);
            assert_eq!(vary_names(&answer), ["origin"], "{origin:?}");
        }
        // A page can read the middleware's own refusals.
        let unknown = get("/nowhere", Some(ORIGIN)).await;
        assert_eq!(unknown.status().as_u16(), 404);
        assert_eq!(unknown.headers()["access-control-allow-origin"], ORIGIN);
        assert_eq!(vary_names(&unknown), ["origin"]);
        // Answers without caching have no `Vary` for non-browser clients.
        let program = get("/nowhere", None).await;
        assert_eq!(program.headers()["cache-control"], "no-store");
        assert_eq!(vary_names(&program), [""; 0]);
    });
}
