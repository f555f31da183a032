//! Signing somebody up: found by what is known of it, or made.

use parlor_model::access::Role;
use parlor_model::member::{CreateMember, Kind, Member, Profile, UpdateMember};
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Metadata, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, By, Stored};

use super::identity::{IfShared, StrongNames, check_external, holder, kept_phone};
use super::update::claim_addresses;
use crate::{Engine, authority, label};

/// Whom to sign up. It is found by the customer's own id, else by email, else by phone.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    /// The customer's own id.
    pub external_id: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Role in the workspace; whoever is new becomes a user.
    pub role: Option<Role>,
    /// Merged into the metadata at the top level.
    pub metadata: Metadata,
    /// The names of all its labels, where they change; those that the workspace does not have are made.
    pub labels: Option<Vec<String>>,
}

/// Somebody who is signed up now.
#[derive(Debug, Clone)]
pub struct SignedUp {
    /// The member.
    pub member: Member,
    /// This call made it.
    pub is_new: bool,
}

/// Signs somebody up: a member that is known by one of the names gets what is new about it, otherwise one is made.
/// Somebody known under another id of the customer's is somebody else. Asks for `members:write`, and where the member
/// has or gets more than a user has, for `admin:write`: whoever signs it up may act for it.
pub async fn sign_up(engine: &Engine, ctx: &Ctx, mut command: SignUp) -> Result<SignedUp> {
    command.email = command.email.as_deref().map(super::email).transpose()?;
    if let Some(names) = &command.labels {
        command.labels = Some(label::checked(names)?);
    }
    if let Some(phone) = &command.phone {
        command.phone = Some(kept_phone(engine, ctx, phone).await?);
    }
    ctx.require(Scope::write(Resource::Members))?;
    authority::grant(ctx, command.role, Scopes::NONE)?;
    let ctx = *ctx;
    let signed_up = engine
        .store
        .write(move |tx| {
            let signed_up = match known(tx, ctx.ws(), &command)? {
                Some(stored) => renew(tx, &ctx, stored, &command)?,
                None => make(tx, ctx.ws(), &command)?,
            };
            if let Some(names) = &command.labels {
                label::set_of_member(tx, ctx.ws(), signed_up.member.key.number, names)?;
            }
            Ok(signed_up)
        })
        .await?;
    Ok(signed_up)
}

fn known(tx: &mut dyn Tx, ws: i64, command: &SignUp) -> Result<Option<Stored>> {
    if let Some(external) = &command.external_id
        && let Some(found) = repo::find(tx, ws, By::External(external))?
    {
        return Ok(Some(found));
    }
    let profile = Profile {
        email: command.email.clone(),
        phone: command.phone.clone(),
        ..Profile::default()
    };
    let names = StrongNames {
        external_id: command.external_id.as_deref(),
        fingerprint: None,
    };
    Ok(holder(tx, ws, &profile, names)?.map(|(found, _)| found))
}

fn renew(tx: &mut dyn Tx, ctx: &Ctx, mut stored: Stored, command: &SignUp) -> Result<SignedUp> {
    let member = &stored.member;
    authority::manage_member(ctx, member)?;
    if member.key.kind == Kind::Assistant {
        return Err(Error::invalid("member", "is an agent"));
    }
    let role = command.role.or(member.role).unwrap_or(Role::User);
    let changes = UpdateMember {
        name: command.name.clone().map(Some),
        email: command.email.clone().map(Some),
        phone: command.phone.clone().map(Some),
        role: Some(Some(role)),
        metadata: Some(command.metadata.clone()),
        ..UpdateMember::default()
    };
    super::update::apply(&mut stored, &changes, tx.stamp().at)?;
    stored.member.updated_at = repo::update(tx, ctx.ws(), &stored)?;
    if stored.member.key.external_id.is_none()
        && let Some(external) = &command.external_id
    {
        limit::EXTERNAL_ID.check(external, "external id")?;
        check_external(tx, ctx.ws(), external, Some(stored.member.key.id))?;
        repo::name_external(tx, ctx.ws(), stored.member.key.number, external)?;
        stored.member.key.external_id = Some(external.clone());
    }
    if command.email.is_some() || command.phone.is_some() {
        // Two rows of one person are no reason to keep it out.
        claim_addresses(tx, ctx.ws(), &stored, IfShared::HoldApart)?;
    }
    Ok(SignedUp {
        member: stored.member,
        is_new: false,
    })
}

fn make(tx: &mut dyn Tx, ws: i64, command: &SignUp) -> Result<SignedUp> {
    let mut new = CreateMember::of(Kind::Person);
    new.external_id.clone_from(&command.external_id);
    new.role = Some(command.role.unwrap_or(Role::User));
    new.profile.name.clone_from(&command.name);
    new.profile.email.clone_from(&command.email);
    new.profile.phone.clone_from(&command.phone);
    new.metadata = command.metadata.clone().without_nulls();
    let number = super::create::insert(tx, ws, &new)?.number;
    let made = repo::find(tx, ws, By::Number(number))?;
    let made = made.ok_or_else(|| Error::internal("a member vanished within its transaction"))?;
    Ok(SignedUp {
        member: made.member,
        is_new: true,
    })
}
