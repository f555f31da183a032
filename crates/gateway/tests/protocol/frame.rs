//! Encoding of client frames and decoding of server frames.

pub(crate) const CONTINUATION: u8 = 0x0;
pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;
/// Bit of a message's last frame.
pub(crate) const FIN: u8 = 0x80;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Encodes an unfragmented message or control frame.
pub(crate) fn final_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    masked_frame(FIN | opcode, payload)
}

/// Encodes a frame that is not the last of its message.
pub(crate) fn fragment(opcode: u8, payload: &[u8]) -> Vec<u8> {
    masked_frame(opcode, payload)
}

/// Encodes a masked frame with any first byte.
pub(crate) fn masked_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = frame_header(first, payload.len() as u64, true);
    let bytes_in = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(bytes_in.map(|(byte, mask)| byte ^ mask));
    bytes
}

/// Encodes an unmasked frame, which a client must not send.
pub(crate) fn unmasked_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = frame_header(first, payload.len() as u64, false);
    bytes.extend(payload);
    bytes
}

/// Encodes the frame header for a payload length.
pub(crate) fn frame_header(first: u8, length: u64, is_masked: bool) -> Vec<u8> {
    let bit = if is_masked { 0x80 } else { 0 };
    let mut bytes = vec![first];
    match length {
        ..126 => bytes.push(bit | length as u8),
        126..65_536 => {
            bytes.push(bit | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(bit | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    if is_masked {
        bytes.extend(MASK);
    }
    bytes
}

/// Encodes the payload of a close frame.
pub(crate) fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

/// Frame of the server; never fragmented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedFrame {
    pub(crate) opcode: u8,
    pub(crate) payload: Vec<u8>,
}

impl ReceivedFrame {
    pub(crate) fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            opcode,
            payload: payload.as_ref().to_vec(),
        }
    }

    /// Decodes a frame from the beginning of a buffer, once it is complete.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Self, usize)> {
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        assert_eq!(
            first & 0xF0,
            FIN,
            "a server's frame is whole and without reserved bits"
        );
        assert_eq!(second & 0x80, 0, "a server masks nothing");
        let (at, length) = match second {
            126 => (
                4,
                u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into(),
            ),
            127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
            short => (2, u64::from(short)),
        };
        let end = at + usize::try_from(length).ok()?;
        let payload = bytes.get(at..end)?;
        Some((Self::new(first & 0x0F, payload), end))
    }
}
