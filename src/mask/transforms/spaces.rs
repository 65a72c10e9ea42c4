//! The synthetic spaces, said once more and independently of the transforms that must keep to them.

use regex::Regex;

/// Whether the whole text matches.
fn is(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(text)
}

/// The digits' value, by powers.
fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
}

pub(super) fn is_masked_email(text: &str) -> bool {
    is(r"([a-z0-9]+\.){0,3}[0-9a-z]{12}@example\.com", text)
}

/// A number of a bank 9904 to 9999.
pub(super) fn is_masked_account(text: &str) -> bool {
    let number = digits(text);
    number.len() == 11
        && is(r"99(0[4-9]|[1-9][0-9])", &number[..4].iter().map(u32::to_string).collect::<String>())
        && weighted(&number, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0
}

pub(super) fn is_masked_national_id(text: &str) -> bool {
    let number = digits(text);
    number.len() == 11
        && (81..=92).contains(&(number[2] * 10 + number[3]))
        && weighted(&number, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) == 0
        && weighted(&number, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0
}

/// The right length and remainder, and a bank code that nobody has.
pub(super) fn is_masked_iban(text: &str) -> bool {
    let compact = text.replace(' ', "");
    let spaces = [
        ("NO", 15, "99"),
        ("SE", 24, "000"),
        ("DK", 18, "0000"),
        ("FI", 18, "99"),
        ("DE", 22, "9"),
        ("GB", 22, "ZZZZ"),
        ("FR", 27, "99999"),
        ("NL", 18, "ZZZZ"),
        ("PL", 28, "000"),
        ("RS", 22, "000"),
        ("BA", 20, "000"),
        ("TR", 26, "9"),
        ("PK", 24, "ZZZZ"),
        ("ES", 24, "0000"),
        ("BE", 16, "999"),
        ("AT", 20, "99999"),
        ("CH", 21, "99999"),
        ("IE", 22, "ZZZZ"),
    ];
    let known = spaces.iter().any(|(code, length, bank)| {
        compact.starts_with(code) && compact.len() == *length && compact[4..].starts_with(bank)
    });
    let italian = compact.starts_with("IT") && compact.len() == 27 && compact[5..].starts_with("99999");
    let moved = format!("{}{}", &compact[4..], &compact[..4]);
    let value: String = moved.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
    (known || italian) && value.chars().fold(0, |r, c| (r * 10 + c.to_digit(10).unwrap()) % 97) == 1
}

/// Labels of Latin letters below a top-level domain that nobody can register below.
pub(super) fn is_masked_domain(text: &str) -> bool {
    is(r"([a-z0-9]+\.)+example", text)
}

/// Norway's unallocated prefixes, the reserved ranges of others, or country code 999.
pub(super) fn is_masked_phone(text: &str) -> bool {
    // An extension behind it is no part of the number.
    let number = text.split(|c: char| c.is_alphabetic() || "#;,".contains(c)).next().unwrap_or_default();
    let compact: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let compact = compact.strip_prefix("00").map_or(compact.clone(), |rest| format!("+{rest}"));
    let norwegian = r"(2[05-9]|3[0469]|5[04]|6[05]|79)[0-9]{6}";
    is(norwegian, &compact)
        || is(&format!(r"\+47{norwegian}"), &compact)
        || is(r"\+1[2-9][0-9]{2}55501[0-9]{2}", &compact)
        || is(r"\+44(7700900[0-9]{3}|1632960[0-9]{3}|2079460[0-9]{3})", &compact)
        || is(r"\+46(7017406[0-9]{2}|3139006[0-9]{2}|4062804[0-9]{2}|8465004[0-9]{2})", &compact)
        || is(r"\+49(3023125|6990009|2214710|8999998|4066969)[0-9]{3}", &compact)
        || is(r"\+3363998[0-9]{4}", &compact)
        || is(r"\+3532091[0-9]{5}", &compact)
        || is(r"\+999[0-9]{4,12}", &compact)
}

/// A documentation or test address.
pub(super) fn is_masked_ip(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            (a == 198 && (18..=19).contains(&b)) || matches!([a, b, c], [192, 0, 2] | [198, 51, 100] | [203, 0, 113])
        }
        std::net::IpAddr::V6(v6) => v6.segments()[..2] == [0x2001, 0xdb8],
    }
}

/// The numbers of other countries that nobody has; letters in either case.
pub(super) fn is_masked_foreign_id(country: &str, text: &str) -> bool {
    let text = text.to_uppercase();
    let compact: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    match country {
        "SE" => {
            let ten = &compact[compact.len().saturating_sub(10)..];
            is(r"[0-9]{4}[0-9]{2}(980|981|982|238|239)[0-9]", ten) && luhn(ten) == 0
        }
        "DK" => is(r"(6[1-9]|[78][0-9]|9[01])(0[1-9]|1[0-2])[0-9]{6}", &compact),
        "FI" => {
            let number: Vec<u32> = digits(&text[..6]).into_iter().chain(digits(&text[7..10])).collect();
            let remainder = number.iter().fold(0u64, |n, digit| n * 10 + u64::from(*digit)) % 31;
            let check = "0123456789ABCDEFHJKLMNPRSTUVWXY".as_bytes()[remainder as usize];
            is(r"[0-9]{6}[-+A-FU-Y]9[0-9]{2}[0-9A-Y]", &text) && text.as_bytes()[10] == check
        }
        "GB" => is("QQ[0-9]{6}[A-D]?", &compact),
        _ => is("9[0-9]{2}(0[1-9]|[1-4][0-9])[0-9]{4}", &compact),
    }
}

/// Of ranges in which nothing is registered.
pub(super) fn is_masked_organisation(country: &str, text: &str) -> bool {
    let number = digits(text);
    let compact: String = number.iter().map(u32::to_string).collect();
    match country {
        "NO" => is("[23][0-9]{8}", &compact) && weighted(&number, &[3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0,
        "SE" => is("(16)?4[0-9][2-9][0-9]{7}", &compact) && luhn(&compact[compact.len() - 10..]) == 0,
        "DK" => is("9[0-9]{7}", &compact) && weighted(&number, &[2, 7, 6, 5, 4, 3, 2, 1]) == 0,
        "FI" => is("9[0-9]{7}", &compact) && weighted(&number, &[7, 9, 10, 5, 8, 4, 2, 1]) == 0,
        _ => is("([A-Za-z]{2}|[A-Za-z])?99[0-9]{4,6}", &text.replace([' ', '-', '.', ':'], "")),
    }
}

/// No network's, with a valid check digit.
pub(super) fn is_masked_card(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_digit).collect();
    is("9999[0-9]{8,15}", &compact) && luhn(&compact) == 0
}

/// A code for tests of an institution that isn't there.
pub(super) fn is_masked_bic(text: &str) -> bool {
    is("ZZ[A-Z]{2}[A-Z]{2}[A-Z]0([A-Z]{3})?", text)
}

fn luhn(text: &str) -> u32 {
    let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
    let digits = digits(text).into_iter().rev().enumerate();
    digits.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10
}

/// The first byte of a locally administered address of one device, in any spelling of 6 or 8 bytes.
pub(super) fn is_masked_mac(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    is(r"[0-9A-Fa-f:.-]+", text) && is(r"[0-9a-fA-F][26aeAE]([0-9a-fA-F]{10}|[0-9a-fA-F]{14})", &digits)
}
