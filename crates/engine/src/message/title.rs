//! Titles made of the first message.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::EntryKind;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{conversation as repo, log};
use serde_json::json;

use crate::Engine;

/// Longest such title, in characters.
const LONGEST: usize = 60;

/// The first line of a text, cut at a word's end; nothing of a blank text.
pub fn from_text(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    if line.chars().count() <= LONGEST {
        return Some(line.to_owned());
    }
    let cut: String = line.chars().take(LONGEST + 1).collect();
    let end = cut.rfind(char::is_whitespace).filter(|end| *end > 0);
    let short = end.map_or_else(
        || cut.chars().take(LONGEST).collect(),
        |end| cut[..end].trim_end().to_owned(),
    );
    Some(short)
}

/// Replaces a title that is still automatic.
pub(super) async fn replace(engine: &Engine, ctx: &Ctx, number: i64, title: String) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let Some(mut found) = repo::find(tx, ctx.ws(), ConversationKey::Number(number))? else {
                return Ok(());
            };
            if !found.title_is_automatic {
                return Ok(());
            }
            found.title = Some(title.clone());
            found.title_is_automatic = false;
            let payload = json!({ "title": title }).to_string();
            log::append(tx, ctx.ws(), number, EntryKind::Changed, None, &payload)?;
            repo::update(tx, ctx.ws(), &found)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::from_text;

    #[test]
    fn a_title_is_the_first_line_cut_at_a_word() {
        assert_eq!(
            from_text("\n  Hello there \nmore"),
            Some("Hello there".to_owned())
        );
        assert_eq!(from_text("  \n"), None);
        let long = "word ".repeat(30);
        let title = from_text(&long).unwrap();
        assert!(title.chars().count() <= 60 && title.ends_with("word"));
        assert_eq!(from_text(&"é".repeat(100)).unwrap().chars().count(), 60);
    }
}
