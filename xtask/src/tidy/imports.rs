//! Who may import whom: the layers of the house and the fences around drivers and networks.

use super::finding::Finding;
use super::metadata::{PackageDependency, WorkspacePackage};

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
    ("crates/test-postgres", &[]),
    ("xtask", &[]),
];

/// Packages that build on everything but each other's users.
const TOP_PACKAGES: &[&str] = &["crates/parlor", "crates/testkit"];

/// Outside libraries that only some packages may use. A name stands for its family: `axum` for `axum-extra` too.
const RESTRICTED_LIBRARIES: &[(&[&str], &[&str])] = &[
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
const UNSHIPPED_PACKAGES: &[&str] = &["crates/testkit", "crates/test-postgres", "xtask"];

/// Checks every manifest. Dependencies of tests are free, except that only they may name what is for tests.
pub(crate) fn check(packages: &[WorkspacePackage]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let layer = LAYERS
            .iter()
            .find(|(who, _)| matches_folder(who, &package.folder));
        if layer.is_none() && !TOP_PACKAGES.contains(&package.folder.as_str()) {
            findings.push(Finding::new(
                &manifest,
                1,
                "this package has no place in the house: give it a layer in xtask/src/tidy/imports.rs",
            ));
        }
        for need in package.dependencies.iter().filter(|need| !need.is_dev) {
            let said = match (&need.folder, layer) {
                (Some(folder), _)
                    if UNSHIPPED_PACKAGES.contains(&folder.as_str())
                        && !UNSHIPPED_PACKAGES.contains(&package.folder.as_str()) =>
                {
                    Some(format!(
                        "{} is for tests: move it to [dev-dependencies]",
                        need.name
                    ))
                }
                (Some(folder), Some((_, below)))
                    if !below.iter().any(|who| matches_folder(who, folder)) =>
                {
                    Some(layer_error(need, folder, below))
                }
                (Some(_), _) => None,
                (None, _) => restriction_error(need, &package.folder),
            };
            findings.extend(said.map(|text| Finding::new(&manifest, 1, text)));
        }
    }
    findings
}

fn layer_error(need: &PackageDependency, folder: &str, below: &[&str]) -> String {
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

fn restriction_error(need: &PackageDependency, folder: &str) -> Option<String> {
    let (_, inside) = RESTRICTED_LIBRARIES.iter().find(|(names, _)| {
        names
            .iter()
            .any(|name| need.name == *name || need.name.starts_with(&format!("{name}-")))
    })?;
    if inside
        .iter()
        .chain(UNSHIPPED_PACKAGES)
        .any(|who| matches_folder(who, folder))
    {
        return None;
    }
    Some(format!(
        "{} stays in {}: reach it through that package",
        need.name,
        inside.join(", ")
    ))
}

/// Whether a folder is the one named, or in the family that `name/*` stands for.
fn matches_folder(who: &str, folder: &str) -> bool {
    match who.strip_suffix('*') {
        Some(family) => folder.starts_with(family),
        None => who == folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace_dependency(folder: &str) -> PackageDependency {
        PackageDependency {
            name: folder.replace('/', "-"),
            folder: Some(folder.to_owned()),
            is_dev: false,
        }
    }

    fn external_dependency(name: &str) -> PackageDependency {
        PackageDependency {
            name: name.to_owned(),
            folder: None,
            is_dev: false,
        }
    }

    fn finding_count(folder: &str, need: PackageDependency) -> usize {
        check(&[WorkspacePackage {
            vendor_words: Vec::new(),
            folder: folder.to_owned(),
            dependencies: vec![need],
        }])
        .len()
    }

    #[test]
    fn dialect_may_depend_on_kit_engine_and_model_only() {
        for good in ["crates/kit", "crates/engine", "crates/model"] {
            assert_eq!(
                finding_count("dialects/sharely", workspace_dependency(good)),
                0,
                "{good}"
            );
        }
        for bad in [
            "crates/store",
            "crates/bus",
            "crates/channels",
            "dialects/relation",
            "crates/parlor",
        ] {
            assert_eq!(
                finding_count("dialects/sharely", workspace_dependency(bad)),
                1,
                "{bad}"
            );
        }
    }

    #[test]
    fn layer_depends_only_on_lower_layers() {
        assert_eq!(
            finding_count("crates/engine", workspace_dependency("crates/store")),
            0
        );
        assert_eq!(
            finding_count("crates/engine", workspace_dependency("crates/kit")),
            1
        );
        assert_eq!(
            finding_count("crates/store", workspace_dependency("crates/engine")),
            1
        );
        assert_eq!(
            finding_count("crates/model", workspace_dependency("crates/store")),
            1
        );
        assert_eq!(
            finding_count("crates/parlor", workspace_dependency("dialects/sharely")),
            0
        );
    }

    #[test]
    fn restricted_library_elsewhere_is_found() {
        assert_eq!(
            finding_count("crates/store", external_dependency("rusqlite")),
            0
        );
        assert_eq!(
            finding_count("crates/engine", external_dependency("rusqlite")),
            1
        );
        assert_eq!(
            finding_count(
                "crates/engine",
                external_dependency("tokio-postgres-rustls")
            ),
            1
        );
        assert_eq!(
            finding_count("crates/engine", external_dependency("axum")),
            1
        );
        assert_eq!(
            finding_count("crates/engine", external_dependency("axum-extra")),
            1
        );
        assert_eq!(
            finding_count("crates/engine", external_dependency("reqwest")),
            1
        );
        assert_eq!(
            finding_count("crates/store", external_dependency("async-nats")),
            1
        );
        assert_eq!(finding_count("crates/kit", external_dependency("axum")), 0);
        assert_eq!(finding_count("xtask", external_dependency("rusqlite")), 0);
        assert_eq!(
            finding_count("crates/engine", external_dependency("serde")),
            0
        );
    }

    #[test]
    fn dev_dependencies_may_use_testkit() {
        let mut need = workspace_dependency("crates/testkit");
        assert_eq!(finding_count("crates/parlor", need.clone()), 1);
        assert_eq!(
            finding_count("crates/store", workspace_dependency("crates/test-postgres")),
            1
        );
        assert_eq!(
            finding_count(
                "crates/testkit",
                workspace_dependency("crates/test-postgres")
            ),
            0
        );
        need.is_dev = true;
        assert_eq!(finding_count("crates/parlor", need.clone()), 0);
        assert_eq!(finding_count("dialects/sharely", need), 0);
    }

    #[test]
    fn package_without_layer_is_found() {
        let found = check(&[WorkspacePackage {
            vendor_words: Vec::new(),
            folder: "crates/new".to_owned(),
            dependencies: Vec::new(),
        }]);
        assert_eq!(found[0].location(), ("crates/new/Cargo.toml", 1));
    }
}
