//! JSON in its one canonical form, so that a digest or a signature is about what a document says and not about how it was
//! written: JSON Canonicalization Scheme (RFC 8785).

use std::fmt::Write as _;

use serde_json::{Number, Value};

use crate::error::{Error, Result};

/// Every whole number up to here is one as IEEE 754 double too (RFC 7493, 2.2).
const LARGEST_WHOLE: u64 = 1 << 53;

/// The canonical form, as UTF-8.
///
/// # Errors
/// When a number has no exact form as a double: RFC 8785 has no form for it.
pub fn canonical(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_value(value, &mut text)?;
    Ok(text)
}

fn write_value(value: &Value, text: &mut String) -> Result<()> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => write_number(number, text)?,
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_value(item, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            // RFC 8785, 3.2.3: by UTF-16 code units, which is another order than that of code points.
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (at, (name, member)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write_value(member, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

/// As ECMAScript writes it (ECMA-262, `Number::toString`).
fn write_number(number: &Number, text: &mut String) -> Result<()> {
    let inexact = || Error::failed(format!("the number {number} has no canonical form in JSON"));
    if let Some(whole) = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64()) {
        if whole > LARGEST_WHOLE {
            return Err(inexact());
        }
        let _ = write!(text, "{number}");
        return Ok(());
    }
    let double = number.as_f64().filter(|double| double.is_finite()).ok_or_else(inexact)?;
    let size = double.abs();
    if double == 0.0 {
        text.push('0');
    } else if (1e-6..1e21).contains(&size) {
        let _ = write!(text, "{double}");
    } else {
        let exponential = format!("{double:e}");
        let sign = if size >= 1.0 { "e+" } else { "e" };
        text.push_str(&exponential.replacen('e', sign, 1));
    }
    Ok(())
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// RFC 8785, 3.2.2 and 3.2.4: the example there, from input to output.
    #[test]
    fn the_example_of_the_standard_comes_out_as_there() {
        let input = json!({
            "numbers": [f64::from_bits(0x41b3_de43_5555_5555), 1E30, 4.50, 2e-3, 0.000_000_000_000_000_000_000_000_001],
            "string": "\u{20ac}$\u{f}\nA'B\"\\\\\"/",
            "literals": [null, true, false],
        });
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(canonical(&input).unwrap(), expected);
    }

    /// RFC 8785, 3.2.3.
    #[test]
    fn names_are_sorted_by_their_utf_16_code_units() {
        let input = json!({
            "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7,
        });
        let values: String = canonical(&input).unwrap().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(values, "21467153");
    }

    /// RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_by_ecmascript() {
        for (bits, expected) in [
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        ] {
            assert_eq!(canonical(&json!(f64::from_bits(bits))).unwrap(), expected);
        }
    }

    #[test]
    fn a_whole_number_that_no_double_holds_is_refused() {
        assert_eq!(canonical(&json!(1_u64 << 53)).unwrap(), "9007199254740992");
        assert!(canonical(&json!((1_u64 << 53) + 1)).is_err());
        assert!(canonical(&json!(i64::MIN)).is_err());
    }

    proptest! {
        #[test]
        fn a_string_is_read_back(text in any::<String>()) {
            let written = canonical(&json!({ text.clone(): text.clone() })).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), json!({ text.clone(): text }));
        }
    }
}
