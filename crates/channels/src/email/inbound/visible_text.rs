//! What the sender of a mail has written, without older mails and signature.

use super::history::{attribution_len, begins_history, is_rule};
use super::signature::without_signature;

/// Returns what is new in a text. All of it if nothing is: better too much than a person's words lost.
pub(super) fn visible_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let history = (0..lines.len()).find(|start| begins_history(&lines, *start));
    let mut end = history.unwrap_or(lines.len());
    while history.is_some() && end > 0 && is_rule(lines[end - 1]) {
        end -= 1;
    }
    let new = without_quotations(&lines[..end]);
    let new = &new[..without_signature(&new)];
    let visible = tidy(new);
    if visible.is_empty() {
        return tidy(&lines);
    }
    visible
}

/// Returns the whole text of a mail that was sent on: what it quotes is what the sender wants to show.
pub(super) fn whole_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    tidy(&lines)
}

/// Leaves out quoted lines, with the attribution before them.
fn without_quotations<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut left = Vec::with_capacity(lines.len());
    let mut index = 0;
    while index < lines.len() {
        if lines[index].starts_with('>') {
            index += 1;
            continue;
        }
        match attribution_len(lines, index) {
            Some(len) if is_quoted(lines, index + len) => index += len,
            _ => {
                left.push(lines[index]);
                index += 1;
            }
        }
    }
    left
}

/// Returns whether a quotation begins at a line, or after an empty one.
fn is_quoted(lines: &[&str], start: usize) -> bool {
    let mut following = lines.iter().skip(start).take(2);
    following.any(|line| line.starts_with('>'))
}

/// Joins lines, with one empty line where there are more.
fn tidy(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut is_apart = false;
    for line in lines {
        if line.trim().is_empty() {
            is_apart = true;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        is_apart = false;
        text.push_str(line);
    }
    text.replace('\0', "")
}
