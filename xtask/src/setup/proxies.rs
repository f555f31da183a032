//! Proxies of others: nginx and HAProxy.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::run;

/// Programs, and the packages that have them.
const PROXIES: [(&str, &str); 2] = [("nginx", "nginx-light"), ("haproxy", "haproxy")];

/// Finds the programs; installs those that are missing.
pub(crate) fn check(apt: &Apt) -> Result<String> {
    for (program, package) in PROXIES {
        if has_program(program) {
            continue;
        }
        apt.install(&[package])
            .with_context(|| format!("{program} is missing"))?;
        if !has_program(program) {
            bail!("put {program} on PATH");
        }
    }
    Ok("nginx and haproxy".to_owned())
}

/// Administrators' programs are not on everybody's search path.
fn has_program(name: &str) -> bool {
    run::find_program(name).is_some() || Path::new("/usr/sbin").join(name).exists()
}
