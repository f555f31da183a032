//! Rule: dependencies follow the layers, and some external libraries are restricted to some packages.

use super::finding::Finding;
use super::metadata::{PackageDependency, WorkspacePackage};

/// Allowed dependencies of each layer, nearest first. [`TOP_PACKAGES`] may use everything.
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
    // Calls providers, at addresses that `channels` judges.
    (
        "crates/assistant",
        &["crates/channels", "crates/engine", "crates/model"],
    ),
    (
        "crates/gateway",
        &["crates/kit", "crates/engine", "crates/bus", "crates/model"],
    ),
    (
        "crates/console",
        &[
            "crates/gateway",
            "crates/kit",
            "crates/engine",
            "crates/model",
        ],
    ),
    (
        "crates/mcp",
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
    // A carrier outside of the server: it knows of it what a real one is told.
    ("crates/carrier-simulator", &[]),
    // A client library: it depends on the wire protocol only.
    ("crates/client", &[]),
    ("crates/test-postgres", &[]),
    ("xtask", &["crates/test-postgres"]),
];

/// Packages without restrictions on workspace dependencies.
const TOP_PACKAGES: &[&str] = &["crates/parlor", "crates/testkit"];

/// External libraries and the packages that may use them. A name covers its family: `axum` covers `axum-extra`.
const RESTRICTED_LIBRARIES: &[(&[&str], &[&str])] = &[
    (
        &["axum"],
        &[
            "crates/kit",
            "dialects/*",
            "crates/gateway",
            "crates/console",
            "crates/carrier-simulator",
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
    // The PostgreSQL bus needs asynchronous notifications.
    (&["tokio-postgres"], &["crates/store", "crates/bus"]),
    (&["async-nats"], &["crates/bus"]),
    (
        &["reqwest"],
        &[
            "crates/assistant",
            "crates/carrier-simulator",
            "crates/channels",
            "crates/client",
            "crates/files",
        ],
    ),
    (&["object_store"], &["crates/files"]),
    (
        &["lettre"],
        &["crates/carrier-simulator", "crates/channels"],
    ),
];

/// Packages that are not shipped and have no restrictions on external libraries.
const UNSHIPPED_PACKAGES: &[&str] = &["crates/testkit", "crates/test-postgres", "xtask"];

/// Checks every manifest. Dev-dependencies are unrestricted; only they may name unshipped packages.
pub(crate) fn check(packages: &[WorkspacePackage]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let layer = LAYERS
            .iter()
            .find(|(pattern, _)| matches_folder(pattern, &package.folder));
        if layer.is_none() && !TOP_PACKAGES.contains(&package.folder.as_str()) {
            findings.push(Finding::new(
                &manifest,
                1,
                "this package has no place in the house: give it a layer in xtask/src/tidy/imports.rs",
            ));
        }
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| !dependency.is_dev)
        {
            let error = match (&dependency.folder, layer) {
                (Some(folder), _)
                    if UNSHIPPED_PACKAGES.contains(&folder.as_str())
                        && !UNSHIPPED_PACKAGES.contains(&package.folder.as_str()) =>
                {
                    Some(format!(
                        "{} is for tests: move it to [dev-dependencies]",
                        dependency.name
                    ))
                }
                (Some(folder), Some((_, below)))
                    if !below.iter().any(|pattern| matches_folder(pattern, folder)) =>
                {
                    Some(layer_error(dependency, folder, below))
                }
                (Some(_), _) => None,
                (None, _) => restriction_error(dependency, &package.folder),
            };
            findings.extend(error.map(|text| Finding::new(&manifest, 1, text)));
        }
    }
    findings
}

fn layer_error(dependency: &PackageDependency, folder: &str, below: &[&str]) -> String {
    if below.is_empty() {
        return format!(
            "{} ({folder}) may not be used here: this package depends on no other of the workspace",
            dependency.name
        );
    }
    format!(
        "{} ({folder}) may not be used here: this package sees only {}; ask one of them for what is missing",
        dependency.name,
        below.join(", ")
    )
}

fn restriction_error(dependency: &PackageDependency, folder: &str) -> Option<String> {
    let (_, inside) = RESTRICTED_LIBRARIES.iter().find(|(names, _)| {
        names.iter().any(|name| {
            dependency.name == *name || dependency.name.starts_with(&format!("{name}-"))
        })
    })?;
    if inside
        .iter()
        .chain(UNSHIPPED_PACKAGES)
        .any(|pattern| matches_folder(pattern, folder))
    {
        return None;
    }
    Some(format!(
        "{} stays in {}: reach it through that package",
        dependency.name,
        inside.join(", ")
    ))
}

/// Returns whether a folder matches a pattern: a path, or `name/*`.
fn matches_folder(pattern: &str, folder: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => folder.starts_with(family),
        None => pattern == folder,
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

    fn finding_count(folder: &str, dependency: PackageDependency) -> usize {
        check(&[WorkspacePackage {
            vendor_words: Vec::new(),
            folder: folder.to_owned(),
            dependencies: vec![dependency],
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
            finding_count("crates/assistant", external_dependency("reqwest")),
            0
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
        let mut dependency = workspace_dependency("crates/testkit");
        assert_eq!(finding_count("crates/parlor", dependency.clone()), 1);
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
        dependency.is_dev = true;
        assert_eq!(finding_count("crates/parlor", dependency.clone()), 0);
        assert_eq!(finding_count("dialects/sharely", dependency), 0);
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
