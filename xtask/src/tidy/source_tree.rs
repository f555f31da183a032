//! Files of the repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::source::Source;
use crate::run;

/// All text files by path, and all Rust sources in parsed form.
#[derive(Default)]
pub(crate) struct SourceTree {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) sources: BTreeMap<String, Source>,
}

impl SourceTree {
    /// Builds a tree of the given files.
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

    /// Returns the text of a file, or an empty text if it does not exist.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }
}

/// Reads all tracked and all untracked, not ignored files, so that violations are found before a commit.
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
        // Deleted files are still listed, and binary files are not text; both are skipped.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.insert(path.to_owned(), text);
        }
    }
    Ok(SourceTree::new(files))
}
