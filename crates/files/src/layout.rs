//! Names of files in the folder: `<workspace>/<ab>/<rest of the hash>-<location>`, so that `sha256sum` can verify the
//! content; `<workspace>/incoming/<location>` during an upload.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use parlor_model::file::{ContentHash, Location};
use uuid::Uuid;

/// Returns the folder of a workspace's running uploads.
pub(crate) fn incoming_folder(root: &Path, ws: i64) -> PathBuf {
    root.join(ws.to_string()).join("incoming")
}

/// Returns the folder of a workspace's contents whose hash begins with this byte.
pub(crate) fn part_folder(root: &Path, ws: i64, part: u8) -> PathBuf {
    root.join(ws.to_string()).join(format!("{part:02x}"))
}

/// Returns the path of a content. An upload that has not ended has no hash.
pub(crate) fn path(root: &Path, location: Location, hash: Option<ContentHash>) -> PathBuf {
    let Some(ContentHash(hash)) = hash else {
        return incoming_folder(root, location.ws).join(location.id.simple().to_string());
    };
    let mut name = String::with_capacity(2 * hash.len() + 32);
    for byte in &hash[1..] {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    let _ = write!(name, "-{}", location.id.simple());
    part_folder(root, location.ws, hash[0]).join(name)
}

/// Returns the path of a content below the folder of all files.
pub fn relative_path(location: Location, hash: ContentHash) -> PathBuf {
    path(Path::new(""), location, Some(hash))
}

/// Parses the path of a content below the folder of all files. Returns `None` for a path that this program does not make.
pub fn parse_relative_path(path: &Path) -> Option<(Location, ContentHash)> {
    let mut names = path.to_str()?.split('/');
    let (ws, part, name) = (names.next()?, names.next()?, names.next()?);
    let ws: i64 = ws.parse().ok()?;
    let found = parse_sealed(ws, u8::from_str_radix(part, 16).ok()?, name)?;
    // One content has one path: no sign, no leading zero, no capital letter.
    (relative_path(found.0, found.1) == path).then_some(found)
}

/// Parses a file name of a part's folder. Returns `None` for a name that this program has not created.
pub(crate) fn parse_sealed(ws: i64, part: u8, name: &str) -> Option<(Location, ContentHash)> {
    let (rest, id) = name.split_once('-')?;
    if rest.len() != 62 || !rest.is_ascii() {
        return None;
    }
    let mut hash = [part; 32];
    for (index, byte) in hash.iter_mut().enumerate().skip(1) {
        let digits = rest.get(2 * index - 2..2 * index)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some((parse_incoming(ws, id)?, ContentHash(hash)))
}

/// Parses a file name of the folder of running uploads.
pub(crate) fn parse_incoming(ws: i64, name: &str) -> Option<Location> {
    let id = Uuid::try_parse(name).ok()?;
    Some(Location { ws, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_sealed_file_is_parsed_back() {
        let hash = ContentHash(std::array::from_fn(|index| index as u8 ^ 0xa5));
        let location = Location {
            ws: 7,
            id: Uuid::from_u128(42),
        };
        let path = path(Path::new("files"), location, Some(hash));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        assert_eq!(parse_sealed(7, hash.0[0], name), Some((location, hash)));
        assert_eq!(parse_sealed(7, 0, "notes.txt"), None);
        let relative = relative_path(location, hash);
        assert_eq!(parse_relative_path(&relative), Some((location, hash)));
        for other in [
            format!("../{}", relative.display()),
            format!("0{}", relative.display()),
        ] {
            assert_eq!(parse_relative_path(Path::new(&other)), None, "{other}");
        }
    }
}
