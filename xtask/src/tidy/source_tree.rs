//! The files of the repository as the rules see them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::source::Source;
use crate::run;

/// Every text file by its path, and the Rust sources once more in read form.
#[derive(Default)]
pub(crate) struct SourceTree {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) sources: BTreeMap<String, Source>,
}

impl SourceTree {
    /// A tree of the given files; tests build theirs this way.
    pub(crate) fn new(files: BTreeMap<String, String>) -> Self {
        let sources = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| (path.clone(), Source::parse(path, text)))
            .collect();
        SourceTree { files, sources }
    }

    #[cfg(test)]
    pub(crate) fn from_texts(files: &[(&str, &str)]) -> Self {
        Self::new(
            files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect(),
        )
    }

    /// The text of one file, empty when there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }
}

/// Reads what git tracks and what it would track if added, so that a breach shows before the commit.
pub(crate) fn read_tree(root: &Path) -> Result<SourceTree> {
    let listed = run::checked_output(Command::new("git").current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut files = BTreeMap::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A deleted file is still listed, a binary file is not text: neither has anything to check.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.insert(path.to_owned(), text);
        }
    }
    Ok(SourceTree::new(files))
}
