//! Signatures of texts by Ethereum wallets (EIP-191 `personal_sign`).

use data_encoding::HEXLOWER_PERMISSIVE;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

use super::address::Address;
use super::keccak::keccak256;

/// A well-formed signature. With the signed text, [`Self::recover_address`] returns the signer.
pub(crate) struct WalletSignature {
    signature: Signature,
    recovery: RecoveryId,
}

/// The digest that a wallet signs for a text (EIP-191).
fn personal_sign_digest(text: &str) -> [u8; 32] {
    let prefix = format!("\x19Ethereum Signed Message:\n{}", text.len());
    keccak256(&[prefix.as_bytes(), text.as_bytes()].concat())
}

/// Decodes hex digits in any case, with or without `0x`.
fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()
}

impl WalletSignature {
    /// Parses 65 bytes r, s, v in hex. The recovery byte v is 0 or 1, or 27 or 28. Only the lower of the two possible
    /// values of s is accepted: with both, one signature could be converted into a second valid one and be used twice.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = decode_hex(text)?;
        let (scalars, rest) = bytes.split_at_checked(64)?;
        let recovery = match rest {
            [v @ (0 | 1)] => *v,
            [v @ (27 | 28)] => v - 27,
            _ => return None,
        };
        let signature = Signature::from_slice(scalars).ok()?;
        (signature.normalize_s() == signature).then_some(Self {
            signature,
            recovery: RecoveryId::from_byte(recovery)?,
        })
    }

    /// Recovers the address that signed `text`. Returns `None` if `claimed`, an uncompressed point in hex, is another key.
    pub(crate) fn recover_address(&self, text: &str, claimed: Option<&str>) -> Option<Address> {
        let key = VerifyingKey::recover_from_prehash(
            &personal_sign_digest(text),
            &self.signature,
            self.recovery,
        )
        .ok()?;
        let point = key.to_sec1_point(false);
        let point = point.as_bytes();
        if let Some(claimed) = claimed
            && decode_hex(claimed)? != point
        {
            return None;
        }
        let mut address = [0; 20];
        address.copy_from_slice(&keccak256(point.get(1..)?)[12..]);
        Some(Address(address))
    }

    /// Returns r and s, which are equal for all spellings of the signature.
    pub(crate) fn to_bytes(&self) -> [u8; 64] {
        self.signature.to_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    const TEXT: &str = "1705373619921";
    const SIGNATURE: &str = "917da06c782710ddadf44e8874e59fd4fc29bf769ffc76d4308a52babbaadbf77e6d2bea186d3fbb174acf6168620a4bdf2bccf64c0a7111d6d809fbdd311df31b";
    const KEY: &str = "04183d8ebb840e82a0aa79b3c9c7d265acec52260877a9778ff3f372ae899e92615c35a66333188294414bea0d70dbafcad723ffcf1ed7cfc6feaeb41fcf4c4519";
    const ADDRESS: &str = "0x877f26d597c2ae0edec4411f7c3c59b718676ed1";

    #[test]
    fn known_signatures_recover_their_addresses() {
        assert_eq!(
            HEXLOWER.encode(&personal_sign_digest(TEXT)),
            "4a2898bf359e2fa0b476408a60b74a361ffa649d053e249c482d3dd6f5fb2aca"
        );
        for (signature, key) in [
            (SIGNATURE.to_owned(), Some(KEY)),
            (format!("0x{SIGNATURE}"), None),
            (SIGNATURE.replace("f31b", "f300"), Some(KEY)),
        ] {
            let signer = WalletSignature::parse(&signature)
                .unwrap()
                .recover_address(TEXT, key);
            assert_eq!(signer.unwrap().to_string(), ADDRESS);
        }
        let other = "a61eb2997c5bcd816710d713503146b1303096acfbe6d6bf90ce65b4d9100eb670a3f66779983d44227187cc07a63f11b144addb41aee899c03362b82367c0fa1b";
        let signer = WalletSignature::parse(other)
            .unwrap()
            .recover_address("1700000000000", None);
        assert_eq!(
            signer.unwrap().to_string(),
            "0x1a642f0e3c3af545e7acbd38b07251b3990914f1"
        );
    }

    #[test]
    fn claimed_key_of_another_signer_is_refused() {
        let signature = WalletSignature::parse(SIGNATURE).unwrap();
        let off_curve = KEY.replace("4519", "4518");
        for bad in ["", "04", "zz", &off_curve, &KEY[..128]] {
            assert!(
                signature.recover_address(TEXT, Some(bad)).is_none(),
                "{bad}"
            );
        }
    }

    #[test]
    fn malformed_signatures_are_refused() {
        let high_s = {
            let read = WalletSignature::parse(SIGNATURE).unwrap().signature;
            let (r, s) = read.split_scalars();
            let high = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
            format!("{}1c", HEXLOWER.encode(&high.to_bytes()))
        };
        let zeros = "0".repeat(130);
        let ones = "f".repeat(130);
        for bad in [
            "",
            "0x",
            "zz",
            &SIGNATURE[..128],
            &SIGNATURE[..129],
            &format!("{SIGNATURE}00"),
            &SIGNATURE.replace("f31b", "f302"),
            &SIGNATURE.replace("f31b", "f31d"),
            &zeros,
            &ones,
            &high_s,
        ] {
            assert!(WalletSignature::parse(bad).is_none(), "{bad}");
        }
    }
}
