//! `first_name`: a given name of the locale.

use super::person::{Namer, put_given};
use super::siblings::GenderRule;
use super::text_cell::{TextMask, built};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;
use crate::rules::transform::Name as Options;

/// Masks each given name by itself: `Anne-Marie` becomes two names with a hyphen.
struct FirstName {
    given: Namer,
    gender: GenderRule,
    room: usize,
}

impl TextMask for FirstName {
    fn mask_text(&self, text: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        put_given(&self.given, text, self.gender.of(row)?, self.room, out);
        Ok(())
    }
}

pub(super) fn build(options: &Options, site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("first_name")?;
    let gender = GenderRule::read(options.gender.as_deref(), "first_name", site)?;
    let given = Namer::given_by(&gender, site);
    given.require_room("first_name", site)?;
    Ok(built(FirstName { given, gender, room: site.room() }, Facts::changing(OriginalsOf::FirstName)))
}

#[cfg(test)]
mod tests {
    use super::super::Spec;
    use super::super::spelling::fold;
    use super::super::testing::{mask, mask_in};
    use super::super::words::{Words, gender::Gender};
    use super::*;
    use crate::rules::transform::Locale;

    #[test]
    fn a_womans_name_becomes_a_womans_and_a_mans_a_mans() {
        for (name, gender) in [("Ingrid", Gender::Woman), ("OLA", Gender::Man), ("Päivi", Gender::Woman)] {
            let masked = mask(&Spec::FirstName(Options::default()), name);
            assert_eq!(Words::of(Locale::NbNo).gender_of(fold(&masked).as_bytes()), Some(gender), "{masked}");
        }
        let any = Spec::FirstName(Options { gender: Some("any".into()) });
        let names = ["Ingrid", "Kari", "Anne", "Astrid", "Silje", "Sunniva", "Turid", "Wenche", "Åse", "Vilde", "Tone"];
        let is_man =
            |name: &&str| Words::of(Locale::NbNo).gender_of(fold(&mask(&any, name)).as_bytes()) == Some(Gender::Man);
        assert!(names.iter().any(is_man));
    }

    #[test]
    fn every_locale_has_names_of_its_own() {
        for locale in Locale::ALL {
            let masked = mask_in(locale, &Spec::FirstName(Options::default()), "Ingrid");
            assert!(Words::of(locale).given.iter().any(|word| word.text == masked), "{locale:?} {masked}");
            assert_ne!(masked, "Ingrid");
        }
    }
}
