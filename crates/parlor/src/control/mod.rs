//! Control commands: sent to a running server over a socket in the data folder, otherwise executed by this process.

pub(crate) mod assistant_args;
pub(crate) mod client;
pub(crate) mod delivery_args;
pub(crate) mod execute;
pub(crate) mod log_args;
pub(crate) mod request_args;
mod requests;
pub(crate) mod server;

use std::time::Duration;

use parlor_model::redacted::Redacted;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::assistant_args::{SetAssistantArgs, TestAssistantArgs};
use self::delivery_args::{ListDeliveriesArgs, ListRowsArgs, ReplayDeliveriesArgs};
use self::log_args::{ReadLogArgs, SendMessageArgs};
use self::request_args::ListRequestsArgs;
use crate::backup::{BackupProgress, CreateBackup};
use crate::cli_error::CliError;

/// Protocol version; client and server must use the same.
pub(crate) const PROTOCOL_VERSION: u32 = 1;

/// Maximum time of a command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum time of `assistant test`, longer than that of a trial of a provider.
const ASSISTANT_TEST_TIMEOUT: Duration = Duration::from_secs(330);

/// Maximum time of one percent of a backup.
const BACKUP_STEP_TIMEOUT: Duration = Duration::from_secs(600);

/// File name of the socket in the data folder.
pub(crate) const SOCKET_FILE: &str = "control.sock";

/// Request; one JSON line.
#[derive(Serialize, Deserialize)]
pub(crate) struct ControlRequest {
    /// [`PROTOCOL_VERSION`] of the client.
    pub(crate) version: u32,
    /// Workspace of the command; may be omitted if only one exists.
    #[serde(default)]
    pub(crate) workspace: Option<String>,
    /// Command.
    pub(crate) command: ControlCommand,
}

/// Response; one JSON line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ControlResponse {
    /// Result of the command.
    Result(Value),
    /// Failure of the command.
    Fault(CliError),
    /// How far the command has come; another response follows.
    Progress(BackupProgress),
}

/// Command of the control protocol.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub(crate) enum ControlCommand {
    /// Get the server's URL.
    Status,
    /// Rewrite a dialect's header file and get the command that uses it.
    Curl {
        /// Name of the dialect.
        dialect: String,
    },
    /// Create a link to the console.
    ConsoleLink {
        /// Member that it signs in; the owner if left out.
        member: Option<String>,
    },
    /// List the last requests.
    RequestList(ListRequestsArgs),
    /// Explain a request.
    RequestExplain {
        /// Request id.
        id: String,
    },
    /// Read the log of a conversation.
    LogRead(ReadLogArgs),
    /// Create a message.
    MessageSend(SendMessageArgs),
    /// Make a backup.
    Backup(CreateBackup),
    /// Create an API key.
    KeyCreate(CreateKeyArgs),
    /// List the workspace's API keys.
    KeyList,
    /// Revoke an API key.
    KeyRevoke {
        /// Id of the key.
        id: String,
    },
    /// Create an organization with a workspace.
    WorkspaceCreate {
        /// Name of both.
        name: String,
    },
    /// List all workspaces.
    WorkspaceList,
    /// Get a workspace and its policy.
    WorkspaceShow {
        /// UUID; may be omitted if only one workspace exists.
        id: Option<String>,
    },
    /// Update a workspace.
    WorkspaceUpdate(Box<UpdateWorkspaceArgs>),
    /// Create a member.
    MemberCreate(CreateMemberArgs),
    /// Update a member.
    MemberUpdate(UpdateMemberArgs),
    /// List the workspace's members.
    MemberList,
    /// List members that share an address.
    MemberDuplicates,
    /// Merge one member into another.
    MemberMerge(MergeMembersArgs),
    /// Issue a member token.
    TokenCreate(CreateTokenArgs),
    /// Revoke all tokens of a member.
    TokenRevoke(RevokeTokensArgs),
    /// Get the settings of assistants that apply to the server or to a workspace.
    AssistantShow,
    /// Update the settings of a workspace's assistants.
    AssistantSet(Box<SetAssistantArgs>),
    /// Remove the settings of a workspace's assistants.
    AssistantClear,
    /// Call the provider of the server or of a workspace.
    AssistantTest(TestAssistantArgs),
    /// List webhooks of a rule.
    DeliveryList(ListDeliveriesArgs),
    /// Get a webhook.
    DeliveryShow {
        /// UUID or number.
        id: String,
    },
    /// Send webhooks once more.
    DeliveryReplay(ReplayDeliveriesArgs),
    /// Resume the webhooks of a rule.
    DeliveryResume {
        /// UUID or number of the rule.
        rule: String,
    },
    /// List addresses to which nothing is sent because they do not exist.
    DeliveryUndeliverable(ListRowsArgs),
    /// Let messages be sent to such an address again.
    DeliveryClear {
        /// Email address or phone number.
        address: String,
    },
    /// List received messages that belong nowhere.
    DeliveryUnmatched(ListRowsArgs),
    /// Answer a message of the Model Context Protocol.
    Mcp {
        /// API key with whose rights it is answered.
        key: Redacted<String>,
        /// JSON-RPC message.
        message: Redacted<Value>,
    },
}

