//! Members.

use parlor_model::access::WorkspaceRole;
use parlor_model::id::MemberId;
use parlor_model::member::{CreateMember, Member, MemberKind, MemberRef, Profile};
use parlor_model::{Metadata, Result, Timestamp, principal};

use super::api_key::parse_scopes;
use super::search_index;
use crate::sql::member as sql;
use crate::{Row, Tx, params};

/// Lookup key of a member.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub enum MemberLookup<'a> {
    Id(MemberId),
    Number(i64),
    External(&'a str),
    Fingerprint(&'a str),
    Handle(&'a str),
    Wallet(&'a str),
    /// By the id of a member without a customer-assigned id, otherwise by customer-assigned id.
    IdOrExternal(MemberId, &'a str),
}

/// Member with the columns that only lookups use.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// Member.
    pub member: Member,
    /// Fingerprint.
    pub fingerprint: Option<String>,
    /// Wallet address.
    pub wallet: Option<String>,
}

/// Finds a member.
pub fn find(tx: &mut dyn Tx, ws: i64, by: MemberLookup<'_>) -> Result<Option<MemberRow>> {
    match by {
        MemberLookup::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        MemberLookup::Number(number) => {
            tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row)
        }
        MemberLookup::External(text) => {
            tx.query_one(&sql::BY_EXTERNAL, params![ws, text], from_row)
        }
        MemberLookup::Fingerprint(text) => {
            tx.query_one(&sql::BY_FINGERPRINT, params![ws, text], from_row)
        }
        MemberLookup::Handle(text) => tx.query_one(&sql::BY_HANDLE, params![ws, text], from_row),
        MemberLookup::Wallet(text) => tx.query_one(&sql::BY_WALLET, params![ws, text], from_row),
        MemberLookup::IdOrExternal(id, text) => {
            tx.query_one(&sql::BY_ID_OR_EXTERNAL, params![ws, &id, text], from_row)
        }
    }
}

/// Sets the fingerprint of a member.
pub fn set_fingerprint(tx: &mut dyn Tx, ws: i64, number: i64, fingerprint: &str) -> Result<()> {
    tx.execute(&sql::SET_FINGERPRINT, params![ws, number, fingerprint])
        .map(drop)
}

/// Finds the reference to the member with this customer-assigned id.
pub fn find_ref_by_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    external: &str,
) -> Result<Option<MemberRef>> {
    tx.query_one(&sql::REF_BY_EXTERNAL, params![ws, external], |row| {
        read_ref(row, 0)
    })
}

/// Inserts a member; `None` if one of its unique columns is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateMember) -> Result<Option<MemberRef>> {
    tx.register_insert(ws)?;
    let stamp = tx.next_stamp();
    let id: MemberId = stamp.id();
    let handle = new
        .handle
        .clone()
        .unwrap_or_else(|| principal::handle_from_id(stamp.id));
    let scopes = new.scopes.to_string();
    let metadata = new.metadata.to_text();
    let profile = &new.profile;
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.kind.as_str(),
            &handle,
            &new.external_id,
            &new.fingerprint,
            &new.wallet,
            new.role.map(WorkspaceRole::as_str),
            &scopes,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.photo,
            &profile.preferences,
            &metadata,
            new.verified_at,
            stamp.at,
            &profile.instructions,
            &profile.chat_model,
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| MemberRef {
        number,
        id,
        kind: new.kind,
        handle,
        external_id: new.external_id.clone(),
        name: profile.name.clone(),
    }))
}

/// Writes all mutable columns of a member; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, stored: &MemberRow) -> Result<Timestamp> {
    let profile = &stored.member.profile;
    search_index::reindex_name(tx, ws, stored.member.key.number, profile.name.as_deref())?;
    let at = tx.next_stamp().at;
    let MemberRow {
        member,
        fingerprint,
        ..
    } = stored;
    let (profile, scopes, metadata) = (
        &member.profile,
        member.scopes.to_string(),
        member.metadata.to_text(),
    );
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            member.key.number,
            member.role.map(WorkspaceRole::as_str),
            &scopes,
            &profile.name,
            &profile.description,
            &profile.email,
            &profile.phone,
            &profile.nick,
            &profile.preferences,
            &metadata,
            member.sms_opted_out,
            member.email_opted_out,
            member.verified_at,
            member.archived_at,
            fingerprint,
            at,
            &profile.instructions,
            &profile.chat_model,
        ],
    )?;
    Ok(at)
}

/// Attaches a wallet to a member that was known only by handle, at its first sign-in.
pub fn attach_wallet(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    wallet: &str,
    name: &str,
    kind: MemberKind,
) -> Result<()> {
    search_index::reindex_name(tx, ws, number, Some(name))?;
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::ADOPT,
        params![ws, number, wallet, name, kind.as_str(), at],
    )
    .map(drop)
}

