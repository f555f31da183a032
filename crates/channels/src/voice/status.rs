//! What the carrier's words for the state of a call mean.

use parlor_model::voice_call::VoiceCallStatus;

/// Returns the status for a carrier's `CallStatus`; `None` for an unknown one.
pub fn parse_call_status(text: &str) -> Option<VoiceCallStatus> {
    match text {
        // Accepted, and about to ring.
        "initiated" => Some(VoiceCallStatus::Queued),
        "answered" => Some(VoiceCallStatus::InProgress),
        other => VoiceCallStatus::from_name(other),
    }
}

/// Returns whether `AnsweredBy` names no person.
pub fn is_answered_by_machine(text: &str) -> bool {
    text.starts_with("machine") || text == "fax"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_carrier_have_a_status() {
        for (text, status) in [
            ("initiated", Some(VoiceCallStatus::Queued)),
            ("in-progress", Some(VoiceCallStatus::InProgress)),
            ("answered", Some(VoiceCallStatus::InProgress)),
            ("no-answer", Some(VoiceCallStatus::NoAnswer)),
            ("canceled", Some(VoiceCallStatus::Canceled)),
            ("gone", None),
        ] {
            assert_eq!(parse_call_status(text), status, "{text}");
        }
        for text in [
            "machine_start",
            "machine_end_beep",
            "machine_end_other",
            "fax",
        ] {
            assert!(is_answered_by_machine(text), "{text}");
        }
        assert!(!is_answered_by_machine("human") && !is_answered_by_machine("unknown"));
    }
}
