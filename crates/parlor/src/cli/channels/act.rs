//! Acts as a simulated person.

use parlor_engine::chat::is_opt_out;
use serde_json::{Map, Value, json};

use super::SERVER_HINT;
use super::args::{CallArgs, ChannelsCommand, HangUpArgs, SayArgs, SendSmsArgs, WriteMailArgs};
use super::follow::{connect, follow_call};
use super::list::list;
use super::person::{Person, get, send};
use crate::cli::print;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;

/// Runs a command for the simulator and prints its result.
///
/// # Errors
/// `Unreachable` without a simulator, otherwise what it refuses.
pub(super) async fn run(
    settings: &ServerConfig,
    workspace: Option<&str>,
    command: ChannelsCommand,
    json: bool,
) -> Result<(), CliError> {
    let value = match command {
        // These two are not commands for a simulator's people.
        ChannelsCommand::Simulate(_) | ChannelsCommand::Watch(_) => return Ok(()),
        ChannelsCommand::List(args) => list(settings, &args, json).await?,
        ChannelsCommand::Call(args) => {
            let person = Person::connect(settings, workspace, &args.simulator).await?;
            return call(&person, args, json).await;
        }
        ChannelsCommand::SendSms(args) => {
            let person = Person::connect(settings, workspace, &args.simulator).await?;
            send_sms(&person, args).await?
        }
        ChannelsCommand::Say(args) => {
            let person = Person::connect(settings, workspace, &args.simulator).await?;
            say(&person, args).await?
        }
        ChannelsCommand::HangUp(args) => hang_up(settings, &args).await?,
        ChannelsCommand::WriteMail(args) => {
            let person = Person::connect(settings, workspace, &args.simulator).await?;
            write_mail(&person, args).await?
        }
    };
    print::result(&value, json);
    Ok(())
}

async fn send_sms(person: &Person, args: SendSmsArgs) -> Result<Value, CliError> {
    let command = json!({ "from": args.from, "to": args.to, "text": args.text });
    let sent = person.post("sms", command).await?;
    // Nothing is sent to somebody who has just opted out.
    match args.wait && !is_opt_out(&args.text) {
        true => person.wait_for_answer("messages", &sent).await,
        false => Ok(sent),
    }
}

async fn write_mail(person: &Person, args: WriteMailArgs) -> Result<Value, CliError> {
    let fields = [
        ("from", args.from),
        ("to", args.to),
        ("subject", args.subject),
        ("inReplyTo", args.in_reply_to),
        ("text", Some(args.text)),
    ];
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let command: Map<_, _> = given
        .map(|(name, text)| (name, Value::from(text)))
        .collect();
    let sent = person.post("mails", Value::Object(command)).await?;
    match args.wait {
        true => person.wait_for_answer("mails", &sent).await,
        false => Ok(sent),
    }
}

/// Says something on a call. The answer is what the server says next.
async fn say(person: &Person, args: SayArgs) -> Result<Value, CliError> {
    let sid = path_part(&args.call);
    let path = format!("calls/{sid}/say");
    let said = send(person.client(), &path, &json!({ "text": args.text })).await?;
    if !args.wait {
        return Ok(said);
    }
    let answer = person.wait_for_event(|event| event.id == sid && event.event == "said");
    Ok(json!({ "sid": sid, "text": answer.await?.text }))
}

async fn hang_up(settings: &ServerConfig, args: &HangUpArgs) -> Result<Value, CliError> {
    let client = connect(settings, &args.simulator)?;
    let path = format!("calls/{}/hangup", path_part(&args.call));
    send(&client, &path, &json!({})).await
}

async fn call(person: &Person, args: CallArgs, json: bool) -> Result<(), CliError> {
    let stays = args.stay || args.says.is_empty();
    let command = json!({ "from": args.from, "to": args.to, "says": args.says, "hangUp": !stays });
    let record = person.post("calls", command).await?;
    if stays {
        print::result(&record, json);
        return Ok(());
    }
    let sid = record["sid"].as_str().unwrap_or_default();
    let took_place = follow_call(person.client(), sid, json).await?;
    if json {
        let path = format!("calls/{}", path_part(sid));
        print::result(&get(person.client(), &path).await?, true);
    }
    match took_place {
        true => Ok(()),
        false => {
            let error = CliError::new(ExitKind::Failed, "the call has failed");
            Err(error.with_hint(SERVER_HINT))
        }
    }
}

/// Returns an id as it may stand in a path: what no id has is left out.
fn path_part(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}
