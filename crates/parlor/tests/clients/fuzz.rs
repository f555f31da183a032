//! Tests a running server against every OpenAPI document with Schemathesis: valid requests must be accepted and
//! answered as documented, invalid ones refused, and no answer is a server error.
//!
//! A few cases for each operation and phase; `cargo xtask test --fuzz 1000 -- documents` makes it a long run.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use parlor_kit::Auth;
use parlor_kit::route::RouteSummary;
use parlor_testkit::{TestBackend, TestServer, backend};

use crate::credentials::Credentials;
use crate::ids::format_id;
use crate::{fixtures, tools};

/// Cases for each operation and phase by default.
const DEFAULT_CASES: &str = "20";
const DEFAULT_SEED: &str = "1";
/// The number of fixtures of every kind for a tenant: calls that delete use them up.
const FIXTURE_SETS: usize = 36;

/// Operations that no generated case can succeed at: they need a fresh signature, or are not answered yet.
const NEVER_GRANTED: &[&str] = &[
    "POST /api/v1/verify/eth",
    "POST /auth",
    "POST /api/v1/conversation/complete",
    "POST /api/v1/conversation/{conversation}/complete",
    "POST /api/v1/conversation/{conversation}/receive",
    "POST /api/v1/conversation/compact",
    "POST /api/v1/conversation/dispatch",
    "POST /api/v1/conversation/{conversation}/compact",
    "POST /api/v1/conversation/{conversation}/dispatch",
    "POST /api/v1/conversation/{conversation}/message/{message}/synthesize",
    "POST /api/v2/w/{workspace}/chats/{conversation}/summarize",
    // Only URLs that the server has issued are valid here.
    "GET /api/v1/storage/download/{token}",
    "PUT /api/v1/storage/upload/{token}",
    // Endless streams are not requested.
    "GET /api/v2/w/{workspace}/chats/{conversation}/events",
    "GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events",
    "POST /api/v1/channel/{channel}/subscribe",
    // A socket has no HTTP answer.
    "GET /live",
    "GET /ws/chat",
    "GET /ws",
];

/// All ids of the tenant by kind, as the dialect spells them.
async fn fixtures_json(server: &TestServer, dialect: &str) -> String {
    let mut things: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for _ in 0..FIXTURE_SETS {
        for (noun, entity) in fixtures::create_fixtures(server, &server.a).await {
            let names = things.entry(noun).or_default();
            let name = format_id(dialect, noun, &entity);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    // Where a key has no address of its own, the parameter is the key itself.
    if dialect != "gravity-rail" {
        things.insert("key", vec![server.a.key.clone()]);
    }
    serde_json::to_string(&things).unwrap()
}

fn env_or(variable: &str, otherwise: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| otherwise.to_owned())
}

fn check_document(dialect: &'static str, backend: TestBackend) {
    let python = tools::python();
    backend::run(backend, |server| async move {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("things.json");
        std::fs::write(&file, fixtures_json(&server, dialect).await).unwrap();
        let counts = folder.path().join("granted.json");
        let credentials = Credentials::create(&server, &server.a).await;
        let token = |auth| {
            let (_, value) = credentials.headers(dialect, auth).pop().unwrap();
            value.trim_start_matches("Bearer ").to_owned()
        };
        let bearer = match dialect {
            "relation" => token(Auth::KeyAndToken("ApiKey", "Authorization")),
            _ => token(Auth::Bearer),
        };
        let address = token(Auth::KeyAndToken("ApiKey", "I-Authorization"));
        let config = tools::tests_dir().join("schemathesis.toml");
        let cases = env_or("PARLOR_TEST_FUZZ", DEFAULT_CASES);
        let seed = env_or("PARLOR_TEST_SEED", DEFAULT_SEED);
        let document = format!("{}/openapi/{dialect}.json", server.url);
        let arguments = [
            "-m",
            "schemathesis.cli",
            "--config-file",
            config.to_str().unwrap(),
            "run",
            "--no-color",
            "--checks",
            "all",
            "--max-examples",
            &cases,
            "--seed",
            &seed,
            &document,
        ];
        let variables = [
            ("PARLOR_DIALECT", dialect),
            ("PARLOR_THINGS", file.to_str().unwrap()),
            ("PARLOR_GRANTED", counts.to_str().unwrap()),
            ("PARLOR_KEY", &server.a.key),
            ("PARLOR_BEARER", &bearer),
            ("PARLOR_ADDRESS", &address),
            ("SCHEMATHESIS_HOOKS", "hooks"),
            ("PYTHONPATH", tools::tests_dir().to_str().unwrap()),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        // A long run has no time limit; a short one that hangs is ended.
        let limit = Duration::from_secs(600 + 60 * cases.parse::<u64>().unwrap());
        let output = tools::run(&python, &arguments, &variables, folder.path(), limit).await;
        let printed = tools::output_text(&output);
        assert!(printed.contains("Test cases:"), "{printed}");
        let granted: BTreeMap<String, u64> =
            serde_json::from_slice(&std::fs::read(&counts).unwrap()).unwrap();
        let never = |route: &&RouteSummary| {
            // Whether an entity still exists when it is to be deleted depends on chance.
            let takes = ["/delete", "/remove"]
                .iter()
                .any(|verb| route.path.ends_with(verb));
            // So does drawing a member that is not a participant yet.
            let joins = route.path.ends_with("/participants");
            if takes || joins || route.method == Method::DELETE {
                return false;
            }
            let name = format!("{} {}", route.method, route.path);
            // The same handlers have two prefixes: what one prefix deleted, the other cannot delete.
            let twins = [
                name.replace(" /v1/", " /api/v1/"),
                name.replace(" /api/v1/", " /v1/"),
            ];
            let count: u64 = twins.iter().filter_map(|name| granted.get(name)).sum();
            count == 0
                && !twins
                    .iter()
                    .any(|name| NEVER_GRANTED.contains(&name.as_str()))
        };
        let modules = parlor::dialects::all();
        let routes = modules
            .iter()
            .filter(|module| module.name == dialect)
            .flat_map(|module| &module.routes);
        let never: Vec<_> = routes
            .filter(never)
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(
            never,
            Vec::<String>::new(),
            "no case ever got what it asked for here"
        );
    });
}

macro_rules! document_tests {
    ($($name:ident $dialect:literal)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn holds_on_sqlite() {
                check_document($dialect, TestBackend::Sqlite);
            }

            #[test]
            fn holds_on_postgres() {
                check_document($dialect, TestBackend::Postgres);
            }
        }
    )*};
}

document_tests! {
    sharely "sharely"
    gravity_rail "gravity-rail"
    relation "relation"
    chatbotkit "chatbotkit"
    tenant_chats "tenant-chats"
}

#[test]
fn every_dialect_of_the_registry_is_here() {
    let source = include_str!("fuzz.rs");
    let config = include_str!("schemathesis.toml");
    for module in parlor::dialects::all() {
        let row = format!("{} \"{}\"\n", module.name.replace('-', "_"), module.name);
        assert!(source.contains(&row), "{}", module.name);
        // The configuration selects a document's credentials by its title.
        let title = format!("title = \"{}\"\n", module.title);
        assert!(config.contains(&title), "{title}");
    }
}
