//! Master key from the configuration or from the data folder, where the first start creates it.

use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use secrecy::SecretSlice;

use super::private_file::{io_error, require_private, write_private_file};
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;

/// Master key, and its file if this start created it.
pub(crate) struct MasterKey {
    /// 32 bytes.
    pub(crate) key: SecretSlice<u8>,
    /// File, if it was created by this start.
    pub(crate) created_file: Option<PathBuf>,
}

const KEY_HINT: &str = "a master key is 64 hex digits: openssl rand -hex 32";

/// Loads the master key. Creates one if the configuration names none and the data folder has none.
///
/// # Errors
/// `Usage` for a malformed key or a missing file, `Refused` for a file that others can read, or if a SQLite database
/// exists whose key is missing.
pub(crate) fn load(settings: &ServerConfig) -> Result<MasterKey, CliError> {
    if let Some(text) = &settings.master_key {
        return Ok(from_bytes(parse(text.expose()).ok_or_else(|| {
            CliError::new(ExitKind::Usage, "`master_key` is not a master key").with_hint(KEY_HINT)
        })?));
    }
    let path = settings
        .master_key_file
        .clone()
        .unwrap_or_else(|| settings.data.join("master.key"));
    if path.exists() {
        require_private(&path, "600")?;
        return read_file(&path).map(from_bytes);
    }
    if settings.master_key_file.is_some() {
        return Err(CliError::new(
            ExitKind::Usage,
            format!("there is no master key file {}", path.display()),
        )
        .with_hint(KEY_HINT));
    }
    if let Some(database) = settings.sqlite_path()?
        && std::fs::metadata(&database).is_ok_and(|file| file.len() > 0)
    {
        return Err(CliError::new(
            ExitKind::Refused,
            format!(
                "{} exists but its master key {} is missing",
                database.display(),
                path.display()
            ),
        )
        .with_hint("put the file back from where the database came from, or name it with --master-key-file"));
    }
    create(path)
}

/// Reads the master key of a file.
///
/// # Errors
/// `Refused` for a file that others can read, `Usage` for one without a key.
pub(crate) fn read(path: &Path) -> Result<SecretSlice<u8>, CliError> {
    require_private(path, "600")?;
    read_file(path).map(Into::into)
}

fn from_bytes(key: Vec<u8>) -> MasterKey {
    MasterKey {
        key: key.into(),
        created_file: None,
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| io_error("read", path, &error))?;
    parse(&text).ok_or_else(|| {
        CliError::new(
            ExitKind::Usage,
            format!("{} holds no master key", path.display()),
        )
        .with_hint(KEY_HINT)
    })
}

fn create(path: PathBuf) -> Result<MasterKey, CliError> {
    let mut key = vec![0; 32];
    rand::fill(&mut key).map_err(|_| CliError::new(ExitKind::Failed, "no randomness"))?;
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private_file(&path, &format!("{text}\n"))?;
    Ok(MasterKey {
        key: key.into(),
        created_file: Some(path),
    })
}

fn parse(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..32)
        .map(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok())
        .collect()
}

/// Builds the error of a database that was initialized with another master key. Deletes a key file that this start
/// created.
pub(crate) fn mismatch_error(key: &MasterKey) -> CliError {
    if let Some(path) = &key.created_file {
        // The next start must not use the wrong key.
        let _ = std::fs::remove_file(path);
    }
    CliError::new(
        ExitKind::Refused,
        "the master key does not fit this database",
    )
    .with_hint(
        "give this node the master.key of the node that began the database: \
         --master-key-file FILE or PARLOR_MASTER_KEY",
    )
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn master_key_requires_64_hex_digits() {
        assert_eq!(parse(&"0a".repeat(32)), Some(vec![10; 32]));
        assert!(parse(&format!("{}\n", "FF".repeat(32))).is_some());
        for bad in [
            "",
            "0a",
            &"0g".repeat(32),
            &"é".repeat(32),
            &"+1".repeat(32),
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
