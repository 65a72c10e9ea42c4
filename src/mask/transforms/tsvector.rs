//! `tsvector`: the search vector of the masked texts, computed by the target.
//!
//! What words become in a search vector only the server knows: its parser, its dictionaries, its stop words. So the cell is
//! emptied on the way, and the target computes the vector where the row is written ([`Transform::computed`]).

use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::identifier::{quote_identifier, quote_literal};
use crate::postgres::types::TypeClass;
use crate::rules::transform::Tsvector as Options;

/// What PostgreSQL itself falls back on.
const CONFIG: &str = "simple";

/// Carries the expression.
struct Tsvector(String);

impl Transform for Tsvector {
    fn mask(&self, _cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        // No lexemes.
        out.extend_from_slice(&[0; 4]);
        Ok(Masked::Value)
    }

    fn computed(&self) -> Option<&str> {
        Some(&self.0)
    }
}

/// One column's share of the vector.
fn share(name: &str, config: &str, weight: Option<&str>, site: &Site<'_>) -> Result<String, Refusal> {
    let help = "name columns of text, json or jsonb of the same table";
    let Some(column) = site.columns.iter().find(|column| column.name == name) else {
        return Err(site.bad_option(format!("tsvector takes {name}, which the table doesn't have"), help));
    };
    let text = match column.class {
        TypeClass::Text => format!("coalesce({}::text, '')", quote_identifier(name)),
        TypeClass::Json | TypeClass::Jsonb => quote_identifier(name),
        _ => return Err(site.bad_option(format!("tsvector takes {name} of type {}", column.type_name), help)),
    };
    let vector = format!("coalesce(to_tsvector({}::regconfig, {text}), '')", quote_literal(config));
    Ok(match weight {
        Some(weight) => format!("setweight({vector}, {})", quote_literal(weight)),
        None => vector,
    })
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if site.column.class != TypeClass::Tsvector {
        return Err(site.wrong_type("tsvector"));
    }
    site.forbid_unique("tsvector")?;
    if !options.weights.is_empty() && options.weights.len() != options.from.len() {
        let what = "tsvector has another number of weights than of columns";
        return Err(site.bad_option(what, "give each column of `from` one of A, B, C and D"));
    }
    let config = options.config.as_deref().unwrap_or(CONFIG);
    let weight = |index: usize| options.weights.get(index).map(|weight| weight.letter());
    let shares = options.from.iter().enumerate().map(|(index, name)| share(name, config, weight(index), site));
    let vector = shares.collect::<Result<Vec<_>, _>>()?.join(" || ");
    // Its words are those of other columns, which know what of them is an original.
    Ok(Built { transform: Box::new(Tsvector(vector)), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, key, refusal};
    use super::super::{Spec, build};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::{Locale, SearchWeight};

    fn built(options: Options) -> Result<Built, Refusal> {
        let named = |name: &str, class| Column { name: name.to_owned(), ..column(class, None) };
        let columns = [
            named("ti\"tle", TypeClass::Text),
            named("body", TypeClass::Jsonb),
            named("n", TypeClass::Int4),
            named("search", TypeClass::Tsvector),
        ];
        let (key, prescan) = (key(), Default::default());
        build(
            &Spec::Tsvector(options),
            &Site {
                column: &columns[3],
                columns: &columns,
                specs: &[None; 4],
                locale: Locale::NbNo,
                key: &key,
                domain: None,
                prescan: &prescan,
            },
        )
    }

    fn from(names: &[&str]) -> Options {
        Options { from: names.iter().map(|name| (*name).to_owned()).collect(), ..Options::default() }
    }

    #[test]
    fn the_target_is_told_what_to_compute() {
        let weights = vec![SearchWeight::A, SearchWeight::D];
        let options = Options { config: Some("norwegian".into()), weights, ..from(&["ti\"tle", "body"]) };
        let built = built(options).unwrap_or_else(|refusal| panic!("{refusal:?}"));
        assert_eq!(
            built.transform.computed(),
            Some(
                "setweight(coalesce(to_tsvector('norwegian'::regconfig, coalesce(\"ti\"\"tle\"::text, '')), ''), 'A') || \
                setweight(coalesce(to_tsvector('norwegian'::regconfig, \"body\"), ''), 'D')"
            )
        );
    }

    #[test]
    fn columns_that_are_not_there_or_hold_no_text_are_refused() {
        assert!(built(from(&["nothing"])).err().unwrap().what.contains("doesn't have"));
        assert!(built(from(&["n"])).err().unwrap().what.contains("of type"));
        let weights = vec![SearchWeight::A];
        assert!(built(Options { weights, ..from(&["body", "body"]) }).err().unwrap().what.contains("weights"));
        assert!(!refusal(&Spec::Tsvector(from(&["a"])), &column(TypeClass::Text, None)).help.is_empty());
    }
}
