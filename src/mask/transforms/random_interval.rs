//! `random_interval`: an interval in a range.

use super::drawn::Drawn;
use super::literal::{is_interval, microseconds, put_interval};
use super::random_int::{between, empty_range};
use super::{Built, Facts, Refusal, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::RandomInterval as Options;

const MICROSECONDS_A_SECOND: i64 = 1_000_000;

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    if !is_interval(site.column) {
        return Err(site.wrong_type("random_interval"));
    }
    let end = |text: &str| {
        let help = "write it as in 90s, 2h 30m or 14days";
        microseconds(text.trim()).ok_or_else(|| site.bad_option("random_interval has an end that is no time", help))
    };
    let (min, max) = (end(&options.min)?, end(&options.max)?);
    if min > max {
        return Err(empty_range("random_interval", site));
    }
    // To the second, unless an end is more exact than that.
    let unit = if [min, max].iter().all(|end| end % MICROSECONDS_A_SECOND == 0) { MICROSECONDS_A_SECOND } else { 1 };
    let drawn = Drawn::new(site, "random_interval", move |draw, out| {
        put_interval(between(draw, min / unit, max / unit) * unit, out);
    });
    Ok(Built { transform: Box::new(drawn), facts: Facts::of(OriginalsOf::Shared) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, mask_bytes, refusal};
    use super::*;
    use crate::postgres::catalog::Column;
    use crate::postgres::types::TypeClass;
    use crate::rules::transform::Transform as Spec;

    fn spec(min: &str, max: &str) -> Spec {
        Spec::RandomInterval(Options { min: min.to_owned(), max: max.to_owned() })
    }

    fn interval() -> Column {
        Column { type_name: "interval".to_owned(), ..column(TypeClass::Time, None) }
    }

    #[test]
    fn intervals_have_days_and_whole_seconds() {
        for n in 0..100u64 {
            let cell = mask_bytes(&spec("1day", "3days 12h"), &interval(), &n.to_be_bytes());
            let microseconds = i64::from_be_bytes(cell[..8].try_into().unwrap());
            let days = i32::from_be_bytes(cell[8..12].try_into().unwrap());
            assert!((1..=3).contains(&days) && cell[12..] == [0; 4], "{cell:?}");
            assert!((0..86_400_000_000).contains(&microseconds) && microseconds % 1_000_000 == 0, "{cell:?}");
        }
    }

    #[test]
    fn other_types_and_ends_are_refused() {
        assert!(refusal(&spec("1h", "2h"), &column(TypeClass::Date, None)).what.contains("can't mask"));
        assert!(refusal(&spec("soon", "2h"), &interval()).what.contains("no time"));
        assert!(refusal(&spec("3h", "2h"), &interval()).what.contains("min above"));
    }
}
