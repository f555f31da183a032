//! Pictures of every page of the console, in light and dark colours and on a narrow screen.

use anyhow::{Context, Result};

use crate::run;

/// Variable that tells the browser's visit where to put its pictures.
const FOLDER: &str = "PARLOR_TEST_SCREENSHOTS";

/// Lets the visit of the browser, which the tests make, take a picture of each page.
///
/// # Errors
/// If a check of the visit fails.
pub(crate) fn screenshots() -> Result<()> {
    let folder = run::target_dir()?.join("screenshots");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let visit = [
        "test",
        "--package",
        "parlor",
        "--test",
        "console",
        "browser::",
    ];
    run::run_checked(run::cargo_command().args(visit).env(FOLDER, &folder))?;
    println!("screenshots: in {}", folder.display());
    Ok(())
}
