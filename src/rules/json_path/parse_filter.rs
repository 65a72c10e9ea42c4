//! Reading filters.

use super::filter::{Comparison, Filter, Key, Operand, Query, Test};
use super::parse::{plain_name, quoted, start_of};
use crate::rules::json_text::Cursor;

/// Brackets inside brackets, deeper than anybody writes.
const DEEPEST: usize = 30;

/// Reads what follows `?`; gives back the rest.
pub(super) fn parse(text: &str) -> Result<(Filter, &str), String> {
    let (test, rest) = any(text, 0)?;
    let written = text.get(..text.len() - rest.len()).unwrap_or_default().trim();
    Ok((Filter { written: written.to_owned(), test }, rest))
}

fn any(text: &str, depth: usize) -> Result<(Test, &str), String> {
    joined(text, "||", &|text| all(text, depth), Test::Any)
}

fn all(text: &str, depth: usize) -> Result<(Test, &str), String> {
    joined(text, "&&", &|text| one(text, depth), Test::All)
}

fn joined<'t>(
    text: &'t str,
    sign: &str,
    read: &dyn Fn(&'t str) -> Result<(Test, &'t str), String>,
    join: fn(Vec<Test>) -> Test,
) -> Result<(Test, &'t str), String> {
    let (first, mut rest) = read(text)?;
    let mut more = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix(sign) {
        let (next, after) = read(after)?;
        more.push(next);
        rest = after;
    }
    let test = if more.is_empty() { first } else { join(std::iter::once(first).chain(more).collect()) };
    Ok((test, rest))
}

fn one(text: &str, depth: usize) -> Result<(Test, &str), String> {
    let text = text.trim_start();
    if depth > DEEPEST {
        return Err("its filter has too many brackets".to_owned());
    }
    if let Some(rest) = text.strip_prefix('!') {
        let (test, rest) = one(rest, depth + 1)?;
        return Ok((Test::Not(Box::new(test)), rest));
    }
    if let Some(rest) = text.strip_prefix('(') {
        let (test, rest) = any(rest, depth + 1)?;
        let rest = rest.trim_start().strip_prefix(')').ok_or("a `)` is missing in its filter")?;
        return Ok((test, rest));
    }
    let (left, rest) = operand(text)?;
    let Some((comparison, rest)) = comparison(rest.trim_start()) else {
        return match left {
            Operand::Query(query) => Ok((Test::Exists(query), rest)),
            _ => Err("its filter compares with nothing, as `@.kind == \"email\"` does".to_owned()),
        };
    };
    let (right, rest) = operand(rest.trim_start())?;
    Ok((Test::Compares(left, comparison, right), rest))
}

fn comparison(text: &str) -> Option<(Comparison, &str)> {
    // The longer signs first.
    [
        ("==", Comparison::Equal),
        ("!=", Comparison::Unequal),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ]
    .into_iter()
    .find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)))
}

fn operand(text: &str) -> Result<(Operand, &str), String> {
    if let Some(rest) = text.strip_prefix('@') {
        let (query, rest) = query(rest)?;
        return Ok((Operand::Query(query), rest));
    }
    if let Some((text, rest)) = quoted(text)? {
        return Ok((Operand::Text(text), rest));
    }
    let mut cursor = Cursor::new(text);
    let number = cursor.number();
    if serde_json::from_str::<serde_json::Number>(number).is_ok() {
        return Ok((Operand::Number(number.to_owned()), cursor.rest()));
    }
    let mut cursor = Cursor::new(text);
    match cursor.run(|byte| byte.is_ascii_lowercase()) {
        word @ ("true" | "false" | "null") => Ok((Operand::Word(word.to_owned()), cursor.rest())),
        _ => Err(format!("`{}` in its filter is neither `@`, nor a text in quotes, nor a number", start_of(text))),
    }
}

fn query(text: &str) -> Result<(Query, &str), String> {
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix('.') {
            let (name, after) = plain_name(after)?;
            keys.push(Key::Name(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (key, after) = match quoted(after)? {
                Some((name, after)) => (Key::Name(name), after),
                None => {
                    let (digits, after) =
                        after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
                    let index = digits.parse().map_err(|_| "a path in its filter takes names and indices alone")?;
                    (Key::Index(index), after)
                }
            };
            keys.push(key);
            rest = after.strip_prefix(']').ok_or("a `]` is missing in its filter")?;
        } else {
            return Ok((Query(keys), rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(filter: &str, value: &str) -> bool {
        let (parsed, rest) = parse(filter).unwrap();
        assert_eq!(rest, "", "{filter}");
        parsed.holds(value)
    }

    #[test]
    fn tests_are_true_where_the_rfc_says_so() {
        let value =
            r#"{"kind": "e\u006dail", "n": 12.0, "ok": true, "none": null, "list": [1, {"x": "y"}], "n": 3} , 7"#;
        for filter in [
            "@.kind == \"email\"",
            "@['kind']=='email'",
            "(@.kind == 'email')",
            "@.n == 3.0 && @.n<4&&@.n >= 3",
            "@.ok == true || @.nothing",
            "!@.nothing",
            "@.none == null",
            "@.none",
            "@.list[1].x == 'y'",
            "'a' < @.kind",
            "@.missing == @.missing_too",
            "!(@.kind == 'phone' || @.n > 3)",
            "@.kind != 3",
        ] {
            assert!(holds(filter, value), "{filter}");
        }
        for filter in ["@.kind == 'phone'", "@.list == @.list", "@.ok == 'true'", "@.n < 'a'", "@.list[2]", "@.kind[0]"]
        {
            assert!(!holds(filter, value), "{filter}");
        }
        assert!(holds("@ == 7", "7 ]"));
        assert!(holds("@ > 'a'", "\"b\", 1"));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for filter in ["", "@.a ==", "3", "@.a = 3", "(@.a", "$.a == 3", "length(@.a) > 3", "@..a", "@[*]", "@.a == b"]
        {
            let left = parse(filter).map(|(_, rest)| rest.to_owned());
            assert!(left.is_err() || left == Ok(" = 3".to_owned()), "{filter}: {left:?}");
        }
        assert!(parse(&"(".repeat(1000)).is_err());
        assert!(parse(&format!("{}@.a", "!".repeat(1000))).is_err());
    }
}
