//! Access to the metrics, and where they are served.

use std::net::TcpListener;

use crate::program::{Program, block_on, client, get, run, temp_dir};

/// The status of a request for the metrics with a header.
async fn metrics_status(program: &Program, name: &str, value: &str) -> u16 {
    let request = client().get(format!("{}/metrics", program.url));
    let answer = request.header(name, value).send().await.unwrap();
    if answer.status().as_u16() == 404 {
        // The same answer as for an unknown path.
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    answer.status().as_u16()
}

#[test]
fn metrics_are_served_to_local_clients_only() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let everybody = Program::start(
        &folder.path().join("all"),
        &["--metrics-access", "all"],
        &[],
    );
    block_on(async {
        assert_eq!(metrics_status(&program, "user-agent", "scraper").await, 200);
        for (name, value) in [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "192.0.2.1"),
            ("forwarded", "for=192.0.2.1"),
            ("x-real-ip", "192.0.2.1"),
            ("via", "1.1 proxy"),
            ("host", "chat.example.com"),
            ("origin", "https://page.example"),
        ] {
            assert_eq!(metrics_status(&program, name, value).await, 404, "{name}");
            assert_eq!(metrics_status(&everybody, name, value).await, 200, "{name}");
        }
    });
}

#[test]
fn metrics_are_hidden_behind_named_proxy() {
    let folder = temp_dir();
    for (number, setting) in [
        ["--trusted-proxies", "127.0.0.1"],
        ["--public-url", "https://chat.example.com"],
        ["--metrics-access", "none"],
    ]
    .iter()
    .enumerate()
    {
        let program = Program::start(&folder.path().join(number.to_string()), setting, &[]);
        block_on(async {
            // The proxy may add no header.
            let url = program.ready["curl"]["chatbotkit"].as_str().unwrap();
            let start = url.rfind("http://").unwrap();
            let host = url[start..].split("/api").next().unwrap();
            assert_eq!(
                get(&format!("{host}/metrics"), "").await.0,
                404,
                "{setting:?}"
            );
            assert_eq!(
                get(&format!("{host}/livez"), "").await.0,
                200,
                "{setting:?}"
            );
        });
    }
    let data = folder.path().join("both");
    let both = [
        "--metrics-access",
        "all",
        "--metrics-listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
    ];
    run(&both, &[]).assert_refused(2, "metrics_access", "keep one");
    let other = ["--metrics-access", "some", "--data", data.to_str().unwrap()];
    run(&other, &[]).assert_refused(2, "metrics_access", "use one of local, all, none");
}

#[test]
fn metrics_are_served_on_configured_port() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let folder = temp_dir();
    // A host name stands for all its addresses.
    let listen = format!("localhost:{port}");
    let program = Program::start(folder.path(), &["--metrics-listen", &listen], &[]);
    block_on(async {
        assert_eq!(get(&format!("{}/metrics", program.url), "").await.0, 404);
        let (status, page) = get(&format!("http://127.0.0.1:{port}/metrics"), "").await;
        assert_eq!(status, 200);
        assert!(page.contains("parlor_search_waiting_rows"), "{page}");
        for cause in ["conflict", "constraint", "connection_lost"] {
            let line = format!("parlor_database_retries_total{{cause=\"{cause}\"}} 0");
            assert!(page.contains(&line), "{page}");
        }
        for line in [
            "parlor_turns_total{state=\"done\"} 0",
            "parlor_turns_running 0",
        ] {
            assert!(page.contains(line), "{page}");
        }
        // That port serves nothing else.
        for path in ["/api/v1/space/list", "/readyz", "/docs"] {
            let (status, _) = get(&format!("http://127.0.0.1:{port}{path}"), &program.key()).await;
            assert_eq!(status, 404, "{path}");
        }
    });
}
