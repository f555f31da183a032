//! Where the text of older mails begins in a mail.

/// Lines in which an attribution such as `On Monday, Ada wrote:` is broken at most.
const MAX_ATTRIBUTION_LINES: usize = 3;
const MAX_ATTRIBUTION_BYTES: usize = 600;
/// Lines of a block of headers that are looked at.
const MAX_HEADER_LINES: usize = 8;

/// Ends of attributions, in English, German, French and Spanish.
const ATTRIBUTION_ENDS: [&str; 6] = [
    "wrote:",
    "schrieb:",
    "a écrit :",
    "a écrit:",
    "escribió:",
    "ha scritto:",
];
/// Their beginnings.
const ATTRIBUTION_STARTS: [&str; 6] = ["on ", "am ", "le ", "el ", "den ", "il "];
/// What a program writes between its user's text and the older mail.
const SEPARATORS: [&str; 10] = [
    "original message",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "ursprünglicher termin",
    "message d'origine",
    "message d’origine",
    "message original",
    "mensaje original",
];

/// Header of an older mail as programs show it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// Returns the length of the attribution that begins at a line, in lines.
pub(super) fn attribution_len(lines: &[&str], start: usize) -> Option<usize> {
    let following = lines.iter().skip(start).take(MAX_ATTRIBUTION_LINES);
    let text = following.map(|line| line.trim());
    let block: Vec<&str> = text
        .take_while(|line| !line.is_empty() && !line.starts_with('>'))
        .collect();
    let len = (1..=block.len()).find(|len| is_attribution(&block[..*len]))?;
    // A line of the text stands before one whose end it would take for its own.
    let begins_later =
        (1..len).any(|later| is_attribution(&block[later..len]) && starts(block[later]));
    (!begins_later).then_some(len)
}

fn is_attribution(lines: &[&str]) -> bool {
    let text = lines.join(" ");
    if text.len() > MAX_ATTRIBUTION_BYTES {
        return false;
    }
    let text = simplify(&text);
    let ends = ATTRIBUTION_ENDS.iter().any(|end| text.ends_with(end));
    // In German the name may follow the verb.
    let is_turned = text.ends_with(':') && text.contains(" schrieb ");
    let has_address = text.contains('@');
    let is_complete = lines.len() == 1 && (has_address || text.contains(" schrieb am "));
    (ends || is_turned) && (has_date(&text) || has_address) && (starts(&text) || is_complete)
}

/// Returns whether a text begins as attributions do.
fn starts(text: &str) -> bool {
    let text = simplify(text);
    ATTRIBUTION_STARTS
        .iter()
        .any(|start| text.starts_with(start))
}

fn simplify(text: &str) -> String {
    let text = text.trim().trim_matches('*').replace('\u{a0}', " ");
    text.to_lowercase()
}

/// Returns whether a text has a year or a time of day.
fn has_date(text: &str) -> bool {
    let is_date = |window: &[u8]| match window {
        [b'2', b'0', c, d] => c.is_ascii_digit() && d.is_ascii_digit(),
        [a, b':' | b'h', c, d] => a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit(),
        _ => false,
    };
    text.as_bytes().windows(4).any(is_date)
}

/// Returns whether everything from a line on is an older mail: after a separator, a block of headers, or an attribution of
/// programs that do not mark what they quote.
pub(super) fn begins_history(lines: &[&str], start: usize) -> bool {
    let line = lines[start];
    if is_separator(line) || is_header_block(lines, start) {
        return true;
    }
    let Some(len) = attribution_len(lines, start) else {
        return false;
    };
    let following = lines.iter().skip(start + len);
    let next = following
        .map(|line| line.trim())
        .find(|line| !line.is_empty());
    next.is_some_and(|next| !next.starts_with('>'))
}

fn is_separator(line: &str) -> bool {
    let line = line.trim();
    if !line.starts_with("--") {
        return false;
    }
    let inner = line.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let inner = inner.to_lowercase();
    SEPARATORS.contains(&inner.as_str()) || is_attribution(&[&format!("{inner}:")])
}

/// Returns whether a line is one between a text and a block of headers.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*'))
}

fn is_header_block(lines: &[&str], start: usize) -> bool {
    if label(lines[start]) != Some(Label::From) {
        return false;
    }
    let following = lines.iter().skip(start + 1).take(MAX_HEADER_LINES);
    let block = following.take_while(|line| !line.trim().is_empty());
    let mut kinds = [false; 3];
    for found in block.filter_map(|line| label(line)) {
        match found {
            Label::Sent => kinds[0] = true,
            Label::To => kinds[1] = true,
            Label::Subject => kinds[2] = true,
            Label::From | Label::Other => {}
        }
    }
    kinds.iter().filter(|found| **found).count() >= 2
}

fn label(line: &str) -> Option<Label> {
    let line = line.trim().trim_start_matches('*');
    let (name, _) = line.split_once(':')?;
    let is_trimmed = |c: char| c == '*' || c.is_whitespace();
    if name.len() > 24 {
        return None;
    }
    Some(
        match name.trim_matches(is_trimmed).to_lowercase().as_str() {
            "from" | "von" | "de" => Label::From,
            "sent" | "date" | "gesendet" | "datum" | "envoyé" | "envoyé le" | "enviado"
            | "enviado el" | "fecha" => Label::Sent,
            "to" | "an" | "à" | "para" => Label::To,
            "subject" | "betreff" | "objet" | "asunto" => Label::Subject,
            "cc" | "kopie" | "copie" | "importance" | "wichtigkeit" => Label::Other,
            _ => return None,
        },
    )
}
