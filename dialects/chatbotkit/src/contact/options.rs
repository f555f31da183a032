//! The fields of a contact in requests, after the vendor's manual on contacts.

use parlor_engine::member::{FingerprintSource, normalize_email};
use parlor_model::id::kind;
use parlor_model::import::ImportContact;
use parlor_model::member::{CreateMember, MemberKind, Profile, UpdateMember};
use parlor_model::{Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fingerprint;
use crate::body::{self, NullableText};
use crate::import::RecordHead;

/// The body of `create`, `ensure` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown
/// fields are accepted and ignored.
#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = ContactFields)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactOptions {
    /// What it is called.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    name: NullableText,
    /// A text about it.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    description: NullableText,
    /// What identifies it; derived from an address when absent.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 512)]
    fingerprint: NullableText,
    /// Email address, checked for form. Case is kept and does not tell two addresses apart.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 254, pattern = r"^(|[!-?A-~]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)$")]
    email: NullableText,
    /// Phone number with its country code, or as it is dialled in the workspace's region. Kept in E.164.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, format = "phone")]
    phone: NullableText,
    /// A short name.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    nick: NullableText,
    /// What it prefers.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    preferences: NullableText,
    /// When an address was verified: milliseconds, ISO 8601 or null.
    #[serde(default, deserialize_with = "body::nullable_timestamp")]
    #[schema(schema_with = body::nullable_timestamp_schema)]
    verified_at: Option<Option<Timestamp>>,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
}

/// The commands of an upsert: one if the contact is new, one if it exists.
pub(crate) struct UpsertContactParts {
    pub(crate) command: CreateMember,
    pub(crate) changes: UpdateMember,
    pub(crate) source: FingerprintSource,
}

impl ContactOptions {
    /// Returns whether the caller gave the fingerprint or it is derived.
    pub(super) fn fingerprint_source(&self) -> FingerprintSource {
        match self.has_fingerprint() {
            true => FingerprintSource::Caller,
            false => FingerprintSource::Derived,
        }
    }

    /// Converts to the commands of an upsert. `random` is as in [`into_create_command`](Self::into_create_command).
    pub(crate) fn into_upsert_parts(
        self,
        random: impl FnOnce() -> uuid::Uuid,
    ) -> Result<UpsertContactParts> {
        Ok(UpsertContactParts {
            source: self.fingerprint_source(),
            changes: self.clone().into_update_command()?,
            command: self.into_create_command(random)?,
        })
    }

    /// Returns whether a fingerprint is given.
    pub(super) fn has_fingerprint(&self) -> bool {
        self.fingerprint
            .as_ref()
            .and_then(Option::as_ref)
            .is_some_and(|text| !text.is_empty())
    }

    /// Converts to a command. `random` is called for the fingerprint of a contact that no field identifies.
    ///
    /// # Errors
    /// `Invalid` for an invalid email address, a too long fingerprint or invalid metadata.
    pub(super) fn into_create_command(
        self,
        random: impl FnOnce() -> uuid::Uuid,
    ) -> Result<CreateMember> {
        let profile = Profile {
            name: self.name.flatten(),
            description: self.description.flatten(),
            email: validated_email(self.email)?.flatten(),
            phone: body::blank_to_null(self.phone).flatten(),
            nick: self.nick.flatten(),
            photo: None,
            instructions: None,
            chat_model: None,
            preferences: self.preferences.flatten(),
        };
        let given = body::validated_unique(self.fingerprint, "fingerprint")?.flatten();
        let fingerprint = given.unwrap_or_else(|| fingerprint::derive(&profile, random));
        Ok(CreateMember {
            fingerprint: Some(fingerprint),
            metadata: body::parse_new_metadata(self.meta)?,
            verified_at: self.verified_at.flatten(),
            profile,
            ..CreateMember::new(MemberKind::Contact)
        })
    }

    /// Converts to a record of an import. A fingerprint that an export derived from the id is not imported.
    pub(super) fn into_import_record(
        self,
        head: RecordHead<kind::Member>,
    ) -> Result<ImportContact> {
        let derived = fingerprint::from_member_id(head.id);
        let given = body::validated_unique(self.fingerprint, "fingerprint")?.flatten();
        Ok(ImportContact {
            id: head.id,
            fingerprint: given.filter(|given| *given != derived),
            profile: Profile {
                name: self.name.flatten(),
                description: self.description.flatten(),
                email: validated_email(self.email)?.flatten(),
                phone: body::blank_to_null(self.phone).flatten(),
                nick: self.nick.flatten(),
                photo: None,
                instructions: None,
                chat_model: None,
                preferences: self.preferences.flatten(),
            },
            verified_at: self.verified_at.flatten(),
            metadata: head.metadata,
            times: head.timestamps,
        })
    }

    /// Converts to a command. A fingerprint cannot be removed: null keeps it.
    pub(super) fn into_update_command(self) -> Result<UpdateMember> {
        Ok(UpdateMember {
            name: self.name,
            description: self.description,
            email: validated_email(self.email)?,
            phone: body::blank_to_null(self.phone),
            nick: self.nick,
            preferences: self.preferences,
            fingerprint: body::validated_unique(self.fingerprint, "fingerprint")?.flatten(),
            verified_at: self.verified_at,
            metadata: self.meta.map(body::parse_metadata).transpose()?,
            ..UpdateMember::default()
        })
    }
}

/// Normalizes an email address. An empty text is treated as null.
fn validated_email(field: NullableText) -> Result<NullableText> {
    match body::blank_to_null(field) {
        Some(Some(text)) => Ok(Some(Some(normalize_email(&text)?))),
        other => Ok(other),
    }
}
