//! `geo`: a place on the globe, moved by some metres or to the centre of its square.

mod globe;

use super::decimal::Decimal;
use super::numbers::Numbers;
use super::text_cell::{TextCell, TextMask};
use super::wire::{Reader, short};
use super::{Built, CellError, Facts, Masked, Refusal, Row, Site, Transform};
use crate::originals::OriginalsOf;
use crate::postgres::types::TypeClass;
use crate::rules::transform::Geo as Options;
use globe::{Blur, How, Place};

/// The most decimals that are written in text: a millimetre.
const MOST_DECIMALS: usize = 8;

/// The characters of `-89.12345678,-179.12345678` and a space.
const TEXT_CHARS: usize = 27;

/// A `point`: two doubles, x and y (`point_send`, `geo_ops.c`).
struct Point {
    blur: Blur,
    lat_first: bool,
}

impl Transform for Point {
    fn mask(&self, cell: &[u8], _row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let mut reader = Reader(cell);
        let (x, y) = (f64::from_be_bytes(reader.array()?), f64::from_be_bytes(reader.array()?));
        if !reader.0.is_empty() {
            return Err(short());
        }
        let place = if self.lat_first { Place::new(x, y) } else { Place::new(y, x) };
        let moved = self.blur.moved(place);
        let (x, y) = if self.lat_first { (moved.lat, moved.lon) } else { (moved.lon, moved.lat) };
        out.extend_from_slice(&x.to_be_bytes());
        out.extend_from_slice(&y.to_be_bytes());
        Ok(Masked::Value)
    }
}

/// Two decimal numbers and a comma.
struct Text {
    blur: Blur,
    lat_first: bool,
}

impl TextMask for Text {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let (first, second) = text.split_once(',').unwrap_or((text, ""));
        let space = if second.starts_with(' ') { " " } else { "" };
        // What is no place becomes one all the same: there is nothing to be said of where it was.
        let number = |text: &str| Decimal::parse(text.trim()).unwrap_or_else(|| Decimal::from_i64(0).with_scale(4));
        let (first, second) = (number(first), number(second));
        let degrees = [first.to_f64(), second.to_f64()];
        let [lat, lon] = if self.lat_first { degrees } else { [degrees[1], degrees[0]] };
        let moved = self.blur.moved(Place::new(lat, lon));
        let moved = if self.lat_first { [moved.lat, moved.lon] } else { [moved.lon, moved.lat] };
        let [a, b] = [(moved[0], &first), (moved[1], &second)].map(|(degrees, before)| near(degrees, before));
        out.extend_from_slice(format!("{a},{space}{b}").as_bytes());
        Ok(())
    }
}

/// Degrees with the decimals of what was there before, and another number than it.
fn near(degrees: f64, before: &Decimal) -> String {
    let scale = before.scale().min(MOST_DECIMALS);
    // Parsed again, `-0.00` is `0.00`.
    let rounded = |degrees: f64| {
        let text = format!("{degrees:.scale$}");
        Decimal::parse(&text).map_or(text, |number| number.text())
    };
    let (text, old) = (rounded(degrees), rounded(before.to_f64()));
    if text != old {
        return text;
    }
    let unit = 10f64.powi(-(scale as i32));
    rounded(if degrees > 0.0 { degrees - unit } else { degrees + unit })
}

/// One coordinate of a place, whose other one is in another column of numbers.
struct Coordinate {
    blur: Blur,
    numbers: Numbers,
    other: usize,
    other_numbers: Numbers,
    is_latitude: bool,
}

