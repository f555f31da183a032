//! Words by which the recipients of text messages opt out and in, and ask for help.

/// Meaning of a text message that is one of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKeyword {
    /// No more messages to this number.
    OptOut,
    /// Messages again. Only whoever has opted out means this: `yes` is also an answer.
    OptIn,
    /// How to opt out.
    Help,
}

/// English words, and the French ones that Canadian carriers ask for.
const OPT_OUT: [&str; 9] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "OPTOUT",
    "REVOKE",
    "ARRET",
];
const OPT_IN: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 3] = ["HELP", "INFO", "AIDE"];

/// Returns whether a text opts out of text messages, after which nothing is sent in answer.
pub fn is_opt_out(text: &str) -> bool {
    TextKeyword::from_text(text, false) == Some(TextKeyword::OptOut)
}

impl TextKeyword {
    /// Returns the meaning of a text, if the whole of it is one of the words, in any case.
    pub(super) fn from_text(text: &str, is_opted_out: bool) -> Option<Self> {
        let text = text.trim();
        let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        let is_stop = is_one_of(&OPT_OUT) || text.to_lowercase() == "arrêt";
        match () {
            () if is_stop => Some(Self::OptOut),
            () if is_opted_out && is_one_of(&OPT_IN) => Some(Self::OptIn),
            () if is_one_of(&HELP) => Some(Self::Help),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_text_decides() {
        use TextKeyword::{Help, OptIn, OptOut};
        for (text, expected) in [
            ("STOP", Some(OptOut)),
            (" stop\n", Some(OptOut)),
            ("Unsubscribe", Some(OptOut)),
            ("Arrêt", Some(OptOut)),
            ("please stop", None),
            ("stop it", None),
            ("help", Some(Help)),
            ("", None),
        ] {
            assert_eq!(TextKeyword::from_text(text, false), expected, "{text}");
        }
        for text in ["START", "yes", "Unstop"] {
            assert_eq!(TextKeyword::from_text(text, true), Some(OptIn), "{text}");
            assert_eq!(TextKeyword::from_text(text, false), None, "{text}");
        }
    }
}
