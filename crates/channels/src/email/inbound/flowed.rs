//! Texts of the form `format=flowed` (RFC 3676): lines that end with a blank go on in the next one.

/// Joins lines of the same depth of quotation. `deletes_blanks`: the blank at a line's end is the program's and not the text's.
pub(super) fn join_flowed(text: &str, deletes_blanks: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    // Depth of a line that goes on.
    let mut open_depth = None;
    for line in text.lines() {
        let rest = line.trim_start_matches('>');
        let depth = line.len() - rest.len();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let is_signature = rest == "-- ";
        let goes_on = rest.ends_with(' ') && !is_signature;
        if open_depth.is_some() && (open_depth != Some(depth) || is_signature) {
            joined.push('\n');
            open_depth = None;
        }
        if open_depth.is_none() && depth > 0 {
            joined.push_str("> ");
        }
        let shorter = rest.strip_suffix(' ').unwrap_or(rest);
        joined.push_str(if goes_on && deletes_blanks {
            shorter
        } else {
            rest
        });
        open_depth = goes_on.then_some(depth);
        if !goes_on {
            joined.push('\n');
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_depth_are_joined() {
        for (text, kept, deleted) in [
            ("a \nb\nc\n", "a b\nc\n", "ab\nc\n"),
            ("> a \n> b\nc\n", "> a b\nc\n", "> ab\nc\n"),
            ("> a \nb\n", "> a \nb\n", "> a\nb\n"),
            ("a \n-- \nname\n", "a \n-- \nname\n", "a\n-- \nname\n"),
            (" >a\n\nb", ">a\n\nb\n", ">a\n\nb\n"),
        ] {
            assert_eq!(join_flowed(text, false), kept);
            assert_eq!(join_flowed(text, true), deleted);
        }
    }
}
