//! Identifiers without their last character, as a column that is a character too short leaves them.
//!
//! What is looked up can be cut by one and not made longer. So of an e-mail address or an IBAN its stem is recorded in its
//! place: the whole is found by its own stem, and what was cut off is found as it stands. Two addresses that differ in the
//! last letter of their top-level domain alone are one by that, and two IBANs can't differ so (ISO 7064, MOD 97-10).
//!
//! Numbers often differ in their last digit alone. Those whose last digit checks the others, or that are as long as if it
//! did, are recorded both whole and cut: see [`Class::Cut`](super::Class::Cut).

/// Without the last character.
pub(super) fn stem(form: &[u8]) -> &[u8] {
    // Every byte of a character but the first begins with the bits 10 (RFC 3629, section 3).
    let last = form.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    form.get(..last).unwrap_or_default()
}

/// The fewest digits of a number that is recorded cut as well: of shorter ones too little would be left.
const SHORTEST_NUMBER: usize = 11;

/// The digits of a long number without the last.
pub(super) fn cut_number(digits: &[u8]) -> Option<&[u8]> {
    (digits.len() >= SHORTEST_NUMBER).then(|| stem(digits))
}

/// Whether digits could be those of a long number without the last.
pub(super) fn could_be_cut(digits: &[u8]) -> bool {
    digits.len() + 1 >= SHORTEST_NUMBER
}

/// The form under which an IBAN is recorded: its stem if its check digits are right, else the whole, since something else
/// that looks like one may have a last character that counts up.
pub(super) fn of_iban(compact: &[u8]) -> &[u8] {
    if has_right_check_digits(compact) { stem(compact) } else { compact }
}

/// The first four characters last, letters as two digits from `a` = 10 on: 1 modulo 97.
fn has_right_check_digits(compact: &[u8]) -> bool {
    let Some((head, rest)) = compact.split_at_checked(4) else { return false };
    let remainder = rest.iter().chain(head).try_fold(0u32, |sum, byte| match byte {
        b'0'..=b'9' => Some((sum * 10 + u32::from(byte - b'0')) % 97),
        b'a'..=b'z' => Some((sum * 100 + u32::from(byte - b'a') + 10) % 97),
        _ => None,
    });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_a_whole_character_shorter() {
        assert_eq!(stem(b"kari@fjordpost.no"), b"kari@fjordpost.n");
        assert_eq!(stem("blåbær@fjord.nø".as_bytes()), "blåbær@fjord.n".as_bytes());
        assert_eq!(stem(b""), b"");
    }

    #[test]
    fn only_an_iban_whose_check_digits_are_right_is_cut() {
        assert_eq!(of_iban(b"no6251625658636"), b"no625162565863");
        assert_eq!(of_iban(b"gb82west12345698765432"), b"gb82west1234569876543");
        assert_eq!(of_iban(b"no6251625658637"), b"no6251625658637");
    }
}