impl ControlCommand {
    /// Returns the maximum time until a response.
    pub(crate) const fn max_duration(&self) -> Duration {
        match self {
            Self::AssistantTest(_) => ASSISTANT_TEST_TIMEOUT,
            Self::Backup(_) => BACKUP_STEP_TIMEOUT,
            _ => COMMAND_TIMEOUT,
        }
    }
}

/// What a key is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct CreateKeyArgs {
    /// A name, to tell keys apart
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The member it acts for: UUID, number or principal; nobody if left out
    #[arg(long, value_name = "ID")]
    pub(crate) member: Option<String>,
    /// What it may do, such as conversations:write,members:read; everything if left out
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
    /// How long it works, such as 90d; for ever if left out
    #[arg(long, value_name = "TIME")]
    pub(crate) ttl: Option<String>,
}

/// What a member is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct CreateMemberArgs {
    /// What it is called
    #[arg(long)]
    pub(crate) name: String,
    /// Its role in the workspace: owner, manager or user
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// What it is: person, contact or assistant
    #[arg(long, default_value = "person")]
    pub(crate) kind: String,
    /// Its email address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Its phone number
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// Your own id for it
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// What it may do beyond its role
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
}

/// What changes of a member.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct UpdateMemberArgs {
    /// UUID, number or principal
    pub(crate) id: String,
    /// Its new name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Its new role: owner, manager, user, or none
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// What it may do beyond its role; an empty text takes everything back
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
}

/// Which member becomes which.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct MergeMembersArgs {
    /// UUID, number or principal of the member who is no more afterwards
    pub(crate) id: String,
    /// UUID, number or principal of the member who stays
    #[arg(long, value_name = "ID")]
    pub(crate) into: String,
    /// Give up ids and addresses of the first where the other has others
    #[arg(long)]
    pub(crate) discard_ids: bool,
    /// Print what would happen, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Whose tokens end.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct RevokeTokensArgs {
    /// UUID, number or principal of the member whose tokens all end
    #[arg(long, value_name = "ID")]
    pub(crate) member: String,
}

/// What a member token is made of.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct CreateTokenArgs {
    /// UUID, number or principal of the member it acts for
    #[arg(long, value_name = "ID")]
    pub(crate) member: String,
    /// Fewer scopes than the member has
    #[arg(long, value_name = "LIST")]
    pub(crate) scopes: Option<String>,
    /// How long it works, such as 12h or 7d; 366d at the most
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) ttl: String,
}

/// What changes of a workspace.
#[derive(Debug, Clone, Serialize, Deserialize, clap::Args)]
pub(crate) struct UpdateWorkspaceArgs {
    /// Its UUID, where more than one exists
    pub(crate) id: Option<String>,
    /// Its new name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Where phone numbers without a country code are from: two letters as in ISO 3166, or none to refuse them
    #[arg(long, value_name = "XX")]
    pub(crate) region: Option<String>,
    /// What deleting a space does to its conversations: detach, refuse or delete
    #[arg(long, value_name = "WHAT")]
    pub(crate) space_delete: Option<String>,
    /// Whether creating a conversation for another member asks for a scope
    #[arg(long, value_name = "BOOL")]
    pub(crate) require_scope_for_others: Option<bool>,
    /// Whether talking with assistants asks for a role of the workspace's own
    #[arg(long, value_name = "BOOL")]
    pub(crate) require_roles: Option<bool>,
    /// The shape of Gravity Rail's lists: documented, envelope or array
    #[arg(long, value_name = "SHAPE")]
    pub(crate) list_shape: Option<String>,
    /// When nothing leaves over SMS, mail and voice: two times of the day, such as 21:00-08:00, or none
    #[arg(long, value_name = "HH:MM-HH:MM")]
    pub(crate) quiet_hours: Option<String>,
    /// The time zone of the quiet hours, such as Europe/Berlin, or none for UTC
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// The greatest number of text messages that leave in a minute, or none
    #[arg(long, value_name = "N")]
    pub(crate) texts_per_minute: Option<String>,
    /// The greatest number of mails that leave in a minute, or none
    #[arg(long, value_name = "N")]
    pub(crate) mails_per_minute: Option<String>,
    /// The language of its calls, such as de or pt-BR, or none for the carrier's own
    #[arg(long, value_name = "TAG")]
    pub(crate) call_language: Option<String>,
    /// A text about it that visitors of a web page see; of this and the texts below an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// The address of its picture
    #[arg(long, value_name = "URL")]
    pub(crate) photo: Option<String>,
    /// What a visitor's space is called
    #[arg(long, value_name = "NAME")]
    pub(crate) space_name: Option<String>,
    /// What is said first in a visitor's talk
    #[arg(long, value_name = "TEXT")]
    pub(crate) greeting: Option<String>,
    /// A question that a visitor is offered; once for each, in place of those before
    #[arg(long, value_name = "TEXT")]
    pub(crate) question: Vec<String>,
    /// How a web page begins, in the page's own word
    #[arg(long, value_name = "WORD")]
    pub(crate) start_mode: Option<String>,
    /// How a web page looks: a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) styling: Option<String>,
    /// The address of the customer's server that answers in threads
    #[arg(long, value_name = "URL")]
    pub(crate) agent_server: Option<String>,
}