/// Sets the customer-assigned id of a member that has none.
pub fn set_external_id(tx: &mut dyn Tx, ws: i64, number: i64, external: &str) -> Result<()> {
    tx.execute(&sql::NAME_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// Replaces or clears the customer-assigned id of a member. The caller must check that it is unused.
pub fn replace_external_id(
    tx: &mut dyn Tx,
    ws: i64,
    number: i64,
    external: Option<&str>,
) -> Result<()> {
    tx.execute(&sql::SET_EXTERNAL, params![ws, number, external])
        .map(drop)
}

/// Returns one page by offset, oldest first.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    kind: Option<MemberKind>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Member>> {
    tx.query_all(
        &sql::PAGE,
        params![ws, limit, offset, kind.map(MemberKind::as_str)],
        |row| from_row(row).map(|stored| stored.member),
    )
}

/// Returns the number of members.
pub fn count(tx: &mut dyn Tx, ws: i64, kind: Option<MemberKind>) -> Result<i64> {
    tx.query_count(&sql::COUNT, params![ws, kind.map(MemberKind::as_str)])
}

/// Returns one page of archived or active assistants by offset, oldest first, and the total.
pub fn page_assistants(
    tx: &mut dyn Tx,
    ws: i64,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    let rows = tx.query_all(
        &sql::ASSISTANTS,
        params![ws, limit, offset, archived],
        |row| from_row(row).map(|stored| stored.member),
    )?;
    Ok((
        rows,
        tx.query_count(&sql::COUNT_ASSISTANTS, params![ws, archived])?,
    ))
}

/// Finds the creation time of a member.
pub fn find_created_at(tx: &mut dyn Tx, ws: i64, id: MemberId) -> Result<Option<Timestamp>> {
    tx.query_one(&sql::CREATED_AT, params![ws, &id], |row| row.time(0))
}

/// Returns contacts newest first, strictly before a time and, among equal times, an id.
pub fn contacts_before(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    limit: i64,
) -> Result<Vec<MemberRow>> {
    tx.query_all(&sql::CONTACTS_DESC, params![ws, at, &id, limit], from_row)
}

/// Returns contacts oldest first, strictly after a time and id, with ids up to `until`.
pub fn contacts_after(
    tx: &mut dyn Tx,
    ws: i64,
    (at, id): (Timestamp, MemberId),
    until: MemberId,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    let values = params![ws, at, &id, limit, &until];
    tx.query_all(&sql::CONTACTS_ASC, values, from_row)
}

/// Returns the direct conversations of a member.
pub fn list_direct_conversations(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::DIRECT_CONVERSATIONS, params![ws, number], |row| {
        row.int(0)
    })
}

/// Returns the conversations with this subject, without direct ones.
pub fn list_conversations_for(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Vec<i64>> {
    tx.query_all(&sql::CONVERSATIONS_FOR, params![ws, number], |row| {
        row.int(0)
    })
}

/// Finds the time of a member's last read mark or message.
pub fn find_last_seen(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Timestamp>> {
    let mut newest =
        |statement| tx.query_one(statement, params![ws, number], |row| row.opt_time(0));
    let (read, sent) = (newest(&sql::LAST_READ)?, newest(&sql::LAST_SAID)?);
    Ok(read.flatten().max(sent.flatten()))
}

/// Reads the six columns of `member_ref!`, from `first` on.
pub(super) fn read_ref(row: &dyn Row, first: usize) -> Result<MemberRef> {
    Ok(MemberRef {
        number: row.int(first)?,
        id: row.id(first + 1)?,
        kind: row.enum_value(first + 2, MemberKind::from_name)?,
        handle: row.string(first + 3)?,
        external_id: row.opt_string(first + 4)?,
        name: row.opt_string(first + 5)?,
    })
}

/// Reads the six columns of `member_ref!`, from `first` on; `None` if they are null.
pub(super) fn read_opt_ref(row: &dyn Row, first: usize) -> Result<Option<MemberRef>> {
    row.opt_int(first)?
        .map(|_| read_ref(row, first))
        .transpose()
}

pub(super) fn from_row(row: &dyn Row) -> Result<MemberRow> {
    let key = read_ref(row, 0)?;
    let member = Member {
        role: row.opt_enum_value(6, WorkspaceRole::from_name)?,
        scopes: parse_scopes(row.text(7)?),
        profile: Profile {
            name: key.name.clone(),
            description: row.opt_string(8)?,
            email: row.opt_string(9)?,
            phone: row.opt_string(10)?,
            nick: row.opt_string(11)?,
            photo: row.opt_string(12)?,
            preferences: row.opt_string(13)?,
            instructions: row.opt_string(23)?,
            chat_model: row.opt_string(24)?,
        },
        metadata: Metadata::from_text(row.text(14)?),
        sms_opted_out: row.bool(15)?,
        email_opted_out: row.bool(16)?,
        verified_at: row.opt_time(17)?,
        archived_at: row.opt_time(18)?,
        created_at: row.time(19)?,
        updated_at: row.time(20)?,
        key,
    };
    Ok(MemberRow {
        member,
        fingerprint: row.opt_string(21)?,
        wallet: row.opt_string(22)?,
    })
}
