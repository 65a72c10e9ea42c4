//! National insurance numbers and social security numbers, which have no check digit and tell nothing of their owner.

use super::super::account_number::write_number;
use super::super::draw::Draw;
use super::super::few::Few;

/// A National Insurance number with the prefix QQ, which isn't given out (HMRC, NIM39110).
pub(super) fn draw_nino(original: &[u8], draw: &mut Draw) -> Few {
    let mut masked = Few::from(b"QQ000000".as_slice());
    write_number(&mut masked[2..8], draw.below(1_000_000));
    // Nine characters unless the suffix, which is on paper only, was left out.
    if original.len() != 8 {
        masked.push(b"ABCD"[draw.below(4) as usize]);
    }
    masked
}

/// A number of an area from 900 on, of which there is no social security number (SSA, "Meaning of the Social Security
/// Number"), and of a group below 50, of which there is no taxpayer number of the same form (IRS, Publication 1915).
pub(super) fn draw_ssn(draw: &mut Draw) -> Few {
    let mut masked = Few::filled(b'0', 9);
    write_number(&mut masked[..3], 900 + draw.below(100));
    write_number(&mut masked[3..5], 1 + draw.below(49));
    write_number(&mut masked[5..], 1 + draw.below(9999));
    masked
}
