//! `template`: a text put together from the masked row.

mod reads;
mod values;

use std::io;

use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, Output, State, UndefinedBehavior};

use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::suggest;
use crate::rules::transform::Template as Options;

/// Steps that one cell may take: far more than any sensible template needs, and no loop without end.
const FUEL: u64 = 50_000;

/// In bytes, of one cell.
const LARGEST: usize = 1 << 20;

/// What a template can ask of an original.
const SHAPE: [&str; 3] = ["length", "words", "pattern"];

/// The name of the one template of an environment; it has no ending that would switch on the escaping of HTML.
const NAME: &str = "template";

/// A column that a template shows.
struct Shown {
    name: String,
    position: usize,
    class: TypeClass,
}

/// Renders a template.
struct Template {
    environment: Environment<'static>,
    row: Vec<Shown>,
    shape: Vec<Shown>,
    room: usize,
}

/// What a template mentions, in the order of the alphabet.
#[derive(Default)]
struct Mentions {
    row: Vec<String>,
    shape: Vec<(String, Option<String>)>,
    /// What is neither.
    others: Vec<String>,
}

/// An environment with this template alone: no other can be included, and a file can't be read.
fn environment(template: &str) -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // NULL is nothing to be seen, where `none` would be a word in the text.
    environment.set_formatter(
        |out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value| {
            if value.is_none() { Ok(()) } else { minijinja::escape_formatter(out, state, value) }
        },
    );
    environment.add_template_owned(NAME, template.to_owned())?;
    Ok(environment)
}

/// What a template mentions of what it is given.
fn mentions(environment: &Environment<'_>) -> Mentions {
    let Ok(template) = environment.get_template(NAME) else { return Mentions::default() };
    let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    names.sort_unstable();
    let mut mentions = Mentions::default();
    for name in names {
        let mut parts = name.split('.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("row"), Some(column), _) => mentions.row.push(column.to_owned()),
            (Some("shape"), Some(column), part) => {
                mentions.shape.push((column.to_owned(), part.map(str::to_owned)));
            }
            _ if environment.globals().any(|(global, _)| global == name) => {}
            _ => mentions.others.push(name),
        }
    }
    mentions.row.dedup();
    mentions
}

impl Template {
    fn new(options: &Options, site: &Site<'_>) -> Result<Self, Refusal> {
        let environment = environment(&options.template).map_err(|error| syntax(&error, site))?;
        let mentions = mentions(&environment);
        if let Some(other) = mentions.others.first() {
            return Err(unknown(other, site));
        }
        let mut row = Vec::with_capacity(mentions.row.len());
        for name in &mentions.row {
            let shown = column(name, "row", site)?;
            if !values::has_text(&shown.class) {
                let what = format!("a template can't show {name}, whose type has no text here");
                return Err(site.bad_option(what, "it shows texts, numbers, dates, uuids, addresses and truth values"));
            }
            row.push(shown);
        }
        let mut shape = Vec::with_capacity(mentions.shape.len());
        for (name, part) in &mentions.shape {
            let shown = column(name, "shape", site)?;
            let part = part.as_deref().unwrap_or_default();
            if !SHAPE.contains(&part) {
                let what = format!("the shape of {name} has no `{part}`");
                let help = suggest::advice(part, SHAPE).unwrap_or_default();
                return Err(site.bad_option(what, help));
            }
            if shown.class != TypeClass::Text {
                return Err(site.bad_option(format!("{name} has no shape"), "only texts have one"));
            }
            shape.push(shown);
        }
        Ok(Self { environment, row, shape, room: site.room() })
    }

    /// What the template sees, with the masked value of each column that it shows.
    fn context(&self, row: &Row<'_>) -> Result<Value, CellError> {
        let mut masked = Vec::new();
        let mut of_row = Vec::with_capacity(self.row.len());
        for shown in &self.row {
            masked.clear();
            let value = match row.masked(shown.position, &mut masked)? {
                Masked::Null => Value::from(()),
                Masked::Value => values::of(&shown.class, &masked),
            };
            of_row.push((shown.name.as_str(), value));
        }
        let shape = self.shape.iter().map(|shown| (shown.name.as_str(), values::shape(row.original(shown.position))));
        Ok(together(of_row, shape))
    }

