//! Programs that tests run, such as `curl`, `jq` and a browser.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::run;

/// Program with its package and minimum version.
pub(crate) struct Tool {
    program: &'static str,
    package: &'static str,
    min_version: (u32, u32),
}

/// All programs except PostgreSQL, Python and Node.js.
pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        program: "cc",
        package: "gcc",
        min_version: (0, 0),
    },
    Tool {
        program: "curl",
        package: "curl",
        min_version: (7, 60),
    },
    Tool {
        program: "jq",
        package: "jq",
        min_version: (1, 5),
    },
    Tool {
        program: "chromium",
        package: "chromium",
        min_version: (100, 0),
    },
    Tool {
        program: "systemd-analyze",
        package: "systemd",
        min_version: (250, 0),
    },
    Tool {
        program: "nats-server",
        package: "nats-server",
        min_version: (2, 9),
    },
];

/// Finds a program, installs it if it is missing, and checks its version.
pub(crate) fn check(tool: &Tool, apt: &Apt) -> Result<String> {
    if run::find_program(tool.program).is_none() {
        apt.install(&[tool.package])
            .with_context(|| format!("{} is missing", tool.program))?;
    }
    let text = run::checked_output(Command::new(tool.program).arg("--version"))?;
    let (major, minor) = tool.min_version;
    match parse_version(text.lines().next().unwrap_or("")) {
        Some(version) if version >= tool.min_version => {
            Ok(format!("{} {}.{}", tool.program, version.0, version.1))
        }
        found => bail!(
            "{} {major}.{minor} or newer is needed, found {}: install a newer {}",
            tool.program,
            found.map_or("none".to_owned(), |(major, minor)| format!(
                "{major}.{minor}"
            )),
            tool.package
        ),
    }
}

/// Parses the first `major.minor` of a line.
pub(super) fn parse_version(text: &str) -> Option<(u32, u32)> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find_map(|word| {
            let (major, rest) = word.split_once('.')?;
            let minor = rest.split('.').next()?;
            Some((major.parse().ok()?, minor.parse().ok()?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_version_reads_program_output() {
        assert_eq!(parse_version("v20.20.2"), Some((20, 20)));
        assert_eq!(parse_version("Python 3.11.7"), Some((3, 11)));
        assert_eq!(parse_version("jq-1.6"), Some((1, 6)));
        assert_eq!(
            parse_version("curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1"),
            Some((7, 88))
        );
        assert_eq!(
            parse_version("cc (Debian 12.2.0-14+deb12u1) 12.2.0"),
            Some((12, 2))
        );
        assert_eq!(parse_version("none"), None);
    }
}
