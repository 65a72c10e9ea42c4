use std::collections::HashSet;

use fake::locales::{
    CY_GB, DE_DE, Data as _, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, PT_PT, TR_TR, ZH_CN, ZH_TW,
};

use super::*;

#[test]
fn each_locale_has_enough_distinct_words() {
    for locale in Locale::ALL {
        let words = Words::of(locale);
        let distinct = |list: &[Word]| list.iter().map(|w| w.folded.clone()).collect::<HashSet<_>>().len();
        let ours = matches!(locale, Locale::NbNo | Locale::SvSe | Locale::DaDk | Locale::FiFi | Locale::En);
        assert!(distinct(&words.given) >= if ours { 190 } else { 95 }, "{locale:?} {}", distinct(&words.given));
        for gender in [Gender::Woman, Gender::Man] {
            assert!(distinct(words.given_of(Some(gender))) >= 45, "{locale:?} {gender:?}");
        }
        assert!(distinct(&words.family) >= 900, "{locale:?} {}", distinct(&words.family));
        assert_eq!(distinct(&words.family), words.family.len(), "{locale:?}");
        assert!(words.family.iter().chain(&words.given).all(|word| !word.folded.is_empty()), "{locale:?}");
        assert!(words.towns.len() >= if ours { 40 } else { 25 }, "{locale:?}");
        assert!(words.streets.iter().all(|street| street.contains('@') && street.contains('#')), "{locale:?}");
        let codes: HashSet<&str> = words.towns.iter().map(|town| town.postcode).collect();
        assert!(locale == Locale::En || codes.len() == words.towns.len(), "{locale:?}");
    }
}

#[test]
fn all_lists_every_locale_at_its_place() {
    for (place, locale) in Locale::ALL.into_iter().enumerate() {
        assert_eq!(locale as usize, place);
    }
}

#[test]
fn no_made_up_family_name_is_a_common_one() {
    let common = "berg lund bakke dahl moen haugen strand solberg lie foss myhre hansen johansen andersson karlsson lindberg \
                  lindstrom bergstrom ekstrom sjoberg nystrom hedlund jensen nielsen holm lindholm ostergaard norgaard \
                  kirkegaard sondergaard korhonen virtanen makinen koskinen nieminen laine ravnsborg ravnkilde \
                  rosenthal blumenthal morgenstern hirsch karadag akpinar akdag kocatepe";
    let public: [&[&str]; 14] = [
        CY_GB::NAME_LAST_NAME,
        DE_DE::NAME_LAST_NAME,
        EN::NAME_LAST_NAME,
        FA_IR::NAME_LAST_NAME,
        FR_FR::NAME_LAST_NAME,
        IT_IT::NAME_LAST_NAME,
        JA_JP::NAME_LAST_NAME,
        NL_NL::NAME_LAST_NAME,
        PT_BR::NAME_LAST_NAME,
        PT_PT::NAME_LAST_NAME,
        TR_TR::NAME_LAST_NAME,
        ZH_CN::NAME_LAST_NAME,
        ZH_TW::NAME_LAST_NAME,
        fake::locales::AR_SA::NAME_LAST_NAME,
    ];
    let real: HashSet<Vec<u8>> = public
        .into_iter()
        .flatten()
        .copied()
        .chain(common.split_whitespace())
        .map(|name| fold(name).as_bytes().to_vec())
        .collect();
    for locale in Locale::ALL {
        for word in &Words::of(locale).family {
            assert!(!real.contains(word.folded.as_bytes()), "{locale:?} {}", word.text);
        }
    }
}

#[test]
fn an_everyday_word_is_no_given_name_in_text() {
    assert!(is_given_name(b"ingrid"));
    assert!(is_given_name(b"elizabeth"));
    assert!(is_given_name(b"paivi"));
    assert!(!is_given_name(b"will"));
    assert!(!is_given_name(b"love"));
    assert!(!is_given_name(b"customer"));
}

#[test]
fn a_name_is_whose_its_own_locale_says_and_else_whose_all_others_say() {
    let of = |locale, name: &str| Words::of(locale).gender_of(fold(name).as_bytes());
    assert_eq!(of(Locale::NbNo, "INGRID"), Some(Gender::Woman));
    assert_eq!(of(Locale::NbNo, "Päivi"), Some(Gender::Woman));
    assert_eq!(of(Locale::ItIt, "Andrea"), Some(Gender::Man));
    assert_eq!(of(Locale::DeDe, "Andrea"), Some(Gender::Woman));
    assert_eq!(of(Locale::NbNo, "Andrea"), None);
    assert_eq!(of(Locale::NbNo, "Xyzzy"), None);
    assert_eq!(gender::said(" Kvinne "), Some(Gender::Woman));
    assert_eq!(gender::said("M"), Some(Gender::Man));
    assert_eq!(gender::said("9"), None);
}
