//! Bytes of a mail, up to its end.

use smtp_proto::request::receiver::{DataReceiver, DummyDataReceiver};

/// End of a mail. Other servers have taken less for it, by which a mail could be hidden in another ("SMTP smuggling").
const END: &[u8; 5] = b"\r\n.\r\n";

/// What became of the bytes of a mail so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MailProgress {
    /// The mail goes on.
    Unfinished,
    /// It has ended.
    Complete(Vec<u8>),
    /// It has ended and is longer than allowed.
    TooLong,
    /// The parser has found an end that is none.
    BadEnd,
}

/// Receiver of the bytes of one mail.
pub(super) struct MailData {
    max_bytes: usize,
    mail: Vec<u8>,
    receiver: DataReceiver,
    /// Skips the bytes of a mail that is too long.
    skipper: Option<DummyDataReceiver>,
    /// Last bytes of the input, beginning with the end of the command's line: a mail may be empty.
    last: [u8; END.len()],
}

impl MailData {
    /// Creates a receiver. `head` are lines that stand before the mail; they are not counted.
    pub(super) fn new(head: Vec<u8>, max_bytes: usize) -> Self {
        let mut receiver = DataReceiver::new();
        // The line of the command has ended before the first byte, which may be the dot of the end.
        receiver.ingest(&mut b"\r\n".iter(), &mut Vec::new());
        Self {
            max_bytes: max_bytes + head.len(),
            mail: head,
            receiver,
            skipper: None,
            last: *b"\0\0\0\r\n",
        }
    }

    /// Takes bytes from the input up to the end of the mail.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> MailProgress {
        let before = *input;
        let mut bytes = before.iter();
        let is_over = match &mut self.skipper {
            Some(skipper) => skipper.ingest(&mut bytes),
            None => self.receiver.ingest(&mut bytes, &mut self.mail),
        };
        *input = bytes.as_slice();
        self.remember(&before[..before.len() - input.len()]);
        if self.skipper.is_none() && self.mail.len() > self.max_bytes {
            self.skipper = Some(DummyDataReceiver::new_data(&self.receiver));
            self.mail = Vec::new();
        }
        match (is_over, &self.skipper) {
            (false, _) => MailProgress::Unfinished,
            // The parser also takes a dot, two CR and an LF for the end.
            (true, _) if self.last != *END => MailProgress::BadEnd,
            (true, Some(_)) => MailProgress::TooLong,
            (true, None) => MailProgress::Complete(std::mem::take(&mut self.mail)),
        }
    }

    fn remember(&mut self, consumed: &[u8]) {
        let count = consumed.len().min(END.len());
        self.last.rotate_left(count);
        self.last[END.len() - count..].copy_from_slice(&consumed[consumed.len() - count..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8], chunk: usize) -> (MailProgress, usize) {
        let mut data = MailData::new(Vec::new(), 1000);
        let mut consumed = 0;
        for mut chunk in input.chunks(chunk) {
            let length = chunk.len();
            let progress = data.read(&mut chunk);
            consumed += length - chunk.len();
            if progress != MailProgress::Unfinished {
                return (progress, consumed);
            }
            assert!(data.mail.len() <= 1000 + length);
        }
        (MailProgress::Unfinished, consumed)
    }

    #[test]
    fn mail_ends_with_a_dot_between_two_line_ends_only() {
        for (input, expected) in [
            ("a\r\n.\r\n", MailProgress::Complete(b"a\r\n".to_vec())),
            (".\r\n", MailProgress::Complete(Vec::new())),
            (
                "..a\r\n..\r\n.\r\n",
                MailProgress::Complete(b".a\r\n.\r\n".to_vec()),
            ),
            ("a\n.\n", MailProgress::Unfinished),
            ("a\n.\r\n", MailProgress::Unfinished),
            ("a\r\n.\n", MailProgress::Unfinished),
            ("a\r.\r", MailProgress::Unfinished),
            ("a\r.\r\n", MailProgress::Unfinished),
            ("a\r\n.\r", MailProgress::Unfinished),
            ("a\r\n\0.\r\n", MailProgress::Unfinished),
            ("a\r\n.\r\r\n", MailProgress::BadEnd),
            (".\r\r\n", MailProgress::BadEnd),
        ] {
            for chunk in [1, 2, 3, 100] {
                let (progress, consumed) = read(input.as_bytes(), chunk);
                assert_eq!(progress, expected, "{input:?} by {chunk}");
                assert_eq!(consumed, input.len());
            }
        }
    }

    #[test]
    fn long_mail_is_skipped_to_its_end() {
        let long = format!("{}\r\n.\r\nQUIT\r\n", "word ".repeat(500));
        for chunk in [7, 100, 10_000] {
            let (progress, consumed) = read(long.as_bytes(), chunk);
            assert_eq!(progress, MailProgress::TooLong);
            assert_eq!(consumed, long.len() - "QUIT\r\n".len());
        }
    }
}
