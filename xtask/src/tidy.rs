//! Repository rules that the compiler does not check. They are evaluated on manifests and source text.

use anyhow::{Result, bail};

use crate::run;

mod authority;
mod crates;
mod driver_imports;
mod finding;
mod hosts;
mod imports;
mod invariants;
mod lex;
mod metadata;
mod migrations;
mod module_cycles;
mod names;
mod sizes;
mod source;
mod source_tree;
mod statements;
mod type_names;
mod undeclared;
mod unfinished;
mod vendors;

use finding::Finding;

/// Checks all rules and prints each violation with its remedy.
///
/// # Errors
/// If there is any violation.
pub(crate) fn tidy() -> Result<()> {
    let root = run::repository_root();
    let tree = source_tree::read_tree(&root)?;
    let packages = metadata::read_packages(&root)?;
    let statements = statements::read_statements(&tree);

    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(authority::check(&tree));
    findings.extend(module_cycles::check(&tree));
    findings.extend(crates::check(&root, &tree, &packages)?);
    findings.extend(imports::check(&packages));
    findings.extend(invariants::check(&tree));
    findings.extend(driver_imports::check(&tree));
    findings.extend(sizes::check(&tree));
    findings.extend(vendors::check(&tree, &packages));
    findings.extend(migrations::check(&tree));
    findings.extend(undeclared::check(&tree));
    findings.extend(statements::check(&statements, &tree));
    findings.extend(unfinished::check(&tree));
    findings.extend(hosts::check(&tree));
    findings.extend(names::check(&tree));
    findings.extend(type_names::check(&tree));
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
