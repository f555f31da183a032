//! The pages at `/docs`: complete, without external resources, and consistent with the settings.

use parlor::config::settings_table::SETTINGS;
use serde_json::Value;

use crate::program::{Program, block_on, client, temp_dir};

/// The values of an attribute in a page.
fn attribute_values<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    let pieces = page.split(start.as_str()).skip(1);
    pieces
        .map(|piece| piece.split('"').next().unwrap())
        .collect()
}

#[test]
fn every_page_is_reached_and_loads_nothing_from_elsewhere() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        let mut waiting = vec!["/docs".to_owned()];
        let mut seen = Vec::new();
        while let Some(path) = waiting.pop() {
            if seen.contains(&path) {
                continue;
            }
            let answer = client()
                .get(format!("{}{path}", program.url))
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), 200, "{path}");
            let kind = answer.headers()["content-type"]
                .to_str()
                .unwrap()
                .to_owned();
            if path.starts_with("/docs") {
                let policy = answer.headers()["content-security-policy"]
                    .to_str()
                    .unwrap();
                assert!(
                    policy.starts_with("default-src 'none'; style-src 'self';"),
                    "{policy}"
                );
            }
            let page = answer.text().await.unwrap();
            seen.push(path.clone());
            if !kind.starts_with("text/html") {
                assert!(
                    !kind.starts_with("text/css") || !page.contains("url("),
                    "{path}"
                );
                continue;
            }
            assert!(!page.contains("<script"), "{path}");
            assert_eq!(attribute_values(&page, "src"), Vec::<&str>::new());
            let ids = attribute_values(&page, "id");
            for link in attribute_values(&page, "href") {
                if let Some(anchor) = link.strip_prefix('#') {
                    assert!(ids.contains(&anchor), "{path} has nothing called {anchor}");
                } else {
                    assert!(
                        link.starts_with('/') && !link.starts_with("//"),
                        "{path} links to {link}"
                    );
                    waiting.push(link.split('#').next().unwrap().to_owned());
                }
            }
        }
        let dialects = parlor::dialects::all().into_iter();
        let pages = ["start", "limits", "errors", "configuration", "simulator"].into_iter();
        for name in pages.chain(dialects.map(|module| module.name)) {
            assert!(
                seen.contains(&format!("/docs/{name}")),
                "no link leads to {name}"
            );
        }
    });
}

#[test]
fn a_dialects_page_lists_every_route_of_its_document() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        for module in parlor::dialects::all() {
            let fetch = |path: String| async {
                let answer = client().get(path).send().await.unwrap();
                answer.text().await.unwrap()
            };
            let page = fetch(format!("{}/docs/{}", program.url, module.name)).await;
            let document = fetch(format!("{}/openapi/{}.json", program.url, module.name)).await;
            let document: Value = serde_json::from_str(&document).unwrap();
            assert_eq!(document["info"]["title"], module.title);
            for route in &module.routes {
                let shown = format!("<code>{} {}</code>", route.method, route.path);
                assert!(page.contains(&shown), "{shown}");
                let method = route.method.as_str().to_lowercase();
                let operation = &document["paths"][route.path][method];
                assert!(operation.is_object(), "{} {}", route.method, route.path);
            }
            for name in document["components"]["schemas"]
                .as_object()
                .into_iter()
                .flat_map(|all| all.keys())
            {
                assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
            }
        }
    });
}

#[test]
fn browsers_are_led_to_the_pages_and_programs_are_told_what_this_is() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    block_on(async {
        let request = client()
            .get(&program.url)
            .header("accept", "text/html,*/*;q=0.8");
        let led = request.send().await.unwrap();
        assert_eq!(led.status().as_u16(), 302);
        assert_eq!(led.headers()["location"], "/console/");
        let card = client().get(&program.url).send().await.unwrap();
        let card: Value = serde_json::from_str(&card.text().await.unwrap()).unwrap();
        assert_eq!(card["name"], "parlor");
        assert_eq!(card["url"], program.url.as_str());
        assert_eq!(card["console"], "/console/");
    });
    program.stop();
    let off = Program::start(folder.path(), &["--console", "off"], &[]);
    assert_eq!(off.ready.get("console"), None);
    block_on(async {
        let request = client().get(&off.url).header("accept", "text/html");
        assert_eq!(request.send().await.unwrap().headers()["location"], "/docs");
        let page = client().get(format!("{}/console/sign-in", off.url));
        assert_eq!(page.send().await.unwrap().status().as_u16(), 404);
    });
}

#[test]
fn the_page_of_the_settings_has_every_setting() {
    let page = include_str!("../../../../docs/configuration.md");
    for key in SETTINGS {
        let flag = match key.has_flag {
            true => format!("`--{}`", key.flag_name()),
            false => "-".to_owned(),
        };
        let variable = match key.name {
            "dialects" => "PARLOR_DIALECTS__NAME__KEY".to_owned(),
            "assistant" | "assistant_turns" | "sms" | "voice" | "smtp" | "mail_in"
            | "simulator" | "webhooks" | "s3" => {
                format!("{}__KEY", key.variable_name())
            }
            _ => key.variable_name(),
        };
        let row = format!("| `{}` | {flag} | `{variable}` |", key.name);
        let line = page.lines().find(|line| line.starts_with(&row));
        let line = line.unwrap_or_else(|| panic!("no row {row}"));
        assert!(
            key.default.is_empty() || line.contains(&format!("`{}`", key.default)),
            "{line}"
        );
    }
}
