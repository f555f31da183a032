//! Fields of the member object that the engine has no column for. They are stored in the member's metadata and deleted
//! with the member.

use parlor_engine::member;
use parlor_kit::time;
use parlor_model::{Error, Metadata, Result, text};
use serde_json::{Map, Value};

pub(super) const NOTIFY_EMAIL: &str = "notifyEmail";
pub(super) const DATE_OF_BIRTH: &str = "dateOfBirth";
pub(super) const LOCALE: &str = "locale";
pub(super) const TOS_ACCEPTED: &str = "tosAccepted";
pub(super) const DATA: &str = "data";
/// Where older versions stored labels.
const LEGACY_LABELS: &str = "labels";

/// Changes to these fields. `None` keeps, `Some(None)` clears.
#[derive(Debug, Default)]
pub(super) struct UpdateExtraFields {
    pub(super) notify_email: Option<Option<String>>,
    pub(super) date_of_birth: Option<Option<String>>,
    pub(super) locale: Option<Option<String>>,
    pub(super) tos_accepted: Option<Option<bool>>,
    pub(super) data: Option<Option<Map<String, Value>>>,
    /// Whether labels change, which removes `LEGACY_LABELS`.
    pub(super) changes_labels: bool,
}

/// Field names for error messages.
pub(super) struct ExtraFieldNames {
    pub(super) date_of_birth: &'static str,
    pub(super) locale: &'static str,
}

impl UpdateExtraFields {
    /// Converts the changes to a patch of the metadata, in which null removes a key.
    pub(super) fn into_metadata_patch(self, names: &ExtraFieldNames) -> Result<Metadata> {
        let mut patch = Map::new();
        let mut set = |name: &str, value: Option<Option<Value>>| {
            if let Some(value) = value {
                patch.insert(name.to_owned(), value.unwrap_or(Value::Null));
            }
        };
        set(
            NOTIFY_EMAIL,
            normalized_text(self.notify_email, validated_email)?,
        );
        // Null clears the date; an empty text is invalid, as documented.
        let born = match self.date_of_birth {
            Some(Some(text)) => Some(Some(Value::from(validated_date(
                &text,
                names.date_of_birth,
            )?))),
            Some(None) => Some(None),
            None => None,
        };
        set(DATE_OF_BIRTH, born);
        let locale = |tag: &str| {
            text::validate_length(tag, names.locale, 35)?;
            Ok(tag.to_owned())
        };
        set(LOCALE, normalized_text(self.locale, locale)?);
        let accepted = self.tos_accepted;
        set(TOS_ACCEPTED, accepted.map(|given| given.map(Value::from)));
        set(DATA, self.data.map(|given| given.map(Value::Object)));
        if self.changes_labels {
            set(LEGACY_LABELS, Some(None));
        }
        Metadata::new(patch, DATA)
    }
}

/// Normalizes a text with `keep`. A blank text clears the field.
fn normalized_text(
    given: Option<Option<String>>,
    keep: impl Fn(&str) -> Result<String>,
) -> Result<Option<Option<Value>>> {
    let Some(given) = given else {
        return Ok(None);
    };
    let filled = given.map(|text| text.trim().to_owned());
    match filled.filter(|text| !text.is_empty()) {
        None => Ok(Some(None)),
        Some(text) => Ok(Some(Some(Value::from(keep(&text)?)))),
    }
}

fn validated_email(text: &str) -> Result<String> {
    let refused = |_| Error::invalid(NOTIFY_EMAIL, "must be an email address");
    member::normalize_email(text).map_err(refused)
}

/// Validates a date of the calendar, as `YYYY-MM-DD`.
fn validated_date(text: &str, field: &'static str) -> Result<String> {
    let is_date = text.len() == 10 && time::parse_iso(&format!("{text}T00:00:00Z")).is_some();
    if is_date {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid(field, "must be a date as YYYY-MM-DD"))
    }
}
