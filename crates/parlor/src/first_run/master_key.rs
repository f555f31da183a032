//! The master key: from the configuration, or from the data folder, where the first run puts it.

use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use secrecy::SecretSlice;

use super::access::closed;
use super::folder::{cannot, write_private};
use crate::config::Settings;
use crate::fault::{Exit, Fault};

/// The master key and whether this start made it.
pub struct MasterKey {
    /// 32 bytes.
    pub key: SecretSlice<u8>,
    /// Its file, if it was made just now.
    pub made: Option<PathBuf>,
}

const FIX: &str = "a master key is 64 hex digits: openssl rand -hex 32";

/// Reads the master key; makes one where the data folder has none and the configuration names none.
pub fn load(settings: &Settings) -> Result<MasterKey, Fault> {
    if let Some(text) = &settings.master_key {
        return Ok(given(parse(text.expose()).ok_or_else(|| {
            Fault::new(Exit::Usage, "`master_key` is not a master key").fix(FIX)
        })?));
    }
    let path = settings
        .master_key_file
        .clone()
        .unwrap_or_else(|| settings.data.join("master.key"));
    if path.exists() {
        closed(&path, "600")?;
        return read(&path).map(given);
    }
    if settings.master_key_file.is_some() {
        return Err(Fault::new(
            Exit::Usage,
            format!("there is no master key file {}", path.display()),
        )
        .fix(FIX));
    }
    if let Some(database) = settings.embedded()?
        && std::fs::metadata(&database).is_ok_and(|file| file.len() > 0)
    {
        return Err(Fault::new(
            Exit::Refused,
            format!(
                "{} exists but its master key {} is missing",
                database.display(),
                path.display()
            ),
        )
        .fix("put the file back from where the database came from, or name it with --master-key-file"));
    }
    make(path)
}

fn given(key: Vec<u8>) -> MasterKey {
    MasterKey {
        key: key.into(),
        made: None,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let text = std::fs::read_to_string(path).map_err(|error| cannot("read", path, &error))?;
    parse(&text).ok_or_else(|| {
        Fault::new(
            Exit::Usage,
            format!("{} holds no master key", path.display()),
        )
        .fix(FIX)
    })
}

fn make(path: PathBuf) -> Result<MasterKey, Fault> {
    let mut key = vec![0; 32];
    rand::fill(&mut key).map_err(|_| Fault::new(Exit::Failed, "no randomness"))?;
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(&path, &format!("{text}\n"))?;
    Ok(MasterKey {
        key: key.into(),
        made: Some(path),
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

/// The database was begun with another master key.
pub fn misfit(key: &MasterKey) -> Fault {
    if let Some(path) = &key.made {
        // It opens nothing; the next start must not take it for the right one.
        let _ = std::fs::remove_file(path);
    }
    Fault::new(Exit::Refused, "the master key does not fit this database").fix(
        "give this node the master.key of the node that began the database: \
         --master-key-file FILE or PARLOR_MASTER_KEY",
    )
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_64_hex_digits_are_a_master_key() {
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
