//! Signatures of mails.

/// Lines with text of a signature at most; what follows `--` with more of them is text.
const MAX_SIGNATURE_LINES: usize = 12;
/// Longest line that a program adds.
const MAX_PROGRAM_LINE_CHARS: usize = 80;

/// Beginnings and ends of what programs of phones add, in English, German, French and Spanish.
const PROGRAM_LINES: [(&str, &str); 14] = [
    ("sent from my ", ""),
    ("sent from outlook", ""),
    ("get outlook for ", ""),
    ("von meinem ", " gesendet"),
    ("von meinem ", " gesendet."),
    ("gesendet von ", ""),
    ("gesendet mit ", ""),
    ("outlook für ", " herunterladen"),
    ("envoyé de mon ", ""),
    ("envoyé depuis ", ""),
    ("télécharger outlook pour ", ""),
    ("enviado desde mi ", ""),
    ("enviado desde outlook", ""),
    ("obtener outlook para ", ""),
];

/// Returns how many lines are left without the signature.
pub(super) fn without_signature(lines: &[&str]) -> usize {
    let end = delimiter(lines).unwrap_or(lines.len());
    let last = lines[..end]
        .iter()
        .rposition(|line| !line.trim().is_empty());
    let Some(last) = last else {
        return lines.len();
    };
    if last > 0 && is_program_line(lines[last]) {
        return last;
    }
    end
}

/// Finds the line `-- ` (RFC 3676), whose blank some programs cut off.
fn delimiter(lines: &[&str]) -> Option<usize> {
    let positions = lines.iter().enumerate();
    let found = positions.filter(|(_, line)| line.trim_end() == "--");
    let texts = |lines: &[&str]| lines.iter().filter(|line| !line.trim().is_empty()).count();
    let is_signature =
        |at: &usize| texts(&lines[at + 1..]) <= MAX_SIGNATURE_LINES && texts(&lines[..*at]) > 0;
    // One after the other would read a text of many such lines again and again.
    let last = found.map(|(at, _)| at).rev().take(MAX_SIGNATURE_LINES);
    last.filter(is_signature).last()
}

fn is_program_line(line: &str) -> bool {
    let line = line.trim().to_lowercase().replace('\u{a0}', " ");
    let is_short = line.chars().count() <= MAX_PROGRAM_LINE_CHARS;
    let mut known = PROGRAM_LINES.iter();
    is_short && known.any(|(start, end)| line.starts_with(start) && line.ends_with(end))
}
