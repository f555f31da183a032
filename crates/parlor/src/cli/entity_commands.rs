//! Grammar of the commands about keys, workspaces, members and tokens.

use clap::Subcommand;

use crate::control::{
    CreateKeyArgs, CreateMemberArgs, CreateTokenArgs, MergeMembersArgs, RevokeTokensArgs,
    UpdateMemberArgs, UpdateWorkspaceArgs,
};

pub(super) const KEYS_FOR_EXAMPLE: &str = "\
Examples:
  parlor key create --name backend --scopes conversations:write,members:read
  parlor key create --member 2 --ttl 90d
  parlor key list --json
  parlor key revoke 0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6";

pub(super) const WORKSPACES_FOR_EXAMPLE: &str = "\
Examples:
  parlor workspace show
  parlor workspace update --region US
  parlor workspace update --space-delete refuse --require-scope-for-others true";

pub(super) const MEMBERS_FOR_EXAMPLE: &str = "\
Examples:
  parlor member create --name Ada --role user --external-id customer-7
  parlor member create --name Helper --kind assistant
  parlor member update 2 --role manager
  parlor member list --json";

pub(super) const MERGES_FOR_EXAMPLE: &str = "\
Examples:
  parlor member duplicates
  parlor member merge 7 --into 3 --dry-run
  parlor member merge 7 --into 3";

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key and print it: the only time it is shown
    #[command(after_help = KEYS_FOR_EXAMPLE)]
    Create(CreateKeyArgs),
    /// List the workspace's keys
    List,
    /// End a key at once
    Revoke {
        /// The key's id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum WorkspaceCommand {
    /// Make an organization with a workspace, its owner and a key
    Create {
        /// What both are called
        #[arg(long)]
        name: String,
    },
    /// Show a workspace and what is decided for it
    Show {
        /// Its UUID, where more than one exists
        id: Option<String>,
    },
    /// Change a workspace and what is decided for it
    #[command(after_help = WORKSPACES_FOR_EXAMPLE)]
    Update(Box<UpdateWorkspaceArgs>),
    /// List all workspaces
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum MemberCommand {
    /// Make a member
    #[command(after_help = MEMBERS_FOR_EXAMPLE)]
    Create(CreateMemberArgs),
    /// Change a member
    #[command(after_help = MEMBERS_FOR_EXAMPLE)]
    Update(UpdateMemberArgs),
    /// List the workspace's members
    List,
    /// List members that have one email address or phone number
    Duplicates,
    /// Make one member of two that are one person
    #[command(after_help = MERGES_FOR_EXAMPLE)]
    Merge(MergeMembersArgs),
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token for a member
    #[command(
        after_help = "Example:\n  parlor token create --member 2 --scopes conversations:read --ttl 12h"
    )]
    Create(CreateTokenArgs),
    /// End every token of a member, of every kind; its keys stay
    #[command(after_help = "Example:\n  parlor token revoke --member 2")]
    Revoke(RevokeTokensArgs),
}
