//! Paths into XML documents, as the `xml` transform takes them: a part of XPath's abbreviated syntax (XPath 1.0, 2.5).
//!
//! | written | means |
//! |---|---|
//! | `/a/b` | an element `b` in an `a` that is the root |
//! | `//b` | an element `b` anywhere |
//! | `*` | an element of any name |
//! | `@x`, `@*` at the end | the attribute of that name, any attribute |
//!
//! A path to an element counts for all that is in it, its attributes too. A name without a prefix means that name with any
//! prefix or none; one with a prefix means the prefix as it is written in the document.

use std::cmp::Reverse;

use crate::postgres::xml_tokens::local_name;

/// A path, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlPath {
    elements: Vec<Step>,
    attribute: Option<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// Behind `//`: any number of elements may stand between.
    is_deep: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Any,
    Name(String),
}

impl Test {
    fn parse(text: &str) -> Result<Self, String> {
        let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        match text {
            "*" => Ok(Self::Any),
            "" => Err("a name is missing behind `/` or `@`".to_owned()),
            name if name.chars().all(belongs) => Ok(Self::Name(name.to_owned())),
            _ => Err("a name has letters, digits, `-`, `_`, `.` and a prefix with `:`; conditions aren't understood"
                .to_owned()),
        }
    }

    fn takes(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Name(wanted) if wanted.contains(':') => wanted == name,
            Self::Name(wanted) => wanted == local_name(name),
        }
    }
}

impl XmlPath {
    /// Longer paths aren't read: where one is has to fit 64 bits.
    const MOST_STEPS: usize = 60;

    /// Reads a path.
    ///
    /// # Errors
    /// When the text isn't a path: what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut path = Self { elements: Vec::new(), attribute: None };
        let mut rest = text;
        while !rest.is_empty() {
            let after = rest.strip_prefix('/').ok_or("it has to begin with `/`, or with `//` for any depth")?;
            let (after, is_deep) = after.strip_prefix('/').map_or((after, false), |after| (after, true));
            let (name, next) = after.split_at(after.find('/').unwrap_or(after.len()));
            if path.attribute.is_some() {
                return Err("nothing can stand behind an attribute".to_owned());
            }
            match name.strip_prefix('@') {
                None => path.elements.push(Step { is_deep, test: Test::parse(name)? }),
                Some(name) => {
                    path.attribute = Some(Test::parse(name)?);
                    if is_deep {
                        path.elements.push(Step { is_deep, test: Test::Any });
                    }
                }
            }
            rest = next;
        }
        match path.elements.len() {
            0 => Err("it has to name an element, as in `//name`".to_owned()),
            1..=Self::MOST_STEPS => Ok(path),
            _ => Err(format!("it has more than {} steps", Self::MOST_STEPS)),
        }
    }

    /// Whether the path leads to the last of these elements, or to one that holds it; or to this attribute of it.
    pub fn covers(&self, open: &[&str], attribute: Option<&str>) -> bool {
        let mut places = 1u64;
        let done = 1u64 << self.elements.len();
        for name in open {
            let mut next = 0;
            for (index, step) in self.elements.iter().enumerate().filter(|(index, _)| places & (1 << index) != 0) {
                next |= if step.is_deep { 1 << index } else { 0 };
                next |= if step.test.takes(name) { 1 << (index + 1) } else { 0 };
            }
            places = next;
            if self.attribute.is_none() && places & done != 0 {
                return true;
            }
        }
        match (&self.attribute, attribute) {
            (Some(test), Some(name)) => places & done != 0 && test.takes(name),
            _ => false,
        }
    }

    /// How exact the path is; the greater, the more specific: more names, then more `*`, then fewer `//`.
    pub fn specificity(&self) -> (usize, usize, Reverse<usize>) {
        let tests = || self.elements.iter().map(|step| &step.test).chain(&self.attribute);
        let names = tests().filter(|test| **test != Test::Any).count();
        (names, tests().count() - names, Reverse(self.elements.iter().filter(|step| step.is_deep).count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_they_say() {
        let covers = |path: &str, open: &[&str], attribute| XmlPath::parse(path).unwrap().covers(open, attribute);
        for path in ["/a/b", "//b", "//*", "/a", "/a/*", "/*//b", "//a//b", "//n:b"] {
            assert!(covers(path, &["a", "n:b"], None), "{path}");
        }
        for path in ["/b", "/a/c", "//m:b", "/a/b/c", "/a/a/b", "//b/@x"] {
            assert!(!covers(path, &["a", "n:b"], None), "{path}");
        }
        for path in ["//b", "//b/@x", "//@x", "//@*", "/a/b/@x", "/a"] {
            assert!(covers(path, &["a", "b"], Some("x")), "{path}");
        }
        for path in ["//b/@y", "/a/@x", "//a/@*"] {
            assert!(!covers(path, &["a", "b"], Some("x")), "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", "a", "/", "//", "/a[1]", "/a/@x/b", "//@", "/a b", "$.a"] {
            assert!(XmlPath::parse(text).is_err(), "{text}");
        }
    }
}
