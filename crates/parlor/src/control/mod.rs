//! What the command line asks of a server: over a socket in the data folder where one runs, otherwise right here.

pub mod client;
pub mod execute;
pub mod server;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cli_error::CliError;

/// Both ends must speak the same one.
pub const PROTOCOL_VERSION: u32 = 1;

/// The socket's name in the data folder.
pub const SOCKET_FILE: &str = "control.sock";

/// One line to the server.
#[derive(Serialize, Deserialize)]
pub struct ControlRequest {
    /// [`PROTOCOL_VERSION`] of the asker.
    pub version: u32,
    /// The workspace meant, where it matters and more than one exists.
    #[serde(default)]
    pub workspace: Option<String>,
    /// What to do.
    pub command: ControlCommand,
}

/// One line back.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ControlResponse {
    /// What was asked for.
    Result(Value),
    /// Why not.
    Fault(CliError),
}

/// What can be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum ControlCommand {
    /// Where the server listens.
    Status,
    /// A fresh header file and the line that reads it.
    Curl {
        /// The dialect's name.
        dialect: String,
    },
    /// A new key.
    KeyCreate(CreateKeyArgs),
    /// The workspace's keys.
    KeyList,
    /// The end of a key.
    KeyRevoke {
        /// Its id.
        id: String,
    },
    /// A new organization with a workspace.
    WorkspaceCreate {
        /// The name of both.
        name: String,
    },
    /// All workspaces.
    WorkspaceList,
    /// A workspace and what its operator decided.
    WorkspaceShow {
        /// Its UUID, where more than one exists.
        id: Option<String>,
    },
    /// A change of a workspace.
    WorkspaceUpdate(Box<UpdateWorkspaceArgs>),
    /// A new member.
    MemberCreate(CreateMemberArgs),
    /// A change of a member.
    MemberUpdate(UpdateMemberArgs),
    /// The workspace's members.
    MemberList,
    /// Members that have one address.
    MemberDuplicates,
    /// One member of two.
    MemberMerge(MergeMembersArgs),
    /// A token with which a member acts for itself.
    TokenCreate(CreateTokenArgs),
    /// The end of every token of a member.
    TokenRevoke(RevokeTokensArgs),
}

/// What a key is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct CreateKeyArgs {
    /// A name, to tell keys apart
    #[arg(long)]
    pub name: Option<String>,
    /// The member it acts for: UUID, number or principal; nobody if left out
    #[arg(long, value_name = "ID")]
    pub member: Option<String>,
    /// What it may do, such as conversations:write,members:read; everything if left out
    #[arg(long, value_name = "LIST")]
    pub scopes: Option<String>,
    /// How long it works, such as 90d; for ever if left out
    #[arg(long, value_name = "TIME")]
    pub ttl: Option<String>,
}

/// What a member is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct CreateMemberArgs {
    /// What it is called
    #[arg(long)]
    pub name: String,
    /// Its role in the workspace: owner, manager or user
    #[arg(long)]
    pub role: Option<String>,
    /// What it is: person, contact or assistant
    #[arg(long, default_value = "person")]
    pub kind: String,
    /// Its email address
    #[arg(long)]
    pub email: Option<String>,
    /// Its phone number
    #[arg(long)]
    pub phone: Option<String>,
    /// Your own id for it
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// What it may do beyond its role
    #[arg(long, value_name = "LIST")]
    pub scopes: Option<String>,
}

/// What changes of a member.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct UpdateMemberArgs {
    /// UUID, number or principal
    pub id: String,
    /// Its new name
    #[arg(long)]
    pub name: Option<String>,
    /// Its new role: owner, manager, user, or none
    #[arg(long)]
    pub role: Option<String>,
    /// What it may do beyond its role; an empty text takes everything back
    #[arg(long, value_name = "LIST")]
    pub scopes: Option<String>,
}

/// Which member becomes which.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct MergeMembersArgs {
    /// UUID, number or principal of the member who is no more afterwards
    pub id: String,
    /// UUID, number or principal of the member who stays
    #[arg(long, value_name = "ID")]
    pub into: String,
    /// Give up ids and addresses of the first where the other has others
    #[arg(long)]
    pub discard_ids: bool,
    /// Print what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Whose tokens end.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct RevokeTokensArgs {
    /// UUID, number or principal of the member whose tokens all end
    #[arg(long, value_name = "ID")]
    pub member: String,
}

/// What a member token is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct CreateTokenArgs {
    /// UUID, number or principal of the member it acts for
    #[arg(long, value_name = "ID")]
    pub member: String,
    /// Fewer scopes than the member has
    #[arg(long, value_name = "LIST")]
    pub scopes: Option<String>,
    /// How long it works, such as 12h or 7d; 366d at the most
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub ttl: String,
}

/// What changes of a workspace.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub struct UpdateWorkspaceArgs {
    /// Its UUID, where more than one exists
    pub id: Option<String>,
    /// Its new name
    #[arg(long)]
    pub name: Option<String>,
    /// Where phone numbers without a country code are from: two letters as in ISO 3166, or none to refuse them
    #[arg(long, value_name = "XX")]
    pub region: Option<String>,
    /// What deleting a space does to its conversations: detach, refuse or delete
    #[arg(long, value_name = "WHAT")]
    pub space_delete: Option<String>,
    /// Whether creating a conversation for another member asks for a scope
    #[arg(long, value_name = "BOOL")]
    pub require_scope_for_others: Option<bool>,
    /// Whether talking with assistants asks for a role of the workspace's own
    #[arg(long, value_name = "BOOL")]
    pub require_roles: Option<bool>,
    /// The shape of Gravity Rail's lists: documented, envelope or array
    #[arg(long, value_name = "SHAPE")]
    pub list_shape: Option<String>,
    /// A text about it that visitors of a web page see; of this and the texts below an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// The address of its picture
    #[arg(long, value_name = "URL")]
    pub photo: Option<String>,
    /// What a visitor's space is called
    #[arg(long, value_name = "NAME")]
    pub space_name: Option<String>,
    /// What is said first in a visitor's talk
    #[arg(long, value_name = "TEXT")]
    pub greeting: Option<String>,
    /// A question that a visitor is offered; once for each, in place of those before
    #[arg(long, value_name = "TEXT")]
    pub question: Vec<String>,
    /// How a web page begins, in the page's own word
    #[arg(long, value_name = "WORD")]
    pub start_mode: Option<String>,
    /// How a web page looks: a JSON object
    #[arg(long, value_name = "JSON")]
    pub styling: Option<String>,
    /// The address of the customer's server that answers in threads
    #[arg(long, value_name = "URL")]
    pub agent_server: Option<String>,
}
