//! The package: its types, what is generated in it, what is published, and its scenarios in Node.js.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::TestServer;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, tokio};
use tempfile::TempDir;

use crate::tools;

const LIMIT: Duration = Duration::from_secs(120);

/// Greatest size of the widget as a browser loads it, compressed.
const MAX_WIDGET_BYTES: usize = 25_000;

/// The folder of the clients.
pub(super) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients")
}

/// Copy of the package beside the tools that its scripts use.
struct PackageCopy {
    folder: TempDir,
}

impl PackageCopy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&sources(), folder.path());
        let tools = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
        let package = folder.path().join("typescript");
        std::os::unix::fs::symlink(tools.join("node_modules"), package.join("node_modules"))
            .unwrap();
        Self { folder }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("typescript").join(below)
    }

    /// Runs npm in the package; returns its output.
    async fn run_npm(&self, arguments: &[&str]) -> String {
        let script = self.run("node", &["-e", NPM_SCRIPT]).await;
        match script.trim() {
            "" => self.run("npm", arguments).await,
            script => self.run("node", &[&[script], arguments].concat()).await,
        }
    }

    /// Runs a program in the package; returns its output.
    async fn run(&self, program: &str, arguments: &[&str]) -> String {
        let program = match program {
            "tsc" => &self.path("node_modules/.bin/tsc"),
            other => Path::new(other),
        };
        let output = tools::run(program, arguments, &[], &self.path(""), LIMIT).await;
        tools::output_text(&output)
    }
}

/// The script of an npm that came with its own Node.js and is in no search path.
const NPM_SCRIPT: &str = "const { join, dirname } = require('node:path');
    const own = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
    console.log(require('node:fs').existsSync(own) ? own : '')";

/// Copies a folder without the packages that a developer may have linked into it.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "node_modules" {
                std::fs::create_dir(&target).unwrap();
                copy(&entry.path(), &target);
            }
        } else if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Asserts that a file of the package is what its script writes.
fn assert_current(copy: &PackageCopy, written: &Path, name: &str) {
    let committed = std::fs::read_to_string(copy.path(name)).unwrap();
    let written = std::fs::read_to_string(written).unwrap();
    assert!(
        committed == written,
        "clients/typescript/{name} is not what its script writes; see the README beside it"
    );
}

#[test]
fn generated_files_are_current() {
    block_on(async {
        let server = TestServer::start(TestBackend::Sqlite).await;
        let copy = PackageCopy::new();
        let folder = copy.path("written");
        std::fs::create_dir(&folder).unwrap();
        for kind in ["openapi", "asyncapi"] {
            let path = format!("/{kind}/tenant-chats.json");
            let document = server.get(&path).send().await.expect(200).to_string();
            std::fs::write(folder.join(format!("{kind}.json")), document).unwrap();
        }
        let generate = [
            "scripts/generate-types.js",
            "written/openapi.json",
            "written/asyncapi.json",
            "written",
        ];
        tokio::join!(
            copy.run("node", &generate),
            copy.run("node", &["scripts/build-widget.js", "written/widget.js"])
        );
        for name in ["openapi.d.ts", "asyncapi.d.ts"] {
            assert_current(&copy, &folder.join(name), &format!("src/generated/{name}"));
        }
        assert_current(&copy, &folder.join("widget.js"), "dist/widget.js");
        let script = "const { gzipSync } = require('node:zlib');
            console.log(gzipSync(require('node:fs').readFileSync('dist/widget.js')).length)";
        let size: usize = copy
            .run("node", &["-e", script])
            .await
            .trim()
            .parse()
            .unwrap();
        assert!(size < MAX_WIDGET_BYTES, "the widget has {size} bytes");
    });
}

#[test]
fn package_is_complete_and_its_types_serve_a_program() {
    block_on(async {
        let copy = PackageCopy::new();
        copy.run("tsc", &[]).await;
        let packed = copy.run_npm(&["pack", "--json", "--silent"]).await;
        let packed: serde_json::Value =
            serde_json::from_str(&packed[packed.find('[').unwrap()..]).unwrap();
        let files = packed[0]["files"].as_array().unwrap();
        let files: Vec<_> = files
            .iter()
            .map(|file| file["path"].as_str().unwrap())
            .collect();
        for name in [
            "LICENSE",
            "README.md",
            "src/index.js",
            "types/index.d.ts",
            "types/generated/openapi.d.ts",
        ] {
            assert!(files.contains(&name), "{name} of {files:?}");
        }
        let is_foreign = |name: &&&str| name.starts_with("tests/") || name.contains("node_modules");
        assert_eq!(files.iter().find(is_foreign), None);
        let lint = "import('publint').then(async ({ publint }) => {
            const { messages } = await publint({ pkgDir: '.', pack: false, strict: true });
            if (messages.length > 0) throw new Error(JSON.stringify(messages));
        })";
        copy.run("node", &["-e", lint]).await;
        // A program in TypeScript that uses what was packed.
        let user = copy.path("user");
        std::fs::create_dir_all(user.join("node_modules/parlor-client")).unwrap();
        let archive = packed[0]["filename"].as_str().unwrap();
        let into = "user/node_modules/parlor-client";
        copy.run(
            "tar",
            &["-xzf", archive, "--strip-components=1", "-C", into],
        )
        .await;
        std::fs::copy(copy.path("tests/consumer.ts"), user.join("consumer.ts")).unwrap();
        std::fs::copy(copy.path("tests/consumer.json"), user.join("tsconfig.json")).unwrap();
        copy.run("tsc", &["-p", "user"]).await;
    });
}

#[test]
fn shared_scenarios_are_met_in_node() {
    block_on(async {
        let copy = PackageCopy::new();
        let printed = copy.run("node", &["tests/node.js"]).await;
        assert!(
            printed.lines().all(|line| line.starts_with("ok ")),
            "{printed}"
        );
        assert!(printed.lines().count() > 20, "{printed}");
    });
}
