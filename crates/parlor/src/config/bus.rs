//! Selection of the bus by setting and database.

use std::path::PathBuf;

use parlor_bus::NatsOptions;
use parlor_model::redacted::Redacted;

use crate::bus::{BusKind, NatsSettings};
use crate::cli_error::{CliError, ExitKind};

/// Settings that select the bus.
pub(super) struct BusSettings<'s> {
    /// `bus`; an empty text selects the default of the database.
    pub(super) bus: &'s str,
    pub(super) is_postgres: bool,
    pub(super) is_single: bool,
    pub(super) credentials_file: Option<PathBuf>,
    pub(super) certificates_file: Option<PathBuf>,
    pub(super) subject: Option<String>,
}

/// Longest subject.
const MAX_SUBJECT_BYTES: usize = 200;

impl BusSettings<'_> {
    /// Resolves the settings.
    ///
    /// # Errors
    /// `Usage` for an unknown bus, or for one that does not work with the database.
    pub(super) fn resolve(self) -> Result<BusKind, CliError> {
        let is_nats = ["nats://", "tls://"]
            .iter()
            .any(|scheme| self.bus.starts_with(scheme));
        if !is_nats && self.has_nats_settings() {
            return Err(invalid_bus_error(
                "settings of NATS without a NATS server",
                "name one with bus = \"nats://HOST:4222\", or leave the settings out that begin with `nats_`",
            ));
        }
        match (self.bus, self.is_postgres) {
            ("", true) if self.is_single => Ok(BusKind::Local),
            ("" | "postgres:", true) => Ok(BusKind::Postgres),
            ("" | "memory:", false) => Ok(BusKind::Local),
            ("memory:", true) if self.is_single => Ok(BusKind::Local),
            ("memory:", true) => Err(invalid_bus_error(
                "memory: on PostgreSQL lets nodes learn nothing of each other",
                "leave --bus out, or say --single-node true where this is the database's only node",
            )),
            ("postgres:", false) => Err(invalid_bus_error(
                "postgres: needs a PostgreSQL database",
                "leave --bus out, or name one with --database postgres://...",
            )),
            (_, false) if is_nats => Err(invalid_bus_error(
                "an embedded database has one node, which needs no NATS server",
                "leave --bus out, or name a database with --database postgres://...",
            )),
            (servers, true) if is_nats => self.resolve_nats(servers),
            _ => Err(invalid_bus_error(
                "the bus is none of postgres:, memory: and nats://HOST:PORT",
                "leave --bus out for the default of the database",
            )),
        }
    }

    fn has_nats_settings(&self) -> bool {
        self.credentials_file.is_some()
            || self.certificates_file.is_some()
            || self.subject.is_some()
    }

    fn resolve_nats(&self, servers: &str) -> Result<BusKind, CliError> {
        // The address is not repeated: it may have a password.
        if NatsOptions::parse(servers, String::new()).is_err() {
            return Err(invalid_bus_error(
                "the address of a NATS server cannot be read",
                "write nats://HOST:4222 or tls://HOST:4222, several of them separated by commas",
            ));
        }
        if self
            .subject
            .as_deref()
            .is_some_and(|subject| !is_subject(subject))
        {
            return Err(invalid_bus_error(
                "`nats_subject` is not a subject",
                "use words of letters, digits, `-` and `_`, separated by dots",
            ));
        }
        Ok(BusKind::Nats(NatsSettings {
            servers: Redacted(servers.to_owned()),
            credentials_file: self.credentials_file.clone(),
            certificates_file: self.certificates_file.clone(),
            subject: self.subject.clone(),
        }))
    }
}

/// Returns whether a text is a subject without wildcards.
fn is_subject(text: &str) -> bool {
    let is_word = |word: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !word.is_empty() && word.bytes().all(is_letter)
    };
    text.len() <= MAX_SUBJECT_BYTES && text.split('.').all(is_word)
}

fn invalid_bus_error(message: &str, fix: &str) -> CliError {
    CliError::new(ExitKind::Usage, message).with_hint(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(bus: &str, is_postgres: bool, is_single: bool) -> BusSettings<'_> {
        BusSettings {
            bus,
            is_postgres,
            is_single,
            credentials_file: None,
            certificates_file: None,
            subject: None,
        }
    }

    #[test]
    fn database_selects_default_bus() {
        let rows = [
            ("", false, false, Some(BusKind::Local)),
            ("memory:", false, false, Some(BusKind::Local)),
            ("postgres:", false, false, None),
            ("nats://127.0.0.1:4222", false, false, None),
            ("", true, false, Some(BusKind::Postgres)),
            ("postgres:", true, true, Some(BusKind::Postgres)),
            ("memory:", true, false, None),
            ("memory:", true, true, Some(BusKind::Local)),
            ("", true, true, Some(BusKind::Local)),
            ("kafka://127.0.0.1:4222", true, false, None),
            ("nats://127.0.0.1:notaport", true, false, None),
        ];
        for (bus, is_postgres, is_single, expected) in rows {
            let resolved = settings(bus, is_postgres, is_single).resolve().ok();
            assert_eq!(resolved, expected, "{bus:?} {is_postgres}");
        }
    }

    #[test]
    fn nats_settings_need_a_server_and_a_plain_subject() {
        let servers = "nats://127.0.0.1:4222,tls://user:word@example.com:4223";
        let with_subject = |bus, subject: &str| BusSettings {
            subject: Some(subject.to_owned()),
            ..settings(bus, true, false)
        };
        assert!(matches!(
            settings(servers, true, false).resolve(),
            Ok(BusKind::Nats(_))
        ));
        assert!(matches!(
            with_subject(servers, "a.b-c").resolve(),
            Ok(BusKind::Nats(_))
        ));
        for subject in ["", "a..b", "a.*", "a.>", "a b"] {
            assert!(
                with_subject(servers, subject).resolve().is_err(),
                "{subject:?}"
            );
        }
        assert!(with_subject("postgres:", "a").resolve().is_err());
        let kind = settings(servers, true, false).resolve().unwrap();
        assert!(!format!("{kind:?}").contains("word"));
    }
}
