//! The rules of the house that no compiler checks, read from the manifests and the sources without compiling them.

use anyhow::{Result, bail};

use crate::run;

mod authority;
mod circles;
mod crates;
mod fences;
mod finding;
mod hosts;
mod imports;
mod leftovers;
mod lex;
mod metadata;
mod migrations;
mod names;
mod sizes;
mod source;
mod statements;
mod tree;
mod vendors;

use finding::Finding;

/// Checks every rule and prints each breach with its remedy.
pub(crate) fn tidy() -> Result<()> {
    let root = run::root();
    let tree = tree::read(&root)?;
    let packages = metadata::read(&root)?;
    let statements = statements::read(&tree);

    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(authority::check(&tree));
    findings.extend(circles::check(&tree));
    findings.extend(crates::check(&root, &tree, &packages)?);
    findings.extend(imports::check(&packages));
    findings.extend(fences::check(&tree));
    findings.extend(sizes::check(&tree));
    findings.extend(vendors::check(&tree, &packages));
    findings.extend(migrations::check(&tree));
    findings.extend(statements::check(&statements, &tree));
    findings.extend(leftovers::check(&tree));
    findings.extend(hosts::check(&tree));
    findings.extend(names::check(&tree));
    findings.sort();
    findings.dedup();

    let global = statements.iter().filter(|s| s.is_global()).count();
    println!(
        "tidy: {} files, {} packages, {} statements of which {global} are global",
        tree.files.len(),
        packages.len(),
        statements.len(),
    );
    if findings.is_empty() {
        return Ok(());
    }
    for finding in &findings {
        println!("{finding}");
    }
    bail!("{} breaches of the rules of the house", findings.len());
}
