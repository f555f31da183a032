//! `parlor completions` and `parlor man`: made of the grammar.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

use super::print;
use crate::cli_error::{CliError, ExitKind};

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// The folder for a page of each command; one page on standard output if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints a completion script.
pub(super) fn print_completions(
    args: &CompletionsArgs,
    mut command: clap::Command,
) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "parlor", &mut script);
    print::bytes(&script).map_err(|error| write_error(Path::new("standard output"), &error))
}

/// Prints the manual page of the program, or writes those of all commands.
///
/// # Errors
/// `Failed` if a page cannot be written.
pub(super) fn write_manual(args: &ManArgs, command: clap::Command) -> Result<(), CliError> {
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command).render(&mut page);
        return rendered
            .and_then(|()| print::bytes(&page))
            .map_err(|error| write_error(Path::new("standard output"), &error));
    };
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| write_error(folder, &error))
}

fn write_error(path: &Path, error: &io::Error) -> CliError {
    CliError::new(
        ExitKind::Failed,
        format!("cannot write {}: {error}", path.display()),
    )
    .with_hint("name a folder that you may write in")
}
