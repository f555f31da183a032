//! Mail programs of others: swaks, which sends, and postfix, which receives and hands over.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::run;

const PACKAGES: [&str; 3] = ["postfix", "swaks", "libnet-ssleay-perl"];
/// Administrators' programs are not on everybody's search path.
const POSTFIX: &str = "/usr/sbin/postfix";
/// Answer to the question of Debian's package: without a configuration it starts no mail server of the machine.
const NO_CONFIGURATION: &str = "postfix postfix/main_mailer_type select No configuration\n";

/// Finds the programs; installs them if one is missing.
pub(crate) fn check(apt: &Apt) -> Result<String> {
    if !is_complete() {
        if apt.is_root() && run::find_program("debconf-set-selections").is_some() {
            answer_question().context("debconf-set-selections failed")?;
        }
        apt.install(&PACKAGES)
            .with_context(|| format!("{} are missing", PACKAGES.join(", ")))?;
    }
    if !is_complete() {
        bail!("put postfix, swaks, and perl with Net::SSLeay on PATH");
    }
    let remark = match apt.is_root() {
        true => "",
        false => ", whose test fails without root: only root can start it",
    };
    Ok(format!("swaks and postfix{remark}"))
}

fn is_complete() -> bool {
    let has_postfix = run::find_program("postfix").is_some() || Path::new(POSTFIX).exists();
    let has_tls = || {
        let mut perl = Command::new("perl");
        run::checked_output(perl.args(["-MNet::SSLeay", "-e", "1"])).is_ok()
    };
    has_postfix && run::find_program("swaks").is_some() && has_tls()
}

fn answer_question() -> Result<()> {
    let mut child = Command::new("debconf-set-selections")
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(NO_CONFIGURATION.as_bytes())?;
    }
    if !child.wait()?.success() {
        bail!("it was refused");
    }
    Ok(())
}
