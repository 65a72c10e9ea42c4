//! "Did you mean …?"

use std::cmp::Ordering;

/// The candidate that a person who wrote `name` most likely meant, if one is near enough to be worth saying.
///
/// Case and the difference between `-`, `_` and space don't count; beyond that, about one letter in three may differ
/// (Damerau-Levenshtein), and of equally near ones the one that begins alike wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(name);
    let allowed = wanted.chars().count() / 3;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let known = plain(candidate);
            let distance = strsim::damerau_levenshtein(&wanted, &known);
            (distance, strsim::jaro_winkler(&wanted, &known), candidate)
        })
        .filter(|(distance, ..)| *distance <= allowed)
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal)))
        .map(|(.., candidate)| candidate)
}

/// The advice to write the nearest candidate, or else, if they are few, which ones there are.
pub fn advice<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const FEW: usize = 12;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match (nearest(name, candidates.iter().copied()), candidates.as_slice()) {
        (Some(near), _) => Some(format!("did you mean `{near}`?")),
        (None, []) => None,
        (None, [only]) => Some(format!("there is only `{only}`")),
        (None, [first @ .., last]) if candidates.len() <= FEW => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            Some(format!("there are {} and `{last}`", first.join(", ")))
        }
        (None, _) => None,
    }
}

/// Only as much of a name as could ever be near another; a name of a megabyte is none.
fn plain(name: &str) -> String {
    name.chars().take(128).map(|c| if matches!(c, '-' | ' ') { '_' } else { c }).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["first_name", "last_name", "email", "iban", "ip"];

    #[test]
    fn a_slip_finds_its_name() {
        for (slip, meant) in [
            ("frist_name", "first_name"),
            ("First-Name", "first_name"),
            ("emial", "email"),
            ("IBAN", "iban"),
            ("lastname", "last_name"),
        ] {
            assert_eq!(nearest(slip, NAMES), Some(meant), "{slip}");
        }
    }

    #[test]
    fn what_is_near_nothing_finds_nothing() {
        assert_eq!(nearest("geometry", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
        assert_eq!(nearest("xp", NAMES), None);
    }

    #[test]
    fn of_two_equally_near_names_the_one_that_begins_alike_wins() {
        assert_eq!(nearest("NOR", ["OR", "NO"]), Some("NO"));
    }

    #[test]
    fn advice_lists_a_few_candidates_when_none_is_near() {
        assert_eq!(advice("no", ["en", "nb_NO"]).as_deref(), Some("there are `en` and `nb_NO`"));
        assert_eq!(advice("x", ["columns"]).as_deref(), Some("there is only `columns`"));
        assert_eq!(advice("x", []), None);
    }
}
