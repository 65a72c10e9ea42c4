//! Which columns of the row a transform looks at, as far as templates can be led in a circle by it.

use super::super::{Site, Spec};
use crate::postgres::types::TypeClass;
use crate::rules::transform::{Decision, PartDecision};

/// The names of the columns from the site's on by which its template comes back to it; `None` if it doesn't.
pub(super) fn circle(site: &Site<'_>) -> Option<Vec<String>> {
    let own = site.columns.iter().position(|column| column.name == site.column.name)?;
    let mut seen = vec![false; site.columns.len()];
    let mut path = vec![own];
    let found = walk(own, own, site, &mut seen, &mut path);
    let name = |position: usize| site.columns.get(position).map(|column| column.name.clone());
    found.then(|| path.into_iter().filter_map(name).collect())
}

/// Goes on from a column; true if that leads back to `own`, with the way there in `path`.
fn walk(own: usize, from: usize, site: &Site<'_>, seen: &mut [bool], path: &mut Vec<usize>) -> bool {
    let Some(Some(spec)) = site.specs.get(from) else { return false };
    for next in of(spec, site) {
        path.push(next);
        let is_new = seen.get_mut(next).is_some_and(|seen| !std::mem::replace(seen, true));
        if next == own || (is_new && walk(own, next, site, seen, path)) {
            return true;
        }
        path.pop();
    }
    false
}

/// The positions of the columns that a transform reads.
fn of(spec: &Spec, site: &Site<'_>) -> Vec<usize> {
    match spec {
        Spec::Email(options) => options.from.iter().filter_map(|name| position(name, site)).collect(),
        Spec::Template(options) => super::environment(&options.template)
            .map(|environment| super::mentions(&environment).row)
            .unwrap_or_default()
            .iter()
            .filter_map(|name| position(name, site))
            .collect(),
        Spec::Truncate(options) => of_part(&options.of, site),
        Spec::Json(parts) | Spec::Fields(parts) => parts.values().flat_map(|part| of_part(part, site)).collect(),
        // It looks at those that name somebody, and of these the ones that read others could lead back.
        Spec::FreeText(_) => {
            let reads = |spec: &Spec| matches!(spec, Spec::Email(options) if !options.from.is_empty());
            let columns = site.columns.iter().zip(site.specs).enumerate();
            columns
                .filter(|(_, (column, spec))| column.class == TypeClass::Text && spec.is_some_and(reads))
                .map(|(position, _)| position)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn of_part(part: &PartDecision, site: &Site<'_>) -> Vec<usize> {
    match part.decision() {
        Some(Decision::Mask(spec)) => of(&spec, site),
        _ => Vec::new(),
    }
}

fn position(name: &str, site: &Site<'_>) -> Option<usize> {
    site.columns.iter().position(|column| column.name == name)
}
