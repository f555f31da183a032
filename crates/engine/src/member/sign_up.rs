//! Signs up a member: finds it by its identifiers, or creates it.

use parlor_model::access::WorkspaceRole;
use parlor_model::member::{CreateMember, Member, MemberKind, Profile, UpdateMember};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Metadata, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, MemberLookup, MemberRow};

use super::identity::{
    OnSharedAddress, StrongIdentifiers, check_external_id, find_address_holder,
    normalize_phone_in_workspace,
};
use super::update::claim_addresses;
use crate::{Engine, authority, label};

/// A member to sign up, found by its external id, else by email, else by phone.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    /// The external id.
    pub external_id: Option<String>,
    /// The email address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Role in the workspace; a new member is a user by default.
    pub role: Option<WorkspaceRole>,
    /// Merged into the metadata at the top level.
    pub metadata: Metadata,
    /// All label names of the member, if they change. Missing labels are created.
    pub labels: Option<Vec<String>>,
}

/// A signed-up member.
#[derive(Debug, Clone)]
pub struct SignUpResult {
    /// The member.
    pub member: Member,
    /// Whether this call created it.
    pub is_new: bool,
}

/// Updates the member that one of the identifiers finds, or creates one. A member with another external id does not
/// match. Requires `members:write`, and `admin:write` if the member has or gets more rights than a user, because the
/// caller may act as it.
pub async fn sign_up(engine: &Engine, ctx: &Ctx, mut command: SignUp) -> Result<SignUpResult> {
    command.email = command
        .email
        .as_deref()
        .map(super::normalize_email)
        .transpose()?;
    if let Some(names) = &command.labels {
        command.labels = Some(label::validated_names(names)?);
    }
    if let Some(phone) = &command.phone {
        command.phone = Some(normalize_phone_in_workspace(engine, ctx, phone).await?);
    }
    ctx.require(Scope::write(Resource::Members))?;
    authority::authorize_role_grant(ctx, command.role, Scopes::NONE)?;
    let ctx = *ctx;
    let signed_up = engine
        .store
        .write(move |tx| {
            let signed_up = match find_match(tx, ctx.ws(), &command)? {
                Some(stored) => update_match(tx, &ctx, stored, &command)?,
                None => create_member(tx, ctx.ws(), &command)?,
            };
            if let Some(names) = &command.labels {
                label::set_member_labels(tx, ctx.ws(), signed_up.member.key.number, names)?;
            }
            Ok(signed_up)
        })
        .await?;
    Ok(signed_up)
}

fn find_match(tx: &mut dyn Tx, ws: i64, command: &SignUp) -> Result<Option<MemberRow>> {
    if let Some(external) = &command.external_id
        && let Some(found) = repo::find(tx, ws, MemberLookup::External(external))?
    {
        return Ok(Some(found));
    }
    let profile = Profile {
        email: command.email.clone(),
        phone: command.phone.clone(),
        ..Profile::default()
    };
    let names = StrongIdentifiers {
        external_id: command.external_id.as_deref(),
        fingerprint: None,
    };
    Ok(find_address_holder(tx, ws, &profile, names)?.map(|(found, _)| found))
}

fn update_match(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    mut stored: MemberRow,
    command: &SignUp,
) -> Result<SignUpResult> {
    let member = &stored.member;
    authority::authorize_manage_member(ctx, member)?;
    if member.key.kind == MemberKind::Assistant {
        return Err(Error::invalid("member", "is an agent"));
    }
    let role = command.role.or(member.role).unwrap_or(WorkspaceRole::User);
    let changes = UpdateMember {
        name: command.name.clone().map(Some),
        email: command.email.clone().map(Some),
        phone: command.phone.clone().map(Some),
        role: Some(Some(role)),
        metadata: Some(command.metadata.clone()),
        ..UpdateMember::default()
    };
    super::update::apply_changes(&mut stored, &changes, tx.next_stamp().at)?;
    stored.member.updated_at = repo::update(tx, ctx.ws(), &stored)?;
    if stored.member.key.external_id.is_none()
        && let Some(external) = &command.external_id
    {
        limit::EXTERNAL_ID.validate(external, "external id")?;
        check_external_id(tx, ctx.ws(), external, Some(stored.member.key.id))?;
        repo::set_external_id(tx, ctx.ws(), stored.member.key.number, external)?;
        stored.member.key.external_id = Some(external.clone());
    }
    if command.email.is_some() || command.phone.is_some() {
        // A duplicate row of the same person does not prevent a sign-up.
        claim_addresses(tx, ctx.ws(), &stored, OnSharedAddress::Keep)?;
    }
    Ok(SignUpResult {
        member: stored.member,
        is_new: false,
    })
}

fn create_member(tx: &mut dyn Tx, ws: i64, command: &SignUp) -> Result<SignUpResult> {
    let mut new = CreateMember::new(MemberKind::Person);
    new.external_id.clone_from(&command.external_id);
    new.role = Some(command.role.unwrap_or(WorkspaceRole::User));
    new.profile.name.clone_from(&command.name);
    new.profile.email.clone_from(&command.email);
    new.profile.phone.clone_from(&command.phone);
    new.metadata = command.metadata.clone().without_nulls();
    let number = super::create::insert(tx, ws, &new)?.number;
    let made = repo::find(tx, ws, MemberLookup::Number(number))?;
    let made = made.ok_or_else(|| Error::internal("a member vanished within its transaction"))?;
    Ok(SignUpResult {
        member: made.member,
        is_new: true,
    })
}
