//! Who may import whom: the layers of the house and the fences around drivers and networks.

use super::finding::Finding;
use super::metadata::{Need, Package};

/// What a layer may build on, nearest first. `parlor` and `testkit` wire everything and are not listed.
const LAYERS: &[(&str, &[&str])] = &[
    ("crates/model", &[]),
    ("crates/store", &["crates/model"]),
    ("crates/bus", &["crates/model"]),
    (
        "crates/engine",
        &["crates/store", "crates/bus", "crates/model"],
    ),
    ("crates/kit", &["crates/engine", "crates/model"]),
    ("crates/channels", &["crates/engine", "crates/model"]),
    ("crates/files", &["crates/engine", "crates/model"]),
    (
        "crates/gateway",
        &["crates/kit", "crates/engine", "crates/bus", "crates/model"],
    ),
    (
        "crates/console",
        &["crates/kit", "crates/engine", "crates/model"],
    ),
    (
        "dialects/*",
        &[
            "crates/gateway",
            "crates/kit",
            "crates/engine",
            "crates/model",
        ],
    ),
    // A library of the wire: it knows the server from outside alone.
    ("crates/client", &[]),
    ("crates/cluster", &[]),
    ("xtask", &[]),
];

/// Packages that build on everything but each other's users.
const ROOFS: &[&str] = &["crates/parlor", "crates/testkit"];

/// Outside libraries that only some packages may use. A name stands for its family: `axum` for `axum-extra` too.
const FENCES: &[(&[&str], &[&str])] = &[
    (
        &["axum"],
        &[
            "crates/kit",
            "dialects/*",
            "crates/gateway",
            "crates/console",
            "crates/parlor",
        ],
    ),
    (
        &[
            "rusqlite",
            "libsqlite3-sys",
            "postgres",
            "deadpool-postgres",
        ],
        &["crates/store"],
    ),
    // Nodes reach each other through the database.
    (&["tokio-postgres"], &["crates/store", "crates/bus"]),
    (&["async-nats"], &["crates/bus"]),
    (&["reqwest"], &["crates/channels", "crates/client"]),
    (&["lettre"], &["crates/channels"]),
];

/// Packages that ship nothing: the fences do not hold them.
const UNSHIPPED: &[&str] = &["crates/testkit", "crates/cluster", "xtask"];

/// Checks every manifest. Dependencies of tests are free, except that only they may name what is for tests.
pub(crate) fn check(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let layer = LAYERS.iter().find(|(who, _)| is(who, &package.folder));
        if layer.is_none() && !ROOFS.contains(&package.folder.as_str()) {
            findings.push(Finding::new(
                &manifest,
                1,
                "this package has no place in the house: give it a layer in xtask/src/tidy/imports.rs",
            ));
        }
        for need in package.needs.iter().filter(|need| !need.dev) {
            let said = match (&need.folder, layer) {
                (Some(folder), _)
                    if UNSHIPPED.contains(&folder.as_str())
                        && !UNSHIPPED.contains(&package.folder.as_str()) =>
                {
                    Some(format!(
                        "{} is for tests: move it to [dev-dependencies]",
                        need.name
                    ))
                }
                (Some(folder), Some((_, below))) if !below.iter().any(|who| is(who, folder)) => {
                    Some(forbidden(need, folder, below))
                }
                (Some(_), _) => None,
                (None, _) => fenced(need, &package.folder),
            };
            findings.extend(said.map(|text| Finding::new(&manifest, 1, text)));
        }
    }
    findings
}

fn forbidden(need: &Need, folder: &str, below: &[&str]) -> String {
    if below.is_empty() {
        return format!(
            "{} ({folder}) may not be used here: this package depends on no other of the workspace",
            need.name
        );
    }
    format!(
        "{} ({folder}) may not be used here: this package sees only {}; ask one of them for what is missing",
        need.name,
        below.join(", ")
    )
}