    /// Renders with values of no row, to find what goes wrong whatever the values are.
    fn try_out(&self, site: &Site<'_>) -> Result<(), Refusal> {
        let row = self.row.iter().map(|shown| (shown.name.as_str(), values::sample(&shown.class)));
        let shape = self.shape.iter().map(|shown| (shown.name.as_str(), values::shape(Some(b"Xxxx 99"))));
        match self.render(together(row, shape), &mut Vec::new()) {
            Err(error) if goes_wrong_always(error.kind()) => Err(syntax(&error, site)),
            // A text without the sign that it is split at, a date of another form: that depends on the values.
            _ => Ok(()),
        }
    }

    fn render(&self, context: Value, out: &mut Vec<u8>) -> Result<(), minijinja::Error> {
        let template = self.environment.get_template(NAME)?;
        template.render_captured_to(context, Bounded { out, left: LARGEST }).map(|_| ())
    }
}

fn together<'a>(
    row: impl IntoIterator<Item = (&'a str, Value)>,
    shape: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let of = |pairs: &mut dyn Iterator<Item = (&'a str, Value)>| Value::from_pairs(pairs);
    Value::from_pairs([("row", of(&mut row.into_iter())), ("shape", of(&mut shape.into_iter()))])
}

/// Whether an error says something of the template and not of what it was given.
fn goes_wrong_always(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownMethod
            | ErrorKind::TooManyArguments
            | ErrorKind::MissingArgument
            | ErrorKind::OutOfFuel
            | ErrorKind::WriteFailure
    )
}

/// The column that a template names.
fn column(name: &str, root: &str, site: &Site<'_>) -> Result<Shown, Refusal> {
    let found = site.columns.iter().position(|column| column.name == name);
    if let Some((position, column)) = found.and_then(|position| Some((position, site.columns.get(position)?))) {
        return Ok(Shown { name: name.to_owned(), position, class: column.class.clone() });
    }
    let help = suggest::advice(name, site.columns.iter().map(|column| column.name.as_str()));
    let help = help.unwrap_or_else(|| "name a column of the same table that isn't computed".to_owned());
    Err(site.bad_option(format!("the template names {root}.{name}, and the table has no such column"), help))
}

/// What is neither `row` nor `shape`, or one of them as a whole, of which nobody could say what it shows.
fn unknown(name: &str, site: &Site<'_>) -> Refusal {
    if matches!(name, "row" | "shape") {
        let help = "name each column: `row.first_name`, `shape.note.length`";
        return site.bad_option(format!("the template uses `{name}` as a whole"), help);
    }
    let first = name.split('.').next().unwrap_or_default();
    let is_column = site.columns.iter().any(|column| column.name == first);
    let help = if is_column {
        format!("write `row.{first}`")
    } else {
        "there are `row`, with the masked columns, and `shape`, with the forms of the originals".to_owned()
    };
    site.bad_option(format!("the template names `{name}`, which it isn't given"), help)
}

fn syntax(error: &minijinja::Error, site: &Site<'_>) -> Refusal {
    let line = error.line().map(|line| format!(", on its line {line}")).unwrap_or_default();
    let why = error.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let what = format!("the template can't be used{line}: {}{why}", error.kind());
    site.bad_option(what, "see https://docs.rs/minijinja for the syntax; a template has no includes, blocks or macros")
}

/// Takes so many bytes and no more.
struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TextMask for Template {
    fn mask_text(&self, _text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let start = out.len();
        // The kind alone: what else the error says may hold a value.
        self.render(self.context(row)?, out).map_err(|error| {
            let line = error.line().map(|line| format!(" on its line {line}")).unwrap_or_default();
            CellError(format!("its template failed{line}: {}", error.kind()))
        })?;
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("template")?;
    site.forbid_unique("template")?;
    let template = Template::new(options, site)?;
    template.try_out(site)?;
    if let Some(circle) = reads::circle(site) {
        let what = format!("the template goes round in a circle: {}", circle.join(" is made from "));
        return Err(site.bad_option(what, "let one of them be made without the others"));
    }
    Ok(built(template, Facts::of(OriginalsOf::Text)))
}

#[cfg(test)]
mod tests;
