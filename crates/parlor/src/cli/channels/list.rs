//! `parlor channels list`.

use serde_json::Value;

use super::args::ListArgs;
use super::event_text::mask_parties;
use super::follow::connect;
use super::person::get;
use crate::cli_error::CliError;
use crate::config::ServerConfig;

/// Returns the records of a list, without whole numbers and addresses unless they are asked for.
///
/// # Errors
/// `Unreachable` if no simulator answers.
pub(super) async fn list(
    settings: &ServerConfig,
    args: &ListArgs,
    json: bool,
) -> Result<Value, CliError> {
    let client = connect(settings, &args.simulator)?;
    let mut records = get(&client, args.records.path()).await?;
    if !args.show {
        mask_parties(&mut records);
    }
    if !json {
        shorten(&mut records);
    }
    Ok(records)
}

/// Leaves out of a table what only programs need, and writes transcripts as one text.
fn shorten(records: &mut Value) {
    for record in records.as_array_mut().into_iter().flatten() {
        let Some(fields) = record.as_object_mut() else {
            continue;
        };
        for name in ["messageId", "references", "updatedAt"] {
            fields.remove(name);
        }
        if let Some(Value::Array(lines)) = fields.get("transcript") {
            let lines = lines.iter().map(|line| {
                let part = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                format!("{}: {}", part("speaker"), part("text"))
            });
            let text = lines.collect::<Vec<_>>().join(" / ");
            fields.insert("transcript".to_owned(), Value::from(text));
        }
    }
}
