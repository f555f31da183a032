//! Timestamp marks in message texts, by which deliveries are recognized and measured.

use std::sync::LazyLock;
use std::time::Instant;

const MARK_PREFIX: &[u8] = b"~t";
const MARK_BYTES: usize = 19;

/// Returns nanoseconds since the start of this process.
pub(in crate::bench) fn now_nanos() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Builds a mark of the current time.
pub(in crate::bench) fn new_mark() -> String {
    format!("~t{:016x}~", now_nanos())
}

/// Calls `found` with the time of every complete mark.
pub(in crate::bench) fn for_each_mark(text: &[u8], mut found: impl FnMut(u64)) {
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, MARK_PREFIX) {
        let Some(mark) = rest.get(at..at + MARK_BYTES) else {
            return;
        };
        let digits = std::str::from_utf8(&mark[2..18]).ok();
        match digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
            Some(time) if mark[18] == b'~' => {
                found(time);
                rest = &rest[at + MARK_BYTES..];
            }
            _ => rest = &rest[at + MARK_PREFIX.len()..],
        }
    }
}

/// Returns the offset at which an incomplete mark at the end may start.
pub(super) fn incomplete_mark_start(text: &[u8]) -> usize {
    let from = text.len().saturating_sub(MARK_BYTES - 1);
    let begun = memchr::memrchr(b'~', &text[from..]).map(|at| from + at);
    begun
        .filter(|at| text.get(at + 1).is_none_or(|next| *next == b't'))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_parsed_from_stream() {
        let text = format!("a{}b~t~{}", new_mark(), new_mark());
        let mut found = Vec::new();
        for_each_mark(text.as_bytes(), |time| found.push(time));
        assert_eq!(found.len(), 2);
        assert!(found[0] <= found[1]);
        assert_eq!(incomplete_mark_start(b"abc~t000"), 3);
        assert_eq!(incomplete_mark_start(b"abc"), 3);
    }
}