impl Transform for Coordinate {
    fn mask(&self, cell: &[u8], row: &Row<'_>, out: &mut Vec<u8>) -> Result<Masked, CellError> {
        let Some(before) = self.numbers.read(cell)? else {
            out.extend_from_slice(cell);
            return Ok(Masked::Value);
        };
        let other = match row.original(self.other) {
            Some(cell) => self.other_numbers.read(cell)?.map_or(0.0, |number| number.to_f64()),
            None => 0.0,
        };
        let own = before.to_f64();
        let place = if self.is_latitude { Place::new(own, other) } else { Place::new(other, own) };
        let moved = self.blur.moved(place);
        let degrees = if self.is_latitude { moved.lat } else { moved.lon };
        let text = if self.numbers.is_float() { degrees.to_string() } else { near(degrees, &before) };
        let written = |degrees: &str, out: &mut Vec<u8>| {
            Decimal::parse(degrees).is_some_and(|number| self.numbers.write(&number, &before, out))
        };
        // At 99.99 in a column of four digits there is no way but back.
        if written(&text, out) || written(&near(2.0 * own - degrees, &before), out) {
            Ok(Masked::Value)
        } else {
            Err(CellError("no place nearby fits the column".to_owned()))
        }
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    let how = match (options.metres, options.grid) {
        (Some(_), Some(_)) => {
            return Err(site.bad_option("geo moves at random or to a grid", "write one of metres and grid"));
        }
        (metres, None) => How::Jitter(metres.unwrap_or(1000.0)),
        (None, Some(grid)) => How::Grid(grid),
    };
    let (How::Jitter(metres) | How::Grid(metres)) = how;
    if !(1.0..=1_000_000.0).contains(&metres) {
        return Err(
            site.bad_option("geo moves by less than a metre or over a continent", "write { geo: { metres: 1000 } }")
        );
    }
    let blur = Blur::new(site.sub_key("geo"), how);
    let facts = Facts::changing(OriginalsOf::Shared);
    let lat_first = |default: &str| options.order.as_deref().unwrap_or(default) == "lat_lon";
    let transform: Box<dyn Transform> = match site.column.class {
        TypeClass::Point => Box::new(Point { blur, lat_first: lat_first("lon_lat") }),
        TypeClass::Text => {
            site.require_room("geo", TEXT_CHARS)?;
            Box::new(TextCell(Text { blur, lat_first: lat_first("lat_lon") }))
        }
        TypeClass::Float4 | TypeClass::Float8 | TypeClass::Numeric => Box::new(coordinate(options, blur, site)?),
        _ => return Err(site.wrong_type("geo")),
    };
    Ok(Built { transform, facts })
}

fn coordinate(options: &Options, blur: Blur, site: &Site<'_>) -> Result<Coordinate, Refusal> {
    let help = "write { geo: { axis: latitude, with: longitude } }, and the other way round for the other column";
    let is_latitude = match options.axis.as_deref() {
        Some("latitude") => true,
        Some("longitude") => false,
        _ => return Err(site.bad_option("geo can't tell which coordinate this is", help)),
    };
    let name = options.with.as_deref().ok_or_else(|| site.bad_option("geo needs the other coordinate", help))?;
    let other = site.columns.iter().position(|column| column.name == name && column.name != site.column.name);
    let column = other.and_then(|other| site.columns.get(other));
    let (Some(other), Some(column)) = (other, column) else {
        return Err(site.bad_option(format!("the table has no other column {name}"), help));
    };
    let is_number = matches!(column.class, TypeClass::Float4 | TypeClass::Float8 | TypeClass::Numeric);
    if !is_number {
        return Err(site.bad_option(format!("column {name} has no decimal numbers"), help));
    }
    let numbers = Numbers::of(site, "geo")?;
    let other_numbers = Numbers::of(&site.of(column), "geo")?;
    Ok(Coordinate { blur, numbers, other, other_numbers, is_latitude })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, key, mask, mask_bytes, refusal};
    use super::super::{Spec, build as build_one};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::rules::transform::Locale;

    fn spec(options: Options) -> Spec {
        Spec::Geo(options)
    }

    fn point() -> Column {
        Column { type_name: "point".to_owned(), ..column(TypeClass::Point, None) }
    }

    fn cell(x: f64, y: f64) -> Vec<u8> {
        [x.to_be_bytes(), y.to_be_bytes()].concat()
    }

    fn place(text: &str) -> (f64, f64) {
        let (lat, lon) = text.split_once(',').unwrap();
        (lat.trim().parse().unwrap(), lon.trim().parse().unwrap())
    }