fn fenced(need: &Need, folder: &str) -> Option<String> {
    let (_, inside) = FENCES.iter().find(|(names, _)| {
        names
            .iter()
            .any(|name| need.name == *name || need.name.starts_with(&format!("{name}-")))
    })?;
    if inside.iter().chain(UNSHIPPED).any(|who| is(who, folder)) {
        return None;
    }
    Some(format!(
        "{} stays in {}: reach it through that package",
        need.name,
        inside.join(", ")
    ))
}

/// Whether a folder is the one named, or in the family that `name/*` stands for.
fn is(who: &str, folder: &str) -> bool {
    match who.strip_suffix('*') {
        Some(family) => folder.starts_with(family),
        None => who == folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(folder: &str) -> Need {
        Need {
            name: folder.replace('/', "-"),
            folder: Some(folder.to_owned()),
            dev: false,
        }
    }

    fn outside(name: &str) -> Need {
        Need {
            name: name.to_owned(),
            folder: None,
            dev: false,
        }
    }

    fn breaches(folder: &str, need: Need) -> usize {
        check(&[Package {
            vendor_words: Vec::new(),
            folder: folder.to_owned(),
            needs: vec![need],
        }])
        .len()
    }

    #[test]
    fn a_dialect_sees_only_kit_engine_and_model() {
        for good in ["crates/kit", "crates/engine", "crates/model"] {
            assert_eq!(breaches("dialects/sharely", inside(good)), 0, "{good}");
        }
        for bad in [
            "crates/store",
            "crates/bus",
            "crates/channels",
            "dialects/relation",
            "crates/parlor",
        ] {
            assert_eq!(breaches("dialects/sharely", inside(bad)), 1, "{bad}");
        }
    }

    #[test]
    fn no_layer_looks_up() {
        assert_eq!(breaches("crates/engine", inside("crates/store")), 0);
        assert_eq!(breaches("crates/engine", inside("crates/kit")), 1);
        assert_eq!(breaches("crates/store", inside("crates/engine")), 1);
        assert_eq!(breaches("crates/model", inside("crates/store")), 1);
        assert_eq!(breaches("crates/parlor", inside("dialects/sharely")), 0);
    }

    #[test]
    fn drivers_and_networks_stay_behind_their_fences() {
        assert_eq!(breaches("crates/store", outside("rusqlite")), 0);
        assert_eq!(breaches("crates/engine", outside("rusqlite")), 1);
        assert_eq!(
            breaches("crates/engine", outside("tokio-postgres-rustls")),
            1
        );
        assert_eq!(breaches("crates/engine", outside("axum")), 1);
        assert_eq!(breaches("crates/engine", outside("axum-extra")), 1);
        assert_eq!(breaches("crates/engine", outside("reqwest")), 1);
        assert_eq!(breaches("crates/store", outside("async-nats")), 1);
        assert_eq!(breaches("crates/kit", outside("axum")), 0);
        assert_eq!(breaches("xtask", outside("rusqlite")), 0);
        assert_eq!(breaches("crates/engine", outside("serde")), 0);
    }

    #[test]
    fn tests_may_use_anything_and_only_they_the_test_kit() {
        let mut need = inside("crates/testkit");
        assert_eq!(breaches("crates/parlor", need.clone()), 1);
        assert_eq!(breaches("crates/store", inside("crates/cluster")), 1);
        assert_eq!(breaches("crates/testkit", inside("crates/cluster")), 0);
        need.dev = true;
        assert_eq!(breaches("crates/parlor", need.clone()), 0);
        assert_eq!(breaches("dialects/sharely", need), 0);
    }

    #[test]
    fn a_package_without_a_layer_is_told_so() {
        let found = check(&[Package {
            vendor_words: Vec::new(),
            folder: "crates/new".to_owned(),
            needs: Vec::new(),
        }]);
        assert_eq!(found[0].place(), ("crates/new/Cargo.toml", 1));
    }
}
