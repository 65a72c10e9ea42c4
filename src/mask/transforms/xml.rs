//! `xml`: transforms for parts of an XML document, by path; what no path names is redacted.

mod document;

use std::collections::BTreeMap;

use super::parts::Action;
use super::redact::WORD;
use super::text_cell::truncate;
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::texts::as_text;
use crate::postgres::types::TypeClass;
use crate::rules::transform::PartDecision;
use crate::rules::xml_path::XmlPath;
pub(super) use document::{TextMask, rewrite};

/// What a document becomes that can't be rewritten: that isn't XML, or says itself what its entities mean.
pub(super) const PLACEHOLDER: &[u8] = b"<redacted/>";

/// The closest path first.
struct Xml(Vec<(XmlPath, Action)>);

impl TextMask for Xml {
    fn mask(
        &self,
        open: &[&str],
        attribute: Option<&str>,
        text: &str,
        row: &Row<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Masked, CellError> {
        let covering = self.0.iter().find(|(path, _)| path.covers(open, attribute));
        covering.map_or(&Action::Redact, |(_, action)| action).mask(text.as_bytes(), row, out)
    }
}

/// A column of documents, whatever masks their texts.
pub(super) struct XmlCell<M> {
    mask: M,
    is_text: bool,
    room: usize,
}

impl<M: TextMask> XmlCell<M> {
    /// Documents in a column of `xml`, or of text.
    pub(super) fn new(mask: M, site: &Site<'_>) -> Self {
        Self { mask, is_text: site.column.class == TypeClass::Text, room: site.room() }
    }
}

impl<M: TextMask> Transform for XmlCell<M> {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let start = out.len();
        let text = as_text(cell);
        let placeholder = if self.is_text { WORD } else { PLACEHOLDER };
        if text.trim().is_empty() {
            out.extend_from_slice(cell);
        } else if !rewrite(&text, &self.mask, row, out)? {
            out.truncate(start);
            out.extend_from_slice(placeholder);
        }
        if self.room != usize::MAX && as_text(out.get(start..).unwrap_or_default()).chars().count() > self.room {
            out.truncate(start);
            out.extend_from_slice(placeholder);
            truncate(out, start, self.room);
        }
        Ok(Masked::Value)
    }
}

pub(super) fn build(paths: &BTreeMap<String, PartDecision>, site: &Site<'_>) -> Result<Built, Refusal> {
    if !matches!(site.column.class, TypeClass::Xml | TypeClass::Text) {
        return Err(site.wrong_type("xml"));
    }
    site.forbid_unique("xml")?;
    let help = "write paths like /person/name, //email and //person/@id";
    let mut parts = Vec::with_capacity(paths.len());
    for (path, part) in paths {
        let parsed = XmlPath::parse(path).map_err(|what| site.bad_option(format!("{path}: {what}"), help))?;
        parts.push((parsed, Action::new(part, path, site)?));
    }
    parts.sort_by_key(|(path, _)| std::cmp::Reverse(path.specificity()));
    Ok(Built { transform: Box::new(XmlCell::new(Xml(parts), site)), facts: Facts::of(OriginalsOf::Text) })
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::testing::{column, mask, mask_bytes, refusal};
    use super::*;

    fn masked(paths: &[(&str, &str)], document: &str) -> String {
        let part = |(path, name): &(&str, &str)| ((*path).to_owned(), PartDecision::Name((*name).to_owned()));
        let spec = Spec::Xml(paths.iter().map(part).collect());
        String::from_utf8(mask_bytes(&spec, &column(TypeClass::Xml, None), document.as_bytes())).unwrap()
    }

    #[test]
    fn what_no_path_names_is_redacted_and_the_rest_stays_byte_for_byte() {
        assert_eq!(
            masked(
                &[("//kept", "keep"), ("//@id", "keep")],
                "<?xml version='1.0'?>\n<a id = '7' b='x' xmlns:n=\"urn:n\">t<kept c='&#229;'>&#229;<d/></kept >\n<n:e/><!--Per--><?p Per?><![CDATA[Per]]></a>"
            ),
            "<?xml version='1.0'?>\n<a id = '7' b='redacted' xmlns:n=\"urn:n\">redacted<kept c='&#229;'>&#229;<d/></kept >\n<n:e/><!--redacted--><?p redacted?>redacted</a>"
        );
    }

    #[test]
    fn the_closest_path_wins_and_values_are_masked_without_their_escapes() {
        let name = mask(&Spec::FullName(Default::default()), "Ingrid Ødegård");
        assert_eq!(
            masked(
                &[("//person", "keep"), ("//person/name", "full_name"), ("//person/@mail", "null")],
                "<p:person mail='a@b.no'><name>Ingrid &#216;deg&#xE5;rd</name><x>1</x></p:person>"
            ),
            format!("<p:person mail=''><name>{name}</name><x>1</x></p:person>")
        );
    }

    #[test]
    fn a_document_with_entities_of_its_own_goes_as_a_whole() {
        let document = "<!DOCTYPE a [<!ENTITY who 'Ingrid'>]><a>&who;</a>";
        assert_eq!(masked(&[("//*", "keep")], document), "<redacted/>");
        assert_eq!(masked(&[("//*", "keep")], "<a>"), "<redacted/>");
    }

    #[test]
    fn a_part_of_a_document_is_xml_too() {
        assert_eq!(masked(&[("//b", "keep")], "Ingrid <b>Lie</b>"), "redacted <b>Lie</b>");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let spec = Spec::Xml([("name".to_owned(), PartDecision::Name("keep".into()))].into());
        assert!(refusal(&spec, &column(TypeClass::Xml, None)).help.contains("//email"));
        assert!(refusal(&spec, &column(TypeClass::Json, None)).what.contains("xml can't"));
    }
}