    #[test]
    fn a_point_and_a_text_of_one_place_move_to_one_place() {
        let moved = mask_bytes(&spec(Options::default()), &point(), &cell(10.75, 59.91));
        let (lon, lat) =
            (f64::from_be_bytes(moved[..8].try_into().unwrap()), f64::from_be_bytes(moved[8..].try_into().unwrap()));
        let text = mask(&spec(Options::default()), "59.910000, 10.750000");
        assert!((place(&text).0 - lat).abs() < 1e-6 && (place(&text).1 - lon).abs() < 1e-6, "{text} {lat} {lon}");
        assert!(text.contains(", ") && text != "59.910000, 10.750000");
    }

    #[test]
    fn a_place_in_text_stays_on_the_globe_and_never_where_it_was() {
        for original in ["0,0", "90.0,180.0", "-90.00000,-180.00000", "89.9999,179.9999", "91,999", "59.9,10.7", "here"]
        {
            let (lat, lon) = place(&mask(&spec(Options { metres: Some(1.0), ..Options::default() }), original));
            assert!((-91.0..=91.0).contains(&lat) && (-181.0..=181.0).contains(&lon), "{original}: {lat} {lon}");
            assert_ne!(mask(&spec(Options::default()), original), original);
        }
    }

    #[test]
    fn two_columns_move_together() {
        let numeric = |name: &str| Column {
            name: name.to_owned(),
            type_name: "numeric(8,6)".to_owned(),
            ..column(TypeClass::Numeric, None)
        };
        let columns = [numeric("lat"), numeric("lon")];
        let axis = |axis: &str, with: &str| {
            spec(Options { axis: Some(axis.to_owned()), with: Some(with.to_owned()), ..Options::default() })
        };
        let (key, prescan) = (key(), Default::default());
        let number = |text: &str| {
            let mut cell = Vec::new();
            Decimal::parse(text).unwrap().put_numeric(&mut cell);
            cell
        };
        let masked = |lat: &str, lon: &str| {
            let cells = [number(lat), number(lon)];
            let row = Row { cells: &[Some(cells[0].as_slice()), Some(cells[1].as_slice())], transforms: &[] };
            [(0, axis("latitude", "lon")), (1, axis("longitude", "lat"))].map(|(position, spec)| {
                let site = Site {
                    column: &columns[position],
                    columns: &columns,
                    specs: &[None, None],
                    locale: Locale::En,
                    key: &key,
                    domain: None,
                    prescan: &prescan,
                };
                let mut out = Vec::new();
                build_one(&spec, &site).unwrap().transform.mask(&cells[position], &row, &mut out).unwrap();
                Decimal::from_numeric(&out).unwrap().unwrap().text()
            })
        };
        let [lat, lon] = masked("59.910000", "10.750000");
        assert_eq!(format!("{lat},{lon}"), mask(&spec(Options::default()), "59.910000,10.750000"));
        // 100.000001 doesn't fit the column.
        let [_, lon] = masked("0.000000", "99.999999");
        assert!(lon.starts_with("99.") && lon != "99.999999", "{lon}");
    }

    #[test]
    fn a_grid_gathers_neighbours() {
        let grid = spec(Options { grid: Some(1000.0), ..Options::default() });
        assert_eq!(mask(&grid, "59.91000,10.75000"), mask(&grid, "59.91001,10.75001"));
    }

    #[test]
    fn a_coordinate_needs_the_other_one() {
        let float = column(TypeClass::Float8, None);
        assert!(refusal(&spec(Options::default()), &float).what.contains("which coordinate"));
        let lonely = Options { axis: Some("latitude".to_owned()), with: Some("lon".to_owned()), ..Options::default() };
        assert!(refusal(&spec(lonely), &float).what.contains("no other column lon"));
        let both = Options { metres: Some(5.0), grid: Some(5.0), ..Options::default() };
        assert!(refusal(&spec(both), &float).what.contains("or to a grid"));
        assert!(refusal(&spec(Options::default()), &column(TypeClass::Int4, None)).what.contains("can't mask"));
    }
}
